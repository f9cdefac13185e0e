import type { Binding, ItemTerms, Pool, SheetRow, Standard, Vacancy } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { formatMoney, groupedBy, type MeterState } from '@propledger/ledger-core';
import { lookUp } from '../ledger-store/look-up';
import { METER_COLUMNS, meterOf, type MeterRow } from '../ledger-store/rows';
import type { EntrySheet, Standing } from './check-entries';
import { cell, joined } from './staged-row';

const money = (fen: string): string => formatMoney(BigInt(fen));

/** The cells of several columns of each row. Blank and unreadable cells are null, and find nothing. */
const cellsOf = (rows: readonly SheetRow[], columns: readonly string[]): (string | null)[][] =>
  rows.map((row) => columns.map((column) => cell(row, column)));

/** The standards that stand in these books, by book and code. */
export const standingStandards = async (tx: Tx, books: readonly string[]): Promise<Map<string, Standard>> => {
  const rows = await tx.rows<{ book: string; standard: string; body: Standard }>(
    'select book, standard, body from standard where book = any ($1) and not withdrawn',
    [books],
  );
  return new Map(rows.map(({ book, standard, body }) => [joined([book, standard]), body]));
};

/** What these books may bind to: their own standards, and the group's, which are taken over when something is. */
export const withGroup = (
  standing: ReadonlyMap<string, Standard>,
  ofGroup: readonly Standard[],
  books: readonly string[],
): Map<string, Standard> =>
  new Map([
    ...books.flatMap((book) => ofGroup.map((one): [string, Standard] => [joined([book, one.standard]), one])),
    ...standing,
  ]);

/** What is set for items in these books, by book, item and day. */
export const standingItems = async (tx: Tx, books: readonly string[]): Promise<Map<string, ItemTerms>> => {
  const rows = await tx.rows<{ book: string; body: ItemTerms }>(
    'select book, body from item_terms where book = any ($1) and not withdrawn',
    [books],
  );
  return new Map(rows.map(({ book, body }) => [joined([book, body.item, body.from]), body]));
};

/** Developers of these books, by book and day; empty: nobody from that day on. */
export const standingDevelopers = async (tx: Tx, books: readonly string[]): Promise<Map<string, string>> => {
  const rows = await tx.rows<{ book: string; from: string; customer: string | null }>(
    'select book, from_on as "from", customer from developer where book = any ($1) and not withdrawn',
    [books],
  );
  return new Map(rows.map(({ book, from, customer }) => [joined([book, from]), customer ?? '']));
};

/** The meters that these rows name, by book and code, with their readings and replacements. */
export const standingMeters = async (
  tx: Tx,
  rows: readonly SheetRow[],
  ...columns: readonly ('仪表编码' | '上级仪表' | '总表')[]
): Promise<Map<string, MeterState>> => {
  const named = columns.flatMap((column) => cellsOf(rows, ['项目编码', column]));
  const keys = new Map(named.map((key) => [key.join('\u0001'), key]));
  const found = await lookUp<MeterRow>(
    tx,
    [...keys.values()],
    ['book text', 'meter text'],
    `select ${METER_COLUMNS} from meter m where m.book = w.book and m.meter = w.meter and not m.withdrawn`,
  );
  return new Map(found.map((row) => [joined([row.book, row.meter]), meterOf(row)]));
};

/** The pools that stand in these books, by book and code. */
export const standingPools = async (tx: Tx, books: readonly string[]): Promise<Map<string, Pool>> => {
  const rows = await tx.rows<{ book: string; pool: string; body: Pool }>(
    'select book, pool, body from pool where book = any ($1) and not withdrawn',
    [books],
  );
  return new Map(rows.map(({ book, pool, body }) => [joined([book, pool]), body]));
};

/** The amounts of pools that these rows name, by book, pool and period. */
export const standingPoolAmounts = async (tx: Tx, rows: readonly SheetRow[]): Promise<Map<string, string>> => {
  const found = await lookUp<{ book: string; pool: string; period: string; fen: string }>(
    tx,
    cellsOf(rows, ['项目编码', '公摊编码', '账期']),
    ['book text', 'pool text', 'period text'],
    `select a.book, a.pool, a.period, a.amount_fen as fen from pool_amount a
      where a.book = w.book and a.pool = w.pool and a.period = w.period and not a.withdrawn`,
  );
  return new Map(found.map(({ book, pool, period, fen }) => [joined([book, pool, period]), money(fen)]));
};

/** The bindings that stand for the resources and standards of these rows, by book, resource and standard. */
export const standingBindings = async (tx: Tx, rows: readonly SheetRow[]): Promise<Map<string, Binding[]>> => {
  const keys = new Map(cellsOf(rows, ['项目编码', '资源编码', '标准编码']).map((key) => [key.join('\u0001'), key]));
  const found = await lookUp<
    Binding & { readonly book: string; readonly own: Pick<Binding, 'prices' | 'payers'> | null }
  >(
    tx,
    [...keys.values()],
    ['book text', 'resource text', 'standard text'],
    `select b.book, b.binding, b.resource, b.standard, b.from_on as "from", b.to_on as "to", b.persons, b.own from binding b
      where b.book = w.book and b.resource = w.resource and b.standard = w.standard and not b.withdrawn`,
  );
  const byKey = new Map<string, Binding[]>();
  for (const { book, own, ...row } of found) {
    const binding = { ...row, ...own };
    const key = joined([book, binding.resource, binding.standard]);
    byKey.set(key, [...(byKey.get(key) ?? []), binding]);
  }
  return byKey;
};

/** The vacancies that stand in these books, by book and resource. */
export const standingVacancies = async (tx: Tx, books: readonly string[]): Promise<Map<string, Vacancy[]>> => {
  const rows = await tx.rows<Vacancy & { readonly book: string }>(
    `select book, vacancy, resource, from_on as "from", to_on as "to" from vacancy where book = any ($1) and not withdrawn`,
    [books],
  );
  return new Map(groupedBy(rows, ({ book, resource }) => joined([book, resource])));
};

/** The books in which more vacant days take two people. */
export const vacanciesForTwo = async (tx: Tx, books: readonly string[]): Promise<Set<string>> => {
  const rows = await tx.rows<{ book: string }>('select book from approval_limit where book = any ($1) and vacancies', [
    books,
  ]);
  return new Set(rows.map(({ book }) => book));
};

/** What stands under the natural keys of these rows. */
export const standingEntries = async (tx: Tx, sheet: EntrySheet, rows: readonly SheetRow[]): Promise<Standing> => {
  switch (sheet) {
    case '历史欠费':
      return charges(tx, rows, ['费用开始日期', '费用结束日期']);
    case '临时费用':
      return charges(tx, rows, ['日期']);
    case '押金台账':
      return deposits(tx, rows);
    case '预交款':
      return prepayments(tx, rows);
    case '实收补录':
      return receipts(tx, rows);
  }
};

/** `days`: the columns with the first and the last day, or the one with both. */
const charges = async (
  tx: Tx,
  rows: readonly SheetRow[],
  days: readonly [string] | readonly [string, string],
): Promise<Standing> => {
  const columns = ['项目编码', '资源编码', '客户编码', '收费项目'];
  const found = await lookUp<{ key: string[]; due_on: string; fen: string }>(
    tx,
    cellsOf(rows, [...columns, days[0], days[1] ?? days[0]]),
    ['book text', 'resource text', 'customer text', 'item text', 'from_on text', 'to_on text'],
    `select array[c.book, c.resource, c.customer, c.item, c.from_on, c.to_on] as key, c.due_on, c.amount_fen as fen
       from charge c
      where c.book = w.book and c.resource = w.resource and c.from_on = w.from_on and c.to_on = w.to_on
        and c.customer = w.customer and c.item = w.item and c.reversed_by is null`,
  );
  const length = columns.length + days.length;
  return new Map(found.map(({ key, due_on, fen }) => [joined(key.slice(0, length)), [due_on, money(fen)]]));
};

const deposits = async (tx: Tx, rows: readonly SheetRow[]): Promise<Standing> => {
  const found = await lookUp<{ key: string[]; content: string[]; fen: string }>(
    tx,
    cellsOf(rows, ['项目编码', '收据号']),
    ['book text', 'receipt_no text'],
    `select array[d.book, d.receipt_no] as key, array[d.resource, d.customer, d.kind, d.effective_on] as content,
            d.amount_fen as fen
       from deposit d where d.book = w.book and d.receipt_no = w.receipt_no and d.reversed_by is null`,
  );
  return new Map(found.map(({ key, content, fen }) => [joined(key), [...content, money(fen)]]));
};

const prepayments = async (tx: Tx, rows: readonly SheetRow[]): Promise<Standing> => {
  const found = await lookUp<{ key: string[]; fen: string }>(
    tx,
    cellsOf(rows, ['项目编码', '客户编码', '资源编码']),
    ['book text', 'customer text', 'tie text'],
    `select array[b.book, b.customer, coalesce(b.tie, '')] as key, b.amount_fen as fen from brought_in b
      where b.book = w.book and b.customer = w.customer and b.tie is not distinct from w.tie and b.reversed_by is null`,
  );
  return new Map(found.map(({ key, fen }) => [joined(key), [money(fen)]]));
};

const receipts = async (tx: Tx, rows: readonly SheetRow[]): Promise<Standing> => {
  const found = await lookUp<{ key: string[]; content: string[]; fen: string }>(
    tx,
    cellsOf(rows, ['项目编码', '收据号']),
    ['book text', 'receipt_no text'],
    `select array[r.book, r.receipt_no] as key,
            array[r.effective_on, r.customer, coalesce(r.resource, ''), coalesce(r.item, ''),
                  case when jsonb_array_length(r.tenders) = 1 then r.tenders->0->>'method' else '' end] as content,
            r.amount_fen as fen
       from receipt r where r.book = w.book and r.receipt_no = w.receipt_no and r.reversed_by is null`,
  );
  return new Map(found.map(({ key, content, fen }) => [joined(key), [...content, money(fen)]]));
};
