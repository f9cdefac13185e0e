import type { ChargeBasis, Rounding } from '@propledger/contracts';
import {
  dividedBy,
  parseDecimal,
  parseFraction,
  plus,
  roundHalfUp,
  times,
  whole,
  ZERO,
  type Fraction,
} from '../decimal';
import type { Fen } from '../money';

export type Term = NonNullable<ChargeBasis['terms']>[number];

const FEN_OF: Readonly<Record<Rounding, bigint>> = { 分: 1n, 角: 10n, 元: 100n };

/** Half up to 分, 角 or 元. The fraction and the result are fen. */
export const roundTo = (exact: Fraction, rounding: Rounding): Fen => roundHalfUp(exact, FEN_OF[rounding]);

/** What the terms come to, in fen, exactly: the days' share of price × area, or of the fixed price. */
export const exactOf = (terms: readonly Term[]): Fraction => terms.map(exactTerm).reduce(plus, ZERO);

const exactTerm = ({ days, daysOfMonth, price, area }: Term): Fraction => {
  const monthly = area === null ? parseDecimal(price) : times(parseDecimal(price), parseDecimal(area));
  return dividedBy(times(monthly, whole(BigInt(days) * 100n)), BigInt(daysOfMonth));
};

/**
 * Computes the amount of a charge by area or of a fixed one again from its basis alone: the rounded running total with its
 * terms less the rounded running total before. Null for all others; see `recompute`.
 *
 * @throws RangeError when the basis is malformed
 */
export const termsAmount = ({ rounding, terms, exactBefore }: ChargeBasis): Fen | null => {
  if (rounding === undefined || terms === undefined) return null;
  const before = exactBefore === undefined ? ZERO : parseFraction(exactBefore);
  return roundTo(plus(before, exactOf(terms)), rounding) - roundTo(before, rounding);
};
