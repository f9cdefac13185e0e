import fc from 'fast-check';
import { formatMoney, parseMoney, split, sum } from './money';

describe('money', () => {
  it.each([
    ['0.00', 0n],
    ['0.05', 5n],
    ['1234.50', 123_450n],
    ['-1234.50', -123_450n],
    ['-0.01', -1n],
  ])('reads and writes %s', (money, fen) => {
    expect(parseMoney(money)).toBe(fen);
    expect(formatMoney(fen)).toBe(money);
  });

  it.each(['', '1', '1.5', '1.505', '.50', '01.00', '+1.00', '-0.00', '1,234.50', ' 1.00', '1e2', '１.００', '1.00\n'])(
    'refuses %j',
    (text) => {
      expect(() => parseMoney(text)).toThrow(RangeError);
    },
  );

  it('reads back whatever it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), (fen) => {
        expect(parseMoney(formatMoney(fen))).toBe(fen);
      }),
    );
  });
});

describe('split', () => {
  it('places what a division leaves over by the running total', () => {
    expect(split(100n, [1n, 1n, 1n])).toEqual([33n, 33n, 34n]);
    expect(split(10_000n, [1n, 1n, 1n])).toEqual([3333n, 3333n, 3334n]);
    expect(split(1680n, [40n, 30n])).toEqual([960n, 720n]);
    expect(split(-100n, [1n, 1n, 1n])).toEqual([-33n, -33n, -34n]);
  });

  it('refuses negative shares and shares of nothing', () => {
    expect(() => split(100n, [])).toThrow(RangeError);
    expect(() => split(100n, [0n, 0n])).toThrow(RangeError);
    expect(() => split(100n, [2n, -1n])).toThrow(RangeError);
  });

  it('always adds up, each part less than a fen from its exact share', () => {
    const shares = fc.array(fc.bigInt({ min: 0n, max: 10n ** 6n }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }), shares, (total, weights) => {
        const whole = sum(weights);
        fc.pre(whole > 0n);
        const parts = split(total, weights);
        expect(sum(parts)).toBe(total);
        for (const [index, part] of parts.entries()) {
          const off = part * whole - total * (weights[index] ?? 0n);
          expect(off < whole && off > -whole).toBe(true);
        }
      }),
    );
  });
});
