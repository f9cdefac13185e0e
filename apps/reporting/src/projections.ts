import type { Positions, Topic } from '@propledger/contracts';
import type { ConsumerStatus, Tx } from '@propledger/event-log';
import type { Pool } from 'pg';

/** The topics that reports are made of. */
export type ReadTopic = Extract<Topic, 'ledger' | 'registry'>;
export const READ_TOPICS: readonly ReadTopic[] = ['ledger', 'registry'];

interface Follower {
  caughtUp(positions: Positions, timeoutMs: number): Promise<boolean>;
  status(): ConsumerStatus;
}

/** The projections as reports see them: where to read, and how far they have come. */
export class Projections {
  constructor(
    readonly pool: Pool,
    /** Reads outside any transaction. */
    readonly tx: Tx,
    readonly followers: Readonly<Record<ReadTopic, Follower>>,
  ) {}

  /** Whether both topics have come to these positions; waits for it a while. */
  async caughtUp(positions: Readonly<Record<ReadTopic, Positions>>, timeoutMs: number): Promise<boolean> {
    const reached = await Promise.all(
      READ_TOPICS.map((topic) => this.followers[topic].caughtUp(positions[topic], timeoutMs)),
    );
    return !reached.includes(false);
  }
}
