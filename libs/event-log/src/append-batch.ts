import type { Positions } from '@propledger/contracts';
import { commandKey, findAccepted, insertCommands, type AcceptedCommand } from './commands';
import { lockHeads, moveHeads } from './heads';
import { BookEnd, insertEvents, type EventRow } from './record-events';
import type { BatchHandler, Decision, Outcome, Submission, Undecided } from './submission';
import type { Tx } from './transaction';

/** How long a transaction may take over a statement, wait for a lock, and do nothing: its process hangs then. */
export interface Limits {
  readonly statementMs: number;
  readonly lockMs: number;
  readonly idleMs: number;
}

export interface Appended<Rejection> {
  /** One for each submission, in their order; null: its book is locked by somebody else, nothing was done about it. */
  readonly outcomes: readonly (Outcome<Rejection> | null)[];
  /** Where books have come that got events. */
  readonly moved: Positions;
}

/** How a batch takes its heads. */
export interface Locking {
  /** Books whose head may be missing. */
  readonly unknownBooks: readonly string[];
  /** Whether to wait for a locked book instead of leaving it out. */
  readonly wait: boolean;
}

/**
 * One append: the work of one transaction for many commands over several books. Heads, earlier answers and what the handler
 * needs are asked for together, and so is everything that is written.
 */
export const appendBatch = async <C, S, Rejection, T extends Tx>(
  tx: T,
  handler: BatchHandler<C, S, Rejection, T>,
  submissions: readonly Submission<C>[],
  { unknownBooks, wait }: Locking,
  limits: Limits | null,
): Promise<Appended<Rejection>> => {
  if (limits) limit(tx, limits);
  const opening = openBatch<C, Rejection>(tx, submissions, unknownBooks, wait);
  const toDecide = opening.then(({ undecided }) => undecided);
  toDecide.catch(() => undefined); // The handler need not wait for it.
  const [{ batch, undecided, outcomes }, state] = await Promise.all([opening, handler.load(tx, submissions, toDecide)]);
  for (const { submission, index } of undecided) {
    // An earlier command of this batch may have had the same id.
    const decide = (): Decision<Rejection> => handler.decide(state, submission, batch.endOf(submission).position + 1);
    outcomes[index] = batch.settled(submission) ?? batch.take(submission, decide());
  }
  if (batch.commands.length > 0) {
    // The transaction waits for these, and fails with any of them.
    void insertEvents(tx, batch.events);
    void insertCommands(tx, batch.commands);
    await handler.flush(tx, state);
    void moveHeads(tx, batch.moved());
  }
  return { outcomes, moved: Object.fromEntries(batch.moved().map(({ book, position }) => [book, position])) };
};

interface Opened<C, Rejection> {
  readonly batch: Batch<Rejection>;
  /** One for each submission; null: undecided, or its book is locked by somebody else. */
  readonly outcomes: (Outcome<Rejection> | null)[];
  readonly undecided: readonly (Undecided<C> & { readonly index: number })[];
}

const openBatch = async <C, Rejection>(
  tx: Tx,
  submissions: readonly Submission<C>[],
  unknownBooks: readonly string[],
  wait: boolean,
): Promise<Opened<C, Rejection>> => {
  const books = [...new Set(submissions.map(({ book }) => book))];
  const [locked, accepted] = await Promise.all([
    lockHeads(tx, books, unknownBooks, wait),
    findAccepted(tx, submissions),
  ]);
  const ends = new Map(locked.map((head) => [head.book, new BookEnd(head)]));
  const batch = new Batch<Rejection>(ends, accepted);
  const outcomes = submissions.map((one) => (ends.has(one.book) ? batch.settled(one) : null));
  const undecided = submissions.flatMap((submission, index) => {
    const head = ends.get(submission.book)?.head;
    return head && outcomes[index] === null ? [{ submission, head, index }] : [];
  });
  return { batch, outcomes, undecided };
};

const limit = (tx: Tx, { statementMs, lockMs, idleMs }: Limits): void => {
  void tx.rows(
    `select set_config('statement_timeout', $1, true), set_config('lock_timeout', $2, true),
            set_config('idle_in_transaction_session_timeout', $3, true)`,
    [String(statementMs), String(lockMs), String(idleMs)],
  );
};

/** What becomes of the commands of one batch. */
class Batch<Rejection> {
  readonly events: EventRow[] = [];
  readonly commands: AcceptedCommand[] = [];

  constructor(
    private readonly ends: ReadonlyMap<string, BookEnd>,
    private readonly accepted: Map<string, AcceptedCommand>,
  ) {}

  endOf({ book }: Submission<unknown>): BookEnd {
    const end = this.ends.get(book);
    if (!end) throw new Error(`the head of ${book} is not locked`);
    return end;
  }

  /** The outcome that needs no decision; null: there must be one. The retry check comes first. */
  settled(submission: Submission<unknown>): Outcome<Rejection> | null {
    const earlier = this.accepted.get(commandKey(submission));
    if (earlier) {
      if (earlier.requestHash !== submission.requestHash) return { kind: 'key-reused' };
      const { firstPosition, lastPosition, answer } = earlier;
      return { kind: 'accepted', firstPosition, lastPosition, answer, replayed: true };
    }
    const { heldBy } = this.endOf(submission).head;
    return heldBy !== null && heldBy !== submission.source ? { kind: 'held', by: heldBy } : null;
  }

  /** Records what was decided. */
  take(submission: Submission<unknown>, decision: Decision<Rejection>): Outcome<Rejection> {
    if (!decision.accepted) return { kind: 'refused', rejection: decision.rejection };
    const end = this.endOf(submission);
    const firstPosition = end.position + 1;
    this.events.push(...end.append(submission, decision.events));
    const { book, commandId, requestHash } = submission;
    const { answer } = decision;
    const command = { book, commandId, requestHash, firstPosition, lastPosition: end.position, answer };
    this.commands.push(command);
    this.accepted.set(commandKey(submission), command);
    return { kind: 'accepted', firstPosition, lastPosition: end.position, answer, replayed: false };
  }

  moved(): { book: string; position: number; hash: string; recordedAt: string }[] {
    return [...this.ends.values()]
      .filter(({ position, head }) => position > head.position)
      .map(({ position, hash, head }) => ({ book: head.book, position, hash, recordedAt: head.recordedAt }));
  }
}
