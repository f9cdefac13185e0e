import { writeXlsx, type XlsxColumn } from '@propledger/workbook';
import type { Cell, ColumnKind } from '../report';
import type { Sheet } from './sheet';

const KIND: Readonly<Record<ColumnKind, XlsxColumn['kind']>> = {
  code: 'text',
  text: 'text',
  day: 'day',
  money: 'money',
  count: 'number',
  rate: 'number',
};

/** One sheet: the title in row 1, the header in row 2. Reads the rows as it writes, and closes them however it ends. */
export async function* xlsxOf(report: string, title: string, sheet: Sheet): AsyncGenerator<Uint8Array, void> {
  const [name = report] = report.split(' ');
  const columns = sheet.columns.map(({ header, kind }) => ({ header, kind: KIND[kind] }));
  const rows = sheet.all();
  try {
    // Read before anything is written: a statement that fails is an error, and no half workbook.
    const first = await rows.next();
    yield* writeXlsx({ sheets: [{ name, title, columns, rows: oneByOne(first.done ? [] : first.value, rows) }] });
  } finally {
    await rows.return();
  }
}

async function* oneByOne(
  first: readonly (readonly Cell[])[],
  rows: AsyncIterable<(readonly Cell[])[]>,
): AsyncGenerator<readonly Cell[], void> {
  yield* first;
  for await (const some of rows) yield* some;
}
