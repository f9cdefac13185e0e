import type { RecordedEvent } from '@propledger/contracts';
import { applyOnce } from './apply-once';
import { noteBehind, type Book } from './consumed-book';
import type { BookConsumerOptions } from './consumer-options';
import { lockCursors, parkCursor } from './cursors';
import { isPassing, reasonOf } from './database-errors';
import type { Tx } from './transaction';

const POISON_TRIES = 3;
/** Of a page of events. */
const LOGGED_IDS = 20;

/**
 * Applies events to a projection, with the cursors of their books, and parks the book of which one cannot be applied. What passes,
 * like a database that is away, is thrown to the caller.
 */
export class PageApplier<T extends Tx = Tx> {
  constructor(
    private readonly options: Pick<BookConsumerOptions<T>, 'topic' | 'transact' | 'apply' | 'onApplied' | 'log'>,
    /** Called when books are where their cursors are now: further, or parked. */
    private readonly changed: (books: readonly Book[]) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** Applies events of one book, and in ever smaller parts when that fails, until the poison event stands alone. */
  async ofBook(book: Book, events: readonly RecordedEvent[]): Promise<void> {
    let rest = events;
    let size = events.length;
    let tries = 0;
    while (rest.length > 0 && !book.parked && !this.signal.aborted) {
      try {
        const before = book.position;
        await this.apply(new Map([[book, rest.slice(0, size)]]));
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

  /** Applies events of several books in one transaction, and of each book alone when that fails. */
  async ofBooks(pages: ReadonlyMap<Book, readonly RecordedEvent[]>): Promise<void> {
    try {
      await this.apply(pages);
    } catch (error) {
      if (isPassing(error)) throw error;
      for (const [book, events] of pages) await this.ofBook(book, events);
    }
  }

  private async apply(pages: ReadonlyMap<Book, readonly RecordedEvent[]>): Promise<void> {
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
    }
    onApplied?.([...byName.keys()]);
    this.changed([...pages.keys()]);
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
    const reason = `${book.position + 1}: ${reasonOf(error)}`.slice(0, 500).replaceAll('\u0000', '');
    await transact(async (tx: Tx) => {
      await lockCursors(tx, topic, [book.name]);
      await parkCursor(tx, topic, book.name, reason);
    });
    book.parked = { reason, at: new Date().toISOString() };
    log.error(
      { topic, book: book.name, position: book.position + 1, correlationId, err: error },
      'a book is parked before a poison event',
    );
    this.changed([book]);
  }
}
