import type { CellError, CellFault, SheetName, SheetRow } from '@propledger/contracts';
import { isCode } from '@propledger/service-kit';

/** The sheets that billing owns, in the order in which it applies them. */
export const OWN_SHEETS = [
  '收费项目',
  '开发商',
  '收费标准',
  '阶梯价格',
  '仪表',
  '公摊池',
  '公摊系数',
  '空置申报',
  '收费绑定',
  '历史欠费',
  '押金台账',
  '预交款',
  '抄表',
  '换表',
  '估抄',
  '公摊金额',
  '调价',
  '临时费用',
  '实收补录',
] as const;
export type OwnSheet = Extract<SheetName, (typeof OWN_SHEETS)[number]>;

export const isOwnSheet = (name: unknown): name is OwnSheet => (OWN_SHEETS as readonly unknown[]).includes(name);

/** A row as staged. `faulty` names the unusable columns, too. */
export interface StagedRow extends SheetRow {
  /** Columns with text that the books cannot hold. */
  readonly unusable: readonly string[];
}

const CODE_COLUMNS = [
  '项目编码',
  '资源编码',
  '客户编码',
  '标准编码',
  '仪表编码',
  '上级仪表',
  '总表',
  '公摊编码',
  '收据号',
];
const LONGEST_TEXT: Readonly<Record<string, number>> = {
  标准名称: 200,
  收费项目: 100,
  押金类型: 100,
  收款方式: 100,
  仪表种类: 100,
  楼栋: 200,
  单元: 200,
  楼层: 200,
  备注: 2_000,
};

/** Codes that are none (longer than 64 characters, say), and texts beyond every measure: reported as `invalid_choice`. */
export const unusableColumns = ({ values }: SheetRow): string[] => [
  ...CODE_COLUMNS.filter((column) => values[column] !== undefined && !isCode(values[column])),
  ...Object.entries(LONGEST_TEXT).flatMap(([column, longest]) =>
    (values[column]?.length ?? 0) > longest ? [column] : [],
  ),
];

/** The text of a cell; null when it is blank or could not be read. */
export const cell = (row: SheetRow, column: string): string | null =>
  row.faulty.includes(column) ? null : (row.values[column] ?? null);

/** The text of a cell that a row without faults always has. */
export const required = (row: SheetRow, column: string): string => {
  const value = cell(row, column);
  if (value === null) throw new Error(`row ${row.row} was checked without its ${column}`);
  return value;
};

/** Codes of several columns as one key; null when one of the required ones is blank or unreadable. */
export const keyOf = (row: SheetRow, columns: readonly string[], optional: readonly string[] = []): string | null => {
  const parts: string[] = [];
  for (const column of columns) {
    const value = cell(row, column);
    if (value === null) return null;
    parts.push(value);
  }
  for (const column of optional) {
    if (row.faulty.includes(column)) return null;
    parts.push(row.values[column] ?? '');
  }
  return joined(parts);
};

/** Several codes as one key of a map. Codes hold no control characters. */
export const joined = (parts: readonly string[]): string => parts.join('\u0001');

/** The faults found so far, and which rows have one: those that the reader found count, too. */
export class Faults {
  readonly list: CellFault[] = [];
  private readonly rows = new Set<string>();

  add(sheet: OwnSheet, row: number, column: string, code: CellError): void {
    this.list.push({ sheet, row, column, code });
    this.rows.add(`${sheet} ${row}`);
  }

  /** Whether nothing is wrong with the row so far. */
  clean(sheet: OwnSheet, row: SheetRow): boolean {
    return row.faulty.length === 0 && !this.rows.has(`${sheet} ${row.row}`);
  }
}
