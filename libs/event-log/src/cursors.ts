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

/** Makes the cursor if need be, and keeps it for this transaction: nobody else applies this book meanwhile. */
export const lockCursor = async (tx: Tx, topic: Topic, book: string): Promise<Cursor> => {
  const select = `select ${COLUMNS} from cursor where topic = $1 and book = $2 for update`;
  let [row] = await tx.rows<Row>(select, [topic, book]);
  if (!row) {
    await tx.rows('insert into cursor (topic, book) values ($1, $2) on conflict do nothing', [topic, book]);
    [row] = await tx.rows<Row>(select, [topic, book]);
  }
  if (!row) throw new Error(`the cursor of ${book} is gone`);
  return cursorOf(row);
};

/** The transaction waits for it, and fails with it: nobody else need. */
export const moveCursor = (tx: Tx, topic: Topic, book: string, position: number): Promise<unknown> =>
  tx.rows('update cursor set position = $3 where topic = $1 and book = $2', [topic, book, position]);

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
