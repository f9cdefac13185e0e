import fc from 'fast-check';
import { formatFraction, isDecimal, parseDecimal, parseFraction, plus, roundHalfUp, shortest, times } from './decimal';

describe('decimals', () => {
  it('are read exactly', () => {
    expect(parseDecimal('106.4')).toEqual({ numerator: 1064n, denominator: 10n });
    expect(parseDecimal('-0.1525')).toEqual({ numerator: -1525n, denominator: 10_000n });
    expect(parseDecimal('3')).toEqual({ numerator: 3n, denominator: 1n });
  });

  it.each(['', '.5', '5.', '1e3', '+1', '1,000', '0x10', '１', ' 1', 'NaN', '9'.repeat(31)])('refuses %j', (text) => {
    expect(isDecimal(text)).toBe(false);
    expect(() => parseDecimal(text)).toThrow(RangeError);
  });

  it.each([
    ['1.50', '1.5'],
    ['01.5', '1.5'],
    ['2.00', '2'],
    ['0.0', '0'],
    ['-0.50', '-0.5'],
    ['-0.00', '0'],
    ['100', '100'],
  ])('%s is shortest as %s', (text, short) => {
    expect(shortest(text)).toBe(short);
  });
});

describe('rounding', () => {
  it.each([
    // 0.15 × 130.70 = 19.605, which binary floats take for less.
    ['1960.5', 1n, 1961n],
    ['1960.49', 1n, 1960n],
    ['8.9434', 1n, 9n],
    ['164.99', 10n, 160n],
    ['165', 10n, 170n],
    ['168403.2', 100n, 168_400n],
    ['50', 100n, 100n],
    ['49.99', 100n, 0n],
    ['-0.5', 1n, 0n],
    ['-0.51', 1n, -1n],
    ['-1.5', 1n, -1n],
  ])('%s fen to %s is %s', (exact, unit, rounded) => {
    expect(roundHalfUp(parseDecimal(exact), unit)).toBe(rounded);
  });

  it('is never further away than half a unit', () => {
    const integer = fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n });
    fc.assert(
      fc.property(integer, fc.bigInt({ min: 1n, max: 10n ** 6n }), fc.constantFrom(1n, 10n, 100n), (n, d, unit) => {
        const twiceOff = 2n * (roundHalfUp({ numerator: n, denominator: d }, unit) * d - n);
        expect(twiceOff <= unit * d && twiceOff > -unit * d).toBe(true);
      }),
    );
  });
});

describe('fractions', () => {
  it('are written in lowest terms and read back', () => {
    const sum = plus({ numerator: 1n, denominator: 6n }, { numerator: 1n, denominator: 3n });
    expect(formatFraction(sum)).toBe('1/2');
    expect(parseFraction('-7/31')).toEqual({ numerator: -7n, denominator: 31n });
    expect(formatFraction(times(parseDecimal('0.15'), parseDecimal('130.70')))).toBe('3921/200');
    for (const text of ['1', '1/0', '1/-2', '/2', '1.5/2']) expect(() => parseFraction(text)).toThrow(RangeError);
  });
});
