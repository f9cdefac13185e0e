import type { Period, SheetRow } from '@propledger/contracts';
import { cell, joined, keyOf, type Faults, type OwnSheet } from './staged-row';

/** The sheets whose rows become one entry of the ledger each. */
export const ENTRY_SHEETS = ['历史欠费', '押金台账', '预交款', '临时费用', '实收补录'] as const;
export type EntrySheet = Extract<OwnSheet, (typeof ENTRY_SHEETS)[number]>;

interface NaturalKey {
  readonly columns: readonly string[];
  readonly optional: readonly string[];
  /** Where a second row with the key is reported. */
  readonly at: string;
  /** What the rest of the row says. */
  readonly content: readonly string[];
}

/** What stands once, by sheet. 收据号 of deposits and of receipts are two number ranges. */
const NATURAL_KEYS: Readonly<Record<EntrySheet, NaturalKey>> = {
  历史欠费: {
    columns: ['项目编码', '资源编码', '客户编码', '收费项目', '费用开始日期', '费用结束日期'],
    optional: [],
    at: '费用开始日期',
    content: ['应收日期', '欠费金额'],
  },
  押金台账: {
    columns: ['项目编码', '收据号'],
    optional: [],
    at: '收据号',
    content: ['资源编码', '客户编码', '押金类型', '收取日期', '金额'],
  },
  预交款: { columns: ['项目编码', '客户编码'], optional: ['资源编码'], at: '客户编码', content: ['余额'] },
  临时费用: {
    columns: ['项目编码', '资源编码', '客户编码', '收费项目', '日期'],
    optional: [],
    at: '日期',
    content: ['应收日期', '金额'],
  },
  实收补录: {
    columns: ['项目编码', '收据号'],
    optional: [],
    at: '收据号',
    content: ['收款日期', '客户编码', '资源编码', '收费项目', '收款方式', '金额'],
  },
};

/** The natural key of a row; null when a cell of it is blank or unreadable. */
const naturalKey = (sheet: EntrySheet, row: SheetRow): string | null =>
  keyOf(row, NATURAL_KEYS[sheet].columns, NATURAL_KEYS[sheet].optional);

const contentOf = (sheet: EntrySheet, row: SheetRow): string =>
  joined(NATURAL_KEYS[sheet].content.map((column) => row.values[column] ?? ''));

/** What stands in the books already, by natural key: its content, in the order of the sheet's content columns. */
export type Standing = ReadonlyMap<string, readonly string[]>;

/** Rows of one sheet that would become entries, over many pages. */
export class EntryCheck {
  private readonly seen = new Set<string>();

  constructor(
    private readonly sheet: EntrySheet,
    private readonly faults: Faults,
  ) {}

  /**
   * A key used twice in the file, or standing with other content, is a `duplicate`.
   *
   * @returns the rows without a fault that stand already with the same content.
   */
  page(rows: readonly SheetRow[], standing: Standing): Set<number> {
    const skipped = new Set<number>();
    for (const row of rows) {
      const key = naturalKey(this.sheet, row);
      if (key === null) continue;
      const stands = standing.get(key);
      const again = this.seen.has(key);
      this.seen.add(key);
      const differs = stands !== undefined && joined(stands) !== contentOf(this.sheet, row);
      if (again || (differs && readable(this.sheet, row)))
        this.faults.add(this.sheet, row.row, NATURAL_KEYS[this.sheet].at, 'duplicate');
      else if (stands !== undefined && this.faults.clean(this.sheet, row)) skipped.add(row.row);
    }
    return skipped;
  }
}

const readable = (sheet: EntrySheet, row: SheetRow): boolean =>
  NATURAL_KEYS[sheet].content.every((column) => !row.faulty.includes(column));

/** The sheets that belong to the month before the first period, and where each says when. */
const OPENING_DATES = { 历史欠费: '应收日期', 押金台账: '收取日期', 预交款: '余额' } as const;

/** Nothing is brought in any more once a period is closed: `closed_period`. 预交款 has no date: at its balance. */
export const checkOpening = (
  sheet: keyof typeof OPENING_DATES,
  rows: readonly SheetRow[],
  skipped: ReadonlySet<number>,
  calendars: ReadonlyMap<string, Calendar>,
  faults: Faults,
): void => {
  for (const row of rows) {
    const project = cell(row, '项目编码');
    const closed = project !== null && (calendars.get(project)?.closedThrough ?? null) !== null;
    const at = OPENING_DATES[sheet];
    if (closed && cell(row, at) !== null && !skipped.has(row.row)) faults.add(sheet, row.row, at, 'closed_period');
  }
};

/** A project's calendar as far as an import must know it. */
export interface Calendar {
  readonly firstPeriod: Period;
  readonly closedThrough: Period | null;
}

/** The sheets whose rows are entered in the month of a day of their own, and where each says it. */
const ENTRY_DATES = { 临时费用: '日期', 实收补录: '收款日期' } as const;

/** An entry dated in a month that is not open is `closed_period` at its day. */
export const checkPeriods = (
  sheet: keyof typeof ENTRY_DATES,
  rows: readonly SheetRow[],
  skipped: ReadonlySet<number>,
  calendars: ReadonlyMap<string, Calendar>,
  faults: Faults,
): void => {
  for (const row of rows) {
    const project = cell(row, '项目编码');
    const day = cell(row, ENTRY_DATES[sheet]);
    const calendar = project === null ? undefined : calendars.get(project);
    if (day === null || calendar === undefined || skipped.has(row.row)) continue;
    const period = day.slice(0, 7);
    if (period < calendar.firstPeriod || (calendar.closedThrough !== null && period <= calendar.closedThrough))
      faults.add(sheet, row.row, ENTRY_DATES[sheet], 'closed_period');
  }
};
