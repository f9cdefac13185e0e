import type { Proration, Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { explain } from '../explain/explain';
import { addDays, addMonths, daysIn, lastDay, nextPeriod, periodOf } from '../day';
import { sum } from '../money';
import { cycleCharges, type CycleInputs } from './cycle-charge';
import { isMonthly } from './cycles';
import type { Spell } from './inputs';
import { monthCharges } from './month-charge';
import { goingOn, weightOf } from './proration';
import { recompute } from './recompute';

const standard = (over: Partial<Standard> = {}): Standard => ({
  standard: 'CW',
  name: '车位费',
  item: '车位费',
  method: '固定金额',
  dueDay: 5,
  rounding: '分',
  priority: 2,
  prices: [{ price: '310', from: '2020-01-01', to: null }],
  ...over,
});
const inputs = (over: Partial<Standard>, rest: Partial<CycleInputs> = {}): CycleInputs => ({
  standard: standard(over),
  binding: { from: '2020-01-01', to: null },
  areas: [],
  payers: [{ from: '2020-01-01', to: null, customer: 'K1' }],
  period: '2026-01',
  charged: [],
  ...rest,
});
const shown = (over: Partial<Standard>, rest: Partial<CycleInputs> = {}) =>
  cycleCharges(inputs(over, rest)).parts.map(({ from, to, amount, dueOn }) => [from, to, amount, dueOn]);

describe('a cycle of n months', () => {
  it('begins in its own month, and every n months from there', () => {
    const cycle = { cycleMonths: 5, cycleFrom: '2026-02' };
    expect(shown(cycle, { period: '2026-02' })).toEqual([['2026-02-01', '2026-06-30', 1_550_00n, '2026-02-05']]);
    expect(shown(cycle, { period: '2026-07' })).toEqual([['2026-07-01', '2026-11-30', 1_550_00n, '2026-07-05']]);
    // Counted backwards, too: September 2025 to January 2026.
    expect(shown(cycle, { period: '2026-01' })).toEqual([['2026-01-01', '2026-01-31', 310_00n, '2026-01-05']]);
    expect(shown({ cycle: '季', cycleFrom: '2020-02' }, { period: '2026-05' })).toEqual([
      ['2026-05-01', '2026-07-31', 930_00n, '2026-05-05'],
    ]);
  });

  it('is due 应收天数 after its first day', () => {
    expect(shown({ cycle: '季', dueDays: 10 })).toEqual([['2026-01-01', '2026-03-31', 930_00n, '2026-01-11']]);
    expect(monthCharges(inputs({ dueDays: 31 })).parts[0]?.dueOn).toBe('2026-02-01');
  });
});

describe('按户周年', () => {
  const years = { cycle: '年', anniversary: true } as const;

  it('has no broken period: each cycle begins on the day of the handover', () => {
    const handedOverOn = '2025-01-16';
    expect(
      shown(years, { handedOverOn, period: '2026-01', charged: [{ from: '2025-01-16', to: '2026-01-15' }] }),
    ).toEqual([['2026-01-16', '2027-01-15', 3_720_00n, '2026-01-05']]);
    expect(
      shown({ anniversary: true, dueDays: 0 }, { handedOverOn, charged: [{ from: '2026-01-01', to: '2026-01-15' }] }),
    ).toEqual([['2026-01-16', '2026-02-15', 310_00n, '2026-01-16']]);
  });

  it('takes what is left of the cycle before, as a charge of its own', () => {
    // 15 of the 31 days from 16 December.
    expect(shown({ anniversary: true }, { handedOverOn: '2025-01-16' })).toEqual([
      ['2026-01-01', '2026-01-15', 150_00n, '2026-01-05'],
      ['2026-01-16', '2026-02-15', 310_00n, '2026-01-05'],
    ]);
  });

  it('anchors the ends of months to the day of the handover', () => {
    const begins = ['2026-01', '2026-02', '2026-03', '2026-04'].map((period) => {
      const parts = shown({ anniversary: true }, { handedOverOn: '2026-01-31', period });
      return parts.at(-1)?.slice(0, 3);
    });
    expect(begins).toEqual([
      ['2026-01-31', '2026-02-27', 310_00n],
      ['2026-02-28', '2026-03-30', 310_00n],
      ['2026-03-31', '2026-04-29', 310_00n],
      ['2026-04-30', '2026-05-30', 310_00n],
    ]);
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
  });

  it('charges nothing before the handover, and says when there is none', () => {
    expect(shown(years, { handedOverOn: '2026-02-16' })).toEqual([]);
    expect(shown(years, { handedOverOn: '2026-01-16' })).toEqual([
      ['2026-01-16', '2027-01-15', 3_720_00n, '2026-01-05'],
    ]);
    expect(cycleCharges(inputs(years))).toMatchObject({
      parts: [],
      notComputed: [{ from: '2026-01-01', to: '2026-01-31', reason: 'no-handover' }],
    });
  });
});

describe('后付', () => {
  it('charges a month in the next, a quarter when it is over', () => {
    expect(shown({ arrears: true })).toEqual([['2025-12-01', '2025-12-31', 310_00n, '2026-01-05']]);
    const quarter = { cycle: '季', arrears: true } as const;
    expect(shown(quarter, { period: '2026-03' })).toEqual([]);
    expect(shown(quarter, { period: '2026-04' })).toEqual([['2026-01-01', '2026-03-31', 930_00n, '2026-04-05']]);
    expect(shown({ ...quarter, dueDays: 10 }, { period: '2026-04' })[0]?.[3]).toBe('2026-04-10');
  });

  it('of a handover’s cycle is due when it is over at the earliest', () => {
    const of = { handedOverOn: '2025-01-16', period: '2026-02' };
    expect(shown({ anniversary: true, arrears: true }, of)).toEqual([
      ['2026-01-16', '2026-02-15', 310_00n, '2026-03-05'],
    ]);
    expect(shown({ anniversary: true, arrears: true, dueDay: 16 }, of)[0]?.[3]).toBe('2026-02-16');
  });

  it('takes what there is once the binding has ended', () => {
    const quarter = { cycle: '季', arrears: true } as const;
    const binding = { from: '2026-01-01', to: '2026-02-14' };
    expect(shown(quarter, { binding, period: '2026-01' })).toEqual([]);
    expect(shown(quarter, { binding, period: '2026-02' })).toEqual([
      ['2026-01-01', '2026-02-14', 465_00n, '2026-03-05'],
    ]);
    expect(shown(quarter, { binding, period: '2026-04' })).toEqual([
      ['2026-01-01', '2026-02-14', 465_00n, '2026-04-05'],
    ]);
  });
});

describe('不足月', () => {
  /** The table of what a month of 31 days at 310 yuan comes to from the 16th on; and to the 16th, to the 15th. */
  it.each([
    ['按天', 160_00n, 160_00n, 150_00n],
    ['按30天', 165_33n, 165_33n, 155_00n],
    ['按365天', 163_07n, 163_07n, 152_88n],
    ['半月', 155_00n, 155_00n, 155_00n],
    ['满半月全收', 310_00n, 310_00n, 310_00n],
    ['当月全收', 310_00n, 310_00n, 310_00n],
    ['次月起收', 0n, 0n, 0n],
    ['十五日为准', 0n, 310_00n, 310_00n],
  ] as const)('%s', (proration, from16, to16, to15) => {
    const month = (binding: Spell): bigint =>
      sum(monthCharges(inputs({ proration }, { binding })).parts.map(({ amount }) => amount));
    expect(month({ from: '2026-01-16', to: null })).toBe(from16);
    expect(month({ from: '2025-01-01', to: '2026-01-16' })).toBe(to16);
    expect(month({ from: '2025-01-01', to: '2026-01-15' })).toBe(to15);
    expect(month({ from: '2025-01-01', to: null })).toBe(310_00n);
    expect(month({ from: '2026-01-01', to: '2026-01-31' })).toBe(310_00n);
  });

  it('never makes a broken month dearer than a whole one', () => {
    const to = (proration: Proration, day: string) =>
      monthCharges(inputs({ proration }, { binding: { from: '2020-01-01', to: day } })).parts[0]?.amount;
    expect(to('按30天', '2026-01-30')).toBe(310_00n);
    expect(to('按365天', '2026-01-30')).toBe(305_75n);
    expect(to('满半月全收', '2026-01-14')).toBe(155_00n);
  });

  it.each(['按天', '按30天', '按365天', '半月', '当月全收', '十五日为准'] as const)(
    '%s: two payers of one month add up to what one would pay',
    (proration) => {
      const payers = [
        { from: '2020-01-01', to: '2026-01-20', customer: 'K1' },
        { from: '2026-01-21', to: null, customer: 'K2' },
      ];
      for (const binding of [
        { from: '2020-01-01', to: null },
        { from: '2026-01-08', to: null },
        { from: '2020-01-01', to: '2026-01-27' },
      ]) {
        const prices = [{ price: '99.99', from: '2020-01-01', to: null }];
        const one = monthCharges(inputs({ proration, prices }, { binding })).parts;
        const two = monthCharges(inputs({ proration, prices }, { binding, payers })).parts;
        expect(two).toHaveLength(2);
        expect(sum(two.map(({ amount }) => amount))).toBe(one[0]?.amount);
        for (const { basis, amount } of two) expect(recompute(basis)).toBe(amount);
      }
    },
  );

  it('looks at the service, not at the bindings that it is cut into', () => {
    const whole = { from: '2026-01-01', to: null };
    const [first, second] = [
      { from: '2026-01-01', to: '2026-01-10' },
      { from: '2026-01-11', to: null },
    ];
    expect(goingOn(first, [first, second])).toEqual(whole);
    expect(goingOn(second, [second, first, { from: '2020-01-01', to: '2025-12-30' }])).toEqual(whole);
    const service = goingOn(first, [first, second]);
    const parts = [first, second].flatMap(
      (binding) => monthCharges(inputs({ proration: '当月全收' }, { binding, service })).parts,
    );
    expect(parts.map(({ amount }) => amount)).toEqual([100_00n, 210_00n]);
  });

  it('holds in the first month of a longer cycle, and explains itself', () => {
    const binding = { from: '2026-01-16', to: null };
    const [part] = cycleCharges(inputs({ cycle: '季', proration: '按30天' }, { binding })).parts;
    expect(part?.amount).toBe(165_33n + 620_00n);
    expect(part && explain(part.basis).zh.slice(0, 2)).toEqual([
      '2026-01-16 – 2026-01-31 不足月 (按30天) 计 16/30 月: 310 元 × 16/30 ≈ 165.333333 元',
      '2026-02-01 – 2026-02-28 整月: 310 元 = 310.00 元',
    ]);
  });

  it('who has the 15th pays the month, whoever comes and goes', () => {
    const month = { from: '2026-02-01', to: '2026-02-28' };
    for (let day = '2026-02-01'; day < '2026-02-28'; day = addDays(day, 1)) {
      const of = (service: Spell) => weightOf(standard({ proration: '十五日为准' }), month, service) !== 'nothing';
      expect(of({ from: '2020-01-01', to: day })).not.toBe(of({ from: addDays(day, 1), to: null }));
    }
  });
});

it('charges every day of the service once, run after run, whatever the cycle', () => {
  const day = (min: number, max: number) => fc.integer({ min, max }).map((count) => addDays('2025-01-01', count));
  const any = fc.record({
    months: fc.integer({ min: 1, max: 14 }),
    base: fc.constantFrom('2024-01', '2024-11', '2026-03'),
    anniversary: fc.boolean(),
    arrears: fc.boolean(),
    handedOverOn: day(-400, 200),
    from: day(0, 100),
    ends: fc.option(day(100, 900)),
    move: day(0, 800),
  });
  fc.assert(
    fc.property(any, ({ months, base, anniversary, arrears, handedOverOn, from, ends, move }) => {
      const over: Partial<Standard> = {
        ...(months === 1 ? {} : { cycleMonths: months }),
        ...(anniversary ? { anniversary: true } : months === 1 ? {} : { cycleFrom: base }),
        ...(arrears ? { arrears: true } : {}),
      };
      if (isMonthly(standard(over))) return;
      const binding = { from, to: ends };
      const payers = [
        { from: '2020-01-01', to: addDays(move, -1), customer: 'K1' },
        { from: move, to: null, customer: 'K2' },
      ];
      const charged: { from: string; to: string; amount: bigint }[] = [];
      for (let period = '2025-01'; period <= '2027-12'; period = nextPeriod(period)) {
        const { parts } = cycleCharges(inputs(over, { binding, payers, period, charged, handedOverOn }));
        for (const { basis, amount, dueOn, from: begin, to } of parts) {
          expect(recompute(basis)).toBe(amount);
          if (arrears) expect(dueOn > to).toBe(true);
          else expect(periodOf(begin) >= period).toBe(true);
        }
        charged.push(...parts);
        expect(cycleCharges(inputs(over, { binding, payers, period, charged, handedOverOn })).parts).toEqual([]);
      }
      const sorted = [...charged].sort((one, other) => (one.from < other.from ? -1 : 1));
      const begins = anniversary && handedOverOn > from ? handedOverOn : from;
      if (ends !== null && begins > ends) return expect(sorted).toEqual([]);
      expect(sorted[0]?.from).toBe(begins);
      for (const [index, { from: next }] of sorted.entries())
        if (index > 0) expect(next).toBe(addDays(sorted[index - 1]?.to ?? '', 1));
      const last = sorted.at(-1)?.to ?? '';
      if (ends !== null) expect(last).toBe(ends);
      else expect(last >= (arrears ? addMonths('2027-11-30', -months) : lastDay('2027-12'))).toBe(true);
      const days = sum(sorted.map((one) => BigInt(daysIn(one))));
      expect(days).toBe(BigInt(daysIn({ from: begins, to: last })));
    }),
    { numRuns: 40 },
  );
});
