import type { Decimal, ShareBasis } from '@propledger/contracts';
import { formatDecimal, parseDecimal, plus, ZERO } from '../decimal';
import { parseMoney, type Fen } from '../money';
import { compareText } from '../text';

/** Someone who takes part in a pool. The weight is not negative. */
export interface Participant {
  readonly resource: string;
  readonly weight: Decimal;
}

export interface Share {
  readonly amount: Fen;
  /** Whether one of the fen that were left went here. */
  readonly extra: boolean;
}

export interface SharedOut {
  /** One for each participant, in their order; they add up to the amount. */
  readonly shares: readonly Share[];
  readonly total: Decimal;
}

/**
 * Shares an amount in whole fen, in proportion to the weights: each is given what its exact share has of whole fen, and the
 * fen that are left go to the largest remainders, of equal ones to the smaller resource code.
 *
 * @returns null when there is nobody, or nobody has a weight.
 * @throws RangeError when the amount or a weight is negative
 */
export const shareOut = (amount: Fen, participants: readonly Participant[]): SharedOut | null => {
  const weights = participants.map(({ weight }) => parseDecimal(weight));
  const total = weights.reduce(plus, ZERO);
  if (amount < 0n || weights.some(({ numerator }) => numerator < 0n))
    throw new RangeError('amounts and weights of a pool are not negative');
  if (total.numerator === 0n) return null;
  // weight ÷ total = (n/d) ÷ (N/D) = nD/dN, over one denominator for all.
  const scale = weights.reduce((most, { denominator }) => (denominator > most ? denominator : most), 1n);
  const scaled = weights.map(({ numerator, denominator }) => (numerator * scale) / denominator);
  const whole = scaled.reduce((sum, part) => sum + part, 0n);
  const exact = scaled.map((part, at) => ({ at, fen: (amount * part) / whole, rest: (amount * part) % whole }));
  const left = exact.reduce((rest, { fen }) => rest - fen, amount);
  const codeAt = (at: number): string => participants[at]?.resource ?? '';
  const given = [...exact]
    .sort((one, other) =>
      one.rest === other.rest ? compareText(codeAt(one.at), codeAt(other.at)) : one.rest > other.rest ? -1 : 1,
    )
    .slice(0, Number(left));
  const extra = new Set(given.map(({ at }) => at));
  return {
    shares: exact.map(({ at, fen }) => ({ amount: extra.has(at) ? fen + 1n : fen, extra: extra.has(at) })),
    total: formatDecimal(total),
  };
};

/** The amount of a share from its basis alone. @throws RangeError when the basis is malformed */
export const shareAmount = ({ amount, weight, total, extra }: ShareBasis): Fen => {
  const part = parseDecimal(weight);
  const all = parseDecimal(total);
  return (
    (parseMoney(amount) * part.numerator * all.denominator) / (part.denominator * all.numerator) + (extra ? 1n : 0n)
  );
};
