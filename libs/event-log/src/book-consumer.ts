import type { Positions, RecordedEvent, Topic } from '@propledger/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { applyOnce, type Apply } from './apply-once';
import { lockCursor, parkCursor, readCursors, unparkAll, type Parked } from './cursors';
import { isPassing } from './database-errors';
import { SourceFailed, type EventSource } from './event-source';
import type { Transact, Tx } from './transaction';
import { Waiters } from './waiters';

export interface BookConsumerOptions {
  readonly topic: Topic;
  readonly source: EventSource;
  /** Of the projection's own database, which has the table of `cursorMigration`. */
  readonly transact: Transact;
  /** Changes the projection. Must not remember anything outside the transaction: it may be rolled back and repeated. */
  readonly apply: Apply;
  /** Called after commits that applied events of these books. */
  readonly onApplied?: (books: readonly string[]) => void;
  readonly log: ConsumerLog;
}

/** A part of a pino logger. */
export interface ConsumerLog {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface ConsumerStatus {
  readonly topic: Topic;
  /** Why the source or the own database could not be reached last time; null: all is well. */
  readonly trouble: string | null;
  /** Events known to be there and not applied yet, over all books. */
  readonly lag: number;
  readonly behind: readonly { readonly book: string; readonly position: number; readonly head: number }[];
  /** Books that stand still before a poison event, until the next start. `position` is the last that was applied. */
  readonly parked: readonly ({ readonly book: string; readonly position: number } & Parked)[];
}

const PAGE = 500;
const PARALLEL_BOOKS = 2;
const LONG_POLL_MS = 20_000;
const POISON_TRIES = 3;

/**
 * A book that moves all the time is read this often at most, so that a busy source is asked for pages and not for events; for
 * somebody who waits, at once.
 */
const BOOK_EVERY_MS = 400;
/** Heads are asked for this often at most. */
const HEADS_EVERY_MS = 100;

interface Book {
  readonly name: string;
  /** Applied. */
  position: number;
  /** As the source said. */
  head: number;
  /** As somebody who waits said; may be wrong. */
  wanted: number;
  parked: Parked | null;
  failures: number;
  /** Why it could not be applied last time. */
  trouble: string | null;
  queued: boolean;
  /** Whether it is enqueued later. */
  resting: boolean;
  /** Epoch milliseconds of the last read. */
  readAt: number;
}

/** Pulls the events of a topic and applies them, book by book, exactly once each and in order. */
export class BookConsumer {
  private readonly books = new Map<string, Book>();
  private readonly queue: Book[] = [];
  private readonly active = new Set<Promise<void>>();
  private readonly waiters = new Waiters((positions) => this.hasReached(positions));
  private readonly stopping = new AbortController();
  private following: Promise<void> | null = null;
  private loaded = false;
  private trouble: string | null = null;

  constructor(private readonly options: BookConsumerOptions) {}

  /** Goes on where the cursors are; parked books are tried again. */
  start(): void {
    this.following ??= this.follow();
  }

  /** Resolves when nothing is applied any more. Whoever waits is told that it is not caught up. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.waiters.dismiss();
    await this.following;
    await Promise.all(this.active);
  }

  /** Whether everything up to these positions is applied; waits for it, unless a book of them is parked. */
  async caughtUp(positions: Positions, timeoutMs: number): Promise<boolean> {
    for (const [name, position] of Object.entries(positions)) {
      if (position <= (this.books.get(name)?.position ?? 0)) continue;
      const book = this.bookOf(name);
      book.wanted = Math.max(book.wanted, position);
      this.enqueue(book);
    }
    return this.stopping.signal.aborted
      ? (this.hasReached(positions) ?? false)
      : this.waiters.wait(positions, timeoutMs);
  }

  status(): ConsumerStatus {
    const books = [...this.books.values()];
    const behind = books.flatMap(({ name, position, head }) =>
      head > position ? [{ book: name, position, head }] : [],
    );
    return {
      topic: this.options.topic,
      trouble: this.trouble ?? books.find(({ trouble }) => trouble !== null)?.trouble ?? null,
      lag: behind.reduce((sum, { position, head }) => sum + head - position, 0),
      behind,
      parked: books.flatMap(({ name, position, parked }) => (parked ? [{ book: name, position, ...parked }] : [])),
    };
  }

  /** True: reached. False: will not be, since a book is parked. Null: not yet. */
  private hasReached(positions: Positions): boolean | null {
    const open = Object.entries(positions).filter(
      ([name, position]) => position > (this.books.get(name)?.position ?? 0),
    );
    if (open.length === 0) return true;
    return open.some(([name]) => this.books.get(name)?.parked) ? false : null;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let since: string | null = null;
    for (let failures = 0; !signal.aborted;) {
      try {
        if (!this.loaded) await this.load();
        const moved = await this.options.source.moved(since, LONG_POLL_MS, signal);
        since = moved.since;
        failures = 0;
        this.trouble = null;
        this.seeHeads(moved.heads);
        // Also where nothing is new: a source that cannot place the token answers at once with what is known already.
        await pause(HEADS_EVERY_MS, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        this.trouble = this.troubled(error, ++failures, 'events cannot be followed');
        await pause(backoffMs(failures), undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async load(): Promise<void> {
    const { topic, transact } = this.options;
    const cursors = await transact(async (tx) => {
      await unparkAll(tx, topic);
      return readCursors(tx, topic);
    });
    for (const { book, position } of cursors) this.bookOf(book).position = position;
    this.loaded = true;
    this.waiters.check();
    this.work();
  }

  private seeHeads(heads: Positions): void {
    for (const [name, head] of Object.entries(heads)) {
      const book = this.bookOf(name);
      if (head <= book.head) continue;
      book.head = head;
      this.enqueueInTime(book);
    }
  }

  private bookOf(name: string): Book {
    let book = this.books.get(name);
    if (!book) {
      book = {
        name,
        position: 0,
        head: 0,
        wanted: 0,
        parked: null,
        failures: 0,
        trouble: null,
        queued: false,
        resting: false,
        readAt: 0,
      };
      this.books.set(name, book);
    }
    return book;
  }

  /** Now, or when it has rested. */
  private enqueueInTime(book: Book): void {
    if (isDone(book)) return;
    const restMs = book.readAt + BOOK_EVERY_MS - Date.now();
    if (restMs <= 0) this.enqueue(book);
    else if (!book.resting) {
      book.resting = true;
      setTimeout(() => {
        book.resting = false;
        this.enqueue(book);
      }, restMs).unref();
    }
  }

  private enqueue(book: Book): void {
    if (book.queued || book.parked || isDone(book)) return;
    book.queued = true;
    this.queue.push(book);
    this.work();
  }

  private work(): void {
    while (this.loaded && !this.stopping.signal.aborted && this.active.size < PARALLEL_BOOKS) {
      const book = this.queue.shift();
      if (!book) return;
      const drained = this.drainSafely(book).finally(() => {
        this.active.delete(drained);
        this.work();
      });
      this.active.add(drained);
    }
  }

  private async drainSafely(book: Book): Promise<void> {
    try {
      await this.drain(book);
      book.failures = 0;
      book.trouble = null;
      book.queued = false;
      // More may have been announced at the last moment.
      if (book.wanted > book.position) this.enqueue(book);
      else this.enqueueInTime(book);
      if (book.position === 0 && book.head === 0 && !book.queued) this.books.delete(book.name); // There is no such book.
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      book.trouble = this.troubled(error, ++book.failures, `events of ${book.name} cannot be applied now`);
      setTimeout(() => {
        book.queued = false;
        this.enqueue(book);
      }, backoffMs(book.failures)).unref();
    }
  }

  private async drain(book: Book): Promise<void> {
    const { signal } = this.stopping;
    const read = (after: number): Promise<RecordedEvent[]> => this.options.source.read(book.name, after, PAGE, signal);
    let ahead: { readonly after: number; readonly events: Promise<RecordedEvent[]> } | null = null;
    // Not further than this: what comes meanwhile comes with the next page.
    const { head } = book;
    const isThere = (): boolean => book.position >= Math.max(head, book.wanted);
    book.readAt = Date.now();
    while (!signal.aborted && !book.parked && !isThere()) {
      const events: RecordedEvent[] = await (ahead?.after === book.position ? ahead.events : read(book.position));
      const last = events.at(-1)?.position;
      if (last === undefined && book.position >= book.head) {
        book.wanted = book.position; // Who asked for more was wrong.
        return;
      }
      ahead = last !== undefined && last < book.head ? { after: last, events: read(last) } : null;
      ahead?.events.catch(() => undefined); // It is awaited later, or not at all.
      const before = book.position;
      await this.applyPage(book, events);
      if (book.position === before && !book.parked)
        throw new SourceFailed(`the source does not give event ${before + 1} of ${book.name}`);
    }
  }

  /** Applies events together, and in ever smaller parts when that fails, until the poison event stands alone. */
  private async applyPage(book: Book, events: readonly RecordedEvent[]): Promise<void> {
    let rest = events;
    let size = events.length;
    let tries = 0;
    while (rest.length > 0 && !book.parked && !this.stopping.signal.aborted) {
      try {
        const before = book.position;
        await this.applyPart(book, rest.slice(0, size));
        rest = rest.filter(({ position }) => position > book.position);
        if (book.position === before) return;
        tries = 0;
      } catch (error) {
        if (isPassing(error)) throw error;
        if (size > 1) size = Math.ceil(size / 2);
        else if (++tries >= POISON_TRIES) await this.park(book, error);
      }
    }
  }

  private async applyPart(book: Book, events: readonly RecordedEvent[]): Promise<void> {
    const { topic, transact, apply, onApplied } = this.options;
    const cursor = await transact((tx: Tx) => applyOnce(tx, topic, book.name, events, apply));
    book.parked = cursor.parked;
    book.position = cursor.position;
    onApplied?.([book.name]);
    this.waiters.check();
  }

  private async park(book: Book, error: unknown): Promise<void> {
    const { topic, transact, log } = this.options;
    const reason = `${book.position + 1}: ${messageOf(error)}`.slice(0, 500).replaceAll('\u0000', '');
    await transact(async (tx: Tx) => {
      await lockCursor(tx, topic, book.name);
      await parkCursor(tx, topic, book.name, reason);
    });
    book.parked = { reason, at: new Date().toISOString() };
    log.error(
      { topic, book: book.name, position: book.position + 1, err: error },
      'a book is parked before a poison event',
    );
    this.waiters.check();
  }

  private troubled(error: unknown, failures: number, message: string): string {
    const { log, topic } = this.options;
    if (failures === 1) log.warn({ topic, err: error }, message);
    return `${message}: ${messageOf(error)}`;
  }
}

const isDone = ({ position, head, wanted }: Book): boolean => position >= Math.max(head, wanted);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** 100 ms at first, 10 s at most, and not all at once. */
const backoffMs = (failures: number): number => Math.min(10_000, 50 * 2 ** failures) * (0.5 + Math.random());
