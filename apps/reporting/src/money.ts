import type { Money } from '@propledger/contracts';

/** An amount in fen (¥12.34 is 1234n). Negative is a credit. */
export type Fen = bigint;

const MONEY = /^-?\d{1,16}\.\d{2}$/;

/**
 * Reads yuan with two decimals, as events carry them.
 *
 * @throws RangeError on any other form.
 */
export const fenOf = (money: Money): Fen => {
  if (!MONEY.test(money)) throw new RangeError('money is yuan with two decimals, like "1234.50"');
  return BigInt(money.replace('.', ''));
};

/** Whole fen, as PostgreSQL writes them ("-123450"), as yuan ("-1234.50"). */
export const yuan = (fen: string): Money => {
  const negative = fen.startsWith('-');
  const digits = (negative ? fen.slice(1) : fen).padStart(3, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

/** `part` in per cent of `whole`, from the exact quotient, half up to two decimals ("57.37"); null when `whole` is zero. */
export const percent = (part: Fen, whole: Fen): string | null => {
  if (whole === 0n) return null;
  const sign = whole < 0n ? -1n : 1n;
  const numerator = sign * (20_000n * part + whole);
  const denominator = sign * 2n * whole;
  const truncated = numerator / denominator;
  const floor = numerator % denominator < 0n ? truncated - 1n : truncated;
  return yuan(floor.toString());
};
