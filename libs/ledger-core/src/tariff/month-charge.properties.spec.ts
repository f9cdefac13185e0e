import type { Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays, daysOfMonth, firstDay } from '../day';
import { sum } from '../money';
import { recompute } from './recompute';
import type { MonthInputs } from './inputs';
import { monthCharges } from './month-charge';

/** Spells of values around a month, cut anywhere, with gaps, in any order, the last one open now and then. */
const spells = <T>(period: string, value: fc.Arbitrary<T>) =>
  fc
    .record({
      cuts: fc.uniqueArray(fc.integer({ min: -5, max: 36 }), { minLength: 1, maxLength: 6 }),
      values: fc.array(fc.option(value, { freq: 4 }), { minLength: 6, maxLength: 6 }),
      reversed: fc.boolean(),
    })
    .map(({ cuts, values, reversed }) => {
      const sorted = [...cuts].sort((one, other) => one - other);
      const all = sorted.flatMap((cut, index) => {
        const next = sorted[index + 1];
        const chosen = values[index] ?? null;
        if (chosen === null) return [];
        const from = addDays(firstDay(period), cut);
        return [{ from, to: next === undefined ? null : addDays(firstDay(period), next - 1), value: chosen }];
      });
      return reversed ? all.reverse() : all;
    });

const hundredths = (max: number) =>
  fc
    .integer({ min: 0, max })
    .map((value) => `${Math.floor(value / 100).toString()}.${(value % 100).toString().padStart(2, '0')}`);

const inputs: fc.Arbitrary<MonthInputs> = fc
  .constantFrom('2026-01', '2026-02', '2024-02', '2026-04')
  .chain((period) =>
    fc.record({
      period: fc.constant(period),
      method: fc.constantFrom('面积单价' as const, '固定金额' as const),
      rounding: fc.constantFrom('分' as const, '角' as const, '元' as const),
      prices: spells(period, hundredths(500)),
      areas: spells(period, fc.option(hundredths(30_000), { freq: 5 })),
      payers: spells(period, fc.constantFrom('K1', 'K2')),
      binding: fc.record({ from: fc.integer({ min: -3, max: 20 }), days: fc.option(fc.integer({ min: 0, max: 40 })) }),
    }),
  )
  .map(({ period, method, rounding, prices, areas, payers, binding }) => {
    const standard: Standard = {
      standard: 'S',
      name: 'S',
      item: '物业费',
      method,
      dueDay: 10,
      rounding,
      priority: 1,
      prices: prices.map(({ value, ...spell }) => ({ ...spell, price: value })),
    };
    const from = addDays(firstDay(period), binding.from);
    return {
      period,
      standard,
      areas: areas.map(({ value, ...spell }) => ({ ...spell, area: value })),
      payers: payers.map(({ value, ...spell }) => ({ ...spell, customer: value })),
      binding: { from, to: binding.days === null ? null : addDays(from, binding.days) },
    };
  });

/** The rule as the acceptance page says it, one day after the other; amounts in 1/(days × 10,000) of a fen. */
const dayByDay = ({ period, standard, binding, areas, payers }: MonthInputs) => {
  const days = daysOfMonth(period);
  const on = <S extends { from: string; to: string | null }>(all: readonly S[], day: string): S | undefined =>
    all.find(({ from, to }) => day >= from && (to === null || day <= to));
  const scaled = (decimal: string): bigint => BigInt(decimal.replace('.', ''));
  const unit = { 分: 1n, 角: 10n, 元: 100n }[standard.rounding];
  const rounded = (exact: bigint): bigint => {
    const whole = unit * BigInt(days) * 100n;
    return ((exact * 2n + whole) / (whole * 2n)) * unit;
  };

  const parts: { from: string; to: string; customer: string; amount: bigint }[] = [];
  let exact = 0n;
  let roundedBefore = 0n;
  let open: { from: string; to: string; customer: string }[] = [];
  const finish = (): void => {
    const amount = rounded(exact) - roundedBefore;
    for (const part of open) if (amount > 0n) parts.push({ ...part, amount });
    open = [];
    roundedBefore = rounded(exact);
  };
  for (let number = 1; number <= days; number += 1) {
    const day = `${period}-${number.toString().padStart(2, '0')}`;
    const price = on(standard.prices, day)?.price;
    const area = standard.method === '面积单价' ? on(areas, day)?.area : '1.00';
    const customer = on(payers, day)?.customer;
    if (!on([binding], day) || price === undefined || area == null || customer === undefined) {
      finish();
      continue;
    }
    if (open[0]?.customer !== customer) finish();
    open = [{ from: open[0]?.from ?? day, to: day, customer }];
    exact += scaled(price) * scaled(area);
  }
  finish();
  return { parts, month: rounded(exact) };
};

it('agrees with a computation day by day, adds up to the rounded month, and explains every amount', () => {
  fc.assert(
    fc.property(inputs, (month) => {
      const { parts } = monthCharges(month);
      const expected = dayByDay(month);
      expect(parts.map(({ from, to, customer, amount }) => ({ from, to, customer, amount }))).toEqual(expected.parts);
      expect(sum(parts.map(({ amount }) => amount))).toBe(expected.month);
      for (const { basis, amount } of parts) expect(recompute(basis)).toBe(amount);
    }),
    { numRuns: 2000 },
  );
});

it('tells every day of the binding with a price apart: charged, without a payer, or without an area', () => {
  const within = (ranges: readonly { from: string; to: string }[], day: string): boolean =>
    ranges.some(({ from, to }) => from <= day && day <= to);
  const on = (all: readonly { from: string; to: string | null }[], day: string): boolean =>
    all.some(({ from, to }) => from <= day && (to === null || day <= to));
  fc.assert(
    fc.property(inputs, (month) => {
      const { daysWithoutPayer, daysWithoutArea } = monthCharges(month);
      for (let day = 1; day <= daysOfMonth(month.period); day += 1) {
        const date = `${month.period}-${day.toString().padStart(2, '0')}`;
        const priced = on([month.binding], date) && on(month.standard.prices, date);
        const measured =
          month.standard.method === '固定金额' ||
          on(
            month.areas.filter(({ area }) => area !== null),
            date,
          );
        expect(within(daysWithoutPayer, date)).toBe(priced && !on(month.payers, date));
        expect(within(daysWithoutArea, date)).toBe(priced && !measured);
      }
    }),
  );
});
