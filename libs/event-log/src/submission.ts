import type { Day, Json, Period } from '@propledger/contracts';
import type { Head } from './heads';
import type { Tx } from './transaction';

export interface NewEvent {
  readonly type: string;
  /** 1 when left out. */
  readonly schemaVersion?: number;
  readonly effectiveDate: Day;
  readonly accountingPeriod: Period | null;
  /** The event that this one reverses; an event is reversed once. */
  readonly reversesPosition?: number | null;
  /** JSON without personal data; see `canonicalJson` for what is refused. */
  readonly body: object;
}

/** One command for one book. */
export interface Submission<C> {
  readonly book: string;
  /** The idempotency key with its kind, unique in the book for ever: `key:OPERATOR:KEY`, `import:ID:3`, `run:ID:2`. */
  readonly commandId: string;
  /** See `requestHash`: what must be the same when the id comes again. */
  readonly requestHash: string;
  readonly actor: string;
  readonly source: string;
  readonly correlationId: string;
  readonly causationId?: string | null;
  readonly command: C;
}

export type Outcome<Rejection> =
  /** When no event was needed, lastPosition is firstPosition − 1. `replayed`: this is the answer of an earlier time. */
  | {
      readonly kind: 'accepted';
      readonly firstPosition: number;
      readonly lastPosition: number;
      readonly answer: Json;
      readonly replayed: boolean;
    }
  /** Nothing is recorded, not even the id: sent again, the command is decided anew. */
  | { readonly kind: 'refused'; readonly rejection: Rejection }
  /** The id was used for another request. */
  | { readonly kind: 'key-reused' }
  /** The book is held, and not by the submission's source. */
  | { readonly kind: 'held'; readonly by: string };

export type Decision<Rejection> =
  | { readonly accepted: true; readonly events: readonly NewEvent[]; readonly answer: Json }
  | { readonly accepted: false; readonly rejection: Rejection };

/** A submission whose outcome is not known yet, and where its book stands, locked. */
export interface Undecided<C> {
  readonly submission: Submission<C>;
  readonly head: Head;
}

/** What a service plugs in: one working set for a whole batch of commands over several books. */
export interface BatchHandler<C, S, Rejection, T extends Tx = Tx> {
  /**
   * Reads what the batch needs, set-based. What is asked of `tx` runs after the books' heads are locked; asked at once, it
   * saves a round trip.
   *
   * @param asked all of the batch; of some the book may turn out to be locked elsewhere, or the outcome known already.
   * @param undecided those that will be decided.
   */
  load(tx: T, asked: readonly Submission<C>[], undecided: Promise<readonly Undecided<C>[]>): Promise<S>;
  /**
   * Decides, and folds its own events into the state, so that later commands of the batch see them; a refusal leaves the
   * state as it was. May be called again for the same submission, with a state loaded anew.
   */
  decide(state: S, submission: Submission<C>, nextPosition: number): Decision<Rejection>;
  /**
   * Writes what changed, set-based. Runs after the events are inserted, in the same transaction, which fails with any of its
   * statements: there is no need to wait for them.
   */
  flush(tx: T, state: S): Promise<void> | void;
}
