import { path } from './path';
import { signedIn, type Invocation } from './session';

interface Consumed {
  readonly topic: string;
  readonly lag: number;
  readonly trouble: string | null;
  readonly parked: readonly { readonly book: string; readonly position: number; readonly reason: string }[];
}

/** Services that follow others' topics, and those whose own topics are published. */
export const CONSUMING = ['customers', 'billing', 'reports', 'onboarding'] as const;
export const PUBLISHING = ['registry', 'customers', 'billing'] as const;
export type Consuming = (typeof CONSUMING)[number];
export type Publishing = (typeof PUBLISHING)[number];

/** How far a service is behind the topics that it follows, and which books stand still. */
export const showConsumers = (invocation: Invocation, service: Consuming): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { items } = await client.get<{ items: Consumed[] }>(path`/${service}/v1/consumers`);
    const lines = items.flatMap(({ topic, lag, trouble, parked }) => [
      `${topic}: 落后 behind ${lag}${trouble === null ? '' : `, ${trouble}`}`,
      ...parked.map(({ book, position, reason }) => `  ${book} 停在 parked after ${position}: ${reason}`),
    ]);
    invocation.print(invocation.json ? JSON.stringify(items) : lines.join('\n'));
  });

/** Lets a parked book be tried again. */
export const releaseBook = (
  invocation: Invocation,
  service: Consuming,
  topic: string,
  book: string,
  key: string,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    await client.command(path`/${service}/v1/consumers/${topic}/parked/${book}/release`, {}, key);
    invocation.print(invocation.json ? '{}' : `已放行 released: ${service} ${topic} ${book}`);
  });

/** Publishes the events of a service again, of one book or of all. */
export const refillTopic = (
  invocation: Invocation,
  service: Publishing,
  book: string | undefined,
  key: string,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    await client.command(path`/${service}/v1/relay/refill`, book === undefined ? {} : { book }, key);
    invocation.print(invocation.json ? '{}' : `将重新发布 will be published again: ${service} ${book ?? ''}`.trimEnd());
  });
