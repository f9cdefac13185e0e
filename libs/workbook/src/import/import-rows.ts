import { HELPER_SHEETS, SHEETS, type CellFault, type SheetName, type SheetRow } from '@propledger/contracts';
import { trimmed } from '../cells/clean-text';
import { READ_LIMITS, type ReadLimits } from '../read/limits';
import { readWorkbook } from '../read/read-workbook';
import { SheetReader, type Warning } from './sheet-reader';

/** Consecutive rows of one sheet of an import workbook, typed, with what the reader found wrong in them. */
export interface ImportRows {
  /** Null: warnings only. */
  readonly sheet: SheetName | null;
  readonly rows: readonly SheetRow[];
  /** By row, then in the order of the sheet's columns; those of the header first. */
  readonly faults: readonly CellFault[];
  readonly warnings: readonly Warning[];
  /** How much of the workbook has been read, 0 … 1. */
  readonly read: number;
}

/**
 * Reads an import workbook on the calling thread, sheet by sheet in the workbook's order.
 *
 * @throws WorkbookRefused
 */
export async function* importRows(
  file: string | Uint8Array,
  limits: ReadLimits = READ_LIMITS,
): AsyncGenerator<ImportRows> {
  let open: OpenSheet | null = null;
  for await (const { sheet: title, rows, read } of readWorkbook(file, limits)) {
    if (rows.length > 0) {
      if (open) yield { sheet: open.sheet.name, ...open.reader.read(rows), read };
      continue;
    }
    yield* endOf(open, read);
    const name = trimmed(title);
    const sheet = SHEETS.find((candidate) => candidate.name === name);
    open = sheet ? { sheet, reader: new SheetReader(sheet) } : null;
    if (!sheet && !HELPER_SHEETS.includes(name)) {
      const warning: Warning = { sheet: name.slice(0, 64), row: null, column: null, code: 'unknown_sheet' };
      yield { sheet: null, rows: [], faults: [], warnings: [warning], read };
    }
  }
  yield* endOf(open, 1);
}

/** A sheet of which rows may still come. */
interface OpenSheet {
  readonly sheet: (typeof SHEETS)[number];
  readonly reader: SheetReader;
}

/** What is wrong with a sheet that has ended, if anything. */
const endOf = (ended: OpenSheet | null, read: number): ImportRows[] => {
  const faults = ended?.reader.end() ?? [];
  return ended === null || faults.length === 0
    ? []
    : [{ sheet: ended.sheet.name, rows: [], faults, warnings: [], read }];
};

/** Cuts rows into pieces that fit a request: so many rows, and so many characters of values. Empty pieces are left out. */
export async function* inPieces(
  source: AsyncIterable<ImportRows>,
  most: { readonly rows: number; readonly chars: number },
): AsyncGenerator<ImportRows> {
  let piece = new Piece(null);
  for await (const { sheet, rows, faults, warnings, read } of source) {
    if (piece.sheet !== sheet) {
      if (!piece.isEmpty()) yield piece;
      piece = new Piece(sheet);
    }
    piece.faults.push(...faults);
    piece.warnings.push(...warnings);
    piece.read = read;
    for (const row of rows) {
      piece.add(row);
      if (piece.rows.length < most.rows && piece.chars < most.chars) continue;
      yield piece;
      piece = new Piece(sheet, read);
    }
  }
  if (!piece.isEmpty()) yield piece;
}

class Piece implements ImportRows {
  readonly rows: SheetRow[] = [];
  readonly faults: CellFault[] = [];
  readonly warnings: Warning[] = [];
  chars = 0;

  constructor(
    readonly sheet: SheetName | null,
    public read = 0,
  ) {}

  add(row: SheetRow): void {
    this.rows.push(row);
    for (const value of Object.values(row.values)) this.chars += value.length;
  }

  isEmpty(): boolean {
    return this.rows.length + this.faults.length + this.warnings.length === 0;
  }
}
