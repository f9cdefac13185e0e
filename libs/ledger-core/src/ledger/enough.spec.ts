import fc from 'fast-check';
import { addDays } from '../day';
import { sum } from '../money';
import { tooLittleSince, type Move } from './enough';

const moves: Move[] = [
  { on: '2026-05-01', amount: 100_00n },
  { on: '2026-05-10', amount: -100_00n },
  { on: '2026-06-10', amount: 100_00n },
];

describe('what an account may give on a day', () => {
  it.each([
    ['2026-04-30', 100_00n, '2026-06-10'],
    ['2026-05-09', 100_00n, '2026-06-10'],
    ['2026-05-15', 1n, '2026-06-10'],
    ['2026-06-09', 1n, '2026-06-10'],
    ['2026-06-10', 100_00n, null],
  ])('on %s: %d fen from %s on', (date, wanted, since) => {
    const rejection = since === null ? null : { code: 'date-before-entry', effectiveOn: since };
    expect(tooLittleSince(date, 100_00n, moves, wanted)).toEqual(rejection);
  });

  it('counts what moves the account on one day together', () => {
    const swapped = [...moves, { on: '2026-06-20', amount: -100_00n }, { on: '2026-06-20', amount: 100_00n }];
    expect(tooLittleSince('2026-06-15', 100_00n, swapped, 100_00n)).toBeNull();
  });

  it('is what no day since has ever lacked, and no more', () => {
    const first = '2026-03-01';
    const day = fc.integer({ min: 0, max: 12 }).map((days) => addDays(first, days));
    const move = fc.record({ on: day, amount: fc.bigInt({ min: -50n, max: 80n }) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 8 }), day, fc.bigInt({ min: 1n, max: 60n }), (all, date, wanted) => {
        const on = (until: string) => sum(all.filter((one) => one.on <= until).map(({ amount }) => amount));
        const balance = on('9999-12-31');
        fc.pre(balance >= wanted);
        const days = Array.from({ length: 14 }, (_, i) => addDays(first, i));
        const enoughFrom = (from: string) => days.filter((one) => one >= from).every((one) => on(one) >= wanted);
        const since = tooLittleSince(date, balance, all, wanted);
        expect(since === null).toBe(enoughFrom(date));
        if (since === null) return;
        expect(since).toEqual({ code: 'date-before-entry', effectiveOn: days.find((one) => enoughFrom(one)) });
      }),
    );
  });
});
