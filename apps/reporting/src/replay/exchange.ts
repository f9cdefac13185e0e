import type { Positions } from '@propledger/contracts';
import { BookConsumer, isPassing, type ConsumerLog, type ProjectionTx, type Tx } from '@propledger/event-log';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sources } from '../cell-sources';
import { applyLedger } from '../projection/apply-ledger';
import { applyRegistry } from '../projection/apply-registry';
import { READ_TOPICS, type ReadTopic } from '../projections';
import type { Workshop } from './workshop';

/** Readers are waited for this long at a time; whoever comes meanwhile waits behind. */
const LOCK_TIMEOUT_MS = 400;
const TRIES = 200;
const CATCH_UP_MS = 600_000;
const LAST_STEPS_MS = 3_000;

/** The live tables moved on, or readers did not leave in time. */
class TryAgain extends Error {}

export interface Exchange {
  readonly workshop: Workshop;
  readonly sources: Sources;
  readonly from: 'rebuilding' | 'kept';
  readonly log: ConsumerLog;
  readonly signal: AbortSignal;
  /** Runs in the transaction of the exchange. */
  readonly done: (tx: Tx) => Promise<unknown>;
}

/**
 * Makes the tables of a place the live ones, and keeps those that were. They catch up with the live ones first, while both are in
 * use; then, with the live cursors held, they take the last steps, and the tables change places, all in one transaction.
 * Questions and consumers go on; the consumers wait for a moment.
 */
export const exchange = async (given: Exchange): Promise<void> => {
  const { workshop, signal } = given;
  for (let nth = 1; ; nth++) {
    const followers = followersOf(given);
    try {
      await followers.reach(await workshop.live(livePositions), CATCH_UP_MS);
      return await workshop.live((tx) => attempt(tx, followers, given));
    } catch (error) {
      signal.throwIfAborted();
      if (nth === TRIES || !(error instanceof TryAgain || isPassing(error))) throw error;
    } finally {
      await followers.stop();
    }
    await pause(100 + Math.random() * 400, undefined, { signal });
  }
};

type ByTopic = Readonly<Record<ReadTopic, Positions>>;

interface Followers {
  reach(wanted: ByTopic, timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

const followersOf = ({ workshop, sources, from, log }: Exchange): Followers => {
  const consumerOf = (topic: ReadTopic) =>
    new BookConsumer<ProjectionTx>({
      ...{ topic, source: sources[topic], transact: workshop.in(from), log },
      apply: topic === 'ledger' ? applyLedger : applyRegistry,
    });
  const consumers = { ledger: consumerOf('ledger'), registry: consumerOf('registry') };
  for (const topic of READ_TOPICS) consumers[topic].start();
  return {
    reach: async (wanted, timeoutMs) => {
      const reached = await Promise.all(
        READ_TOPICS.map((topic) => consumers[topic].caughtUp(wanted[topic], timeoutMs)),
      );
      if (reached.includes(false)) throw new TryAgain('the tables do not catch up with the live ones');
    },
    stop: async () => {
      await Promise.all(READ_TOPICS.map((topic) => consumers[topic].stop()));
    },
  };
};

const livePositions = async (tx: Tx): Promise<ByTopic> => {
  const rows = await tx.rows<{ topic: string; book: string; position: string }>(
    'select topic, book, position from public.cursor',
  );
  const of = (topic: ReadTopic): Positions =>
    Object.fromEntries(rows.filter((row) => row.topic === topic).map(({ book, position }) => [book, Number(position)]));
  return { ledger: of('ledger'), registry: of('registry') };
};

const attempt = async (tx: Tx, followers: Followers, { from, done }: Exchange): Promise<void> => {
  await tx.rows(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
  // Readers of cursors pass. A consumer takes its cursor first, so none is in the middle of anything.
  await tx.rows('lock table public.cursor in exclusive mode');
  await followers.reach(await livePositions(tx), LAST_STEPS_MS);
  await followers.stop();
  // They may have gone further in a ledger: events that are in are not applied again. The registry's events are
  // also applied to rights, which stay where they are, so there both must be at the same place.
  const behind = await tx.rows(
    `select from public.cursor c full join ${from}.cursor o using (topic, book)
     where coalesce(o.position, 0) < coalesce(c.position, 0)
       or topic = 'registry' and o.position is distinct from c.position limit 1`,
  );
  if (behind.length > 0) throw new TryAgain('the tables are not where the live ones are');
  await tx.rows('select exchange_projection($1)', [from]);
  await done(tx);
};
