import type { ChargeBasis, Day, Standard } from '@propledger/contracts';
import { monthOf, type DayRange } from '../day';
import { formatMoney, type Fen } from '../money';
import { formatFraction, plus, ZERO, type Fraction } from '../decimal';
import { keptOf, roundTo } from './agreed';
import { exactOf } from './basis';
import { dueOn } from './due';
import type { MonthInputs, NotComputed } from './inputs';
import { joined, notComputed, runsOfDays, unbroken, type Unbroken } from './runs';

/** Consecutive days of the month with one payer: one charge. */
export interface MonthPart extends DayRange {
  readonly customer: string;
  /** Above zero. */
  readonly amount: Fen;
  readonly basis: ChargeBasis;
  readonly dueOn: Day;
  readonly priority: number;
}

export interface MonthCharges {
  /** In order of days. A part that rounds to nothing is left out; what it came to counts in the running total. */
  readonly parts: readonly MonthPart[];
  /** Days of the binding that have a price and no payer. */
  readonly daysWithoutPayer: readonly DayRange[];
  /** Days of the binding that have a price per m² and no area to multiply. */
  readonly daysWithoutArea: readonly DayRange[];
  /** Days of the binding with a price and a payer that come to nothing else that could be said. */
  readonly notComputed: readonly NotComputed[];
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
    parts: roundedParts(unbroken(runs, standard), standard, (part) => dueOn(standard, period, part)),
    daysWithoutPayer: joined(runs.filter(({ customer }) => customer === null)),
    daysWithoutArea: joined(runs.filter(({ area }) => area === null && standard.method === '面积单价')),
    notComputed: notComputed(runs),
  };
};

/** The parts of a month or cycle as charges: rounding is cumulative over all of them. */
export const roundedParts = (
  unroundedParts: readonly Unbroken[],
  standard: Standard,
  dueOf: (part: DayRange) => Day,
): MonthPart[] => {
  const { method, rounding, roundingMode, priority } = standard;
  const kept = keptOf(standard);
  const parts: MonthPart[] = [];
  let before: Fraction = ZERO;
  for (const part of unroundedParts) {
    const { customer, terms, from, to } = part;
    const after = plus(before, exactOf(terms, kept));
    const roundedBefore = roundTo(before, rounding, roundingMode);
    const amount = roundTo(after, rounding, roundingMode) - roundedBefore;
    const exactBefore = formatFraction(before);
    const basis: ChargeBasis = { method, rounding, terms, before: formatMoney(roundedBefore), exactBefore, ...kept };
    if (amount > 0n) parts.push({ from, to, customer, amount, basis, dueOn: dueOf(part), priority });
    before = after;
  }
  return parts;
};
