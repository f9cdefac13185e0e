import type { RecordedEvent } from '@propledger/contracts';
import type { Book } from './consumed-book';
import { reasonOf } from './database-errors';
import type { EventSource } from './event-source';

/** Events of one book that are read at a time. */
const PAGE = 500;
/** A book that is further behind is read alone, page after page. */
export const READ_TOGETHER = 100;

/** The source could not be read. */
export class Unread extends Error {
  constructor(reason: unknown) {
    super(reasonOf(reason), { cause: reason });
  }
}

/** Reads from the owner of books what was not delivered. Its methods throw Unread. */
export class MissingEvents {
  constructor(
    private readonly source: EventSource,
    private readonly signal: AbortSignal,
  ) {}

  get canReadTogether(): boolean {
    return this.source.readTogether !== undefined;
  }

  /** What comes after a position, up to what was delivered behind it; a page at most. */
  async of(book: Book, after = book.position): Promise<RecordedEvent[]> {
    const delivered = book.arrived[0]?.position ?? Infinity;
    const limit = delivered > after ? Math.min(PAGE, delivered - after - 1) : PAGE;
    if (limit === 0) return [];
    return this.source.read(book.name, after, limit, this.signal).catch(unread);
  }

  /** The same for those of these books of which nothing was delivered, some of each, in one question. */
  async ofThose(
    delivered: ReadonlyMap<Book, readonly RecordedEvent[]>,
  ): Promise<ReadonlyMap<Book, readonly RecordedEvent[]>> {
    const missing = [...delivered].flatMap(([book, events]) => (events.length === 0 ? [book] : []));
    const places = missing.map(({ name, position }) => ({ book: name, after: position }));
    if (places.length === 0 || !this.source.readTogether) return delivered;
    const now = Date.now();
    for (const book of missing) book.readAt = now;
    const read = await this.source.readTogether(places, READ_TOGETHER, this.signal).catch(unread);
    const ofBooks = new Map(places.map(({ book }): [string, RecordedEvent[]] => [book, []]));
    for (const event of read) ofBooks.get(event.book)?.push(event);
    return new Map([...delivered].map(([book, events]) => [book, ofBooks.get(book.name) ?? events]));
  }
}

const unread = (reason: unknown): never => {
  throw new Unread(reason);
};
