import type { ChargeBasis } from '@propledger/contracts';
import { dividedBy, parseDecimal, parseFraction, plus, times, whole, ZERO, type Fraction } from '../decimal';
import { compiled } from '../formula/compiled';
import { evaluate } from '../formula/evaluate';
import { parseMoney, type Fen } from '../money';
import { asAgreed, fenOf, roundTo, type Agreed } from './agreed';
import { percentOfAmount } from './vacancy';

export type Term = NonNullable<ChargeBasis['terms']>[number];

/** What of a basis says what a month comes to, beside its terms. */
export type Monthly = Agreed & Pick<ChargeBasis, 'formula'>;

const NOTHING_AGREED: Monthly = {};

/**
 * What the terms come to, in fen, exactly: the days' share of price × area, or of the fixed price, with what else is agreed about
 * a month's amount.
 */
export const exactOf = (terms: readonly Term[], monthly: Monthly = NOTHING_AGREED): Fraction =>
  terms.map((term) => exactTerm(term, monthly)).reduce(plus, ZERO);

const exactTerm = (term: Term, monthly: Monthly): Fraction =>
  term.vacancyPercent === undefined
    ? occupied(term, monthly)
    : percentOfAmount(occupied(term, monthly), term.vacancyPercent);

/** What the days of a term come to when the resource is not vacant. */
export const occupied = (term: Term, monthly: Monthly): Fraction =>
  term.part === undefined
    ? dividedBy(times(asAgreed(monthlyOf(term, monthly), monthly), whole(BigInt(term.days))), BigInt(term.daysOfMonth))
    : times(asAgreed(monthlyOf(term, monthly), monthly), parseFraction(term.part));

/**
 * What a whole month of a term's days comes to before anything else is agreed, in fen.
 *
 * @throws RangeError when a formula cannot be computed with its values
 */
export const monthlyOf = ({ price, area, persons, values }: Term, { formula }: Monthly): Fraction => {
  if (formula !== undefined) return byFormula(formula, values ?? []);
  if (persons !== undefined) return times(fenOf(price), whole(BigInt(persons)));
  return area === null ? fenOf(price) : times(fenOf(price), parseDecimal(area));
};

const byFormula = (text: string, values: NonNullable<Term['values']>): Fraction => {
  const formula = compiled(text);
  if (formula === null) throw new RangeError('the basis has no formula that can be read');
  const value = evaluate(formula, Object.fromEntries(values.map((one) => [one.name, one.value])));
  if ('code' in value) throw new RangeError(`the formula comes to nothing: ${value.code}`);
  return times(value, whole(100n));
};

/**
 * Computes the amount of a charge by days again from its basis alone: the rounded running total with its terms less the
 * rounded running total before; where it ends a year that is rounded, the rounded year less what was charged of it. Null for all others; see `recompute`.
 *
 * @throws RangeError when the basis is malformed
 */
export const termsAmount = (basis: ChargeBasis): Fen | null => {
  const { rounding, roundingMode, terms, year } = basis;
  if (rounding === undefined || terms === undefined) return null;
  if (year !== undefined) {
    const whole = plus(parseFraction(year.exactBefore), exactOf(terms, basis));
    return roundTo(whole, year.rounding, roundingMode) - parseMoney(year.before);
  }
  return onTop(basis, exactOf(terms, basis));
};

/**
 * What an exact amount comes to on top of what was computed before it: the rounded running total with it less the rounded
 * running total before. Null where the basis has no rounding.
 */
export const onTop = ({ rounding, roundingMode, exactBefore }: ChargeBasis, exact: Fraction): Fen | null => {
  if (rounding === undefined) return null;
  const before = exactBefore === undefined ? ZERO : parseFraction(exactBefore);
  const rounded = (total: Fraction): Fen => roundTo(total, rounding, roundingMode);
  return rounded(plus(before, exact)) - rounded(before);
};
