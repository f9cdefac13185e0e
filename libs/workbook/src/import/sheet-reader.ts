import type { CellFault, Column, Sheet, SheetRow, Where } from '@propledger/contracts';
import { withoutBlanks } from '../cells/clean-text';
import { type Doubt, readCell } from '../cells/read-cell';
import type { CellRow } from '../read/cell';

/** Something that was passed over, or read but perhaps not meant. It stands in nobody's way. */
export interface Warning {
  readonly sheet: string;
  readonly row: number | null;
  readonly column: string | null;
  readonly code: Doubt | 'unknown_sheet' | 'unknown_column' | 'ignored_value';
}

/** What became of some rows of a sheet. */
export interface ReadRows {
  readonly rows: readonly SheetRow[];
  readonly faults: readonly CellFault[];
  readonly warnings: readonly Warning[];
}

const HEADER_ROW = 2;

/** Header names are compared without blanks and without the `*` that marks a required column. */
export const headerName = (text: string): string => withoutBlanks(text).replace(/[*＊]+$/, '');

/**
 * Reads one sheet's rows in order, however they are cut into pieces. Row 1 is a title, row 2 the header; blank rows are passed
 * over, a row is blank when it is so in all columns that the sheet knows. A row 1 of several cells with nothing below it is no title, but
 * a row without its header.
 */
export class SheetReader {
  private columns: ReadonlyMap<Column, number> | null = null;
  private absent: readonly string[] = [];
  private isTitled = true;

  constructor(private readonly sheet: Sheet) {}

  read(rows: readonly CellRow[]): ReadRows {
    const out = { rows: [] as SheetRow[], faults: [] as CellFault[], warnings: [] as Warning[] };
    for (const row of rows) {
      if (row.row < HEADER_ROW) this.isTitled = row.cells.size === 1;
      if (row.row < HEADER_ROW) continue;
      if (this.columns === null) this.readHeader(row, out);
      if (row.row > HEADER_ROW) this.readRow(row, out);
    }
    return out;
  }

  /** What is wrong with the sheet now that all its rows are read. */
  end(): readonly CellFault[] {
    if (this.isTitled || this.columns !== null) return [];
    return this.missing(this.sheet.columns.filter(({ required }) => required).map(({ header }) => header));
  }

  private missing(columns: readonly string[]): CellFault[] {
    return columns.map((column) => ({ sheet: this.sheet.name, row: HEADER_ROW, column, code: 'missing_column' }));
  }

  private readHeader({ row, cells }: CellRow, out: { faults: CellFault[]; warnings: Warning[] }): void {
    const { name, columns } = this.sheet;
    const found = new Map<Column, number>();
    // The first row with content comes after row 2 when the header is blank; then no column is known.
    for (const [at, cell] of row === HEADER_ROW ? cells : []) {
      const header = headerName(cell.is === 'text' || cell.is === 'other' ? cell.text : '');
      if (header === '') continue;
      const column = columns.find((candidate) => candidate.header === header);
      if (!column)
        out.warnings.push({ sheet: name, row: HEADER_ROW, column: header.slice(0, 64), code: 'unknown_column' });
      else if (found.has(column))
        out.faults.push({ sheet: name, row: HEADER_ROW, column: column.header, code: 'duplicate' });
      else found.set(column, at);
    }
    this.columns = found;
    this.absent = columns.filter((column) => column.required && !found.has(column)).map(({ header }) => header);
    out.faults.push(...this.missing(this.absent));
  }

  private readRow({ row, cells }: CellRow, out: { rows: SheetRow[]; faults: CellFault[]; warnings: Warning[] }): void {
    const values: Record<string, string> = {};
    const faults = new Map<string, CellFault['code']>();
    const required: string[] = [];
    const doubts: Warning[] = [];
    const warn = (column: string, code: Warning['code']): number =>
      doubts.push({ sheet: this.sheet.name, row, column, code });
    // Some cells mean something only where another one says so.
    const says = (where: Where | undefined): boolean => {
      if (!where) return false;
      const other = this.sheet.columns.find(({ header }) => header === where.column);
      const at = other && this.columns?.get(other);
      const reading = other && at !== undefined ? readCell(cells.get(at), other.kind) : null;
      return reading?.is === 'value' && where.is.includes(reading.value);
    };
    for (const [column, at] of this.columns ?? []) {
      const { header } = column;
      const reading = readCell(cells.get(at), column.kind);
      if (reading.is !== 'blank' && says(column.ignoredWhere)) warn(header, 'ignored_value');
      else if (reading.is === 'fault') faults.set(header, reading.code);
      else if (reading.is === 'blank') {
        if ((column.required && !says(column.ignoredWhere)) || says(column.neededWhere)) required.push(header);
      } else {
        values[header] = reading.value;
        if (reading.doubt) warn(header, reading.doubt);
      }
    }
    if (faults.size === 0 && Object.keys(values).length === 0) return;
    for (const column of this.sheet.columns)
      if (column.neededWhere && !this.columns?.has(column) && says(column.neededWhere)) required.push(column.header);

    for (const header of required) faults.set(header, 'required');
    if (this.isReversed(values)) faults.set(this.sheet.range?.to ?? '', 'range_reversed');
    out.rows.push({ row, values, faulty: [...this.absent, ...faults.keys()] });
    out.warnings.push(...doubts);
    for (const { header } of this.sheet.columns) {
      const code = faults.get(header);
      if (code) out.faults.push({ sheet: this.sheet.name, row, column: header, code });
    }
  }

  private isReversed(values: Readonly<Record<string, string>>): boolean {
    const { range } = this.sheet;
    const from = range && values[range.from];
    const to = range && values[range.to];
    return from != null && to != null && to < from;
  }
}
