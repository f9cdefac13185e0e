import { ApiProperty } from '@nestjs/swagger';
import { CELL_ERRORS, encodeAfter, SHEET_NAMES, type CellFault } from '@propledger/contracts';
import type { CallerIdentity } from '@propledger/service-kit';
import { IMPORT_STATES, isFinal, type ImportRecord, type ImportState } from './import-record';
import { FAULT_TEXTS, reasonText, WARNING_TEXTS } from './texts';

class SheetCountView {
  @ApiProperty({ enum: SHEET_NAMES })
  sheet!: string;
  @ApiProperty({ type: 'integer', description: '新增行数 rows that are new' })
  added!: number;
  @ApiProperty({ type: 'integer', description: '已有且相同的行数 rows that are in already with the same content' })
  skipped!: number;
}
class ControlTotalsView {
  @ApiProperty({ example: 'YT01' })
  project!: string;
  @ApiProperty({ example: '1234.50', description: '历史欠费' })
  arrears!: string;
  @ApiProperty({ example: '3000.00', description: '押金' })
  deposits!: string;
  @ApiProperty({ example: '0.00', description: '预交款' })
  prepayments!: string;
  @ApiProperty({ example: '0.00', description: '实收补录' })
  receipts!: string;
  @ApiProperty({ example: '0.00', description: '临时费用', required: false })
  charges?: string;
}
class WarningView {
  @ApiProperty()
  sheet!: string;
  @ApiProperty({ type: 'integer', nullable: true })
  row!: number | null;
  @ApiProperty({ type: String, nullable: true })
  column!: string | null;
  @ApiProperty({ enum: Object.keys(WARNING_TEXTS) })
  code!: string;
  @ApiProperty()
  message!: string;
}
class ReasonView {
  @ApiProperty({ example: 'formula' })
  code!: string;
  @ApiProperty({ example: '单元格含公式, 请粘贴为数值 a cell holds a formula: paste values instead (押金台账!F7)' })
  message!: string;
}

const STATES = `received 已接收, reading 读取中, checking 检查中, dropping 清理中, posting 入账中, holding 撤销检查中, undoing 撤销中;
ends: posted 已入账, checked 试导入通过 (dry run), refused 被退回, abandoned 已放弃 (nothing was taken: upload again), undone 已撤销`;

/** An import and how far it has come. */
export class ImportView {
  @ApiProperty({ format: 'uuid' })
  import!: string;
  @ApiProperty({ enum: IMPORT_STATES, description: STATES })
  state!: ImportState;
  @ApiProperty({ type: 'integer', minimum: 0, maximum: 100 })
  percent!: number;
  @ApiProperty({ type: 'integer', description: '已读取的数据行 rows read' })
  rows!: number;
  @ApiProperty({ type: 'integer', description: '每秒读取行数 rows read a second' })
  rowsPerSecond!: number;
  @ApiProperty({ description: '试导入: 只检查, 不入账 checked only, nothing is taken' })
  dryRun!: boolean;
  @ApiProperty({ type: String, nullable: true })
  fileName!: string | null;
  @ApiProperty({ type: 'integer' })
  fileBytes!: number;
  @ApiProperty({ description: '上传人 who uploaded it' })
  operator!: string;
  @ApiProperty({ type: [String], description: '涉及的项目 projects that it is about' })
  projects!: string[];
  @ApiProperty({ type: [SheetCountView] })
  counts!: SheetCountView[];
  @ApiProperty({ type: [ControlTotalsView] })
  totals!: ControlTotalsView[];
  @ApiProperty({
    type: 'integer',
    description: '有误的单元格数; 最多列出前 10000 个 cells at fault; the first 10,000 are listed',
  })
  faultCount!: number;
  @ApiProperty({ type: 'integer' })
  warningCount!: number;
  @ApiProperty({ type: [WarningView], description: '最多前 200 条 the first 200' })
  warnings!: WarningView[];
  @ApiProperty({ type: ReasonView, nullable: true, description: '为何没有导入 why nothing was taken' })
  reason!: ReasonView | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description: '入账或撤销后的 after 标记 its after token, once posted or undone',
  })
  after!: string | null;
  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  endedAt!: string | null;
}

export const viewOf = (record: ImportRecord): ImportView => ({
  import: record.import,
  state: record.state,
  percent: record.percent,
  rows: record.rows,
  rowsPerSecond: record.rowsPerSecond,
  dryRun: record.dryRun,
  fileName: record.fileName,
  fileBytes: record.fileBytes,
  operator: record.operator,
  projects: [...record.projects],
  counts: record.counts.map((count) => ({ ...count })),
  totals: record.totals.map((total) => ({ ...total })),
  faultCount: record.faultCount,
  warningCount: record.warningCount,
  warnings: record.warnings.map((warning) => ({ ...warning, message: WARNING_TEXTS[warning.code] })),
  reason: record.reason && { code: record.reason.code, message: reasonText(record.reason) },
  after: record.state === 'posted' || record.state === 'undone' ? encodeAfter(record.positions) : null,
  createdAt: record.createdAt.toISOString(),
  endedAt: isFinal(record.state) ? (record.endedAt?.toISOString() ?? null) : null,
});

/** A faulty cell, at its place as a spreadsheet shows it. */
export class FaultView {
  @ApiProperty({ example: '物业资源' })
  sheet!: string;
  @ApiProperty({ type: 'integer', example: 7, description: '表头为第 2 行 the header is row 2' })
  row!: number;
  @ApiProperty({ example: '建筑面积' })
  column!: string;
  @ApiProperty({ enum: CELL_ERRORS })
  code!: string;
  @ApiProperty({ example: '不能小于零 must not be below zero' })
  message!: string;
}

export const faultViewOf = ({ sheet, row, column, code }: CellFault): FaultView => ({
  sheet,
  row,
  column,
  code,
  message: FAULT_TEXTS[code],
});

/** One's own uploads, and those whose projects one may all view. */
export const maySee = (caller: CallerIdentity, { operator, projects }: ImportRecord): boolean =>
  operator === caller.operator ||
  caller.projects('view') === 'all' ||
  (projects.length > 0 && projects.every((project) => caller.may('view', project)));
