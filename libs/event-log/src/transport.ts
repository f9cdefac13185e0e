import type { Positions, RecordedEvent } from '@propledger/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventSource, Moved } from './event-source';

/** What a transport tells a consumer. It may repeat itself, come late, and leave things out: the consumer finds out. */
export interface Receiver {
  /** Books have come this far, and their events are to be read from the source. Also says that all is well. */
  sees(heads: Positions): void;
  /** Books have come this far, and their events should be on their way: what stands still from one time to the next is read. */
  compares(heads: Positions): Promise<void>;
  /** Why books, or some of them, could not be asked for this time; null: all could. */
  misses(failure: unknown): void;
  /**
   * Events of one book, as they were delivered. Resolves when none of them is needed any more: they are applied, or the book
   * is parked or goes on from the source. @throws Error when the consumer stops before that.
   */
  takes(book: string, events: readonly RecordedEvent[]): Promise<void>;
}

/** How a consumer gets word of events. Where there are gaps, it reads the source. */
export interface Transport {
  /** Whether other instances apply a part of the books, to the same cursors. */
  readonly shared: boolean;
  /** Tells the receiver until the signal. @throws Error when it cannot go on; it is asked again a little later. */
  follow(to: Receiver, signal: AbortSignal): Promise<void>;
}

const LONG_POLL_MS = 20_000;
/** Heads are asked for this often at most. */
const HEADS_EVERY_MS = 100;

/** Without a broker: the owner says which books moved, and their events are read from it. */
export const localTransport = (source: EventSource): Transport => ({
  shared: false,
  follow: async (to, signal) => {
    let since: string | null = null;
    while (!signal.aborted) {
      const moved: Moved = await source.moved(since, LONG_POLL_MS, signal);
      since = moved.since;
      to.sees(moved.heads);
      to.misses(moved.away ?? null);
      // Also where nothing is new: a source that cannot place the token answers at once with what is known already.
      await pause(HEADS_EVERY_MS, undefined, { signal });
    }
  },
});
