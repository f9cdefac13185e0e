import { closeThrough, type Tx } from '@propledger/event-log';
import type { BookState, LedgerState, Touched } from '@propledger/ledger-core';
import {
  APPLICATION,
  BALANCE,
  BINDING,
  BROUGHT_IN,
  CALENDAR,
  CHARGE,
  DEPOSIT,
  RECEIPT,
  REFUND,
  STANDARD,
  WRITE_OFF,
  type Table,
} from './tables';

/** Writes what a batch touched, one statement a table, however many books and entities there are. */
export const flush = async (tx: Tx, { books }: LedgerState): Promise<void> => {
  const all = [...books.values()];
  await write(
    tx,
    CALENDAR,
    all.flatMap(({ book, calendar, touched }) => (touched.calendar && calendar ? [{ book, entity: calendar }] : [])),
  );
  for (const { book, calendar, touched } of all)
    if (touched.calendar && calendar?.closedThrough != null) await closeThrough(tx, book, calendar.closedThrough);
  await write(
    tx,
    STANDARD,
    touchedIn(all, ({ standards }) => standards),
  );
  await write(
    tx,
    BINDING,
    touchedIn(all, ({ bindings }) => bindings),
  );
  await write(
    tx,
    CHARGE,
    touchedIn(all, ({ charges }) => charges),
  );
  await write(
    tx,
    RECEIPT,
    touchedIn(all, ({ receipts }) => receipts),
  );
  await writeTransactions(tx, all);
  await write(
    tx,
    BALANCE,
    touchedIn(all, ({ balances }) => balances),
  );
  await write(
    tx,
    APPLICATION,
    touchedIn(all, ({ applications }) => applications),
  );
  await write(
    tx,
    DEPOSIT,
    touchedIn(all, ({ deposits }) => deposits),
  );
  await write(
    tx,
    REFUND,
    touchedIn(all, ({ refunds }) => refunds),
  );
  await write(
    tx,
    WRITE_OFF,
    touchedIn(all, ({ writeOffs }) => writeOffs),
  );
  await write(
    tx,
    BROUGHT_IN,
    touchedIn(all, ({ broughtIn }) => broughtIn),
  );
};

interface InBook<Entity> {
  readonly book: string;
  readonly entity: Entity;
}

const touchedIn = <Entity>(
  books: readonly BookState[],
  of: (touched: Touched) => ReadonlySet<Entity>,
): InBook<Entity>[] => books.flatMap(({ book, touched }) => [...of(touched)].map((entity) => ({ book, entity })));

const statements = new Map<string, string>();

const statementOf = <Entity>({ name, key, columns }: Table<Entity>): string => {
  const known = statements.get(name);
  if (known !== undefined) return known;
  const names = ['book', ...columns.map((column) => column.name)].join(', ');
  const types = ['text', ...columns.map((column) => column.type)].map((type, i) => `$${i + 1}::${type}[]`).join(', ');
  const changes = columns.flatMap((column) =>
    column.changes === undefined
      ? []
      : [`${column.name} = ${column.changes === true ? `excluded.${column.name}` : column.changes}`],
  );
  const made = `insert into ${name} as t (${names}) select * from unnest(${types})
    on conflict (${key}) do update set ${changes.join(', ')}`;
  statements.set(name, made);
  return made;
};

const write = async <Entity>(tx: Tx, table: Table<Entity>, rows: readonly InBook<Entity>[]): Promise<void> => {
  if (rows.length === 0) return;
  await tx.rows(statementOf(table), [
    rows.map(({ book }) => book),
    ...table.columns.map(({ of }) => rows.map(({ entity }) => of(entity))),
  ]);
};

/** Channel transactions stand as long as their receipts do. */
const writeTransactions = async (tx: Tx, books: readonly BookState[]): Promise<void> => {
  const receipts = touchedIn(books, ({ receipts }) => receipts);
  const gone = receipts.filter(({ entity }) => entity.reversedBy !== null && hasReference(entity.tenders));
  if (gone.length > 0)
    await tx.rows(
      `delete from receipt_transaction t using unnest($1::text[], $2::bigint[]) as gone(book, position)
        where t.book = gone.book and t.position = gone.position`,
      [gone.map(({ book }) => book), gone.map(({ entity }) => entity.position)],
    );
  const standing = receipts
    .filter(({ entity }) => entity.reversedBy === null)
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
