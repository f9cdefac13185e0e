import type { Money } from '@propledger/contracts';

/** An amount in fen (¥12.34 is 1234n). Negative is a credit. */
export type Fen = bigint;

/** The most that one charge may come to, 99,999,999,999.99: what comes to more nobody could pay or reverse, and no table could hold. */
export const CHARGE_AT_MOST: Fen = 9_999_999_999_999n;

const MONEY = /^-?(?:0|[1-9]\d{0,17})\.\d{2}$/;

/**
 * Reads yuan with exactly two decimals, `"-1234.50"`, as fen.
 *
 * @throws RangeError when the text has any other form (`"1.5"`, `"01.00"`, `"+1.00"`, `"-0.00"`).
 */
export const parseMoney = (money: Money): Fen => {
  if (!MONEY.test(money) || money === '-0.00') throw new RangeError('money is yuan with two decimals, like "1234.50"');
  return BigInt(money.replace('.', ''));
};

/** Fen as yuan with two decimals; the inverse of parseMoney. */
export const formatMoney = (fen: Fen): Money => {
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0');
  return `${fen < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

export const sum = (amounts: Iterable<Fen>): Fen => {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
};

export const smaller = (one: Fen, other: Fen): Fen => (one < other ? one : other);

/**
 * Splits `total` in proportion to `shares`. The parts add up to `total` exactly, and each is less than one fen away from
 * its exact share: 100 split [1, 1, 1] is 33, 33, 34.
 *
 * @throws RangeError when a share is negative or all are zero.
 */
export const split = (total: Fen, shares: readonly bigint[]): Fen[] => {
  const whole = sum(shares);
  if (whole === 0n || shares.some((share) => share < 0n))
    throw new RangeError('shares are not negative, and not all zero');

  let sharesSoFar = 0n;
  let fenSoFar = 0n;
  return shares.map((share) => {
    sharesSoFar += share;
    const upToHere = (total * sharesSoFar) / whole;
    const part = upToHere - fenSoFar;
    fenSoFar = upToHere;
    return part;
  });
};
