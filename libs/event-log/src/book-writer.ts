import { setTimeout as pause } from 'node:timers/promises';
import { appendBatch, type Appended, type Limits } from './append-batch';
import { isPassing } from './database-errors';
import { HUNG_MS } from './pool';
import type { BatchHandler, Outcome, Submission } from './submission';
import type { Transact, Tx } from './transaction';
import { WaitingRoom, type Batch, type Waiting } from './waiting-room';

export interface BookWriterOptions {
  /** Commands a transaction; 500. */
  readonly maxBatch?: number;
  /** Commands that may wait; one more is refused with Overloaded; 5,000. */
  readonly maxQueue?: number;
  /** Transactions at a time; 2. Another one is begun beside one that gets on only when enough commands wait to be worth it. */
  readonly writers?: number;
  /** How long a command is tried again while its book is locked elsewhere or the database is away; 20,000. */
  readonly patienceMs?: number;
  /** How long a transaction waits for those to ask again whom the one before it has answered; 3. */
  readonly restMs?: number;
  /** Of each transaction; those of its connection, where these are as strict. */
  readonly limits?: Partial<Limits> | 'of the connection';
}

/** What an append may take: who waits for a book gets it in time to be answered. */
export const APPEND_LIMITS: Limits = { statementMs: 30_000, lockMs: 5_000, idleMs: HUNG_MS };

/**
 * So many commands are worth a transaction beside another one. Fewer go together when that ends: two small transactions cost
 * more than one, and a third of the rate at 32 clients.
 */
const WORTH_ANOTHER = 48;

/** Whoever asks one command after another is not held up: only after a transaction of so many is there a rest. */
const WORTH_A_REST = 8;

/** More commands wait than can be served in good time. Nothing was done; the caller may send it again later. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** Called after the commit that brought a book to this position. */
export type MovedListener = (book: string, position: number) => void;

/** What an append's transaction was like. */
export interface AppendedBatch {
  readonly commands: number;
  /** Of the one that waited longest, until the transaction began. */
  readonly waitedMs: number;
  readonly tookMs: number;
  readonly committed: boolean;
}

/**
 * Appends commands to books with group commit: what arrives while an append is in flight goes into the next one together,
 * whatever its book, and each command gets its own result. Where many ask again as soon as they are answered, an append waits a moment
 * for as many as the one before it had.
 */
export class BookWriter<C, S, Rejection, T extends Tx = Tx> {
  private readonly room: WaitingRoom<C, Rejection>;
  private readonly writers: number;
  private readonly patienceMs: number;
  private readonly restMs: number;
  private readonly limits: Limits | null;
  private readonly knownBooks = new Set<string>();
  private readonly listeners: MovedListener[] = [];
  private readonly observers: ((batch: AppendedBatch) => void)[] = [];
  private running = 0;
  /** Those of `running` that neither wait for a book nor pause, nor append much at once. */
  private gettingOn = 0;
  private scheduled = false;
  /** So many were answered a moment ago, and the next transaction waits for as many; 0: it waits for nobody. */
  private expected = 0;
  private rest: NodeJS.Timeout | undefined;
  private closed = false;
  private idle: (() => void)[] = [];

  constructor(
    private readonly transact: Transact<T>,
    private readonly handler: BatchHandler<C, S, Rejection, T>,
    options: BookWriterOptions = {},
  ) {
    this.room = new WaitingRoom(options.maxBatch ?? 500, options.maxQueue ?? 5_000);
    this.writers = options.writers ?? 2;
    this.patienceMs = options.patienceMs ?? 20_000;
    this.restMs = options.restMs ?? 3;
    this.limits = options.limits === 'of the connection' ? null : { ...APPEND_LIMITS, ...options.limits };
  }

  /**
   * @throws Overloaded when too many wait or the writer is closing; otherwise what the database or the handler throws for
   * this command alone. After any of these the same submission may be sent again: it is booked once.
   */
  submit(submission: Submission<C>): Promise<Outcome<Rejection>> {
    if (this.closed || this.room.isFull()) return Promise.reject(new Overloaded('too many commands are waiting'));
    return new Promise((resolve, reject) => {
      this.room.enter(this.waiting(submission, resolve, reject));
      this.schedule();
    });
  }

  /**
   * Many submissions, in order, many a transaction; single ones are served in between. Each transaction is a commit of its
   * own: when one fails, those before it are in, and sending all again completes them.
   */
  async submitAll(submissions: readonly Submission<C>[]): Promise<Outcome<Rejection>[]> {
    const outcomes: Outcome<Rejection>[] = [];
    for (let at = 0; at < submissions.length; at += this.room.maxBatch)
      outcomes.push(...(await this.submitTogether(submissions.slice(at, at + this.room.maxBatch))));
    return outcomes;
  }

  private async submitTogether(submissions: readonly Submission<C>[]): Promise<Outcome<Rejection>[]> {
    if (this.closed) throw new Overloaded('the writer is closing');
    const pending = submissions.map((submission) => {
      const { promise, resolve, reject } = withResolvers<Outcome<Rejection>>();
      return { promise, waiting: this.waiting(submission, resolve, reject) };
    });
    this.room.enterTogether(pending.map(({ waiting }) => waiting));
    this.schedule();
    const settled = await Promise.allSettled(pending.map(({ promise }) => promise));
    return settled.map((result) => {
      if (result.status === 'rejected') throw result.reason;
      return result.value;
    });
  }

  onMoved(listener: MovedListener): void {
    this.listeners.push(listener);
  }

  /** Told of every transaction, whether it was committed or not. */
  onAppended(observer: (batch: AppendedBatch) => void): void {
    this.observers.push(observer);
  }

  /** Takes no more, and waits until what was taken is done. */
  async close(): Promise<void> {
    this.closed = true;
    this.endRest();
    this.startWriters();
    if (this.running > 0 || !this.room.isEmpty()) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private waiting(
    submission: Submission<C>,
    resolve: (outcome: Outcome<Rejection>) => void,
    reject: (error: unknown) => void,
  ): Waiting<C, Rejection> {
    return { submission, resolve, reject, rounds: 0, giveUpAt: Date.now() + this.patienceMs };
  }

  // What arrives in the same turn of the event loop goes together.
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.startWriters();
    });
  }

  private startWriters(): void {
    while (this.running < this.writers && this.room.isWorth(this.gettingOn === 0 ? this.expected : WORTH_ANOTHER)) {
      const batch = this.room.nextBatch();
      if (!batch) break;
      this.endRest();
      this.running += 1;
      void this.serve(batch).finally(() => {
        this.running -= 1;
        this.room.leave(batch);
        this.beginRest(batch);
        this.startWriters();
      });
    }
    if (this.running === 0 && this.room.isEmpty()) this.idle.splice(0).forEach((resolve) => resolve());
  }

  // A transaction costs much the same for one command and for ten, and those who were answered together come back together.
  private beginRest({ bulk, waiting }: Batch<C, Rejection>): void {
    if (bulk || waiting.length < WORTH_A_REST || this.closed) return;
    this.endRest();
    this.expected = waiting.length;
    this.rest = setTimeout(() => {
      this.endRest();
      this.startWriters();
    }, this.restMs);
  }

  private endRest(): void {
    clearTimeout(this.rest);
    this.expected = 0;
  }

  private async serve(batch: Batch<C, Rejection>): Promise<void> {
    const left = await this.whileGettingOn(batch, () => this.append(batch.waiting, batch.wait));
    if (left.length === 0) return;
    const now = Date.now();
    const patient = left.filter(({ waiting, error }) => {
      if (waiting.giveUpAt > now) return true;
      waiting.reject(error ?? new Overloaded(`the book ${waiting.submission.book} is locked for too long`));
      return false;
    });
    patient.forEach(({ waiting }) => (waiting.rounds += 1));
    // The books stay taken meanwhile, so that nothing later of theirs goes first.
    if (patient.length > 0) {
      this.schedule();
      await pause(pauseMs(patient));
    }
    batch.left = patient.map(({ waiting }) => waiting);
  }

  private async whileGettingOn<R>({ bulk, wait }: Batch<C, Rejection>, work: () => Promise<R>): Promise<R> {
    if (bulk || wait) return work();
    this.gettingOn += 1;
    try {
      return await work();
    } finally {
      this.gettingOn -= 1;
    }
  }

  /** Answers whom it can; those left are to be tried again. */
  private async append(all: readonly Waiting<C, Rejection>[], wait: boolean): Promise<Left<C, Rejection>[]> {
    let appended: Appended<Rejection>;
    try {
      appended = await this.appendTogether(all, wait);
    } catch (error) {
      if (isPassing(error)) return all.map((waiting) => ({ waiting, error }));
      const [first] = all;
      if (all.length > 1 || !first) return this.appendApart(all, wait);
      first.reject(error);
      return [];
    }
    const left: Left<C, Rejection>[] = [];
    all.forEach((waiting, index) => {
      const outcome = appended.outcomes[index] ?? null;
      if (outcome) waiting.resolve(outcome);
      else left.push({ waiting, error: null });
    });
    for (const [book, position] of Object.entries(appended.moved))
      this.listeners.forEach((listener) => listener(book, position));
    return left;
  }

  private async appendTogether(all: readonly Waiting<C, Rejection>[], wait: boolean): Promise<Appended<Rejection>> {
    const submissions = all.map(({ submission }) => submission);
    const books = new Set(submissions.map(({ book }) => book));
    const unknownBooks = [...books].filter((book) => !this.knownBooks.has(book));
    const appended = await this.observed(all, () =>
      this.transact((tx) => appendBatch(tx, this.handler, submissions, { unknownBooks, wait }, this.limits)),
    );
    // A head that was not there to be locked may also be missing.
    books.forEach((book) => this.knownBooks.add(book));
    appended.outcomes.forEach((outcome, index) => {
      if (outcome === null) this.knownBooks.delete(submissions[index]?.book ?? '');
    });
    return appended;
  }

  private async observed<R>(all: readonly Waiting<C, Rejection>[], append: () => Promise<R>): Promise<R> {
    const [first] = all;
    const waitedMs = first ? Math.max(0, Date.now() - (first.giveUpAt - this.patienceMs)) : 0;
    const begunAt = performance.now();
    let committed = false;
    try {
      const appended = await append();
      committed = true;
      return appended;
    } finally {
      const tookMs = performance.now() - begunAt;
      for (const observer of this.observers) observer({ commands: all.length, waitedMs, tookMs, committed });
    }
  }

  // The database or the handler refused the whole; halves of halves show which command it was, and the others go through.
  private async appendApart(all: readonly Waiting<C, Rejection>[], wait: boolean): Promise<Left<C, Rejection>[]> {
    const middle = Math.ceil(all.length / 2);
    const left = await this.append(all.slice(0, middle), wait);
    const waitingBooks = new Set(left.map(({ waiting }) => waiting.submission.book));
    const second = all.slice(middle);
    const behind = second.filter(({ submission }) => waitingBooks.has(submission.book));
    const free = second.filter(({ submission }) => !waitingBooks.has(submission.book));
    const leftOfFree = free.length > 0 ? await this.append(free, wait) : [];
    return [...left, ...behind.map((waiting) => ({ waiting, error: null })), ...leftOfFree];
  }
}

interface Left<C, Rejection> {
  readonly waiting: Waiting<C, Rejection>;
  /** What passed hopefully; null: the book was locked by somebody else. */
  readonly error: unknown;
}

// A locked book is free again within a few milliseconds; a database that is away needs longer.
const pauseMs = (left: readonly Left<unknown, unknown>[]): number => {
  const rounds = Math.min(6, Math.max(...left.map(({ waiting }) => waiting.rounds)));
  const failed = left.some(({ error }) => error !== null);
  return failed ? 25 * 2 ** rounds * (0.5 + Math.random()) : 2 + 4 * Math.random();
};

const withResolvers = <V>(): { promise: Promise<V>; resolve: (value: V) => void; reject: (error: unknown) => void } => {
  let resolve!: (value: V) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<V>((...both) => ([resolve, reject] = both));
  return { promise, resolve, reject };
};
