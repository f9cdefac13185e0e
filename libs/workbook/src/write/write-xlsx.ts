import type { CellValue, ColumnDef } from 'hucre/xlsx';
import { textValue } from './text-value';

/**
 * How a column's values are written: texts as they are; money from `"1234.50"` as a number with two decimals; days from
 * `"2026-03-31"` as dates; numbers as numbers.
 */
export type ColumnFormat = 'text' | 'money' | 'day' | 'number';

export interface XlsxColumn {
  readonly header: string;
  readonly kind: ColumnFormat;
  /** In characters; by default what the kind needs. */
  readonly width?: number;
}

export type XlsxRow = readonly (string | number | null)[];

export interface XlsxSheet {
  readonly name: string;
  /** Row 1; without it the header is row 1. */
  readonly title?: string;
  readonly columns: readonly XlsxColumn[];
  readonly rows: AsyncIterable<XlsxRow> | Iterable<XlsxRow>;
}

const NUMBER_FORMAT: Readonly<Record<ColumnFormat, string | null>> = {
  text: null,
  money: '#,##0.00',
  day: 'yyyy-mm-dd',
  number: null,
};
const WIDTH: Readonly<Record<ColumnFormat, number>> = { text: 16, money: 14, day: 12, number: 10 };

/** The same content gives the same bytes, whenever it is written. */
const WRITTEN_AT = new Date(Date.UTC(2000, 0, 1));

/**
 * The bytes of an .xlsx, with the header frozen. One sheet is written row by row as it is read from; several are gathered first.
 *
 * @throws RangeError for a value that its column cannot hold.
 */
export async function* writeXlsx({ sheets }: { readonly sheets: readonly XlsxSheet[] }): AsyncGenerator<Uint8Array> {
  const [first, ...more] = sheets;
  if (!first) throw new RangeError('a workbook has a sheet');
  // Read when the first workbook is written: most of a service's life needs none.
  const { writeXlsx: writeAll, writeXlsxStream } = await import('hucre/xlsx');
  if (more.length === 0) {
    yield* writeXlsxStream(cellRows(first), {
      name: first.name,
      columns: columnsOf(first),
      freezePane: { rows: headerRows(first) },
    });
    return;
  }
  yield await writeAll({
    properties: { created: WRITTEN_AT, modified: WRITTEN_AT },
    sheets: await Promise.all(
      sheets.map(async (sheet) => ({
        name: sheet.name,
        columns: columnsOf(sheet),
        freezePane: { rows: headerRows(sheet) },
        rows: await gathered(cellRows(sheet)),
      })),
    ),
  });
}

const headerRows = ({ title }: XlsxSheet): number => (title === undefined ? 1 : 2);

const columnsOf = ({ columns }: XlsxSheet): ColumnDef[] =>
  columns.map(({ kind, width }) => {
    const numFmt = NUMBER_FORMAT[kind];
    return { width: width ?? WIDTH[kind], ...(numFmt === null ? {} : { numFmt }) };
  });

async function* cellRows({ title, columns, rows }: XlsxSheet): AsyncGenerator<CellValue[]> {
  if (title !== undefined) yield [textValue(title)];
  yield columns.map(({ header }) => textValue(header));
  for await (const row of rows) yield columns.map(({ kind }, at) => cellValue(row[at] ?? null, kind));
}

const gathered = async (rows: AsyncIterable<CellValue[]>): Promise<CellValue[][]> => {
  const all: CellValue[][] = [];
  for await (const row of rows) all.push(row);
  return all;
};

const cellValue = (value: string | number | null, kind: ColumnFormat): CellValue => {
  if (value === null || value === '') return null;
  if (kind === 'text') return textValue(String(value));
  if (kind === 'day') return dayValue(value);
  const number = typeof value === 'number' ? value : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw new RangeError(`not a number: ${value}`);
  return number;
};

const dayValue = (value: string | number): Date => {
  const date = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 10) !== value)
    throw new RangeError(`not a day: ${value}`);
  return date;
};
