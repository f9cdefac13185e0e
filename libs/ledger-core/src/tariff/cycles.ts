import {
  TIMED_METHODS,
  type ChargeMethod,
  type Cycle,
  type Day,
  type Period,
  type Standard,
} from '@propledger/contracts';
import {
  addDays,
  addMonths,
  earlierDay,
  firstDay,
  lastDay,
  laterDay,
  monthsBetween,
  periodOf,
  type DayRange,
} from '../day';
import type { Spell } from './inputs';

export const MONTHS_OF: Readonly<Record<Cycle, number>> = { 月: 1, 季: 3, 半年: 6, 年: 12 };

/** Charged by days: so much a month. */
export const isTimed = (method: ChargeMethod): boolean => (TIMED_METHODS as readonly ChargeMethod[]).includes(method);

/** How many months a cycle of the standard has. */
export const monthsOfCycle = ({ method, cycle = '月', cycleMonths }: Standard): number =>
  isTimed(method) ? (cycleMonths ?? MONTHS_OF[cycle]) : 1;

/** Whether a run charges the month of its period, and compares it with what stands: not a longer cycle, of handovers, or in arrears. */
export const isMonthly = (standard: Standard): boolean =>
  monthsOfCycle(standard) === 1 && standard.anniversary === undefined && standard.arrears === undefined;

/** A cycle that a run takes, whole or in part, and its months: they begin where the grid has them, before the cycle's days perhaps. */
export interface TakenCycle extends DayRange {
  readonly months: readonly DayRange[];
}

/** What cycles are counted from: 起算月, January where none is said, or the handover. */
type Grid = Pick<Standard, 'cycleFrom' | 'anniversary'> & { readonly months: number; readonly anchor: Day };

const gridOf = (standard: Standard, handedOverOn: Day | null): Grid | null => {
  const { anniversary, cycleFrom = '2000-01' } = standard;
  const anchor = anniversary === undefined ? firstDay(cycleFrom) : handedOverOn;
  return anchor === null ? null : { ...standard, months: monthsOfCycle(standard), anchor };
};

/** The first day of the nth month from the anchor on: its own number, or the last of a month that is too short. */
const monthStart = ({ anchor }: Grid, nth: number): Day => addMonths(anchor, nth);

const cycleAt = (grid: Grid, day: Day): number => {
  const months = monthsBetween(periodOf(grid.anchor), periodOf(day));
  return Math.floor((monthStart(grid, months) > day ? months - 1 : months) / grid.months);
};
const cycleStart = (grid: Grid, nth: number): Day => monthStart(grid, nth * grid.months);

/** The days of a cycle within others, with its months. */
const taken = (grid: Grid, nth: number, within: DayRange): TakenCycle => {
  const from = laterDay(cycleStart(grid, nth), within.from);
  const to = earlierDay(addDays(cycleStart(grid, nth + 1), -1), within.to);
  const months = Array.from({ length: grid.months }, (_, month): DayRange => {
    const at = nth * grid.months + month;
    return { from: monthStart(grid, at), to: addDays(monthStart(grid, at + 1), -1) };
  });
  return { from, to, months: months.filter((month) => month.to >= from && month.from <= to) };
};

/**
 * The cycles that the run of a month takes of a binding.
 *
 * In advance: from the first of the month on, to the end of the cycle that the month's last day lies in; a cycle that begins
 * within the month is one of its own. A binding that begins after the month has none. In arrears: those that are over since
 * yesterday on a day of the month; of one that the binding leaves before its end what there is, once the binding has ended. Before
 * a handover there is no cycle of it.
 *
 * @returns null where a handover is needed and not known
 */
export const cyclesOfRun = (
  standard: Standard,
  binding: Spell,
  period: Period,
  handedOverOn: Day | null,
): readonly TakenCycle[] | null => {
  const grid = gridOf(standard, handedOverOn);
  if (grid === null) return null;
  const [first, last] = [firstDay(period), lastDay(period)];
  if (binding.from > last) return [];
  if (grid.anniversary !== undefined && grid.anchor > last) return [];
  const current = cycleAt(grid, last);
  const earliest = grid.anniversary === undefined ? Number.NEGATIVE_INFINITY : 0;
  if (standard.arrears === undefined) {
    const begun = Math.max(cycleAt(grid, first), earliest);
    return Array.from({ length: current - begun + 1 }, (_, at) =>
      taken(grid, begun + at, { from: first, to: '9999-12-31' }),
    );
  }
  const cycles: TakenCycle[] = [];
  if (cycleStart(grid, current) >= first && current - 1 >= earliest)
    cycles.push(taken(grid, current - 1, { from: '0001-01-01', to: binding.to ?? '9999-12-31' }));
  if (binding.to !== null && binding.to < last)
    cycles.push(taken(grid, current, { from: '0001-01-01', to: binding.to }));
  return cycles.filter(({ from, to }) => from <= to);
};

/** The days that the runs of a month can take of any binding to the standard. */
export const daysOfRun = (standard: Standard, period: Period): DayRange => {
  const days = ownDays(standard, period);
  // The cycle that ends a rounded year looks at all of it.
  const ends = standard.arrears === undefined ? days.to : addDays(firstDay(period), -1);
  const isYear = standard.yearRounding !== undefined && ends.endsWith('-12-31');
  return isYear ? { from: `${ends.slice(0, 4)}-01-01`, to: days.to } : days;
};

const ownDays = (standard: Standard, period: Period): DayRange => {
  const months = monthsOfCycle(standard);
  if (isMonthly(standard)) return { from: firstDay(period), to: lastDay(period) };
  if (standard.arrears !== undefined) return { from: addMonths(firstDay(period), -months), to: lastDay(period) };
  if (standard.anniversary !== undefined) return { from: firstDay(period), to: addMonths(lastDay(period), months) };
  const [cycle] = cyclesOfRun(standard, { from: firstDay(period), to: null }, period, null) ?? [];
  return { from: firstDay(period), to: cycle?.to ?? lastDay(period) };
};
