import fc from 'fast-check';
import { dayAfter, overlap, TakenDays, type Days } from './occupancy-rules';

const day = fc.integer({ min: 0, max: 400 }).map((days) => dayAfter('2025-01-01', days));
const days: fc.Arbitrary<Days> = fc
  .tuple(day, fc.option(fc.integer({ min: 0, max: 60 })))
  .map(([from, length]) => ({ from, to: length === null ? null : dayAfter(from, length) }));

describe('taken days', () => {
  it('are taken where any earlier range has one of them, and only there', () => {
    fc.assert(
      fc.property(fc.array(days, { maxLength: 40 }), (ranges) => {
        const taken = new TakenDays();
        ranges.forEach((range, at) => {
          expect(taken.take(range)).toBe(ranges.slice(0, at).some((earlier) => overlap(earlier, range)));
        });
      }),
    );
  });

  it('meet on one day, and not from one day to the next', () => {
    const taken = new TakenDays();
    expect(taken.take({ from: '2026-01-01', to: '2026-01-31' })).toBe(false);
    expect(taken.take({ from: '2026-02-01', to: null })).toBe(false);
    expect(taken.take({ from: '2026-01-31', to: '2026-01-31' })).toBe(true);
    expect(taken.take({ from: '2199-01-01', to: null })).toBe(true);
    expect(taken.take({ from: '2025-12-01', to: '2025-12-31' })).toBe(false);
  });

  it('may be twenty thousand single ones, in any order: none clashes, and each does when it comes again', () => {
    const taken = new TakenDays();
    const single = (nth: number): Days => {
      const one = dayAfter('1900-01-01', (nth * 37_123) % 20_000);
      return { from: one, to: one };
    };
    const clashes = (): number =>
      Array.from({ length: 20_000 }, (_, nth) => nth).filter((nth) => taken.take(single(nth))).length;
    expect(clashes()).toBe(0);
    expect(clashes()).toBe(20_000);
  });
});

it.each([
  ['2026-02-28', 1, '2026-03-01'],
  ['2024-02-28', 1, '2024-02-29'],
  ['2026-01-01', -1, '2025-12-31'],
])('%s and %i days is %s', (from, count, to) => {
  expect(dayAfter(from, count)).toBe(to);
});
