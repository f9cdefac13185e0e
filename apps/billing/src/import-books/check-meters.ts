import type { Meter, SheetRow } from '@propledger/contracts';
import {
  compareRecords,
  readingFault,
  replacementFault,
  type LedgerRejection,
  type MeterRecord,
} from '@propledger/ledger-core';
import { meterOfRow, readingOfRow, replacementOfRow } from './commands-of-rows';
import type { Calendar } from './check-entries';
import { cell, joined, keyOf, type Faults } from './staged-row';

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

const inOrder = ({ meter, kind, resource, multiplier, from, reading, range }: Meter): unknown[] => [
  meter,
  kind,
  resource,
  multiplier,
  from,
  reading,
  range,
];

/** Rows that stand already, by sheet. */
export interface SkippedReadings {
  readonly readings: ReadonlySet<number>;
  readonly replacements: ReadonlySet<number>;
}

/**
 * 抄表 and 换表, meter by meter: readings by 账期, each after the replacements up to its day. A second reading for a 账期 is a
 * `second_reading` at 账期, a second replacement of a day a `duplicate` at 换表日期; what the dial or the days forbid is told
 * at the reading or the day, and a 账期 that is not open is `closed_period`.
 */
export const checkReadings = (
  { readings, replacements }: { readonly readings: readonly SheetRow[]; readonly replacements: readonly SheetRow[] },
  known: ReadonlyMap<string, KnownMeter>,
  calendars: ReadonlyMap<string, Calendar>,
  faults: Faults,
): SkippedReadings => {
  const skipped = { readings: new Set<number>(), replacements: new Set<number>() };
  for (const row of readings) {
    const calendar = calendars.get(cell(row, '项目编码') ?? '');
    const period = cell(row, '账期');
    if (period === null || calendar === undefined) continue;
    const stands = known
      .get(keyOf(row, ['项目编码', '仪表编码']) ?? '')
      ?.records.some((record) => record.kind === 'read' && record.period === period);
    if (stands !== true && !isOpen(calendar, period)) faults.add('抄表', row.row, '账期', 'closed_period');
  }
  const readingsOf = byMeter(readings, '抄表', '账期', 'second_reading', faults);
  const replacementsOf = byMeter(replacements, '换表', '换表日期', 'duplicate', faults);
  for (const key of new Set([...readingsOf.keys(), ...replacementsOf.keys()])) {
    const meter = known.get(key);
    if (!meter) continue;
    const check = new MeterCheck(meter, faults);
    for (const row of readingsOf.get(key) ?? []) if (check.stands(row)) skipped.readings.add(row.row);
    for (const row of replacementsOf.get(key) ?? []) if (check.standsReplaced(row)) skipped.replacements.add(row.row);
    check.inTurn(
      (readingsOf.get(key) ?? []).filter((row) => !skipped.readings.has(row.row) && faults.clean('抄表', row)),
      (replacementsOf.get(key) ?? []).filter((row) => !skipped.replacements.has(row.row) && faults.clean('换表', row)),
    );
  }
  return skipped;
};

export const isOpen = ({ firstPeriod, closedThrough }: Calendar, period: string): boolean =>
  period >= firstPeriod && (closedThrough === null || period > closedThrough);

/** Rows without a fault by their meter; a second one of a meter and another column is none. */
const byMeter = (
  rows: readonly SheetRow[],
  sheet: '抄表' | '换表',
  once: string,
  code: 'second_reading' | 'duplicate',
  faults: Faults,
): Map<string, SheetRow[]> => {
  const seen = new Set<string>();
  const found = new Map<string, SheetRow[]>();
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '仪表编码']);
    const value = cell(row, once);
    if (key === null || value === null) continue;
    const place = joined([key, value]);
    if (seen.has(place)) faults.add(sheet, row.row, once, code);
    seen.add(place);
    if (faults.clean(sheet, row)) found.set(key, [...(found.get(key) ?? []), row]);
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
  stands(row: SheetRow): boolean {
    const { period, on, reading } = readingOfRow(row);
    const other = this.known.records.find((record) => record.kind === 'read' && record.period === period);
    if (other?.kind !== 'read') return false;
    if (other.on === on && other.reading === reading) return true;
    this.faults.add('抄表', row.row, '账期', 'second_reading');
    return false;
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
  inTurn(readings: readonly SheetRow[], replacements: readonly SheetRow[]): void {
    const waiting = [...replacements].sort((one, other) => compareCells(one, other, '换表日期'));
    for (const row of [...readings].sort((one, other) => compareCells(one, other, '账期'))) {
      const reading = readingOfRow(row);
      while (waiting[0] !== undefined && (cell(waiting[0], '换表日期') ?? '') <= reading.on)
        this.replace(waiting.shift());
      const fault = readingFault(this.now(), reading);
      if (fault) this.tell('抄表', row, fault, '抄表日期', '本期读数');
      else this.put({ position: row.row, kind: 'read', ...reading });
    }
    while (waiting.length > 0) this.replace(waiting.shift());
  }

  private replace(row: SheetRow | undefined): void {
    if (!row) return;
    const replacement = replacementOfRow(row);
    const fault = replacementFault(this.now(), replacement);
    if (fault) this.tell('换表', row, fault, '换表日期', '旧表读数');
    else this.put({ position: row.row, kind: 'replaced', ...replacement });
  }

  private now(): KnownMeter {
    return { meter: this.known.meter, records: this.records };
  }

  private put(record: MeterRecord): void {
    this.records.push(record);
    this.records.sort(compareRecords);
  }

  private tell(sheet: '抄表' | '换表', row: SheetRow, { code }: LedgerRejection, day: string, reading: string): void {
    if (code === 'reading-backwards') this.faults.add(sheet, row.row, reading, 'reading_backwards');
    else this.faults.add(sheet, row.row, day, 'reading_out_of_order');
  }
}

const compareCells = (one: SheetRow, other: SheetRow, column: string): number => {
  const [a, b] = [cell(one, column) ?? '', cell(other, column) ?? ''];
  return a === b ? one.row - other.row : a < b ? -1 : 1;
};
