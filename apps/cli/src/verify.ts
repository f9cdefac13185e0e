import type { RecordedEvent } from '@propledger/contracts';
import { verifyBook, type ChainPoint } from '@propledger/proof';
import type { ApiClient } from './api-client';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';
import { signedIn, type Invocation } from './session';

export const VERIFIED_SERVICES = ['billing', 'registry', 'customers'] as const;
export type VerifiedService = (typeof VERIFIED_SERVICES)[number];

const PAGE = 2000;

/**
 * Reads a book event by event and recomputes its chain here: nothing that the service says of itself is believed. Every
 * event's journal lines must add up to zero. `known` is a point that was written down earlier: it must still stand.
 */
export const verify = (
  invocation: Invocation,
  service: VerifiedService,
  book: string,
  known: ChainPoint | null,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    let unbalanced: number | undefined;
    const events = async function* (): AsyncGenerator<RecordedEvent> {
      for await (const event of eventsOf(client, service, book)) {
        if (!isBalanced(event)) unbalanced ??= event.position;
        yield event;
      }
    };
    const result = await verifyBook(book, events(), known ? { end: known } : {});
    const broken = result.intact ? unbalanced : result.position;
    const fault = result.intact ? (unbalanced === undefined ? undefined : 'not-balanced') : result.fault;
    if (fault !== undefined)
      throw new Failure(
        EXIT.notVerified,
        `账簿校验不通过 the book does not verify: ${service} ${book} @${broken}: ${fault}`,
      );
    const { position, hash } = result as ChainPoint;
    invocation.print(
      invocation.json
        ? JSON.stringify({ service, book, intact: true, position, hash })
        : `账簿完好 the book is intact: ${service} ${book}, ${position} 条 events, ${position}:${hash}`,
    );
  });

async function* eventsOf(client: ApiClient, service: VerifiedService, book: string): AsyncGenerator<RecordedEvent> {
  for (let after = 0; ;) {
    const query = { after_position: String(after), limit: String(PAGE) };
    const { items } = await client.get<{ items: RecordedEvent[] }>(path`/${service}/v1/books/${book}/events`, {
      query,
    });
    yield* items;
    const last = items.at(-1);
    if (!last || items.length < PAGE) return;
    after = last.position;
  }
}

/** Whether the journal lines of an event, where it has any, add up to zero. */
const isBalanced = ({ body }: RecordedEvent): boolean => {
  const { lines = [] } = body as { lines?: readonly { amount: string }[] };
  return lines.reduce((sum, { amount }) => sum + BigInt(amount.replace('.', '')), 0n) === 0n;
};

/** Reads `POSITION:HASH`, as verify prints it. */
export const readPoint = (text: string): ChainPoint => {
  const [, position, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined)
    throw new Failure(EXIT.usage, `须为 位置:哈希 it is POSITION:HASH: ${text}`);
  return { position: Number(position), hash };
};
