import type { Period } from '@propledger/contracts';
import type { Tx } from './transaction';

/** How far a book is. */
export interface Head {
  readonly book: string;
  /** Of the last event; 0 before the first. */
  readonly position: number;
  /** Of the last event, hex. */
  readonly hash: string;
  /** Nothing may be posted into this period and those before. */
  readonly closedThrough: Period | null;
  /** While set, only submissions of this source are taken. */
  readonly heldBy: string | null;
}

interface HeadRow {
  readonly book: string;
  readonly position: string;
  readonly hash: string;
  readonly closed_through: string | null;
  readonly held_by: string | null;
}

/** The columns of a head, for `headOf`. */
const HEAD_COLUMNS = `book, position, encode(hash, 'hex') as hash, closed_through, held_by`;

const headOf = (row: HeadRow): Head => ({
  book: row.book,
  position: Number(row.position),
  hash: row.hash,
  closedThrough: row.closed_through,
  heldBy: row.held_by,
});

/** The heads of these books, or of all, in book order. A book in which nothing was recorded yet is not among them. */
export const heads = async (tx: Tx, books?: readonly string[]): Promise<Head[]> => {
  const rows = await tx.rows<HeadRow>(
    `select ${HEAD_COLUMNS} from book_head
     where position > 0 and ($1::text[] is null or book = any($1)) order by book`,
    [books ?? null],
  );
  return rows.map(headOf);
};

/** A head that is locked, and the time at which its next events are recorded. */
export interface LockedHead extends Head {
  /** RFC 3339, UTC, microseconds; not before that of the book's last event. */
  readonly recordedAt: string;
}

export const RECORDED_AT = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

/**
 * Locks heads in book order until the transaction ends, and makes those of `unknown` books first.
 *
 * @param wait whether to wait for books that somebody else has locked; otherwise they are left out of the answer.
 */
export const lockHeads = (
  tx: Tx,
  books: readonly string[],
  unknown: readonly string[],
  wait: boolean,
): Promise<LockedHead[]> => {
  // Not waited for: what is asked of the transaction after this call runs after both.
  if (unknown.length > 0) void makeHeads(tx, unknown);
  const rows = tx.rows<HeadRow & { recorded_at: string }>(
    `select ${HEAD_COLUMNS},
            to_char(greatest(recorded_at, clock_timestamp()) at time zone 'UTC', ${RECORDED_AT}) as recorded_at
     from book_head where book = any($1) order by book for update ${wait ? '' : 'skip locked'}`,
    [books],
  );
  return rows.then((locked) => locked.map((row) => ({ ...headOf(row), recordedAt: row.recorded_at })));
};

// In book order, too: two that make the same heads wait for one another and never cross.
const makeHeads = (tx: Tx, books: readonly string[]): Promise<unknown> =>
  tx.rows('insert into book_head (book) select unnest($1::text[]) on conflict do nothing', [[...books].sort()]);

/** Moves locked heads to where their books have come. */
export const moveHeads = (
  tx: Tx,
  moved: readonly {
    readonly book: string;
    readonly position: number;
    readonly hash: string;
    readonly recordedAt: string;
  }[],
): Promise<unknown> =>
  tx.rows(
    `update book_head h set position = m.position, hash = decode(m.hash, 'hex'), recorded_at = m.recorded_at
     from unnest($1::text[], $2::bigint[], $3::text[], $4::timestamptz[]) as m (book, position, hash, recorded_at)
     where h.book = m.book`,
    [
      moved.map(({ book }) => book),
      moved.map(({ position }) => position),
      moved.map(({ hash }) => hash),
      moved.map(({ recordedAt }) => recordedAt),
    ],
  );

/** Closes a book through a period. Within a BatchHandler's flush the head is locked already. */
export const closeThrough = (tx: Tx, book: string, period: Period): Promise<unknown> =>
  tx.rows(
    'update book_head set closed_through = $2 where book = $1 and (closed_through is null or closed_through < $2)',
    [book, period],
  );

/**
 * Takes back the closing through `period`: the book is then closed through `through`, or not at all.
 *
 * @throws Error when the book is not closed through `period`, or `through` is not before it.
 */
export const reopenFrom = async (tx: Tx, book: string, period: Period, through: Period | null): Promise<void> => {
  const moved = await tx.rows(
    'update book_head set closed_through = $3 where book = $1 and closed_through = $2 and coalesce($3 < $2, true) returning 1',
    [book, period, through],
  );
  if (moved.length === 0) throw new Error(`${book} is not closed through ${period}`);
};

/**
 * Keeps a book for submissions whose source is `holder`, until released; waits for an append that is in flight. Holding
 * again what one holds changes nothing.
 *
 * @returns whether it is held now; false: somebody else holds it.
 */
export const holdBook = async (tx: Tx, book: string, holder: string): Promise<boolean> => {
  await makeHeads(tx, [book]);
  const rows = await tx.rows<{ held_by: string | null }>('select held_by from book_head where book = $1 for update', [
    book,
  ]);
  const heldBy = rows[0]?.held_by ?? null;
  if (heldBy === null) await tx.rows('update book_head set held_by = $2 where book = $1', [book, holder]);
  return heldBy === null || heldBy === holder;
};

/** Lets go what `holder` holds; a book that is free or somebody else's stays as it is. */
export const releaseBook = async (tx: Tx, book: string, holder: string): Promise<void> => {
  await tx.rows('update book_head set held_by = null where book = $1 and held_by = $2', [book, holder]);
};
