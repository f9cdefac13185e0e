import type { ChargeBasis, Day, Standard } from '@propledger/contracts';
import type { DayRange } from '../day';
import type { PricedStandard } from '../item/item-terms';
import { formatFraction, plus, ZERO, type Fraction } from '../decimal';
import { formatMoney, type Fen } from '../money';
import { keptOf, roundTo } from './agreed';
import { exactOf, termsAmount } from './basis';
import type { Unbroken } from './runs';

/** Consecutive days of the month with one payer: one charge. */
export interface MonthPart extends DayRange {
  readonly customer: string;
  /** Above zero. */
  readonly amount: Fen;
  readonly basis: ChargeBasis;
  readonly dueOn: Day;
  readonly priority: number;
}

/** What a customer's days come to exactly, and what they were rounded to, in fen. */
export interface SoFar {
  readonly exact: Fraction;
  readonly amount: Fen;
}
export const NOTHING_SO_FAR: SoFar = { exact: ZERO, amount: 0n };

/**
 * The parts of a month or cycle as charges: rounding is cumulative over all of them. With `year`, what a customer's earlier days of
 * the year come to, the part that ends the year is what the rounded year lacks: none when that is not above zero.
 */
export const roundedParts = (
  unroundedParts: readonly Unbroken[],
  standard: PricedStandard,
  dueOf: (part: DayRange) => Day,
  year: ((customer: string) => SoFar) | null = null,
): MonthPart[] => {
  const { method, rounding, roundingMode, priority } = standard;
  const kept = keptOf(standard);
  const parts: MonthPart[] = [];
  let before: Fraction = ZERO;
  const own = new Map<string, SoFar>();
  for (const part of unroundedParts) {
    const { customer, terms, from, to } = part;
    const exact = exactOf(terms, kept);
    const after = plus(before, exact);
    const roundedBefore = roundTo(before, rounding, roundingMode);
    const exactBefore = formatFraction(before);
    let amount = roundTo(after, rounding, roundingMode) - roundedBefore;
    let basis: ChargeBasis = { method, rounding, terms, before: formatMoney(roundedBefore), exactBefore, ...kept };
    if (year !== null && to.endsWith('-12-31')) {
      basis = { method, rounding, terms, ...kept, ...ofYear(standard, together(year(customer), own.get(customer))) };
      amount = termsAmount(basis) ?? amount;
    } else if (year !== null) own.set(customer, together({ exact, amount }, own.get(customer)));
    if (amount > 0n) parts.push({ from, to, customer, amount, basis, dueOn: dueOf(part), priority });
    before = after;
  }
  return parts;
};

export const together = (one: SoFar, other: SoFar = NOTHING_SO_FAR): SoFar => ({
  exact: plus(one.exact, other.exact),
  amount: one.amount + other.amount,
});

const ofYear = ({ yearRounding = '分' }: Standard, { exact, amount }: SoFar): Pick<ChargeBasis, 'year'> => ({
  year: { rounding: yearRounding, before: formatMoney(amount), exactBefore: formatFraction(exact) },
});
