import { writeXlsx } from 'hucre/xlsx';
import type { Cell } from './rows';

export interface SheetOfRows {
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}

/** An .xlsx with one sheet each. Its only date is a fixed one, so that the same rows make the same bytes. */
export const workbookBytes = (sheets: readonly SheetOfRows[]): Promise<Uint8Array> =>
  writeXlsx({
    sheets: sheets.map(({ name, rows }) => ({ name, rows: rows.map((row) => [...row]) })),
    properties: { modified: new Date('2026-11-01T00:00:00Z') },
  });
