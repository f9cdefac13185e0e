import type { Cell } from '../read/cell';

/** How a cell looks. Whoever fills in a form tells a heading from a field by it, and a fault from what is right. */
export const LOOKS = ['plain', 'title', 'header', 'required', 'prose', 'example', 'fault', 'link'] as const;
export type Look = (typeof LOOKS)[number];

/** How a column's numbers are shown; texts in a text column stay texts: `007` is not 7. */
export const FORMATS = ['general', 'text', 'day', 'money', 'decimal', 'integer'] as const;
export type Format = (typeof FORMATS)[number];

/** What a spreadsheet lets somebody type into a column. `message`: what it says otherwise. */
export type FormRule = { readonly message: string } &
  /** Shown as a drop-down. */
  (
    | { readonly is: 'one-of'; readonly values: readonly string[] }
    /** A drop-down of these cells, `'编码清单'!$A$2:$A$9`; what it does not list may be typed, too. */
    | { readonly is: 'suggested'; readonly cells: string }
    | { readonly is: 'at-least' | 'above'; readonly number: 0 }
    | { readonly is: 'whole'; readonly min: number; readonly max: number }
    | { readonly is: 'day' }
    | { readonly is: 'length'; readonly max: number }
  );

export interface FormColumn {
  /** In characters of Latin width. */
  readonly width: number;
  readonly format: Format;
  readonly rule?: FormRule;
}

/** A cell with a note that opens over it, or a link to another cell: `'物业资源'!B3`. */
export interface FormCell {
  readonly value: Cell | null;
  readonly look: Look;
  readonly note?: string;
  readonly link?: string;
}

export interface FormRow {
  readonly row: number;
  readonly cells: ReadonlyMap<number, FormCell>;
}

export interface FormSheet {
  readonly name: string;
  /** Shown before the others, wherever it is written: a list of what stands in them is known last. */
  readonly first?: boolean;
  readonly columns: readonly FormColumn[];
  /** Rows that stay in view. */
  readonly frozenRows: number;
  /** In ascending order. */
  readonly rows: AsyncIterable<FormRow> | Iterable<FormRow>;
}

export const textCell = (text: string, look: Look = 'plain'): FormCell => ({ value: { is: 'text', text }, look });

/** A row of texts; empty ones are left out. */
export const textRow = (row: number, texts: readonly string[], look: Look = 'plain'): FormRow => ({
  row,
  cells: new Map(texts.flatMap((text, at) => (text === '' ? [] : [[at, textCell(text, look)] as const]))),
});

/** `AB12`. Columns are counted from 0, rows from 1. */
export const cellName = (column: number, row: number): string => {
  let name = '';
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26))
    name = String.fromCharCode(65 + ((rest - 1) % 26)) + name;
  return `${name}${row}`;
};

/** A cell as a link names it. */
export const placeName = (sheet: string, cell: string): string => `'${sheet.replaceAll("'", "''")}'!${cell}`;
