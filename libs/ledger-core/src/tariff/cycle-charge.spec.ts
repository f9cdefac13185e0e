import type { Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays, daysOfMonth, lastDay, type DayRange } from '../day';
import { sum } from '../money';
import { cycleCharges, type CycleInputs } from './cycle-charge';
import { daysOfRun } from './cycles';
import { monthCharges } from './month-charge';
import { recompute } from './recompute';

const standard = (over: Partial<Standard> = {}): Standard => ({
  standard: 'CW',
  name: '车位费',
  item: '车位费',
  method: '固定金额',
  dueDay: 5,
  rounding: '分',
  priority: 2,
  prices: [{ price: '60', from: '2020-01-01', to: null }],
  cycle: '季',
  ...over,
});
const inputs = (over: Partial<CycleInputs> = {}): CycleInputs => ({
  standard: standard(),
  binding: { from: '2020-01-01', to: null },
  areas: [],
  payers: [{ from: '2020-01-01', to: null, customer: 'K1' }],
  period: '2026-04',
  charged: [],
  ...over,
});
const parts = (over: Partial<CycleInputs> = {}) =>
  cycleCharges(inputs(over)).parts.map(({ from, to, customer, amount }) => [from, to, customer, amount]);

describe('a longer cycle, in advance', () => {
  it.each([
    ['月', '2026-05', '2026-05'],
    ['季', '2026-05', '2026-06'],
    ['季', '2026-12', '2026-12'],
    ['半年', '2026-01', '2026-06'],
    ['半年', '2026-07', '2026-12'],
    ['年', '2026-02', '2026-12'],
  ] as const)('of %s that 2026-05 or another month (%s) lies in ends with %s', (cycle, period, last) => {
    expect(daysOfRun(standard({ cycle }), period).to).toBe(lastDay(last));
  });

  it('is charged whole, due in the month of the run', () => {
    expect(cycleCharges(inputs()).parts).toMatchObject([
      { from: '2026-04-01', to: '2026-06-30', amount: 180_00n, dueOn: '2026-04-05', basis: { terms: [{}, {}, {}] } },
    ]);
    expect(parts({ period: '2026-05' })).toEqual([['2026-05-01', '2026-06-30', 'K1', 120_00n]]);
  });

  it('takes the days that no standing charge covers', () => {
    expect(parts({ charged: [{ from: '2026-04-01', to: '2026-06-30' }] })).toEqual([]);
    expect(parts({ charged: [{ from: '2026-04-16', to: '2026-05-31' }] })).toEqual([
      ['2026-04-01', '2026-04-15', 'K1', 30_00n],
      ['2026-06-01', '2026-06-30', 'K1', 60_00n],
    ]);
  });

  it('adds nothing when it is run again, not for days either that the rounding of the whole left nothing for', () => {
    const payers = [
      { from: '2020-01-01', to: '2026-03-22', customer: 'K1' },
      { from: '2026-03-30', to: null, customer: 'K2' },
    ];
    const first = {
      standard: standard({ prices: [{ price: '8', from: '2020-01-01', to: null }], rounding: '元' as const }),
    };
    const run = { ...first, payers, period: '2026-01' as const };
    expect(parts(run)).toEqual([['2026-01-01', '2026-03-22', 'K1', 22_00n]]);
    expect(parts({ ...run, charged: [{ from: '2026-01-01', to: '2026-03-22' }] })).toEqual([]);
    // The same days are charged where something of the whole is left for them.
    expect(parts({ ...run, payers: payers.slice(1), charged: [{ from: '2026-01-01', to: '2026-03-22' }] })).toEqual([
      ['2026-03-30', '2026-03-31', 'K2', 1_00n],
    ]);
  });

  it('is cut where the payer changes, in the middle of a later month, too', () => {
    const payers = [
      { from: '2020-01-01', to: '2026-05-10', customer: 'K1' },
      { from: '2026-05-11', to: null, customer: 'K2' },
    ];
    expect(parts({ payers })).toEqual([
      ['2026-04-01', '2026-05-10', 'K1', 79_35n],
      ['2026-05-11', '2026-06-30', 'K2', 100_65n],
    ]);
  });

  it('has a price of its own on each day', () => {
    const prices = [
      { price: '60', from: '2020-01-01', to: '2026-05-31' },
      { price: '90', from: '2026-06-01', to: null },
    ];
    expect(parts({ standard: standard({ prices }) })).toEqual([['2026-04-01', '2026-06-30', 'K1', 210_00n]]);
  });

  it('is not charged for a binding that begins after the month of the run', () => {
    expect(parts({ binding: { from: '2026-05-01', to: null } })).toEqual([]);
    expect(parts({ binding: { from: '2026-04-30', to: '2026-05-31' } })).toEqual([
      ['2026-04-30', '2026-05-31', 'K1', 62_00n],
    ]);
  });

  it('tells the days without a payer, across months, and lets a later run take them', () => {
    const payers = [{ from: '2020-01-01', to: '2026-04-20', customer: 'K1' }];
    const charges = cycleCharges(inputs({ payers }));
    expect(charges.daysWithoutPayer).toEqual([{ from: '2026-04-21', to: '2026-06-30' }]);
    const moved = [...payers, { from: '2026-05-16', to: null, customer: 'K2' }];
    const charged = charges.parts.map(({ from, to }) => ({ from, to }));
    expect(parts({ payers: moved, period: '2026-05', charged })).toEqual([['2026-05-16', '2026-06-30', 'K2', 90_97n]]);
  });

  it('adds up to the rounded whole, explains every amount, and covers every day once, run after run', () => {
    const day = fc.integer({ min: -40, max: 420 }).map((count) => addDays('2026-01-01', count));
    const any = fc.record({
      cycle: fc.constantFrom('季' as const, '半年' as const, '年' as const),
      rounding: fc.constantFrom('分' as const, '角' as const, '元' as const),
      month: fc.integer({ min: 1, max: 12 }),
      price: fc.integer({ min: 1, max: 100_000 }),
      change: day,
      move: day,
      from: day,
    });
    fc.assert(
      fc.property(any, ({ cycle, rounding, month, price, change, move, from }) => {
        const period = `2026-${month.toString().padStart(2, '0')}`;
        const money = (cents: number): string => (cents / 100).toFixed(2);
        const prices = [
          { price: money(price), from: '2020-01-01', to: addDays(change, -1) },
          { price: money(price + 333), from: change, to: null },
        ];
        const payers = [
          { from: '2020-01-01', to: addDays(move, -1), customer: 'K1' },
          { from: move, to: null, customer: 'K2' },
        ];
        const of = inputs({
          standard: standard({ cycle, rounding, prices }),
          binding: { from, to: null },
          payers,
          period,
        });
        const first = cycleCharges(of);
        for (const { basis, amount } of first.parts) expect(recompute(basis)).toBe(amount);
        const unit = { 分: 1n, 角: 10n, 元: 100n }[rounding];
        const exact = exactOf(of, from > lastDay(period));
        expect(sum(first.parts.map(({ amount }) => amount))).toBe(
          ((exact + (unit * SCALE) / 2n) / (unit * SCALE)) * unit,
        );
        const charged: DayRange[] = first.parts.map((part) => ({ from: part.from, to: part.to }));
        if (first.parts.length > 0 && from <= `${period}-01`)
          expect(cycleCharges({ ...of, charged }).parts).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('of one month is that month', () => {
    const one = inputs({ standard: standard({ cycle: '年' }), period: '2026-12' });
    expect(cycleCharges(one)).toEqual(monthCharges(one));
  });
});

// Months have 28, 30 or 31 days: 13020 parts of a fen are days of each, and prices have two decimals.
const SCALE = 13_020n;

/** Day by day: fen × SCALE. */
const exactOf = ({ standard: whole, binding, period }: CycleInputs, begins: boolean): bigint => {
  if (begins) return 0n;
  let total = 0n;
  const { to: last } = daysOfRun(whole, period);
  for (let day = `${period}-01`; day <= last; day = addDays(day, 1)) {
    if (day < binding.from) continue;
    const price = whole.prices.find(({ from, to }) => from <= day && (to === null || day <= to))?.price ?? '0';
    total += (BigInt(price.replace('.', '')) * SCALE) / BigInt(daysOfMonth(day.slice(0, 7)));
  }
  return total;
};
