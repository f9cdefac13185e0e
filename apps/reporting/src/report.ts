import type { Day, Period } from '@propledger/contracts';

/** A value of a row as answers show it: text, yuan as text, a count; null: blank. */
export type Cell = string | number | null;

/**
 * - code, text: the users' own words; money: yuan with two decimals; day: YYYY-MM-DD
 * - count: a whole number; rate: per cent with two decimals, without a sign
 */
export type ColumnKind = 'code' | 'text' | 'day' | 'money' | 'count' | 'rate';

export interface Column {
  /** The member's name in JSON. */
  readonly key: string;
  /** The column's header in CSV and XLSX. */
  readonly header: string;
  readonly kind: ColumnKind;
  readonly description: string;
  /** May be blank; null in JSON. */
  readonly blank?: true;
}

/** What selects the rows: a day (by effective date), an accounting period, or a period where given and else a day. */
export type Selection = 'asOf' | 'period' | 'either';

/** A report's moment: what takes effect after `asOf` is not counted; `period` where one selects the rows. */
export interface Moment {
  readonly asOf: Day;
  readonly period: Period | null;
}

/** A project's books, and up to which position an answer knows each. */
export interface KnownBook {
  readonly book: string;
  readonly ledger: number;
  readonly registry: number;
}

/**
 * A report: its columns and the statement that makes its rows.
 *
 * The statement's parameters are $1::text[] books, $2::bigint[] and $3::bigint[] the positions to which ledger and registry
 * are known in each, $4 the day of the moment, and $5 its period where it has one. It reads nothing beyond those positions and
 * orders its rows completely, so that the same parameters give the same rows for ever.
 */
export interface Report<Row extends object = object> {
  readonly name: string;
  /** Chinese, then English. */
  readonly title: string;
  readonly description: string;
  readonly selection: Selection;
  readonly columns: readonly Column[];
  sql(moment: Moment): string;
  /** Columns of the statement, as SQL, in whose order rows of two answers that are about the same stand side by side. */
  readonly key: string;
  /**
   * A statement of the movements that the report counts at a moment, of those that its cuts differ in: book, position and
   * amount_fen, from the common table `span` (book, low, high) at positions after `low` up to `high`. Its amounts add up to
   * the difference of what the report shows as open, received, held or left. Parameters $4 and $5 as above.
   */
  moves(moment: Moment): string;
  /** A row of the statement as cells, in the order of the columns. */
  cells(row: Row): readonly Cell[];
}

/** The parameters of a report's statement: books known up to fixed positions, and a fixed moment. */
export const parametersOf = ({
  books,
  moment,
}: {
  readonly books: readonly KnownBook[];
  readonly moment: Moment;
}): unknown[] => [
  books.map(({ book }) => book),
  books.map(({ ledger }) => ledger),
  books.map(({ registry }) => registry),
  moment.asOf,
  ...(moment.period === null ? [] : [moment.period]),
];

/** Movements of a table in the span that differs, where they count. */
export const movesOf = (table: string, counts: string, amount = 'm.amount_fen'): string =>
  `select m.book, m.position, ${amount} as amount_fen
   from span s join ${table} m on m.book = s.book and m.position > s.low and m.position <= s.high
   where ${counts}`;

/** The first common table of every report's statement: each book, and how far it is known. */
export const CUT = 'cut as (select * from unnest($1::text[], $2::bigint[], $3::bigint[]) as k(book, ledger, registry))';

export const PROJECT: Column = { key: 'project', header: '项目编码', kind: 'code', description: 'Project' };
export const RESOURCE: Column = { key: 'resource', header: '资源编码', kind: 'code', description: 'Resource' };
export const CUSTOMER: Column = { key: 'customer', header: '客户编码', kind: 'code', description: 'Customer' };
export const ITEM: Column = { key: 'item', header: '收费项目', kind: 'text', description: 'Charge item' };

export const money = (key: string, header: string, description: string): Column => ({
  key,
  header,
  kind: 'money',
  description,
});
export const day = (key: string, header: string, description: string): Column => ({
  key,
  header,
  kind: 'day',
  description,
});
export const count = (key: string, header: string, description: string): Column => ({
  key,
  header,
  kind: 'count',
  description,
});
export const rate = (key: string, header: string, description: string): Column => ({
  key,
  header,
  kind: 'rate',
  description,
  blank: true,
});
