import type { ChargeBasis } from '@propledger/contracts';
import { termsAmount } from './basis';

const ROUNDINGS = [
  ['分', 1n],
  ['角', 10n],
  ['元', 100n],
] as const;

/** The same numbers every time (xorshift), from 0 up to below `below`. */
const dice = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const decimal = (digits: number, places: number): string => {
  const text = digits.toString().padStart(places + 1, '0');
  return `${text.slice(0, -places)}.${text.slice(-places)}`;
};

it('loses no fen in a hundred thousand prices, areas and days: each is the exact fraction, rounded half up once', () => {
  const roll = dice(20_260_301);
  const wrong: unknown[] = [];
  for (let count = 0; count < 100_000; count += 1) {
    const [price, area] = [roll(1_000_000), roll(50_000)];
    const daysOfMonth = 28 + roll(4);
    const days = 1 + roll(daysOfMonth);
    const [rounding, unit] = ROUNDINGS[roll(3)] ?? ROUNDINGS[0];
    const term = { from: '2026-01-01', to: '2026-01-31', days, daysOfMonth };
    const terms = [{ ...term, price: decimal(price, 4), area: decimal(area, 2) }];
    const basis: ChargeBasis = { method: '面积单价', rounding, terms };
    // Price and area are whole numbers of 1/10,000 and 1/100: the product, in fen, has 10,000 parts a fen, each of so many days.
    const whole = unit * 10_000n * BigInt(daysOfMonth);
    const exact = BigInt(price) * BigInt(area) * BigInt(days);
    const expected = ((2n * exact + whole) / (2n * whole)) * unit;
    if (termsAmount(basis) !== expected) wrong.push(basis);
  }
  expect(wrong).toEqual([]);
});
