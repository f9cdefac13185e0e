import type { After, Positions, Topic } from '@propledger/contracts';
import { Problem } from './problem';

/** Waits until this service has caught up with what an `after` token names. */
export class AfterGate {
  /** For each topic that this service copies, its consumer's caughtUp. Topics that it does not read are passed over. */
  constructor(
    private readonly consumers: Partial<
      Record<Topic, { caughtUp(positions: Positions, timeoutMs: number): Promise<boolean> }>
    >,
    private readonly timeoutMs = 10_000,
  ) {}

  /** @throws Problem `not-caught-up` (503 with Retry-After) when it takes too long. */
  async wait(after: After | null): Promise<void> {
    if (after === null) return;
    const waits = Object.entries(after).map(async ([topic, positions]) => {
      const consumer = this.consumers[topic as Topic];
      return consumer === undefined || consumer.caughtUp(positions, this.timeoutMs);
    });
    if ((await Promise.all(waits)).includes(false)) throw new Problem('not-caught-up', { retryAfterSeconds: 1 });
  }
}
