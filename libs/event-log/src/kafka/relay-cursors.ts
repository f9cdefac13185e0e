import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { Slice } from '../read-slices';
import type { Tx } from '../transaction';

/** How far each book was published, beside the books. */
export class CreateRelay implements MigrationInterface {
  readonly name = 'CreateRelay1700000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table relay_cursor (
        book text primary key,
        position bigint not null default 0 check (position >= 0)
      ) with (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table relay_cursor');
  }
}

export const relayMigration = CreateRelay;

/** What is not published yet. */
export interface BehindBooks {
  readonly books: number;
  readonly lag: number;
  /** Of those books, the ones that have no cursor yet. */
  readonly unknown: number;
}

export const behindBooks = async (tx: Tx): Promise<BehindBooks> => {
  const [row] = await tx.rows<{ books: number; lag: string; unknown: number }>(
    `select count(*)::int as books, coalesce(sum(h.position - coalesce(c.position, 0)), 0)::text as lag,
       count(*) filter (where c.book is null)::int as unknown
     from book_head h left join relay_cursor c using (book) where h.position > coalesce(c.position, 0)`,
  );
  return { books: row?.books ?? 0, lag: Number(row?.lag ?? 0), unknown: row?.unknown ?? 0 };
};

const BOOKS_A_ROUND = 300;

/** What of a book is not published yet, up to its last event. */
export interface Unpublished extends Slice {
  /** Of the last event, hex. */
  readonly hash: string;
}

/** Holds books that are behind and that nobody else holds until the transaction ends; those that are little behind come first. */
export const lockBooks = async (tx: Tx, someAreUnknown: boolean): Promise<Unpublished[]> => {
  if (someAreUnknown)
    void tx.rows(
      `insert into relay_cursor (book) select book from book_head where position > 0 order by book on conflict do nothing`,
    );
  const rows = await tx.rows<{ book: string; after: string; up_to: string; hash: string }>(
    `select c.book, c.position as after, h.position as up_to, encode(h.hash, 'hex') as hash
     from relay_cursor c join book_head h using (book) where h.position > c.position
     order by h.position - c.position, c.book limit ${BOOKS_A_ROUND} for update of c skip locked`,
  );
  return rows.map(({ book, after, up_to, hash }) => ({ book, after: Number(after), upTo: Number(up_to), hash }));
};

export const moveRelayCursors = (
  tx: Tx,
  ends: readonly { readonly book: string; readonly position: number }[],
): Promise<unknown> =>
  tx.rows(
    `update relay_cursor c set position = m.position
     from unnest($1::text[], $2::bigint[]) as m (book, position) where c.book = m.book`,
    [ends.map(({ book }) => book), ends.map(({ position }) => position)],
  );

/** How many events were published by these cursors. */
export const publishedSoFar = async (tx: Tx): Promise<number> => {
  const [row] = await tx.rows<{ events: string }>(
    'select coalesce(sum(position), 0)::text as events from relay_cursor',
  );
  return Number(row?.events ?? 0);
};

/** Lets everything be published again, of one book or of all. */
export const rewindRelay = (tx: Tx, book: string | null): Promise<unknown> =>
  tx.rows('update relay_cursor set position = 0 where position > 0 and ($1::text is null or book = $1)', [book]);
