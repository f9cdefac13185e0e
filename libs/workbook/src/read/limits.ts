/** What a workbook may be at most. The defaults are far above real workbooks and far below what would hurt a service. */
export interface ReadLimits {
  readonly fileBytes: number;
  /** All parts together, inflated. */
  readonly inflatedBytes: number;
  /** Inflated to packed, all parts together, where they inflate to more than a sixteenth of inflatedBytes. */
  readonly inflatedRatio: number;
  /** Files in the archive. */
  readonly parts: number;
  /** Rows with content, title and header included, in one sheet. */
  readonly rows: number;
  /** The last column with content. */
  readonly columns: number;
  /** The shared strings together, in UTF-8. */
  readonly sharedTextBytes: number;
}

const MiB = 1024 * 1024;

export const READ_LIMITS: ReadLimits = {
  fileBytes: 20 * MiB,
  inflatedBytes: 256 * MiB,
  inflatedRatio: 100,
  parts: 2_000,
  rows: 200_002,
  columns: 200,
  sharedTextBytes: 96 * MiB,
};

/** A spreadsheet's own limits: what lies beyond them was not written by one. */
export const SPREADSHEET = { columns: 16_384, rows: 1_048_576, cellChars: 32_767 } as const;
