import { setTimeout as pause } from 'node:timers/promises';
import {
  TOPICS,
  type Positions,
  type RecordedEvent,
  type StageApplied,
  type StageChecked,
  type StageRows,
  type Topic,
  type UndoHeld,
} from '@propledger/contracts';
import {
  peerOf,
  PeerRefused,
  PeerUnavailable,
  type Peer,
  type ServiceConfig,
  type ServiceName,
} from '@propledger/service-kit';
import type { AskedBy } from './import-record';

const SERVICE_OF: Readonly<Record<Topic, ServiceName>> = {
  registry: 'registry',
  customers: 'customers',
  ledger: 'billing',
};

const STAGING_MS = 60_000;
/** Checking or applying 100,000 rows takes an owner a while. */
const WORKING_MS = 280_000;

const FEED_PAGE = 200;
const MOST_RECORDED = 1_000;

/** An owner whose books are held by another import, or by another undo. */
export class OwnerHeld extends Error {
  constructor(readonly detail: string) {
    super(`held: ${detail}`);
  }
}

/** The services that own the sheets, as the import protocol speaks with them (libs/contracts/src/import.ts). */
export class Owners {
  private readonly peers: Readonly<Record<Topic, Peer>>;

  constructor(config: ServiceConfig) {
    const peer = (topic: Topic): Peer => peerOf(config, 'onboarding', SERVICE_OF[topic]);
    this.peers = { registry: peer('registry'), customers: peer('customers'), ledger: peer('ledger') };
  }

  /** Those of the topics in the order in which sheets build on one another. */
  static inOrder(topics: readonly Topic[]): Topic[] {
    return TOPICS.filter((topic) => topics.includes(topic));
  }

  /** Those that have nothing of an import with these owners, and whose sheets build on one of theirs. */
  static buildingOn(topics: readonly Topic[]): Topic[] {
    const [first] = Owners.inOrder(topics);
    return TOPICS.slice(first === undefined ? TOPICS.length : TOPICS.indexOf(first)).filter(
      (topic) => !topics.includes(topic),
    );
  }

  async stage(topic: Topic, id: string, rows: StageRows): Promise<void> {
    await this.peers[topic].call('POST', `imports/${id}/rows`, rows, STAGING_MS);
  }

  /** @throws OwnerHeld while another import has one of the books that this one needs. */
  check(topic: Topic, id: string, by: AskedBy): Promise<StageChecked> {
    return this.unlessHeld(topic, `imports/${id}/check`, { actor: by.operator });
  }

  async apply(topic: Topic, id: string, by: AskedBy): Promise<Positions> {
    const body = { actor: by.operator, correlationId: by.correlationId };
    return (await this.peers[topic].call<StageApplied>('POST', `imports/${id}/apply`, body, WORKING_MS)).positions;
  }

  async drop(topic: Topic, id: string): Promise<void> {
    await this.peers[topic].call('POST', `imports/${id}/drop`, {}, STAGING_MS);
  }

  /** @throws OwnerHeld while an import, or another undo, has one of the books. */
  async holdUndo(topic: Topic, id: string, by: AskedBy): Promise<UndoHeld['blockers']> {
    return (await this.unlessHeld<UndoHeld>(topic, `imports/${id}/hold-undo`, { actor: by.operator })).blockers;
  }

  /**
   * Some of what an owner recorded in these books after a moment, latest first; empty: nothing.
   * The feed is read backwards, so a long book costs no more than what is new in it.
   */
  async recordedSince(topic: Topic, books: readonly string[], since: Date): Promise<RecordedEvent[]> {
    const peer = this.peers[topic];
    const { heads } = await peer.call<{ heads: Positions }>('GET', 'books/moved');
    const found: RecordedEvent[] = [];
    for (const book of books) {
      let last = heads[book] ?? 0;
      while (last > 0 && found.length < MOST_RECORDED) {
        const after = Math.max(0, last - FEED_PAGE);
        const path = `books/${encodeURIComponent(book)}/events?after_position=${after}&limit=${last - after}`;
        const { items } = await peer.call<{ items: RecordedEvent[] }>('GET', path);
        const later = items.filter(({ recordedAt }) => Date.parse(recordedAt) > since.getTime());
        found.push(...later.reverse());
        last = later.length === items.length ? after : 0;
      }
    }
    return found;
  }

  async undo(topic: Topic, id: string, by: AskedBy): Promise<Positions> {
    const body = { actor: by.operator, correlationId: by.correlationId };
    return (await this.peers[topic].call<StageApplied>('POST', `imports/${id}/undo`, body, WORKING_MS)).positions;
  }

  async releaseUndo(topic: Topic, id: string): Promise<void> {
    await this.peers[topic].call('POST', `imports/${id}/release-undo`, {}, STAGING_MS);
  }

  private async unlessHeld<Answer>(topic: Topic, path: string, body: object): Promise<Answer> {
    try {
      return await this.peers[topic].call<Answer>('POST', path, body, WORKING_MS);
    } catch (error) {
      const held =
        error instanceof PeerRefused && error.status === 409 && /(held|in-progress)$/.test(error.problem?.type ?? '');
      throw held ? new OwnerHeld(error.problem?.detail ?? '') : error;
    }
  }
}

/** Work that was given up because its owner did not answer for too long, or because this service stops. */
export class GivenUp extends Error {}

/**
 * Does work again while `again` says so of what it throws (by default: while the peer is not available), with growing pauses.
 *
 * @throws GivenUp after `patienceMs`, or when the signal aborts.
 */
export const untilDone = async <Result>(
  work: () => Promise<Result>,
  options: {
    readonly signal: AbortSignal;
    readonly patienceMs: number;
    readonly longestPauseMs?: number;
    readonly again?: (error: unknown) => boolean;
  },
): Promise<Result> => {
  const { signal, patienceMs, longestPauseMs = 5_000, again = (error) => error instanceof PeerUnavailable } = options;
  const until = performance.now() + patienceMs;
  for (let tries = 0; ; tries++) {
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      if (error instanceof GivenUp || !again(error)) throw error;
      const pauseMs = Math.min(longestPauseMs, 100 * 2 ** Math.min(tries, 6)) * (0.75 + Math.random() / 2);
      if (performance.now() + pauseMs > until) throw new GivenUp('no answer for too long', { cause: error });
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
};

/** Does not wait for what is under way: an owner that carries it out all the same is asked again by the next process. */
const unlessAborted = async <Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> => {
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new GivenUp('the service stops'));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};
