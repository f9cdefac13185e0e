import type { LeaseChange, LeaseItem, LeasePricing, LeaseTerms } from '@propledger/contracts';
import fc from 'fast-check';
import { aLease, leaseMonth, rent } from '../../testing/leases';
import { addDays, addMonths, daysOfMonth, lastDay, monthsFrom, periodOf } from '../day';
import { recompute } from '../tariff/recompute';
import { monthsCharged } from './due';
import { effectOfChange, forecastRent } from './forecast';
import { leaseFault } from './lease-fault';
import { leaseUnits } from './lease-charges';
import { rentSchedule } from './rent';
import type { LeaseHistory } from './terms';

const FIRST = '2026-01-01';
const day = fc.integer({ min: 0, max: 200 }).map((days) => addDays(FIRST, days));
const cents = (max: number) =>
  fc.integer({ min: 1, max }).map((value) => `${Math.floor(value / 100)}.${(value % 100).toString().padStart(2, '0')}`);

const step = fc
  .record({
    every: fc.option(fc.integer({ min: 1, max: 4 })),
    later: fc.integer({ min: 0, max: 120 }),
    by: fc.constantFrom(
      { kind: '百分比', value: '5' } as const,
      { kind: '百分比', value: '-2.5' } as const,
      { kind: '金额', value: '7.01' } as const,
      { kind: '调至', value: '1234.56' } as const,
    ),
  })
  .map(({ every, later, by }) => ({ every, later, by }));

const item = (name: string): fc.Arbitrary<LeaseItem> =>
  fc
    .record({
      pricing: fc.constantFrom<LeasePricing[]>('每月', '每平方米每月', '每平方米每天'),
      price: cents(400_000),
      from: fc.integer({ min: 0, max: 40 }).map((days) => addDays(FIRST, days)),
      steps: fc.array(step, { maxLength: 3 }),
      free: fc.array(fc.tuple(day, fc.integer({ min: 0, max: 40 })), { maxLength: 2 }),
      decimals: fc.constantFrom(0, 2, 4),
    })
    .map(({ pricing, price, from, steps, free, decimals }) =>
      rent({
        item: name,
        ...{ pricing, price, from, decimals },
        steps: steps.map(({ every, later, by }) => ({
          on: every === null ? addDays(from, later) : null,
          everyMonths: every,
          ...by,
        })),
        free: free.map(([begin, length]) => ({ from: begin, to: addDays(begin, length) })),
      }),
    );

const resources = fc
  .subarray(['A-01', 'A-02', 'A-03'], { minLength: 1 })
  .chain((codes) => fc.tuple(...codes.map((resource) => cents(9_000).map((area) => ({ resource, area })))));
const party = fc.constantFrom('K1', 'K2').map((customer) => [{ customer, role: '承租方' as const, payer: true }]);

const change: fc.Arbitrary<LeaseChange> = fc.oneof(
  fc.record({ effectiveOn: day, parties: party }),
  fc.record({ effectiveOn: day, resources }),
  fc.record({ effectiveOn: day, items: fc.tuple(item('租金')) }),
  fc.record({ effectiveOn: day, items: fc.tuple(item('管理费')) }),
  fc.constant({ effectiveOn: addDays(FIRST, 90), endedItems: [{ item: '管理费', resource: null }] }),
  fc
    .tuple(day, fc.integer({ min: -1, max: 60 }))
    .map(([effectiveOn, length]) => ({ effectiveOn, to: addDays(effectiveOn, length) })),
);

const histories: fc.Arbitrary<LeaseHistory> = fc
  .record({
    resources,
    items: fc.tuple(item('租金'), item('管理费')),
    months: fc.constantFrom(1, 3, 5),
    rounding: fc.constantFrom('分' as const, '角' as const, '元' as const),
    length: fc.integer({ min: 30, max: 220 }),
    changes: fc.array(change, { maxLength: 5 }),
  })
  .map(({ resources: leased, items, months, rounding, length, changes }) => ({
    lease: aLease({
      ...{ resources: leased, items, rounding },
      from: FIRST,
      to: addDays(FIRST, length),
      payment: { months, dueDay: 5 },
    }),
    changes,
  }))
  .filter((history) => leaseFault(history) === null);

const MONTHS = monthsFrom('2026-01', 8);

/* The rules again, one day after the other, and with numbers of another kind: whole units of 10^-12 yuan are enough for prices. */

const scaled = (decimal: string, places: number): bigint => {
  const [whole = '', fraction = ''] = decimal.replace('-', '').split('.');
  const value = BigInt(whole + fraction.padEnd(places, '0').slice(0, places));
  return decimal.startsWith('-') ? -value : value;
};

/** The terms on one day; null: the lease is not in force. */
const termsOn = ({ lease, changes }: LeaseHistory, on: string): LeaseTerms | null => {
  let terms: LeaseTerms = lease;
  const days = [...new Set(changes.map(({ effectiveOn }) => effectiveOn))].filter((each) => each <= on).sort();
  // A last day that was named later leaves nothing of what was to begin more than a day after it.
  const standing = changes.filter(
    ({ effectiveOn }, at) => !changes.slice(at + 1).some(({ to }) => to !== undefined && addDays(to, 1) < effectiveOn),
  );
  for (const each of days)
    for (const { effectiveOn, items = [], endedItems = [], ...other } of standing)
      if (effectiveOn === each) {
        const names = [...items, ...endedItems].map((one) => one.item);
        terms = {
          ...terms,
          ...other,
          items: [...terms.items.filter((one) => !names.includes(one.item)), ...items],
        } as LeaseTerms;
      }
  return lease.from <= on && on <= terms.to ? terms : null;
};

/** In 10^-6 yuan, by day. */
const pricesOfItem = ({ price, from, decimals, steps }: LeaseItem): Map<string, bigint> => {
  const due = steps.map(({ on, everyMonths }) =>
    everyMonths === null ? [on] : Array.from({ length: 12 }, (_, nth) => addMonths(from, (nth + 1) * everyMonths)),
  );
  const prices = new Map<string, bigint>();
  let now = scaled(price, 6);
  const unit = 10n ** BigInt(6 - decimals);
  for (let [on, left] = [from, 320]; left > 0; [on, left] = [addDays(on, 1), left - 1]) {
    for (const [nth, { kind, value }] of steps.entries()) {
      if (due[nth]?.includes(on) !== true) continue;
      // Four more places, so that 2.5 % of a price is whole.
      const wide = 10n ** 4n;
      let exact = now * wide;
      if (kind === '百分比') exact += (now * scaled(value, 2) * wide) / 10_000n;
      if (kind === '金额') exact += scaled(value, 6) * wide;
      if (kind === '调至') exact = scaled(value, 6) * wide;
      const step = unit * wide;
      now = ((2n * exact + step) / (2n * step)) * unit;
    }
    prices.set(on, now);
  }
  return prices;
};
const known = new WeakMap<LeaseItem, Map<string, bigint>>();
const priceOn = (item: LeaseItem, on: string): bigint => {
  const prices = known.get(item) ?? pricesOfItem(item);
  known.set(item, prices);
  return prices.get(on) ?? 0n;
};

interface DayOf {
  item: string;
  resource: string;
  customer: string;
  on: string;
  /** Over `shared` × days of the month, of 10^-8 fen. */
  amount: bigint;
  shared: bigint;
}

const daysOf = (history: LeaseHistory, period: string): DayOf[] => {
  const days: DayOf[] = [];
  for (let on = `${period}-01`; on <= lastDay(period); on = addDays(on, 1)) {
    const terms = termsOn(history, on);
    for (const one of terms?.items ?? []) {
      if (on < one.from || one.free.some(({ from, to }) => from <= on && on <= to)) continue;
      const price = priceOn(one, on);
      const all = terms?.resources ?? [];
      const total = all.reduce((sum, { area }) => sum + scaled(area ?? '0', 2), 0n);
      for (const { resource, area } of all) {
        const measure = scaled(area ?? '0', 2);
        const monthly = one.pricing === '每月';
        const alone = monthly && all.length === 1;
        days.push({
          item: one.item,
          resource,
          customer: terms?.parties.find(({ payer }) => payer)?.customer ?? '',
          on,
          amount:
            (alone ? price * 100n : price * measure) *
            (one.pricing === '每平方米每天' ? BigInt(daysOfMonth(period)) : 1n),
          shared: monthly && !alone ? total : 0n,
        });
      }
    }
  }
  return days;
};

/** Half up, to a unit in fen: numerators over denominators of 10^-8 yuan (prices of six places times areas of two). */
const roundedFen = (days: readonly DayOf[], period: string, rounding: '分' | '角' | '元'): bigint => {
  let [top, bottom] = [0n, 1n];
  for (const { amount, shared } of days) {
    // A shared price is amount × measure ÷ total: the measure's hundredths fall out.
    const over = BigInt(daysOfMonth(period)) * (shared === 0n ? 100_000_000n : shared * 1_000_000n);
    [top, bottom] = [top * over + amount * bottom, bottom * over];
  }
  const unit = { 分: 1n, 角: 10n, 元: 100n }[rounding];
  return ((2n * top * 100n + unit * bottom) / (2n * unit * bottom)) * unit;
};

it('agrees with a computation day by day: the same days to the same payers, and the same amounts to the fen', () => {
  fc.assert(
    fc.property(histories, fc.constantFrom(...MONTHS), (history, period) => {
      const parts = leaseMonth(history, period);
      const days = daysOf(history, period);
      for (const { basis, amount } of parts) expect(recompute(basis)).toBe(amount);
      for (const name of ['租金', '管理费']) {
        const ofItem = days.filter((one) => one.item === name);
        const together = ofItem.some(({ shared }) => shared > 0n);
        const groups = together
          ? [ofItem]
          : ['A-01', 'A-02', 'A-03'].map((code) => ofItem.filter((one) => one.resource === code));
        for (const group of groups) {
          const codes = new Set(group.map(({ resource }) => resource));
          const amount = parts
            .filter((part) => part.item === name && codes.has(part.resource))
            .reduce((sum, part) => sum + part.amount, 0n);
          expect(amount).toBe(roundedFen(group, period, history.lease.rounding));
        }
      }
      for (const { item: name, resource, on, customer, amount } of days) {
        const found = parts.filter(
          (part) => part.item === name && part.resource === resource && part.from <= on && on <= part.to,
        );
        expect(found.length).toBeLessThanOrEqual(1);
        if (found[0]) expect(found[0].customer).toBe(customer);
        else expect(amount < 100_000_000n * 3_100n).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

it('comes to the same whether changes are taken one after the other or at once', () => {
  fc.assert(
    fc.property(histories, (history) => {
      for (const period of MONTHS) {
        const known = history.changes.filter(({ effectiveOn }) => effectiveOn <= lastDay(period));
        expect(amounts(leaseMonth({ ...history, changes: known }, period))).toEqual(
          amounts(leaseMonth(history, period)),
        );
      }
      const [last] = history.changes.slice(-1);
      if (!last) return;
      const before = { ...history, changes: history.changes.slice(0, -1) };
      const effect = MONTHS.flatMap(effectOfChange(before, last)).reduce(
        (sum, { base, proposed }) => sum + proposed - base,
        0n,
      );
      expect(effect).toBe(total(history) - total(before));
      expect(
        MONTHS.flatMap(effectOfChange(before, last)).every(({ period }) => period >= periodOf(last.effectiveOn)),
      ).toBe(true);
    }),
  );
});

it('is charged as it was forecast, each day once, however many months are paid at once', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const schedule = rentSchedule(history);
      const charged: { period: string; dueOn: string; amount: bigint }[] = [];
      const standing = new Set<string>();
      for (const run of MONTHS)
        for (const { from, dueOn, item: name, resource, amount } of charges(history, run)) {
          const key = `${name} ${resource} ${from}`;
          if (standing.has(key)) continue;
          standing.add(key);
          charged.push({ period: periodOf(from), dueOn, amount });
        }
      const forecast = forecastRent(schedule, MONTHS);
      const reached = new Set(MONTHS.flatMap((run) => monthsCharged(history, run)));
      const beyond = [...reached].filter((period) => period > (MONTHS.at(-1) ?? ''));
      const later = forecastRent(schedule, beyond);
      const sum = (lines: readonly { amount: bigint }[]): bigint => lines.reduce((all, { amount }) => all + amount, 0n);
      expect(sum(charged)).toBe(sum(forecast) + sum(later));
      if (history.changes.length > 0) return;
      const due = new Map(charged.map(({ period, dueOn }) => [period, dueOn]));
      for (const { period, dueOn } of forecast) expect(due.get(period)).toBe(dueOn);
    }),
    { numRuns: 200 },
  );
});

/** What the bill run of a month raises where nothing stands. */
const charges = (history: LeaseHistory, run: string) =>
  leaseUnits({ history, turnovers: [], standing: [] }, run).flatMap(({ computed }) => computed);
const amounts = (parts: ReturnType<typeof leaseMonth>) =>
  parts.map(({ item: name, resource, customer, from, to, amount }) => [name, resource, customer, from, to, amount]);
const total = (history: LeaseHistory): bigint =>
  MONTHS.flatMap((period) => leaseMonth(history, period)).reduce((sum, { amount }) => sum + amount, 0n);
