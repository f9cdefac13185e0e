import type { Topic } from '@propledger/contracts';
import type { ConsumerLog, Transact, Tx } from '@propledger/event-log';
import { type CheckpointSigner, frontier, nodesAdded, rootOf, sealLeafHash, type SealedRange } from '@propledger/proof';
import { setTimeout as pause } from 'node:timers/promises';
import { addRound, logSize, nodesFor, sealedEnds, takeTurn } from './log-store';
import type { SealAlarm, SealingStatus } from '../sealing';
import { ALARMS, type BookPoint, compare, leavesOf, type Place, placesToRead } from './plan-round';

/** Where the sealer asks for a topic's books. */
export interface BookOwner {
  readonly topic: Topic;
  /** GET below the owner's base URL. */
  readonly get: <Answer>(path: string) => Promise<Answer>;
}

export interface SealerOptions {
  readonly owners: readonly BookOwner[];
  readonly signer: CheckpointSigner;
  /** Reads outside any transaction. */
  readonly tx: Tx;
  readonly transact: Transact;
  readonly intervalMs: number;
  readonly log: ConsumerLog;
}

const PLACES_AT_ONCE = 100;

/** Seals, every few seconds, what books have moved since, and signs what the log then is. On nobody's path. */
export class Sealer {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private alarms: readonly SealAlarm[] = [];
  private trouble: string | null = null;

  constructor(private readonly options: SealerOptions) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when nothing is sealed any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  status(): SealingStatus {
    return { trouble: this.trouble, alarms: this.alarms };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const { intervalMs, log } = this.options;
    while (!signal.aborted) {
      try {
        await this.round();
      } catch (error) {
        this.trouble = error instanceof Error ? error.message : String(error);
        log.warn({ err: error }, 'books cannot be sealed now');
      }
      await pause(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async round(): Promise<void> {
    const { tx, owners } = this.options;
    const size = await logSize(tx);
    // In this order: what another replica seals meanwhile is never ahead of the heads that are read after it.
    const ends = await sealedEnds(tx);
    const answers = await Promise.allSettled(owners.map((owner) => headsOf(owner)));
    const reached = owners.filter((_, i) => answers[i]?.status === 'fulfilled');
    const heads = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    const failed = answers.find((answer) => answer.status === 'rejected');
    this.trouble = failed === undefined ? null : String(failed.reason);

    const outlook = compare(new Set(reached.map(({ topic }) => topic)), heads, ends);
    const read = await this.readPlaces(placesToRead(outlook));
    const { leaves, alarms } = leavesOf(outlook, read);
    this.raise(alarms, reached);
    if (leaves.length > 0) await this.seal(size, leaves);
  }

  /** One transaction for all leaves of a round; nothing, when another replica was faster. */
  private seal(size: number, leaves: readonly SealedRange[]): Promise<void> {
    const { transact, signer } = this.options;
    return transact(async (tx) => {
      if (!(await takeTurn(tx)) || (await logSize(tx)) !== size) return;
      const read = await nodesFor(tx, frontier(size));
      const added = nodesAdded(size, leaves.map(sealLeafHash), read);
      const fresh = new Map(added.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
      const newSize = size + leaves.length;
      const root = rootOf(newSize, (node) => fresh.get(`${node.level}/${node.index}`) ?? read(node));
      await addRound(tx, size, leaves, added, signer.sign(newSize, root));
    });
  }

  private async readPlaces(places: readonly Place[]): Promise<BookPoint[]> {
    const points: BookPoint[] = [];
    for (const owner of this.options.owners) {
      const asked = places.filter(({ topic }) => topic === owner.topic);
      for (let from = 0; from < asked.length; from += PLACES_AT_ONCE)
        points.push(...(await hashesOf(owner, asked.slice(from, from + PLACES_AT_ONCE))));
    }
    return points;
  }

  /** Alarms of owners that were not reached stay as they were. Each is logged when it is new. */
  private raise(found: readonly SealAlarm[], reached: readonly BookOwner[]): void {
    const known = this.alarms;
    const isReached = (topic: Topic): boolean => reached.some((owner) => owner.topic === topic);
    this.alarms = [...known.filter(({ topic }) => !isReached(topic)), ...found];
    for (const alarm of found)
      if (
        !known.some(
          ({ topic, book, reason }) => topic === alarm.topic && book === alarm.book && reason === alarm.reason,
        )
      )
        this.options.log.error({ alarm }, `ALARM ${alarm.topic} ${alarm.book}: ${ALARMS[alarm.reason]}`);
  }
}

interface Points {
  readonly items: readonly Omit<BookPoint, 'topic'>[];
}

const headsOf = async ({ topic, get }: BookOwner): Promise<BookPoint[]> =>
  (await get<Points>('books')).items.map(({ book, position, hash }) => ({ topic, book, position, hash }));

const hashesOf = async ({ topic, get }: BookOwner, places: readonly Place[]): Promise<BookPoint[]> => {
  const query = new URLSearchParams(
    places.map(({ book, position }): [string, string] => ['at', `${position}:${book}`]),
  );
  const { items } = await get<Points>(`books/hashes?${query.toString()}`);
  return items.map(({ book, position, hash }) => ({ topic, book, position, hash }));
};
