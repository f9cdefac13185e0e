/**
 * Why a file is not taken at all. Each is about the file; what is wrong with a single cell is a CellFault.
 *
 * - not-a-workbook: no zip archive, or one without a workbook in it
 * - old-format: an .xls of Excel 97–2003 or an .xlsb
 * - encrypted: protected by a password to open
 * - macros: it carries macros
 * - damaged: cut off, or not what its own index says
 * - file-too-large, inflates-too-far, too-many-parts, too-many-rows, too-many-columns, too-much-text: beyond a ReadLimit
 * - formula: a cell holds a formula; values alone are taken
 * - entities: a part declares a document type or names an entity
 * - sheet-twice: two sheets have the same name, blanks aside
 */
export const REFUSALS = [
  'not-a-workbook',
  'old-format',
  'encrypted',
  'macros',
  'damaged',
  'file-too-large',
  'inflates-too-far',
  'too-many-parts',
  'too-many-rows',
  'too-many-columns',
  'too-much-text',
  'formula',
  'entities',
  'sheet-twice',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The first place of what was refused, as far as there is one. */
export interface RefusedAt {
  readonly sheet?: string;
  /** As a spreadsheet names it, `B7`. */
  readonly cell?: string;
  /** The limit that was passed. */
  readonly limit?: number;
}

export class WorkbookRefused extends Error {
  override readonly name = 'WorkbookRefused';

  constructor(
    readonly code: Refusal,
    readonly at: RefusedAt = {},
  ) {
    super(`workbook refused: ${code} ${JSON.stringify(at)}`);
  }
}
