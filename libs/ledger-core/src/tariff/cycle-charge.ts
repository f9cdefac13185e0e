import { TIMED_METHODS, type ChargeMethod, type Cycle, type Period, type Standard } from '@propledger/contracts';
import { addDays, lastDay, nextPeriod, overlapOf, type DayRange } from '../day';
import {
  joined,
  notComputed,
  roundedParts,
  runsOfDays,
  unbroken,
  type MonthCharges,
  type MonthInputs,
  type NotComputed,
  type Unbroken,
} from './month-charge';

export const MONTHS_OF: Readonly<Record<Cycle, number>> = { 月: 1, 季: 3, 半年: 6, 年: 12 };

export const cycleOf = ({ cycle, method }: Standard): Cycle => (isTimed(method) ? (cycle ?? '月') : '月');

/** Charged by days: so much a month. */
export const isTimed = (method: ChargeMethod): boolean => (TIMED_METHODS as readonly ChargeMethod[]).includes(method);

/** The last month of the natural cycle that a month lies in: of 2026-05 by quarters, 2026-06. */
export const lastPeriodOf = (cycle: Cycle, period: Period): Period => {
  const months = MONTHS_OF[cycle];
  const month = Math.ceil(Number(period.slice(5)) / months) * months;
  return `${period.slice(0, 5)}${month.toString().padStart(2, '0')}`;
};

/** A month's inputs, and what of its cycle is charged already. */
export interface CycleInputs extends MonthInputs {
  /** The days of standing charges of the binding. */
  readonly charged: readonly DayRange[];
}

/**
 * The charges of one binding for what is left of a cycle, in advance: every day from the first of the run's month to the end
 * of the cycle that no standing charge covers counts 1/days-of-its-month of that day's monthly price. Parts and rounding are
 * those of a month, over the whole span. A binding that begins after the run's month has none.
 */
export const cycleCharges = (inputs: CycleInputs): MonthCharges => {
  const { standard, binding, period, charged } = inputs;
  if (binding.from > lastDay(period)) return NO_CHARGES;
  const parts: Unbroken[] = [];
  const daysWithoutPayer: DayRange[] = [];
  const daysWithoutArea: DayRange[] = [];
  const uncomputed: NotComputed[] = [];
  for (const month of monthsOf(cycleOf(standard), period)) {
    const runs = runsOfDays({ ...inputs, period: month }, charged).filter(
      (run) => !charged.some((range) => overlapOf(range, run) !== null),
    );
    for (const part of unbroken(runs, standard)) append(parts, part);
    daysWithoutPayer.push(...joined(runs.filter(({ customer }) => customer === null)));
    daysWithoutArea.push(...joined(runs.filter(({ area }) => area === null && standard.method === '面积单价')));
    uncomputed.push(...notComputed(runs));
  }
  return {
    parts: roundedParts(parts, standard, period),
    daysWithoutPayer: acrossMonths(daysWithoutPayer),
    daysWithoutArea: acrossMonths(daysWithoutArea),
    notComputed: uncomputed,
  };
};

const NO_CHARGES: MonthCharges = { parts: [], daysWithoutPayer: [], daysWithoutArea: [], notComputed: [] };

const monthsOf = (cycle: Cycle, period: Period): Period[] => {
  const months = [period];
  for (let month = period; month < lastPeriodOf(cycle, period); months.push(month)) month = nextPeriod(month);
  return months;
};

/** Joins a part to the one before when it goes on with the next month. */
const append = (parts: Unbroken[], part: Unbroken): void => {
  const last = parts.at(-1);
  if (last?.customer !== part.customer || part.from !== addDays(last.to, 1)) parts.push(part);
  else {
    last.to = part.to;
    last.terms.push(...part.terms);
  }
};

const acrossMonths = (ranges: readonly DayRange[]): DayRange[] => {
  const whole: DayRange[] = [];
  for (const range of ranges) {
    const last = whole.at(-1);
    if (last && range.from === addDays(last.to, 1)) whole[whole.length - 1] = { from: last.from, to: range.to };
    else whole.push(range);
  }
  return whole;
};
