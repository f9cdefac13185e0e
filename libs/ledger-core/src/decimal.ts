import type { Decimal } from '@propledger/contracts';

/** An exact fraction; the denominator is positive. Not necessarily in lowest terms. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

const DECIMAL = /^(-?)(\d{1,30})(?:\.(\d{1,30}))?$/;
const FRACTION = /^(-?\d+)\/([1-9]\d*)$/;

/**
 * Reads `"106.4"`, `"0.1525"`, `"-3"` exactly.
 *
 * @throws RangeError when the text has another form (no exponent, no bare point, no more than 30 digits on either side).
 */
export const parseDecimal = (decimal: Decimal): Fraction => {
  const [, sign, whole, fraction = ''] = DECIMAL.exec(decimal) ?? [];
  if (whole === undefined) throw new RangeError('a decimal is digits with at most one point between them');
  const digits = BigInt(whole + fraction);
  return { numerator: sign === '-' ? -digits : digits, denominator: 10n ** BigInt(fraction.length) };
};

export const isDecimal = (text: string): boolean => DECIMAL.test(text);

/** The shortest way to write the same decimal: `"1.50"` and `"01.5"` are `"1.5"`. */
export const shortest = (decimal: Decimal): Decimal => {
  const { numerator } = parseDecimal(decimal);
  const [, , whole = '', fraction = ''] = DECIMAL.exec(decimal) ?? [];
  const digits = fraction.replace(/0+$/, '');
  return `${numerator < 0n ? '-' : ''}${whole.replace(/^0+(?=\d)/, '')}${digits && `.${digits}`}`;
};

export const plus = (one: Fraction, other: Fraction): Fraction => {
  // Most sums of a bill run have one term: nothing to find a common divisor for.
  if (one.numerator === 0n) return other;
  if (other.numerator === 0n) return one;
  return inLowestTerms({
    numerator: one.numerator * other.denominator + other.numerator * one.denominator,
    denominator: one.denominator * other.denominator,
  });
};

export const minus = (one: Fraction, other: Fraction): Fraction =>
  plus(one, { numerator: -other.numerator, denominator: other.denominator });

export const times = (one: Fraction, other: Fraction): Fraction => ({
  numerator: one.numerator * other.numerator,
  denominator: one.denominator * other.denominator,
});

export const whole = (value: bigint): Fraction => ({ numerator: value, denominator: 1n });

/** @throws RangeError when `parts` is not positive */
export const dividedBy = ({ numerator, denominator }: Fraction, parts: bigint): Fraction => {
  if (parts <= 0n) throw new RangeError('a fraction is divided by a positive number');
  return { numerator, denominator: denominator * parts };
};

/** The shortest decimal of a fraction that is one. @throws RangeError when it has no end: 1/3 */
export const formatDecimal = (fraction: Fraction): Decimal => {
  const { numerator, denominator } = inLowestTerms(fraction);
  let places = 0;
  for (let unit = 1n; unit % denominator !== 0n; unit *= 10n, places += 1)
    if (places > 60) throw new RangeError('the fraction is no decimal');
  const digits = ((numerator < 0n ? -numerator : numerator) * 10n ** BigInt(places)) / denominator;
  const text = digits.toString().padStart(places + 1, '0');
  const point = text.length - places;
  return `${numerator < 0n ? '-' : ''}${text.slice(0, point)}${places === 0 ? '' : `.${text.slice(point)}`}`;
};

/** The nearest multiple of `unit`; halves go up (towards the greater number). */
export const roundHalfUp = ({ numerator, denominator }: Fraction, unit: bigint): bigint =>
  floorDivision(2n * numerator + unit * denominator, 2n * unit * denominator) * unit;

/** The greatest multiple of `unit` that is not above. */
export const roundDown = ({ numerator, denominator }: Fraction, unit: bigint): bigint =>
  floorDivision(numerator, unit * denominator) * unit;

/** The smallest multiple of `unit` that is not below. */
export const roundUp = ({ numerator, denominator }: Fraction, unit: bigint): bigint =>
  -floorDivision(-numerator, unit * denominator) * unit;

export const isLess = (one: Fraction, other: Fraction): boolean =>
  one.numerator * other.denominator < other.numerator * one.denominator;

/** `"numerator/denominator"` in lowest terms. */
export const formatFraction = (fraction: Fraction): string => {
  const { numerator, denominator } = inLowestTerms(fraction);
  return `${numerator.toString()}/${denominator.toString()}`;
};

/** The inverse of formatFraction. @throws RangeError when the text is not a fraction */
export const parseFraction = (text: string): Fraction => {
  const [, numerator, denominator] = FRACTION.exec(text) ?? [];
  if (numerator === undefined || denominator === undefined)
    throw new RangeError('a fraction is "numerator/denominator"');
  return { numerator: BigInt(numerator), denominator: BigInt(denominator) };
};

export const inLowestTerms = ({ numerator, denominator }: Fraction): Fraction => {
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
};

const greatestCommonDivisor = (one: bigint, other: bigint): bigint => {
  let [a, b] = [one, other];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
};

const floorDivision = (dividend: bigint, divisor: bigint): bigint => {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
};
