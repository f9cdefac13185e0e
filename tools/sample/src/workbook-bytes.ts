import { SHEETS, type Column, type SheetName } from '@propledger/contracts';
import { writeXlsx, type ColumnFormat } from '@propledger/workbook';

/** Amounts, areas and prices are in yuan and m². */
export type Cell = string | number;

export interface SheetOfRows {
  readonly name: SheetName;
  readonly title: string;
  /** In the order of the sheet's columns. */
  readonly rows: readonly (readonly Cell[])[];
}

/** The bytes of an import workbook: row 1 a title, row 2 the headers, required ones with an asterisk. */
export const workbookBytes = async (sheets: readonly SheetOfRows[]): Promise<Uint8Array> => {
  const written = sheets.map(({ name, title, rows }) => ({
    name,
    title,
    rows,
    columns: columnsOf(name).map(columnOf),
  }));
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeXlsx({ sheets: written })) chunks.push(chunk);
  return Buffer.concat(chunks);
};

const columnsOf = (name: SheetName): readonly Column[] => SHEETS.find((sheet) => sheet.name === name)?.columns ?? [];

const columnOf = ({ header, kind, required }: Column): { header: string; kind: ColumnFormat } => ({
  header: required ? `${header}*` : header,
  kind: FORMAT[kind.is] ?? 'text',
});

const FORMAT: Readonly<Partial<Record<Column['kind']['is'], ColumnFormat>>> = {
  day: 'day',
  amount: 'money',
  area: 'number',
  price: 'number',
  integer: 'number',
};
