import fc from 'fast-check';
import { parseDecimal } from '../decimal';
import { formatMoney, sum } from '../money';
import { compareText } from '../text';
import { shareAmount, shareOut } from './share-pool';

const by = (weights: Readonly<Record<string, string>>) =>
  Object.entries(weights).map(([resource, weight]) => ({ resource, weight }));
const shares = (amount: bigint, weights: Readonly<Record<string, string>>) =>
  shareOut(amount, by(weights))?.shares.map((share) => share.amount);

describe('a pool', () => {
  it('is shared by area, per household and by usage', () => {
    expect(shares(30_00n, { A: '60', B: '40' })).toEqual([18_00n, 12_00n]);
    expect(shares(30_00n, { A: '1', B: '1' })).toEqual([15_00n, 15_00n]);
    expect(shares(16_80n, { A: '40', B: '30' })).toEqual([9_60n, 7_20n]);
    expect(shares(30_00n, { A: '40', B: '30' })).toEqual([17_14n, 12_86n]);
  });

  it('gives the fen that are left to the largest remainders, of equal ones to the smaller code', () => {
    expect(shares(100_00n, { A: '1', B: '1', C: '1' })).toEqual([33_34n, 33_33n, 33_33n]);
    expect(shares(100_00n, { C: '1', A: '1', B: '1' })).toEqual([33_33n, 33_34n, 33_33n]);
    expect(shares(2n, { A: '106.4', B: '0.06', C: '99.99' })).toEqual([1n, 0n, 1n]);
  });

  it('has nobody to share it, or nobody with a weight', () => {
    expect(shareOut(1n, [])).toBeNull();
    expect(shareOut(1n, by({ A: '0', B: '0.00' }))).toBeNull();
  });

  it('refuses what is below zero', () => {
    expect(() => shareOut(-1n, by({ A: '1' }))).toThrow(RangeError);
    expect(() => shareOut(1n, by({ A: '2', B: '-1' }))).toThrow(RangeError);
  });

  it('adds up to the fen, and no remainder that got a fen is smaller than one that did not', () => {
    const weight = fc.integer({ min: 0, max: 20_000 }).map((value) => (value / 100).toFixed(value % 3 === 0 ? 2 : 4));
    const pool = fc.record({
      amount: fc.bigInt({ min: 0n, max: 1_000_000n }),
      weights: fc.array(weight, { minLength: 1, maxLength: 30 }),
    });
    fc.assert(
      fc.property(pool, ({ amount, weights }) => {
        const participants = weights.map((each, i) => ({ resource: `R${((i * 7) % 31).toString()}`, weight: each }));
        const out = shareOut(amount, participants);
        const scaled = weights.map((each) => {
          const { numerator, denominator } = parseDecimal(each);
          return (numerator * 10_000n) / denominator;
        });
        const whole = sum(scaled);
        if (whole === 0n) return expect(out).toBeNull();
        if (out === null) throw new Error('nothing was shared');
        expect(sum(out.shares.map((share) => share.amount))).toBe(amount);
        const parts = out.shares.map((share, i) => ({
          ...share,
          resource: participants[i]?.resource ?? '',
          floor: (amount * (scaled[i] ?? 0n)) / whole,
          rest: (amount * (scaled[i] ?? 0n)) % whole,
          weight: weights[i] ?? '',
        }));
        for (const one of parts) {
          expect(one.amount - one.floor).toBe(one.extra ? 1n : 0n);
          const basis = {
            shared: 1,
            amount: formatMoney(amount),
            weight: one.weight,
            total: out.total,
            extra: one.extra,
          };
          expect(shareAmount(basis)).toBe(one.amount);
          for (const other of parts)
            if (one.extra && !other.extra)
              expect(
                one.rest > other.rest || (one.rest === other.rest && compareText(one.resource, other.resource) < 0),
              ).toBe(true);
        }
      }),
    );
  });
});
