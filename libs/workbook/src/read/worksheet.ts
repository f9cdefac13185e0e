import type { Cell, CellRow } from './cell';
import { SPREADSHEET, type ReadLimits } from './limits';
import { WorkbookRefused } from './refusal';
import { serialDay } from './serial-day';
import { TextGatherer, unescaped, type SharedStrings } from './shared-strings';
import { attribute, plain, XmlScanner, type XmlListener } from './xml-scanner';

/** What the cells of a sheet are understood with. */
export interface SheetContext {
  readonly sheet: string;
  readonly strings: SharedStrings | null;
  readonly epoch: 1900 | 1904;
  readonly dateStyles: readonly boolean[];
  readonly limits: ReadLimits;
}

/**
 * The rows of one worksheet with something in them, in order, as many at a time as a chunk of bytes holds.
 *
 * @throws WorkbookRefused
 */
export async function* worksheetRows(
  chunks: AsyncIterable<Uint8Array>,
  context: SheetContext,
): AsyncGenerator<CellRow[]> {
  const reader = new WorksheetReader(context);
  const scanner = new XmlScanner(reader);
  for await (const chunk of chunks) {
    scanner.write(chunk);
    const rows = reader.takeRows();
    if (rows.length > 0) yield rows;
  }
  scanner.end();
}

class WorksheetReader implements XmlListener {
  private rows: CellRow[] = [];
  private rowsWithContent = 0;
  private inData = false;
  private row = 0;
  private cells = new Map<number, Cell>();
  private inCell = false;
  private column = -1;
  private type = '';
  private style = -1;
  private inValue = false;
  private value = '';
  private readonly inline = new TextGatherer();

  constructor(private readonly context: SheetContext) {}

  takeRows(): CellRow[] {
    const { rows } = this;
    this.rows = [];
    return rows;
  }

  open(name: string, attributes: string): void {
    if (this.inCell) return this.openInCell(name);
    if (name === 'sheetData') this.inData = true;
    else if (!this.inData) return;
    else if (name === 'row') this.startRow(attributes);
    else if (name === 'c') this.startCell(attributes);
  }

  close(name: string): void {
    if (name === 'c' && this.inCell) this.endCell();
    else if (name === 'v') this.inValue = false;
    else if (this.inCell) this.inline.close(name);
    else if (name === 'row' && this.inData) this.endRow();
    else if (name === 'sheetData') this.inData = false;
  }

  text(raw: string): void {
    if (this.inValue) {
      this.value += raw;
      if (this.value.length > SPREADSHEET.cellChars * 10) this.refuse('too-much-text', SPREADSHEET.cellChars);
    } else if (this.inCell) this.inline.add(raw);
  }

  private openInCell(name: string): void {
    if (name === 'f') this.refuse('formula');
    if (name === 'v') this.inValue = true;
    else this.inline.open(name);
  }

  private startRow(attributes: string): void {
    const stated = attribute(attributes, 'r');
    const row = stated === null ? this.row + 1 : Number(stated);
    if (!Number.isInteger(row) || row <= this.row || row > SPREADSHEET.rows)
      throw new WorkbookRefused('damaged', { sheet: this.context.sheet });
    this.row = row;
    this.cells = new Map();
    this.column = -1;
  }

  private startCell(attributes: string): void {
    const stated = attribute(attributes, 'r');
    this.column = stated === null ? this.column + 1 : columnOf(stated);
    if (this.column < 0) throw new WorkbookRefused('damaged', { sheet: this.context.sheet });
    if (this.column >= SPREADSHEET.columns) this.refuse('too-many-columns', this.context.limits.columns);
    this.type = attribute(attributes, 't') ?? 'n';
    this.style = Number(attribute(attributes, 's') ?? -1);
    this.value = '';
    this.inline.start();
    this.inCell = true;
  }

  private endCell(): void {
    this.inCell = this.inValue = false;
    const cell = this.cell();
    if (cell === null) return;
    if (this.column >= this.context.limits.columns) this.refuse('too-many-columns', this.context.limits.columns);
    this.cells.set(this.column, cell);
  }

  private endRow(): void {
    if (this.cells.size === 0) return;
    if (++this.rowsWithContent > this.context.limits.rows) this.refuse('too-many-rows', this.context.limits.rows);
    this.rows.push({ row: this.row, cells: this.cells });
    this.cells = new Map();
  }

  private cell(): Cell | null {
    if (this.type === 'inlineStr') return textCell(this.inline.take());
    const value = plain(this.value);
    if (value === '') return null;
    switch (this.type) {
      case 's':
        return textCell(this.shared(value));
      case 'str':
        return textCell(unescaped(value));
      case 'b':
        return { is: 'other', text: value === '1' || value === 'true' ? 'TRUE' : 'FALSE' };
      case 'd':
        return { is: 'date', day: /^\d{4}-\d{2}-\d{2}(T|$)/.test(value) ? value.slice(0, 10) : null };
      case 'n':
        return this.numberCell(value);
      default:
        return { is: 'other', text: value };
    }
  }

  private numberCell(value: string): Cell {
    const number = Number(value);
    if (!Number.isFinite(number)) return { is: 'other', text: value };
    return this.context.dateStyles[this.style]
      ? { is: 'date', day: serialDay(number, this.context.epoch) }
      : { is: 'number', number };
  }

  private shared(value: string): string {
    const { strings, sheet } = this.context;
    if (!strings || !/^\s*\d{1,10}\s*$/.test(value)) throw new WorkbookRefused('damaged', { sheet });
    return strings.at(Number(value));
  }

  private refuse(code: 'formula' | 'too-many-columns' | 'too-many-rows' | 'too-much-text', limit?: number): never {
    const cell = `${columnName(this.column)}${this.row}`;
    throw new WorkbookRefused(code, { sheet: this.context.sheet, cell, ...(limit === undefined ? {} : { limit }) });
  }
}

const textCell = (text: string): Cell | null => (text === '' ? null : { is: 'text', text });

/** `AB12` is column 27; -1 when it is no cell. */
const columnOf = (reference: string): number => {
  let column = 0;
  let at = 0;
  for (; at < reference.length; at++) {
    const letter = (reference.charCodeAt(at) | 0x20) - 0x60;
    if (letter < 1 || letter > 26) break;
    column = Math.min(column * 26 + letter, SPREADSHEET.columns + 1);
  }
  return at === 0 ? -1 : column - 1;
};

const columnName = (column: number): string => {
  let name = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return name;
};
