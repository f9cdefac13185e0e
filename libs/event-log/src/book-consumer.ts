import type { Positions, RecordedEvent, Topic } from '@propledger/contracts';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { applyOnce } from './apply-once';
import {
  APPLIED_AT_ONCE,
  behindForMs,
  inOrderOnce,
  newBook,
  nextOf,
  noteBehind,
  takeNext,
  type Book,
} from './consumed-book';
import { lockCursors, parkCursor, readCursors, unparkAll, unparkBook, type Cursor, type Parked } from './cursors';
import { isPassing } from './database-errors';
import { SourceFailed, type EventSource } from './event-source';
import type { Transact, Tx } from './transaction';
import { localTransport, type Receiver, type Transport } from './transport';
import { Waiters } from './waiters';

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
}

/** Events that are read from the source at a time. */
const PAGE = 500;
const PARALLEL_BOOKS = 2;
const POISON_TRIES = 3;
/** Of a page of events. */
const LOGGED_IDS = 20;

/**
 * Books that move all the time are read once in so long, all at the same moments, so that a busy source is asked for pages of many
 * books and not for events; for somebody who waits, at once.
 */
const BOOKS_EVERY_MS = 200;
/** A book that is further behind is read alone, page after page. */
const READ_TOGETHER = 100;
/** A book that stands still is read from the source after so many comparisons, where other books are being delivered. */
const STILL_WHILE_DELIVERING = 6;
/** Another instance may have released a parked book. */
const LOOK_AT_PARKED_MS = 5_000;

/** The source could not be read. */
class Unread extends Error {
  constructor(readonly reason: unknown) {
    super(messageOf(reason), { cause: reason });
  }
}

/**
 * Applies the events of a topic, book by book, exactly once each and in order, however the transport delivers them: what was
 * applied is dropped, what is missing is read from the source.
 */
export class BookConsumer<T extends Tx = Tx> {
  private readonly books = new Map<string, Book>();
  private readonly queue: Book[] = [];
  private readonly active = new Set<Promise<void>>();
  private readonly waiters = new Waiters((positions) => this.hasReached(positions));
  private readonly stopping = new AbortController();
  private following: Promise<void> | null = null;
  private loaded = false;
  private trouble: string | null = null;
  private readonly transport: Transport;
  /** Whether anything was delivered since books were compared. */
  private delivering = false;
  private lookingAtParked: NodeJS.Timeout | null = null;
  private soon: NodeJS.Immediate | null = null;
  /** While set, positions here may be ahead of the cursors. */
  private doubted: Promise<void> | null = null;

  constructor(private readonly options: BookConsumerOptions<T>) {
    this.transport = options.transport ?? localTransport(options.source);
    // Every request that is under way listens to it; Node would take more than ten for a leak.
    setMaxListeners(0, this.stopping.signal);
  }

  /** Goes on where the cursors are; parked books are tried again. */
  start(): void {
    this.following ??= this.follow();
  }

  /** Resolves when nothing is applied any more. Whoever waits is told that it is not caught up. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.waiters.dismiss();
    if (this.lookingAtParked) clearTimeout(this.lookingAtParked);
    for (const { takers } of this.books.values()) takers.splice(0).forEach(({ done }) => done());
    await this.following;
    await Promise.all([...this.active, this.doubted]);
  }

  /**
   * To be called when a connection of the own database is lost: a server that crashed may have lost its last moments. What it had
   * counts as applied when the cursors were read again.
   */
  doubt(): void {
    if (this.loaded) this.doubted ??= this.lookAtAll();
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

  /** Lets a parked book be tried again, here and in other instances. @returns whether it was parked. */
  async release(name: string): Promise<boolean> {
    const { topic, transact } = this.options;
    const released = await transact((tx) => unparkBook(tx, topic, name));
    if (!released) return false;
    const book = this.bookOf(name);
    await this.refresh([book]);
    // Its head may not be known here.
    book.wanted = Math.max(book.wanted, book.position + 1);
    this.readToHead(book);
    return true;
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
      lagSeconds: Math.max(0, ...books.map(behindForMs)) / 1000,
      behind,
      parked: books.flatMap(({ name, position, parked }) => (parked ? [{ book: name, position, ...parked }] : [])),
    };
  }

  /** True: reached. False: will not be, since a book is parked. Null: not yet. */
  private hasReached(positions: Positions): boolean | null {
    if (this.doubted) return null;
    const open = Object.entries(positions).filter(
      ([name, position]) => position > (this.books.get(name)?.position ?? 0),
    );
    if (open.length === 0) return true;
    return open.some(([name]) => this.books.get(name)?.parked) ? false : null;
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopping;
    let failures = 0;
    const receiver: Receiver = {
      sees: (heads) => {
        failures = 0;
        this.trouble = null;
        this.seeHeads(heads);
      },
      compares: (heads) => this.compare(heads),
      takes: (book, events) => this.take(this.bookOf(book), events),
    };
    while (!signal.aborted) {
      try {
        if (!this.loaded) await this.load();
        await this.transport.follow(receiver, signal);
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
      book.said = Math.max(book.said, head);
      if (head <= book.head) continue;
      book.head = head;
      noteBehind(book);
      this.enqueueInTime(book);
    }
  }

  private async compare(heads: Positions): Promise<void> {
    for (const [name, head] of Object.entries(heads)) {
      const book = this.bookOf(name);
      book.said = Math.max(book.said, head);
      book.head = Math.max(book.head, head);
      noteBehind(book);
    }
    const behind = [...this.books.values()].filter((book) => !book.parked && book.head > book.position);
    if (behind.length === 0) return;
    await this.refresh(behind);
    // While others are delivered, its turn may still come.
    const patience = this.delivering ? STILL_WHILE_DELIVERING : 1;
    this.delivering = false;
    for (const book of behind) {
      book.stoodStill = book.comparedAt === book.position ? book.stoodStill + 1 : 0;
      book.comparedAt = book.position;
      if (book.stoodStill >= patience) this.readToHead(book);
    }
  }

  private async take(book: Book, events: readonly RecordedEvent[]): Promise<void> {
    const position = events.reduce((most, event) => Math.max(most, event.position), 0);
    if (book.parked || position <= book.position) return;
    this.delivering = true;
    book.head = Math.max(book.head, position);
    noteBehind(book);
    book.arrived = inOrderOnce([...book.arrived, ...events]);
    const taken = new Promise<void>((done) => book.takers.push({ position, done }));
    this.enqueue(book);
    await taken;
    if (this.stopping.signal.aborted) throw new Error('the consumer stops');
  }

  /** Lets those go whose deliveries are not needed any more. */
  private settle(book: Book, all = book.parked !== null): void {
    if (all) book.arrived = [];
    const done = book.takers.filter(({ position }) => all || position <= book.position);
    if (done.length === 0) return;
    book.takers = book.takers.filter((taker) => !done.includes(taker));
    done.forEach((taker) => taker.done());
  }

  /** Sees what other instances did to these books. */
  private async refresh(books: readonly Book[]): Promise<void> {
    const { topic, transact, onApplied } = this.options;
    const names = books.map(({ name }) => name);
    const cursors = new Map(
      (await transact((tx) => readCursors(tx, topic, names))).map((cursor) => [cursor.book, cursor]),
    );
    const moved = books.filter((book) => {
      const cursor = cursors.get(book.name);
      book.parked = cursor?.parked ?? null;
      const isAhead = cursor !== undefined && cursor.position > book.position;
      if (isAhead) book.position = cursor.position;
      noteBehind(book);
      this.settle(book);
      return isAhead;
    });
    if (moved.length > 0) onApplied?.(moved.map(({ name }) => name));
    this.waiters.check();
    this.lookAtParked();
  }

  /** Goes to where the cursors are, forward or back. */
  private async lookAtAll(): Promise<void> {
    const { topic, transact, onApplied } = this.options;
    const { signal } = this.stopping;
    const look = (): Promise<Cursor[] | null> => transact((tx) => readCursors(tx, topic)).catch(() => null);
    let cursors = await look();
    for (let failures = 1; cursors === null; failures++) {
      await pause(backoffMs(failures), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      cursors = await look();
    }
    this.doubted = null;
    const positions = new Map(cursors.map(({ book, position }) => [book, position]));
    for (const book of this.books.values()) {
      book.head = Math.max(book.head, book.position);
      book.position = positions.get(book.name) ?? 0;
      noteBehind(book);
      this.readToHead(book);
    }
    onApplied?.([...this.books.keys()]);
    this.waiters.check();
  }

  private lookAtParked(): void {
    if (this.lookingAtParked || this.stopping.signal.aborted) return;
    const parked = [...this.books.values()].filter((book) => book.parked);
    if (parked.length === 0) return;
    this.lookingAtParked = setTimeout(() => {
      this.lookingAtParked = null;
      this.refresh(parked).then(
        () => parked.forEach((book) => this.readToHead(book)),
        () => this.lookAtParked(),
      );
    }, LOOK_AT_PARKED_MS).unref();
  }

  private bookOf(name: string): Book {
    let book = this.books.get(name);
    if (!book) {
      book = newBook(name);
      this.books.set(name, book);
    }
    return book;
  }

  /** Now, or when it has rested. */
  private enqueueInTime(book: Book): void {
    if (this.isDone(book)) return;
    const now = Date.now();
    const restMs = Math.ceil((book.readAt + BOOKS_EVERY_MS / 2) / BOOKS_EVERY_MS) * BOOKS_EVERY_MS - now;
    if (restMs <= 0) this.enqueue(book);
    else if (!book.resting) {
      book.resting = true;
      setTimeout(() => {
        book.resting = false;
        this.enqueue(book);
      }, restMs).unref();
    }
  }

  /** What is known to be there and does not come is read from its owner. */
  private readToHead(book: Book): void {
    book.wanted = Math.max(book.wanted, book.head);
    this.enqueue(book);
  }

  private enqueue(book: Book): void {
    if (book.queued || book.parked || this.isDone(book)) return;
    book.queued = true;
    this.queue.push(book);
    this.workSoon();
  }

  /** How far a book is to be applied now. What is being delivered is not read from its owner, too, unless somebody waits for it. */
  private goalOf({ head, wanted, arrived }: Book): number {
    return Math.max(wanted, this.transport.shared ? (arrived.at(-1)?.position ?? 0) : head);
  }

  private isDone(book: Book): boolean {
    return book.position >= this.goalOf(book);
  }

  /** When everything is in the queue that was delivered together. */
  private workSoon(): void {
    this.soon ??= setImmediate(() => {
      this.soon = null;
      this.work();
    });
  }

  private work(): void {
    const { parallelBooks = PARALLEL_BOOKS } = this.options;
    while (this.loaded && !this.stopping.signal.aborted && this.active.size < parallelBooks) {
      const book = this.queue.shift();
      if (!book) return;
      const together = this.withOthers(book);
      const drained = this.drainSafely(together).finally(() => {
        this.active.delete(drained);
        this.work();
      });
      this.active.add(drained);
    }
  }

  /** A book, and others in the queue that are near their ends as it is, too: as many as are applied together. */
  private withOthers(first: Book): Book[] {
    const { booksTogether = 1 } = this.options;
    const together = [first];
    let events = this.comingOf(first);
    if (booksTogether === 1 || events === 0) return together;
    const left: Book[] = [];
    for (const book of this.queue) {
      const next = together.length < booksTogether ? this.comingOf(book) : 0;
      if (next === 0 || events + next > APPLIED_AT_ONCE) left.push(book);
      else {
        together.push(book);
        events += next;
      }
    }
    this.queue.splice(0, Infinity, ...left);
    return together;
  }

  /** How many events of a book come next that are delivered, or few enough to be read with others'; 0: nobody knows. */
  private comingOf(book: Book): number {
    const { position, head, wanted, arrived } = book;
    if (this.transport.shared || arrived.length > 0 || !this.options.source.readTogether) return nextOf(book).length;
    const coming = wanted <= position ? head - position : 0;
    return coming <= READ_TOGETHER ? Math.max(0, coming) : 0;
  }

  private async drainSafely(books: readonly Book[]): Promise<void> {
    const [first, ...others] = books;
    try {
      if (others.length > 0) await this.applyTogether(books);
      else if (first) await this.drain(first);
      for (const book of books) this.drained(book);
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      for (const book of books) this.failed(book, error);
    }
  }

  private drained(book: Book): void {
    book.failures = 0;
    book.trouble = null;
    book.queued = false;
    // More may have been announced at the last moment.
    if (book.wanted > book.position || book.arrived.length > 0) this.enqueue(book);
    else this.enqueueInTime(book);
    if (book.position === 0 && book.head === 0 && !book.queued) this.books.delete(book.name); // There is no such book.
  }

  private failed(book: Book, error: unknown): void {
    // Other books need not wait for this one's owner: it goes on by itself when that is back.
    if (error instanceof Unread) this.settle(book, true);
    else if (isPassing(error)) this.doubt();
    book.trouble = this.troubled(error, ++book.failures, `events of ${book.name} cannot be applied now`);
    setTimeout(() => {
      book.queued = false;
      this.readToHead(book); // Of what was delivered some may be lost.
    }, backoffMs(book.failures)).unref();
  }

  /** Applies what comes next of these books, and of each book alone when one of them fails. */
  private async applyTogether(books: readonly Book[]): Promise<void> {
    const delivered = new Map(books.map((book) => [book, takeNext(book)]));
    const pages = this.transport.shared ? delivered : await this.readTogether(delivered);
    const before = books.map(({ position }) => position);
    try {
      await this.applyPart(pages);
    } catch (error) {
      if (isPassing(error)) throw error;
      for (const [book, events] of pages) await this.applyPage(book, events);
    }
    // Where it was not what came next, after all.
    for (const [index, book] of books.entries()) if (book.position <= (before[index] ?? 0)) this.readToHead(book);
  }

  private async drain(book: Book): Promise<void> {
    const { signal } = this.stopping;
    let ahead: { readonly after: number; readonly events: Promise<RecordedEvent[]> } | null = null;
    let refreshed = !this.transport.shared;
    // Not further than this: what comes meanwhile comes with the next page.
    const goal = this.goalOf(book);
    const isThere = (): boolean => book.position >= Math.max(goal, book.wanted);
    while (!signal.aborted && !book.parked && !isThere()) {
      const delivered = takeNext(book);
      if (delivered.length > 0) {
        await this.applyPage(book, delivered);
        continue;
      }
      if (!refreshed) {
        refreshed = true;
        await this.refresh([book]);
        continue;
      }
      book.readAt = Date.now();
      const events: RecordedEvent[] = await (ahead?.after === book.position ? ahead.events : this.read(book));
      const last = events.at(-1)?.position;
      if (last === undefined && book.position >= book.said) return this.forgetMore(book);
      ahead = last !== undefined && last < goal ? { after: last, events: this.read(book, last) } : null;
      ahead?.events.catch(() => undefined); // It is awaited later, or not at all.
      const before = book.position;
      await this.applyPage(book, events);
      if (book.position === before && !book.parked)
        throw new Unread(new SourceFailed(`the source does not give event ${before + 1} of ${book.name}`));
    }
  }

  /** Its owner has nothing more: who asked for more was wrong, and what was delivered behind a gap is none of its events. */
  private forgetMore(book: Book): void {
    const { topic, log } = this.options;
    const { name, position, head, arrived } = book;
    if (arrived.length > 0) log.error({ topic, book: name, position, head }, 'events that their owner does not have');
    book.wanted = position;
    book.head = position;
    noteBehind(book);
    this.settle(book, true);
  }

  private async read(book: Book, after = book.position): Promise<RecordedEvent[]> {
    const delivered = book.arrived[0]?.position ?? Infinity;
    const limit = delivered > after ? Math.min(PAGE, delivered - after - 1) : PAGE;
    if (limit === 0) return [];
    try {
      return await this.options.source.read(book.name, after, limit, this.stopping.signal);
    } catch (error) {
      throw new Unread(error);
    }
  }

  /** Reads what was not delivered. */
  private async readTogether(
    delivered: ReadonlyMap<Book, readonly RecordedEvent[]>,
  ): Promise<ReadonlyMap<Book, readonly RecordedEvent[]>> {
    const { source } = this.options;
    const missing = [...delivered].flatMap(([book, events]) => (events.length === 0 ? [book] : []));
    const places = missing.map(({ name, position }) => ({ book: name, after: position }));
    if (places.length === 0 || !source.readTogether) return delivered;
    const now = Date.now();
    for (const book of missing) book.readAt = now;
    const read = await source.readTogether(places, READ_TOGETHER, this.stopping.signal).catch((error: unknown) => {
      throw new Unread(error);
    });
    const ofBooks = new Map(places.map(({ book }): [string, RecordedEvent[]] => [book, []]));
    for (const event of read) ofBooks.get(event.book)?.push(event);
    return new Map([...delivered].map(([book, events]) => [book, ofBooks.get(book.name) ?? events]));
  }

  /** Applies events together, and in ever smaller parts when that fails, until the poison event stands alone. */
  private async applyPage(book: Book, events: readonly RecordedEvent[]): Promise<void> {
    let rest = events;
    let size = events.length;
    let tries = 0;
    while (rest.length > 0 && !book.parked && !this.stopping.signal.aborted) {
      try {
        const before = book.position;
        await this.applyPart(new Map([[book, rest.slice(0, size)]]));
        rest = rest.filter(({ position }) => position > book.position);
        if (book.position === before) return;
        tries = 0;
      } catch (error) {
        if (isPassing(error)) throw error;
        if (size > 1) size = Math.ceil(size / 2);
        else if (++tries >= POISON_TRIES) await this.park(book, error, rest[0]?.correlationId);
      }
    }
  }

  private async applyPart(pages: ReadonlyMap<Book, readonly RecordedEvent[]>): Promise<void> {
    const { topic, transact, onApplied } = this.options;
    const byName = new Map([...pages].map(([{ name }, events]) => [name, events]));
    const cursors = await transact((tx) => applyOnce(tx, topic, byName, (own, next) => this.options.apply(own, next)));
    const after = new Map(cursors.map((cursor) => [cursor.book, cursor]));
    for (const [book, events] of pages) {
      const { position, parked } = after.get(book.name) ?? { position: book.position, parked: book.parked };
      book.parked = parked;
      // Also back: a server that crashed may have lost its last moments, and only the cursor knows what is there.
      book.position = position;
      book.recordedAt = Date.parse(events.at(-1)?.recordedAt ?? '') || book.recordedAt;
      noteBehind(book);
      this.logApplied(events, position);
      this.settle(book);
    }
    onApplied?.([...byName.keys()]);
    this.waiters.check();
    if (cursors.some(({ parked }) => parked)) this.lookAtParked();
  }

  /** The way of a command's id from its request to here. */
  private logApplied(events: readonly RecordedEvent[], position: number): void {
    const { topic, log } = this.options;
    const [first] = events;
    if (!log.debug || !first || !log.isLevelEnabled?.('debug')) return;
    const correlationIds = [...new Set(events.map(({ correlationId }) => correlationId))].slice(0, LOGGED_IDS);
    log.debug({ topic, book: first.book, from: first.position, to: position, correlationIds }, 'events are applied');
  }

  private async park(book: Book, error: unknown, correlationId: string | undefined): Promise<void> {
    const { topic, transact, log } = this.options;
    const reason = `${book.position + 1}: ${messageOf(error)}`.slice(0, 500).replaceAll('\u0000', '');
    await transact(async (tx: Tx) => {
      await lockCursors(tx, topic, [book.name]);
      await parkCursor(tx, topic, book.name, reason);
    });
    book.parked = { reason, at: new Date().toISOString() };
    log.error(
      { topic, book: book.name, position: book.position + 1, correlationId, err: error },
      'a book is parked before a poison event',
    );
    this.settle(book);
    this.waiters.check();
    this.lookAtParked();
  }

  private troubled(error: unknown, failures: number, message: string): string {
    const { log, topic } = this.options;
    if (failures === 1) log.warn({ topic, err: error }, message);
    return `${message}: ${messageOf(error)}`;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** 100 ms at first, 10 s at most, and not all at once. */
const backoffMs = (failures: number): number => Math.min(10_000, 50 * 2 ** failures) * (0.5 + Math.random());
