import type { Day, Meter, MeterRead, SheetRow } from '@propledger/contracts';
import {
  compareRecords,
  estimateAboveMaximum,
  estimateOf,
  readingFaults,
  replacementFaults,
  type LedgerRejection,
  type MeterRecord,
} from '@propledger/ledger-core';
import { estimateOfRow, meterOfRow, readingOfRow, replacementOfRow } from './commands-of-rows';
import type { Calendar } from './check-entries';
import { cell, joined, keyOf, required, type Faults } from './staged-row';

type Estimated = NonNullable<ReturnType<typeof estimateOf>>;

/** A meter with its readings and replacements, as it stands or as the file installs it. */
export interface KnownMeter {
  readonly meter: Meter;
  readonly records: readonly MeterRecord[];
}

/**
 * 仪表: one that stands with other content, or is there twice, is a `duplicate` at 仪表编码.
 *
 * @returns the rows whose meter stands already.
 */
export const checkMeters = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, KnownMeter>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '仪表编码']);
    if (key === null) continue;
    const again = seen.has(key);
    seen.add(key);
    const stands = standing.get(key);
    if (again) faults.add('仪表', row.row, '仪表编码', 'duplicate');
    if (again || !stands || !faults.clean('仪表', row)) continue;
    if (JSON.stringify(inOrder(meterOfRow(row))) === JSON.stringify(inOrder(stands.meter))) skipped.add(row.row);
    else faults.add('仪表', row.row, '仪表编码', 'duplicate');
  }
  return skipped;
};

const inOrder = (known: Meter): unknown[] => {
  const { meter, kind, resource, multiplier, from, reading, range, parent, losses = [], maximum } = known;
  const losing = losses.map((loss) => [loss.from, loss.percent, loss.quantity]);
  return [meter, kind, resource, multiplier, from, reading, range, parent ?? null, losing, maximum ?? null];
};

/** 上级仪表: one of another kind, or that leads back to the meter, is a `conflict` there. */
export const checkParents = (
  rows: readonly SheetRow[],
  known: ReadonlyMap<string, KnownMeter>,
  faults: Faults,
): void => {
  for (const row of rows) {
    const [key, above] = [keyOf(row, ['项目编码', '仪表编码']), keyOf(row, ['项目编码', '上级仪表'])];
    const meter = key === null ? undefined : known.get(key)?.meter;
    if (key === null || above === null || meter === undefined) continue;
    const project = cell(row, '项目编码') ?? '';
    const passed = new Set([key]);
    let at: string | undefined = above;
    while (at !== undefined && !passed.has(at)) {
      passed.add(at);
      const parent: string | undefined = known.get(at)?.meter.parent;
      at = parent === undefined ? undefined : joined([project, parent]);
    }
    const kind = known.get(above)?.meter.kind ?? meter.kind;
    if (at !== undefined || kind !== meter.kind) faults.add('仪表', row.row, '上级仪表', 'conflict');
  }
};

/** Rows that stand already, by sheet. */
export interface SkippedReadings {
  readonly readings: ReadonlySet<number>;
  readonly replacements: ReadonlySet<number>;
  readonly estimates: ReadonlySet<number>;
}

/** A row of 抄表 or 估抄. */
interface ReadingRow {
  readonly sheet: '抄表' | '估抄';
  readonly row: SheetRow;
}

/**
 * 抄表, 估抄 and 换表, meter by meter: readings by 账期, each after the replacements up to its day. A second reading for a 账期 is a
 * `second_reading` at 账期, a second replacement of a day a `duplicate` at 换表日期; what the dial or the days forbid is told
 * at the reading or the day, and a 账期 that is not open is `closed_period`; an estimate by the average where nothing was read before has its
 * 用量 `required`.
 */
export const checkReadings = (
  {
    readings,
    replacements,
    estimates,
  }: Readonly<Record<'readings' | 'replacements' | 'estimates', readonly SheetRow[]>>,
  known: ReadonlyMap<string, KnownMeter>,
  calendars: ReadonlyMap<string, Calendar>,
  faults: Faults,
): SkippedReadings => {
  const skipped = {
    readings: new Set<number>(),
    replacements: new Set<number>(),
    estimates: new Set<number>(),
  };
  const read = [
    ...readings.map((row): ReadingRow => ({ sheet: '抄表', row })),
    ...estimates.map((row): ReadingRow => ({ sheet: '估抄', row })),
  ];
  for (const { sheet, row } of read) {
    const calendar = calendars.get(cell(row, '项目编码') ?? '');
    const period = cell(row, '账期');
    if (period === null || calendar === undefined) continue;
    const stands = known
      .get(keyOf(row, ['项目编码', '仪表编码']) ?? '')
      ?.records.some((record) => record.kind === 'read' && record.period === period);
    if (stands !== true && !isOpen(calendar, period)) faults.add(sheet, row.row, '账期', 'closed_period');
  }
  const readingsOf = byMeter(read, '账期', 'second_reading', faults);
  const replacementsOf = byMeter(
    replacements.map((row) => ({ sheet: '换表' as const, row })),
    '换表日期',
    'duplicate',
    faults,
  );
  for (const key of new Set([...readingsOf.keys(), ...replacementsOf.keys()])) {
    const meter = known.get(key);
    if (!meter) continue;
    const check = new MeterCheck(meter, faults);
    const skippedOf = { 抄表: skipped.readings, 估抄: skipped.estimates };
    for (const one of readingsOf.get(key) ?? []) if (check.stands(one)) skippedOf[one.sheet].add(one.row.row);
    for (const { row } of replacementsOf.get(key) ?? [])
      if (check.standsReplaced(row)) skipped.replacements.add(row.row);
    check.inTurn(
      (readingsOf.get(key) ?? []).filter(
        ({ sheet, row }) => !skippedOf[sheet].has(row.row) && faults.clean(sheet, row),
      ),
      (replacementsOf.get(key) ?? [])
        .map(({ row }) => row)
        .filter((row) => !skipped.replacements.has(row.row) && faults.clean('换表', row)),
    );
  }
  return skipped;
};

export const isOpen = ({ firstPeriod, closedThrough }: Calendar, period: string): boolean =>
  period >= firstPeriod && (closedThrough === null || period > closedThrough);

/** Rows without a fault by their meter; a second one of a meter and another column is none. */
const byMeter = <Row extends { readonly sheet: '抄表' | '估抄' | '换表'; readonly row: SheetRow }>(
  rows: readonly Row[],
  once: string,
  code: 'second_reading' | 'duplicate',
  faults: Faults,
): Map<string, Row[]> => {
  const seen = new Set<string>();
  const found = new Map<string, Row[]>();
  for (const one of rows) {
    const { sheet, row } = one;
    const key = keyOf(row, ['项目编码', '仪表编码']);
    const value = cell(row, once);
    if (key === null || value === null) continue;
    const place = joined([key, value]);
    if (seen.has(place)) faults.add(sheet, row.row, once, code);
    seen.add(place);
    if (faults.clean(sheet, row)) found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
};

/** One meter's rows, put behind what stands of it one after the other. */
class MeterCheck {
  private readonly records: MeterRecord[];

  constructor(
    private readonly known: KnownMeter,
    private readonly faults: Faults,
  ) {
    this.records = [...known.records];
  }

  /** Whether the reading stands already; with other content it is a second one. */
  stands({ sheet, row }: ReadingRow): boolean {
    const period = required(row, '账期');
    const other = this.known.records.find((record) => record.kind === 'read' && record.period === period);
    if (other?.kind !== 'read') return false;
    const { on, reading } = sheet === '抄表' ? readingOfRow(row) : this.estimated(row, other.position);
    const isSame = (other.estimated !== undefined) === (sheet === '估抄');
    if (isSame && other.on === on && other.reading === reading) return true;
    this.faults.add(sheet, row.row, '账期', 'second_reading');
    return false;
  }

  /** What the dial is estimated to show after the records, up to one of them. */
  private estimated(row: SheetRow, upTo?: number): { readonly on: Day } & Partial<Estimated> {
    const { on, by } = estimateOfRow(row);
    const end = this.records.findIndex(({ position }) => position === upTo);
    const records = end < 0 ? this.records : this.records.slice(0, end);
    return { on, ...estimateOf({ meter: this.known.meter, records }, on, by) };
  }

  standsReplaced(row: SheetRow): boolean {
    const { on, oldReading, newReading, newMultiplier } = replacementOfRow(row);
    const other = this.known.records.find((record) => record.kind === 'replaced' && record.on === on);
    if (other?.kind !== 'replaced') return false;
    if (other.oldReading === oldReading && other.newReading === newReading && other.newMultiplier === newMultiplier)
      return true;
    this.faults.add('换表', row.row, '换表日期', 'duplicate');
    return false;
  }

  /** What is faulty is not put behind: the next row is compared with the one before it. */
  inTurn(readings: readonly ReadingRow[], replacements: readonly SheetRow[]): void {
    const waiting = [...replacements].sort((one, other) => compareCells(one, other, '换表日期'));
    for (const { sheet, row } of [...readings].sort((one, other) => compareCells(one.row, other.row, '账期'))) {
      const on = required(row, sheet === '抄表' ? '抄表日期' : '估抄日期');
      while (waiting[0] !== undefined && (cell(waiting[0], '换表日期') ?? '') <= on) this.replace(waiting.shift());
      const made = sheet === '抄表' ? readingOfRow(row) : this.estimated(row);
      if (made.reading === undefined) {
        this.faults.add(sheet, row.row, '用量', 'required');
        continue;
      }
      const [meter, period] = [required(row, '仪表编码'), required(row, '账期')];
      const reading: MeterRead = { ...made, reading: made.reading, meter, period };
      const faults = readingFaults(this.now(), reading);
      for (const fault of faults)
        this.tell(
          sheet,
          row,
          fault,
          sheet === '抄表' ? '抄表日期' : '估抄日期',
          sheet === '抄表' ? '本期读数' : '用量',
        );
      if (faults.length > 0) continue;
      this.put({ position: row.row, kind: 'read', ...reading });
      if (sheet === '估抄' && estimateAboveMaximum(this.known.meter, this.records))
        this.faults.add(sheet, row.row, '用量', 'out_of_range');
    }
    while (waiting.length > 0) this.replace(waiting.shift());
  }

  private replace(row: SheetRow | undefined): void {
    if (!row) return;
    const replacement = replacementOfRow(row);
    const faults = replacementFaults(this.now(), replacement);
    for (const fault of faults) this.tell('换表', row, fault, '换表日期', '旧表读数');
    if (faults.length === 0) this.put({ position: row.row, kind: 'replaced', ...replacement });
  }

  private now(): KnownMeter {
    return { meter: this.known.meter, records: this.records };
  }

  private put(record: MeterRecord): void {
    this.records.push(record);
    this.records.sort(compareRecords);
  }

  private tell(
    sheet: '抄表' | '估抄' | '换表',
    row: SheetRow,
    { code }: LedgerRejection,
    day: string,
    reading: string,
  ): void {
    if (code === 'reading-backwards') this.faults.add(sheet, row.row, reading, 'reading_backwards');
    else this.faults.add(sheet, row.row, day, 'reading_out_of_order');
  }
}

const compareCells = (one: SheetRow, other: SheetRow, column: string): number => {
  const [a, b] = [cell(one, column) ?? '', cell(other, column) ?? ''];
  return a === b ? one.row - other.row : a < b ? -1 : 1;
};
