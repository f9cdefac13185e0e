import type { Cell, Column, ColumnKind } from '../report';

const BOM = '\ufeff';

/** The header line. UTF-8, lines end with LF; quoted by RFC 4180 where that is needed, and only there. */
export const csvHeader = (columns: readonly Column[], bom: boolean): string =>
  `${bom ? BOM : ''}${columns.map(({ header }) => quoted(header)).join(',')}\n`;

export const csvRows = (columns: readonly Column[], rows: readonly (readonly Cell[])[]): string =>
  rows.map((cells) => `${cells.map((cell, i) => csvCell(cell, columns[i]?.kind ?? 'text')).join(',')}\n`).join('');

const csvCell = (cell: Cell, kind: ColumnKind): string => {
  if (cell === null) return '';
  const text = String(cell);
  return quoted(kind === 'text' || kind === 'code' ? harmless(text) : text);
};

/** A text that a spreadsheet would run as a formula begins with an apostrophe, as spreadsheets themselves mark text. */
const harmless = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
