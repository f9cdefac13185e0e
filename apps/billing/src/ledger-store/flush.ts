import { closeThrough, reopenFrom, type Head, type Tx } from '@propledger/event-log';
import type { BookState, LedgerState, Touched } from '@propledger/ledger-core';
import { KEYS_ONLY } from './look-up';
import {
  APPLICATION,
  BALANCE,
  BINDING,
  BROUGHT_IN,
  CALENDAR,
  CHARGE,
  DEPOSIT,
  ENTRY,
  LIMITS,
  RECEIPT,
  RECOVERY,
  REDUCTION,
  REFUND,
  STANDARD,
  WRITE_OFF,
  type Table,
} from './tables';
import { insert, update, upsert, type InBook } from './write-table';

/**
 * Writes what a batch touched, at most two statements a table, however many books and entities there are.
 *
 * @param heads where the books stood before the batch: what has a later position is new.
 */
export const flush = async (tx: Tx, { books }: LedgerState, heads: ReadonlyMap<string, Head>): Promise<void> => {
  const all = [...books.values()];
  const touched = <Entity>(of: (touched: Touched) => ReadonlySet<Entity>): InBook<Entity>[] => touchedIn(all, of);
  const entries = async <Entity extends { readonly position: number }>(
    table: Table<Entity>,
    of: (touched: Touched) => ReadonlySet<Entity>,
  ): Promise<void> => {
    const rows = touched(of);
    // What is reversed first: it frees a number for what is new.
    await update(
      tx,
      table,
      rows.filter(({ book, entity }) => !isNew(heads, book, entity)),
    );
    await insert(
      tx,
      table,
      rows.filter(({ book, entity }) => isNew(heads, book, entity)),
    );
  };

  await tx.rows(KEYS_ONLY);
  await writeCalendars(tx, all, heads);
  await upsert(
    tx,
    LIMITS,
    all.flatMap(({ book, limits, touched: { limits: changed } }) =>
      changed && limits ? [{ book, entity: limits }] : [],
    ),
  );
  await upsert(
    tx,
    STANDARD,
    touched(({ standards }) => standards),
  );
  await upsert(
    tx,
    BINDING,
    touched(({ bindings }) => bindings),
  );
  await upsert(
    tx,
    BALANCE,
    touched(({ balances }) => balances),
  );
  await entries(CHARGE, ({ charges }) => charges);
  await entries(RECEIPT, ({ receipts }) => receipts);
  await writeTransactions(tx, all, heads);
  await entries(APPLICATION, ({ applications }) => applications);
  await entries(DEPOSIT, ({ deposits }) => deposits);
  await entries(REFUND, ({ refunds }) => refunds);
  await entries(WRITE_OFF, ({ writeOffs }) => writeOffs);
  await entries(RECOVERY, ({ recoveries }) => recoveries);
  await entries(REDUCTION, ({ reductions }) => reductions);
  await entries(BROUGHT_IN, ({ broughtIn }) => broughtIn);
  await entries(ENTRY, (touched) => touched.entries);
};

const isNew = (heads: ReadonlyMap<string, Head>, book: string, { position }: { readonly position: number }): boolean =>
  position > (heads.get(book)?.position ?? 0);

const touchedIn = <Entity>(
  books: readonly BookState[],
  of: (touched: Touched) => ReadonlySet<Entity>,
): InBook<Entity>[] => books.flatMap(({ book, touched }) => [...of(touched)].map((entity) => ({ book, entity })));

const writeCalendars = async (tx: Tx, books: readonly BookState[], heads: ReadonlyMap<string, Head>): Promise<void> => {
  const changed = books.flatMap(({ book, calendar, touched }) =>
    touched.calendar && calendar ? [{ book, entity: calendar }] : [],
  );
  await upsert(tx, CALENDAR, changed);
  for (const { book, entity } of changed) {
    const { closedThrough } = entity;
    const before = heads.get(book)?.closedThrough ?? null;
    if (closedThrough === before) continue;
    if (before !== null && (closedThrough === null || closedThrough < before))
      await reopenFrom(tx, book, before, closedThrough);
    else if (closedThrough !== null) await closeThrough(tx, book, closedThrough);
  }
};

/** Channel transactions stand as long as their receipts do. */
const writeTransactions = async (
  tx: Tx,
  books: readonly BookState[],
  heads: ReadonlyMap<string, Head>,
): Promise<void> => {
  const receipts = touchedIn(books, (touched) => touched.receipts);
  const gone = receipts.filter(({ entity }) => entity.reversedBy !== null && hasReference(entity.tenders));
  if (gone.length > 0)
    await tx.rows(
      `delete from receipt_transaction t using unnest($1::text[], $2::bigint[]) as gone(book, position)
        where t.book = gone.book and t.position = gone.position`,
      [gone.map(({ book }) => book), gone.map(({ entity }) => entity.position)],
    );
  const standing = receipts
    .filter(({ book, entity }) => entity.reversedBy === null && isNew(heads, book, entity))
    .flatMap(({ book, entity: { position, tenders } }) =>
      tenders.flatMap(({ method, reference }) => (reference === null ? [] : [{ book, method, reference, position }])),
    );
  if (standing.length > 0)
    await tx.rows(
      `insert into receipt_transaction (book, method, reference, position)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])`,
      [
        standing.map(({ book }) => book),
        standing.map(({ method }) => method),
        standing.map(({ reference }) => reference),
        standing.map(({ position }) => position),
      ],
    );
};

const hasReference = (tenders: readonly { readonly reference: string | null }[]): boolean =>
  tenders.some(({ reference }) => reference !== null);
