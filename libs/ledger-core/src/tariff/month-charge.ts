import { monthOf, type DayRange } from '../day';
import { dueOn } from './due';
import type { MonthInputs, NotComputed } from './inputs';
import { roundedParts, type MonthPart } from './rounded-parts';
import { joined, notComputed, runsOfDays, unbroken, vacantDays, type VacantCharged } from './runs';
import { yearBefore } from './year';

export type { MonthPart } from './rounded-parts';

export interface MonthCharges {
  /** In order of days. A part that rounds to nothing is left out; what it came to counts in the running total. */
  readonly parts: readonly MonthPart[];
  /** Days of the binding that have a price and no payer. */
  readonly daysWithoutPayer: readonly DayRange[];
  /** Days of the binding that have a price per m² and no area to multiply. */
  readonly daysWithoutArea: readonly DayRange[];
  /** Days of the binding with a price and a payer that come to nothing else that could be said. */
  readonly notComputed: readonly NotComputed[];
  /** Days that are charged by a rate of vacancy. */
  readonly vacantDays: readonly VacantCharged[];
}

/**
 * The charges of one binding for one month. Each day that lies in the binding and has a price, a payer and, for 面积单价, an
 * area counts 1/days-of-month of the monthly price. Rounding is cumulative: part k is the rounded total up to part k less
 * the rounded total up to part k − 1, so that the parts add up to the rounded month.
 */
export const monthCharges = (inputs: MonthInputs): MonthCharges => {
  const { standard, period } = inputs;
  const month = monthOf(period);
  const runs = runsOfDays(inputs, { month, within: month, cut: [] });
  return {
    parts: roundedParts(
      unbroken(runs, standard),
      standard,
      (part) => dueOn(standard, period, part),
      yearBefore(inputs, month),
    ),
    daysWithoutPayer: joined(runs.filter(({ customer }) => customer === null)),
    daysWithoutArea: joined(runs.filter(({ area }) => area === null && standard.method === '面积单价')),
    notComputed: notComputed(runs),
    vacantDays: vacantDays(runs),
  };
};
