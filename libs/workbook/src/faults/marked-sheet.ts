import { SHEETS, type Sheet } from '@propledger/contracts';
import { cellName, type FormCell, type FormColumn, type FormRow } from '../form/form';
import { headerName } from '../import/sheet-reader';
import type { CellRow } from '../read/cell';
import { formColumnOf } from '../template/column-form';
import { headRows } from '../template/template';

/** A fault, and what its note says: what is wrong, and what to do. */
export interface MarkedFault {
  readonly sheet: string;
  readonly row: number;
  readonly column: string;
  readonly message: string;
}

const HEADER_ROW = 2;
const UNKNOWN: FormColumn = { width: 14, format: 'general' };

/** One sheet of an uploaded workbook: its cells as they were, the faulty ones red and with a note. */
export class MarkedSheet {
  readonly columns: readonly FormColumn[];
  /** Where each fault is shown: at its cell, or in the first column of its row when the sheet has no such column. */
  readonly places = new Map<MarkedFault, string>();
  private readonly sheet: Sheet | undefined;
  private readonly columnAt = new Map<string, number>();
  private readonly waiting: (readonly [row: number, faults: ReadonlyMap<number, readonly MarkedFault[]>])[];

  /** @param header the row that names the columns; undefined: there is none. */
  constructor(name: string, header: CellRow | undefined, faults: readonly MarkedFault[]) {
    this.sheet = SHEETS.find((candidate) => candidate.name === name);
    const named = [...(header?.row === HEADER_ROW ? header.cells : [])].flatMap(([at, cell]) =>
      cell.is === 'text' ? [[at, headerName(cell.text)] as const] : [],
    );
    for (const [at, text] of named) if (!this.columnAt.has(text)) this.columnAt.set(text, at);
    const last = Math.max(-1, ...named.map(([at]) => at));
    this.columns = Array.from({ length: last + 1 }, (_, at) => this.columnOf(named.find(([one]) => one === at)?.[1]));
    this.waiting = this.byRow(faults);
  }

  /** Rows as they are to be shown. Those that nothing stands in, though something is wrong with them, come along. */
  *marked(rows: readonly CellRow[]): Generator<FormRow> {
    for (const row of rows) {
      yield* this.before(row.row);
      const next = this.waiting[0];
      const own = next?.[0] === row.row ? this.waiting.shift()?.[1] : undefined;
      yield this.markedRow(row, own ?? new Map<number, readonly MarkedFault[]>());
    }
  }

  /** What is wrong with rows behind the last one. */
  rest(): Generator<FormRow> {
    return this.before(Number.POSITIVE_INFINITY);
  }

  private *before(row: number): Generator<FormRow> {
    for (let next = this.waiting[0]; next !== undefined && next[0] < row; next = this.waiting[0]) {
      this.waiting.shift();
      yield this.markedRow({ row: next[0], cells: new Map() }, next[1]);
    }
  }

  private columnOf(header: string | undefined): FormColumn {
    const column = this.sheet?.columns.find((one) => one.header === header);
    return column ? formColumnOf(column) : UNKNOWN;
  }

  private markedRow({ row, cells }: CellRow, faults: ReadonlyMap<number, readonly MarkedFault[]>): FormRow {
    const shown = new Map<number, FormCell>();
    for (const [at, value] of cells) shown.set(at, { ...this.asItWas(row, at), value });
    for (const [at, own] of faults) {
      const note = [...new Set(own.map(({ message }) => message)), ...noteOf(shown.get(at))].join('\n');
      shown.set(at, { value: shown.get(at)?.value ?? null, look: 'fault', note });
    }
    return { row, cells: shown };
  }

  /** Headings look as in a template, with what their column takes. */
  private asItWas(row: number, at: number): Omit<FormCell, 'value'> {
    if (!this.sheet || row > HEADER_ROW) return { look: 'plain' };
    if (row < HEADER_ROW) return { look: 'title' };
    const column = this.sheet.columns.findIndex(({ header }) => this.columnAt.get(header) === at);
    const { look = 'header', note } = headRows(this.sheet)[1]?.cells.get(column) ?? {};
    return note === undefined ? { look } : { look, note };
  }

  private byRow(faults: readonly MarkedFault[]): (readonly [number, ReadonlyMap<number, readonly MarkedFault[]>])[] {
    const rows = new Map<number, Map<number, MarkedFault[]>>();
    for (const fault of faults) {
      const at = this.columnAt.get(fault.column) ?? 0;
      const row = rows.get(fault.row) ?? new Map<number, MarkedFault[]>();
      rows.set(fault.row, row.set(at, [...(row.get(at) ?? []), fault]));
      this.places.set(fault, cellName(at, fault.row));
    }
    return [...rows].sort(([one], [other]) => one - other);
  }
}

const noteOf = (cell: FormCell | undefined): string[] => (cell?.note === undefined ? [] : [cell.note]);
