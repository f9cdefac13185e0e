import type { Positions, RecordedEvent } from '@propledger/contracts';
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
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
import type { BookConsumerOptions, ConsumerStatus } from './consumer-options';
import { readCursors, unparkAll, unparkBook, type Cursor } from './cursors';
import { isPassing, reasonOf } from './database-errors';
import { SourceFailed } from './event-source';
import { MissingEvents, READ_TOGETHER, Unread } from './missing-events';
import { PageApplier } from './page-applier';
import type { Tx } from './transaction';
import { localTransport, type Receiver, type Transport } from './transport';
import { Waiters } from './waiters';

const PARALLEL_BOOKS = 2;

/**
 * Books that move all the time are read once in so long, all at the same moments, so that a busy source is asked for pages of many
 * books and not for events; for somebody who waits, at once.
 */
const BOOKS_EVERY_MS = 200;
/** A book that stands still is read from the source after so many comparisons, where other books are being delivered. */
const STILL_WHILE_DELIVERING = 6;
/** Another instance may have released a parked book. */
const LOOK_AT_PARKED_MS = 5_000;

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
  /** Why it could not be seen last time how far books, or some of them, have come. */
  private silence: string | null = null;
  private readonly transport: Transport;
  private readonly missing: MissingEvents;
  private readonly applier: PageApplier<T>;
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
    this.missing = new MissingEvents(options.source, this.stopping.signal);
    this.applier = new PageApplier(options, (books) => this.changed(books), this.stopping.signal);
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

  /** Whether there is such a book, as far as is known here. */
  knows(name: string): boolean {
    return this.books.has(name);
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
      trouble: this.trouble ?? this.silence ?? books.find(({ trouble }) => trouble !== null)?.trouble ?? null,
      lag: behind.reduce((sum, { position, head }) => sum + head - position, 0),
      lagSeconds: Math.max(0, ...books.map(behindForMs)) / 1000,
      behind,
      parked: books.flatMap(({ name, position, parked }) => (parked ? [{ book: name, position, ...parked }] : [])),
      ahead: books.flatMap(({ name, position, lostAfter }) =>
        lostAfter === null ? [] : [{ book: name, position, head: lostAfter }],
      ),
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
    let uncompared = 0;
    const receiver: Receiver = {
      sees: (heads) => {
        failures = 0;
        this.trouble = null;
        this.seeHeads(heads);
      },
      compares: (heads) => this.compare(heads),
      misses: (failure) => {
        if (failure === null) {
          uncompared = 0;
          this.silence = null;
        } else this.silence = this.troubled(failure, ++uncompared, 'it cannot be seen how far books have come');
      },
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
      this.noteLost(book, head);
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
      book.comparedHead = book.head;
      if (book.stoodStill >= patience) this.readToHead(book);
    }
  }

  /** What was applied before the source was asked it must have. */
  private noteLost(book: Book, head: number): void {
    const lostAfter = head < book.stoodAt ? head : null;
    if (lostAfter !== null && book.lostAfter === null) {
      const { topic, log } = this.options;
      log.error(
        { topic, book: book.name, position: book.position, head },
        'the owner has less of a book than was applied here',
      );
    }
    book.lostAfter = lostAfter;
    book.stoodAt = book.position;
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

  /** Books are where their cursors are now. */
  private changed(books: readonly Book[]): void {
    for (const book of books) this.settle(book);
    this.waiters.check();
    if (books.some(({ parked }) => parked)) this.lookAtParked();
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
      if (isAhead) {
        book.position = cursor.position;
        // What was there when it was compared last is applied: it is behind by what came after that.
        if (book.position >= book.comparedHead) book.behindSince = null;
      }
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
    if (this.transport.shared || arrived.length > 0 || !this.missing.canReadTogether) return nextOf(book).length;
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
      if (!book.queued) this.drained(book); // It was done after all, here or in another instance.
    }, backoffMs(book.failures)).unref();
  }

  /** Applies what comes next of these books. */
  private async applyTogether(books: readonly Book[]): Promise<void> {
    const delivered = new Map(books.map((book) => [book, takeNext(book)]));
    const before = books.map(({ position }) => position);
    await this.applier.ofBooks(this.transport.shared ? delivered : await this.missing.ofThose(delivered));
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
        await this.applier.ofBook(book, delivered);
        continue;
      }
      if (!refreshed) {
        refreshed = true;
        await this.refresh([book]);
        continue;
      }
      book.readAt = Date.now();
      const events: RecordedEvent[] = await (ahead?.after === book.position ? ahead.events : this.missing.of(book));
      const last = events.at(-1)?.position;
      if (last === undefined && book.position >= book.said) return this.forgetMore(book);
      ahead = last !== undefined && last < goal ? { after: last, events: this.missing.of(book, last) } : null;
      ahead?.events.catch(() => undefined); // It is awaited later, or not at all.
      const before = book.position;
      await this.applier.ofBook(book, events);
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

  private troubled(error: unknown, failures: number, message: string): string {
    const { log, topic } = this.options;
    if (failures === 1) log.warn({ topic, err: error }, message);
    return `${message}: ${reasonOf(error)}`;
  }
}

/** 100 ms at first, 10 s at most, and not all at once. */
const backoffMs = (failures: number): number => Math.min(10_000, 50 * 2 ** failures) * (0.5 + Math.random());
