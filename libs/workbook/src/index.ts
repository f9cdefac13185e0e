export { importRows, type ImportRows } from './import/import-rows';
export { readImport } from './import/read-import';
export { type Warning } from './import/sheet-reader';
export { type Cell, type CellRow } from './read/cell';
export { READ_LIMITS, type ReadLimits } from './read/limits';
export { readWorkbook, type SheetRows } from './read/read-workbook';
export { type Refusal, type RefusedAt, REFUSALS, WorkbookRefused } from './read/refusal';
export { type ColumnFormat, writeXlsx, type XlsxColumn, type XlsxRow, type XlsxSheet } from './write/write-xlsx';
