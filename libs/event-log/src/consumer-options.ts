import type { RecordedEvent, Topic } from '@propledger/contracts';
import type { Parked } from './cursors';
import type { EventSource } from './event-source';
import type { Transact, Tx } from './transaction';
import type { Transport } from './transport';

export interface BookConsumerOptions<T extends Tx = Tx> {
  readonly topic: Topic;
  /** Where events are read that are missing. */
  readonly source: EventSource;
  /** How word of events comes; default: the source is asked. */
  readonly transport?: Transport;
  /** Of the projection's own database, which has the table of `cursorMigration`. */
  readonly transact: Transact<T>;
  /**
   * Changes the projection by events of one book, or of several, book by book. Must not remember anything outside the
   * transaction: it may be rolled back and repeated.
   */
  apply(tx: T, events: readonly RecordedEvent[]): Promise<void>;
  /** Of how many books events are applied in one transaction, where few of each were delivered; default: one. */
  readonly booksTogether?: number;
  /** Called after commits that applied events of these books. */
  readonly onApplied?: (books: readonly string[]) => void;
  /** Each on a connection of its own; default: 2. */
  readonly parallelBooks?: number;
  readonly log: ConsumerLog;
}

/** A part of a pino logger. */
export interface ConsumerLog {
  debug?(fields: object, message: string): void;
  isLevelEnabled?(level: string): boolean;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ConsumerStatus {
  readonly topic: Topic;
  /** Why the source or the own database could not be reached last time; null: all is well. */
  readonly trouble: string | null;
  /** Events known to be there and not applied yet, over all books. */
  readonly lag: number;
  /** How long the book that is furthest behind has been behind, at most; 0: none is. */
  readonly lagSeconds: number;
  readonly behind: readonly { readonly book: string; readonly position: number; readonly head: number }[];
  /** Books that stand still before a poison event, until they are released or the next start. `position` is the last that was applied. */
  readonly parked: readonly ({ readonly book: string; readonly position: number } & Parked)[];
  /** Books of which more was applied than their owner has now: it was restored to an earlier moment. */
  readonly ahead: readonly { readonly book: string; readonly position: number; readonly head: number }[];
}
