import type { ChargeBasis } from '@propledger/contracts';
import { dividedBy, parseDecimal, parseFraction, plus, times, whole, ZERO, type Fraction } from '../decimal';
import type { Fen } from '../money';
import { asAgreed, fenOf, roundTo, type Agreed } from './agreed';

export type Term = NonNullable<ChargeBasis['terms']>[number];

const NOTHING_AGREED: Agreed = {};

/**
 * What the terms come to, in fen, exactly: the days' share of price × area, or of the fixed price, with what else is agreed about
 * a month's amount.
 */
export const exactOf = (terms: readonly Term[], agreed: Agreed = NOTHING_AGREED): Fraction =>
  terms.map((term) => exactTerm(term, agreed)).reduce(plus, ZERO);

const exactTerm = (term: Term, agreed: Agreed): Fraction =>
  dividedBy(times(asAgreed(monthlyOf(term), agreed), whole(BigInt(term.days))), BigInt(term.daysOfMonth));

/** What a whole month of a term's days comes to before anything else is agreed, in fen. */
export const monthlyOf = ({ price, area }: Term): Fraction =>
  area === null ? fenOf(price) : times(fenOf(price), parseDecimal(area));

/**
 * Computes the amount of a charge by days again from its basis alone: the rounded running total with its terms less the
 * rounded running total before. Null for all others; see `recompute`.
 *
 * @throws RangeError when the basis is malformed
 */
export const termsAmount = (basis: ChargeBasis): Fen | null => {
  const { rounding, roundingMode, terms, exactBefore } = basis;
  if (rounding === undefined || terms === undefined) return null;
  const before = exactBefore === undefined ? ZERO : parseFraction(exactBefore);
  const rounded = (exact: Fraction): Fen => roundTo(exact, rounding, roundingMode);
  return rounded(plus(before, exactOf(terms, basis))) - rounded(before);
};
