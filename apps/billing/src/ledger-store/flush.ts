import { closeThrough, reopenFrom, type Head, type Tx } from '@propledger/event-log';
import type { BookState, LedgerState, ReceiptState, Touched } from '@propledger/ledger-core';
import {
  APPLICATION,
  BALANCE,
  BINDING,
  BROUGHT_IN,
  CALENDAR,
  CHARGE,
  DEPOSIT,
  DEVELOPER,
  DISCOUNT_RULE,
  ENTRY,
  FREEZE,
  GRANT,
  ITEM_TERMS,
  LIMITS,
  METER,
  METER_RECORD,
  POOL,
  POOL_AMOUNT,
  RECEIPT,
  RECOVERY,
  REDUCTION,
  REFUND,
  STANDARD,
  VACANCY,
  WRITE_OFF,
  type Table,
} from './tables';
import { insert, update, upsert, type InBook } from './write-table';

/**
 * Writes what a batch touched, at most two statements a table, however many books and entities there are. The transaction waits for
 * them, and fails with any of them; what is answered is waited for beside that.
 *
 * @param heads where the books stood before the batch: what has a later position is new.
 */
export const flush = (tx: Tx, { books }: LedgerState, heads: ReadonlyMap<string, Head>): Promise<unknown> => {
  const all = [...books.values()];
  const touched = <Entity>(of: (touched: Touched) => ReadonlySet<Entity>): InBook<Entity>[] => touchedIn(all, of);
  const entries = <Entity extends { readonly position: number }>(
    table: Table<Entity>,
    of: (touched: Touched) => ReadonlySet<Entity>,
  ): void => {
    const rows = touched(of);
    // What is reversed first: it frees a number for what is new.
    update(
      tx,
      table,
      rows.filter(({ book, entity }) => !isNew(heads, book, entity)),
    );
    insert(
      tx,
      table,
      rows.filter(({ book, entity }) => isNew(heads, book, entity)),
    );
  };

  const reopened = writeCalendars(tx, all, heads);
  upsert(
    tx,
    LIMITS,
    all.flatMap(({ book, limits, touched: { limits: changed } }) =>
      changed && limits ? [{ book, entity: limits }] : [],
    ),
  );
  upsert(
    tx,
    STANDARD,
    touched(({ standards }) => standards),
  );
  upsert(
    tx,
    ITEM_TERMS,
    touched(({ itemTerms }) => itemTerms),
  );
  upsert(
    tx,
    DEVELOPER,
    touched(({ developers }) => developers),
  );
  upsert(
    tx,
    VACANCY,
    touched(({ vacancies }) => vacancies),
  );
  upsert(
    tx,
    BINDING,
    touched(({ bindings }) => bindings),
  );
  upsert(
    tx,
    METER,
    touched(({ meters }) => meters),
  );
  upsert(
    tx,
    POOL,
    touched(({ pools }) => pools),
  );
  upsert(
    tx,
    POOL_AMOUNT,
    touched(({ poolAmounts }) => poolAmounts),
  );
  entries(METER_RECORD, ({ meterRecords }) => meterRecords);
  upsert(
    tx,
    DISCOUNT_RULE,
    touched(({ discountRules }) => discountRules),
  );
  upsert(
    tx,
    BALANCE,
    touched(({ balances }) => balances),
  );
  entries(CHARGE, ({ charges }) => charges);
  entries(RECEIPT, ({ receipts }) => receipts);
  writeTransactions(tx, all, heads);
  entries(APPLICATION, ({ applications }) => applications);
  entries(DEPOSIT, ({ deposits }) => deposits);
  entries(REFUND, ({ refunds }) => refunds);
  entries(WRITE_OFF, ({ writeOffs }) => writeOffs);
  entries(RECOVERY, ({ recoveries }) => recoveries);
  entries(REDUCTION, ({ reductions }) => reductions);
  entries(GRANT, ({ grants }) => grants);
  entries(FREEZE, ({ freezes }) => freezes);
  entries(BROUGHT_IN, ({ broughtIn }) => broughtIn);
  entries(ENTRY, (touched) => touched.entries);
  return reopened;
};

const isNew = (heads: ReadonlyMap<string, Head>, book: string, { position }: { readonly position: number }): boolean =>
  position > (heads.get(book)?.position ?? 0);

const touchedIn = <Entity>(
  books: readonly BookState[],
  of: (touched: Touched) => ReadonlySet<Entity>,
): InBook<Entity>[] =>
  books.flatMap(({ book, touched }) => {
    const entities = of(touched);
    return entities.size === 0 ? [] : Array.from(entities, (entity) => ({ book, entity }));
  });

/** Resolves when every book that is opened again was as it should be. */
const writeCalendars = (tx: Tx, books: readonly BookState[], heads: ReadonlyMap<string, Head>): Promise<unknown> => {
  const changed = books.flatMap(({ book, calendar, touched }) =>
    touched.calendar && calendar ? [{ book, entity: calendar }] : [],
  );
  upsert(tx, CALENDAR, changed);
  const moved = changed.flatMap(({ book, entity: { closedThrough } }) => {
    const before = heads.get(book)?.closedThrough ?? null;
    if (closedThrough === before) return [];
    if (before !== null && (closedThrough === null || closedThrough < before))
      return [reopenFrom(tx, book, before, closedThrough)];
    return closedThrough === null ? [] : [closeThrough(tx, book, closedThrough)];
  });
  return Promise.all(moved);
};

/** Channel transactions stand as long as their receipts do. */
const writeTransactions = (tx: Tx, books: readonly BookState[], heads: ReadonlyMap<string, Head>): void => {
  const receipts = touchedIn(books, (touched) => touched.receipts);
  const gone = transactionsOf(receipts.filter(({ entity }) => entity.reversedBy !== null));
  if (gone.length > 0)
    void tx.rows(
      `delete from receipt_transaction t using unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) as gone(book, method, reference, position)
        where t.book = gone.book and t.method = gone.method and t.reference = gone.reference and t.position = gone.position`,
      columnsOf(gone),
    );
  const standing = transactionsOf(
    receipts.filter(({ book, entity }) => entity.reversedBy === null && isNew(heads, book, entity)),
  );
  if (standing.length > 0)
    void tx.rows(
      `insert into receipt_transaction (book, method, reference, position)
       select * from unnest($1::text[], $2::text[], $3::text[], $4::bigint[])`,
      columnsOf(standing),
    );
};

interface Transaction {
  readonly book: string;
  readonly method: string;
  readonly reference: string;
  /** Of the receipt. */
  readonly position: number;
}

const transactionsOf = (receipts: readonly InBook<ReceiptState>[]): Transaction[] =>
  receipts.flatMap(({ book, entity: { position, tenders } }) =>
    tenders.flatMap(({ method, reference }) => (reference === null ? [] : [{ book, method, reference, position }])),
  );

const columnsOf = (transactions: readonly Transaction[]): unknown[] => [
  transactions.map(({ book }) => book),
  transactions.map(({ method }) => method),
  transactions.map(({ reference }) => reference),
  transactions.map(({ position }) => position),
];
