import type { Outcome, Submission } from './submission';

/** A command that waits for its outcome. */
export interface Waiting<C, Rejection> {
  readonly submission: Submission<C>;
  resolve(outcome: Outcome<Rejection>): void;
  reject(error: unknown): void;
  /** How often it was tried in vain. */
  rounds: number;
  /** Epoch milliseconds. */
  readonly giveUpAt: number;
}

/** Commands for one transaction. Their books are nobody else's until it is given back with `leave`. */
export interface Batch<C, Rejection> {
  readonly waiting: readonly Waiting<C, Rejection>[];
  readonly bulk: boolean;
  /** Whether to wait for a book that is locked elsewhere. */
  readonly wait: boolean;
  /** Those to be tried again, in order. */
  left: readonly Waiting<C, Rejection>[];
}

// A saturated replica frees a hot book for moments only, so who finds it locked this often stands in the database's queue.
const ROUNDS_BEFORE_WAITING = 3;

/**
 * Where commands wait until a writer is free. Commands of one book leave in the order in which they came, one batch at a
 * time. Bulk batches take turns with single commands, and one writer at most.
 */
export class WaitingRoom<C, Rejection> {
  private singles: Waiting<C, Rejection>[] = [];
  private readonly bulks: Waiting<C, Rejection>[][] = [];
  private readonly busyBooks = new Set<string>();
  private bulkOut = false;
  private bulkWasLast = false;

  constructor(
    readonly maxBatch: number,
    private readonly maxQueue: number,
  ) {}

  isFull(): boolean {
    return this.singles.length >= this.maxQueue;
  }

  isEmpty(): boolean {
    return this.singles.length === 0 && this.bulks.length === 0;
  }

  /** Whether so many single commands wait, or some that came together. */
  isWorth(singles: number): boolean {
    return this.singles.length >= singles || this.bulks.length > 0;
  }

  enter(waiting: Waiting<C, Rejection>): void {
    this.singles.push(waiting);
  }

  /** To be appended in one transaction. */
  enterTogether(all: readonly Waiting<C, Rejection>[]): void {
    if (all.length > 0) this.bulks.push([...all]);
  }

  /** What a free writer should do next; null: nothing that could be done now. */
  nextBatch(): Batch<C, Rejection> | null {
    const batch = this.bulkWasLast
      ? (this.nextOfSingles() ?? this.nextOfBulks())
      : (this.nextOfBulks() ?? this.nextOfSingles());
    if (!batch) return null;
    batch.waiting.forEach(({ submission }) => this.busyBooks.add(submission.book));
    this.bulkWasLast = batch.bulk;
    if (batch.bulk) this.bulkOut = true;
    return batch;
  }

  /** Gives back the books of a batch, and takes in again what is left of it, before everything that came later. */
  leave(batch: Batch<C, Rejection>): void {
    batch.waiting.forEach(({ submission }) => this.busyBooks.delete(submission.book));
    if (batch.bulk) this.bulkOut = false;
    if (batch.left.length === 0) return;
    if (batch.bulk) this.bulks.unshift([...batch.left]);
    else this.singles = [...batch.left, ...this.singles];
  }

  private nextOfBulks(): Batch<C, Rejection> | null {
    const index = this.bulkOut ? -1 : this.bulks.findIndex((bulk) => bulk.every((waiting) => this.isFree(waiting)));
    const [bulk] = index < 0 ? [] : this.bulks.splice(index, 1);
    if (!bulk) return null;
    const stubborn = stubbornBook(bulk);
    if (stubborn === null) return { waiting: bulk, bulk: true, wait: false, left: [] };
    const others = bulk.filter(({ submission }) => submission.book !== stubborn);
    if (others.length > 0) this.bulks.unshift(others);
    const waiting = bulk.filter(({ submission }) => submission.book === stubborn);
    return { waiting, bulk: true, wait: true, left: [] };
  }

  private nextOfSingles(): Batch<C, Rejection> | null {
    const free = this.singles.filter((waiting) => this.isFree(waiting));
    const stubborn = stubbornBook(free);
    const wanted = stubborn === null ? free : free.filter(({ submission }) => submission.book === stubborn);
    const waiting = wanted.slice(0, this.maxBatch);
    if (waiting.length === 0) return null;
    const taken = new Set(waiting);
    this.singles = this.singles.filter((one) => !taken.has(one));
    return { waiting, bulk: false, wait: stubborn !== null, left: [] };
  }

  private isFree({ submission }: Waiting<C, Rejection>): boolean {
    return !this.busyBooks.has(submission.book);
  }
}

const stubbornBook = (all: readonly Waiting<unknown, unknown>[]): string | null =>
  all.find(({ rounds }) => rounds >= ROUNDS_BEFORE_WAITING)?.submission.book ?? null;
