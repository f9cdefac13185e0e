import type { Topic } from '@propledger/contracts';
import type { Tx } from './transaction';

/** How far a projection has applied a book, and why it goes no further. */
export interface Cursor {
  readonly book: string;
  readonly position: number;
  readonly parked: Parked | null;
}

export interface Parked {
  readonly reason: string;
  /** RFC 3339, UTC. */
  readonly at: string;
}

interface Row {
  readonly book: string;
  readonly position: string;
  readonly parked_reason: string | null;
  readonly parked_at: Date | null;
}

const COLUMNS = 'book, position, parked_reason, parked_at';

const cursorOf = (row: Row): Cursor => ({
  book: row.book,
  position: Number(row.position),
  parked:
    row.parked_reason === null
      ? null
      : { reason: row.parked_reason, at: row.parked_at ? row.parked_at.toISOString() : '' },
});

/** The cursors of these books, or of all. A book of which nothing was applied may have none. */
export const readCursors = async (tx: Tx, topic: Topic, books: readonly string[] | null = null): Promise<Cursor[]> =>
  (
    await tx.rows<Row>(`select ${COLUMNS} from cursor where topic = $1 and ($2::text[] is null or book = any($2))`, [
      topic,
      books,
    ])
  ).map(cursorOf);

/** Makes the cursors if need be, and keeps them for this transaction: nobody else applies these books meanwhile. */
export const lockCursors = async (tx: Tx, topic: Topic, books: readonly string[]): Promise<Cursor[]> => {
  // In order, so that no two wait for each other.
  const select = `select ${COLUMNS} from cursor where topic = $1 and book = any($2) order by book for update`;
  let rows = await tx.rows<Row>(select, [topic, books]);
  if (rows.length < books.length) {
    await tx.rows(
      'insert into cursor (topic, book) select $1, book from unnest($2::text[]) as b(book) order by book on conflict do nothing',
      [topic, books],
    );
    rows = await tx.rows<Row>(select, [topic, books]);
  }
  if (rows.length < books.length) throw new Error(`a cursor of ${books.join(', ')} is gone`);
  return rows.map(cursorOf);
};

/** The transaction waits for it, and fails with it: nobody else need. */
export const moveCursors = (tx: Tx, topic: Topic, cursors: readonly Cursor[]): Promise<unknown> =>
  tx.rows(
    `update cursor c set position = m.position
     from unnest($2::text[], $3::bigint[]) as m(book, position) where c.topic = $1 and c.book = m.book`,
    [topic, cursors.map(({ book }) => book), cursors.map(({ position }) => position)],
  );

export const parkCursor = async (tx: Tx, topic: Topic, book: string, reason: string): Promise<void> => {
  await tx.rows('update cursor set parked_reason = $3, parked_at = clock_timestamp() where topic = $1 and book = $2', [
    topic,
    book,
    reason,
  ]);
};

/** Lets every parked book be tried again. */
export const unparkAll = async (tx: Tx, topic: Topic): Promise<void> => {
  await tx.rows(
    'update cursor set parked_reason = null, parked_at = null where topic = $1 and parked_reason is not null',
    [topic],
  );
};

/** Lets one parked book be tried again; whether it was parked. */
export const unparkBook = async (tx: Tx, topic: Topic, book: string): Promise<boolean> => {
  const rows = await tx.rows(
    `update cursor set parked_reason = null, parked_at = null
     where topic = $1 and book = $2 and parked_reason is not null returning 1`,
    [topic, book],
  );
  return rows.length > 0;
};
