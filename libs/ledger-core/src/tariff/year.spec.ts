import type { Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { explain } from '../explain/explain';
import { addDays, nextPeriod } from '../day';
import { sum } from '../money';
import { cycleCharges } from './cycle-charge';
import { daysOfRun } from './cycles';
import type { MonthInputs } from './inputs';
import { monthCharges, type MonthPart } from './month-charge';
import { recompute } from './recompute';

const inputs = (over: Partial<Standard> = {}, rest: Partial<MonthInputs> = {}): MonthInputs => ({
  standard: {
    standard: 'WY',
    name: '物业费',
    item: '物业费',
    method: '面积单价',
    dueDay: 10,
    rounding: '分',
    priority: 1,
    prices: [{ price: '1.40', from: '2020-01-01', to: null }],
    yearRounding: '元',
    ...over,
  },
  binding: { from: '2020-01-01', to: null },
  areas: [{ from: '2020-01-01', to: null, area: '100.24' }],
  payers: [{ from: '2020-01-01', to: null, customer: 'K1' }],
  period: '2026-12',
  ...rest,
});

/** Every charge of 2026, as its runs raise them. */
const year = (of: MonthInputs): MonthPart[] => {
  const parts: MonthPart[] = [];
  for (let period = '2026-01'; period <= '2027-01'; period = nextPeriod(period)) {
    const monthly = of.standard.cycle === undefined && of.standard.arrears === undefined;
    parts.push(...(monthly ? monthCharges({ ...of, period }) : cycleCharges({ ...of, period, charged: parts })).parts);
  }
  return parts.filter(({ from }) => from.startsWith('2026'));
};

describe('年度取整', () => {
  it('rounds the year, and adjusts its last month', () => {
    const amounts = year(inputs()).map(({ amount }) => amount);
    expect(amounts).toEqual([...Array.from({ length: 11 }, () => 140_34n), 140_26n]);
    expect(sum(amounts)).toBe(1_684_00n);
  });

  it('adjusts the last quarter, and what is charged in arrears', () => {
    expect(year(inputs({ cycle: '季' })).map(({ amount }) => amount)).toEqual([421_01n, 421_01n, 421_01n, 420_97n]);
    expect(sum(year(inputs({ cycle: '半年', arrears: true })).map(({ amount }) => amount))).toBe(1_684_00n);
    expect(year(inputs({ cycle: '年' })).map(({ amount }) => amount)).toEqual([1_684_00n]);
  });

  it('is of what each customer pays, whose year ends with it', () => {
    const payers = [
      { from: '2020-01-01', to: '2026-06-10', customer: 'K1' },
      { from: '2026-06-11', to: null, customer: 'K2' },
    ];
    const of = (customer: string): bigint =>
      sum(
        year(inputs({}, { payers }))
          .filter((part) => part.customer === customer)
          .map(({ amount }) => amount),
      );
    // Five months and 10/30 of 140.336, month by month; and 20/30 and six months, in whole yuan.
    expect(of('K1')).toBe(748_48n);
    expect(of('K2')).toBe(936_00n);
  });

  it('leaves months alone whose year goes on with nobody, and raises nothing where the year is paid already', () => {
    const binding = { from: '2020-01-01', to: '2026-12-30' };
    expect(year(inputs({}, { binding })).at(-1)?.amount).toBe(135_81n);
    const areas = [{ from: '2020-01-01', to: null, area: '0.03' }];
    // 0.042 a month: eleven times 0.04, and the year's 0.504 is 1 yuan; of 0.028 a month 0.33 are more than none.
    expect(year(inputs({}, { areas })).at(-1)?.amount).toBe(56n);
    expect(year(inputs({}, { areas: [{ from: '2020-01-01', to: null, area: '0.02' }] }))).toHaveLength(11);
  });

  it('keeps in its basis what the year came to before, and explains it', () => {
    const last = year(inputs()).at(-1);
    expect(last?.basis.year).toEqual({ rounding: '元', before: '1543.74', exactBefore: '771848/5' });
    expect(last && explain(last.basis).zh).toEqual([
      '2026-12-01 – 2026-12-31 整月: 1.40 元 × 100.24 ㎡ = 140.336 元',
      '本年此前 1543.696 元, 已计 1543.74 元; 连同本期为全年:',
      '1684.032 元四舍五入到元: 1684.00 元',
      '减去本年此前已计的 1543.74 元',
      '应收 140.26 元',
    ]);
  });

  it('needs the days of the year in the run that ends it', () => {
    expect(daysOfRun(inputs().standard, '2026-12')).toEqual({ from: '2026-01-01', to: '2026-12-31' });
    expect(daysOfRun(inputs().standard, '2026-11')).toEqual({ from: '2026-11-01', to: '2026-11-30' });
    expect(daysOfRun(inputs({ arrears: true }).standard, '2027-01').from).toBe('2026-01-01');
  });

  it('adds up to the rounded year of each customer who stays to its end, whatever changes', () => {
    const day = fc.integer({ min: 0, max: 364 }).map((count) => addDays('2026-01-01', count));
    const any = fc.record({
      price: fc.integer({ min: 100, max: 99_999 }),
      change: day,
      move: day,
      cycle: fc.constantFrom(undefined, '季' as const, '半年' as const),
      yearRounding: fc.constantFrom('角' as const, '元' as const),
      roundingMode: fc.constantFrom('四舍五入' as const, '进位' as const, '舍去' as const),
    });
    fc.assert(
      fc.property(any, ({ price, change, move, cycle, yearRounding, roundingMode }) => {
        const prices = [
          { price: (price / 10_000).toFixed(4), from: '2020-01-01', to: addDays(change, -1) },
          { price: ((price + 777) / 10_000).toFixed(4), from: change, to: null },
        ];
        const payers = [
          { from: '2020-01-01', to: addDays(move, -1), customer: 'K1' },
          { from: move, to: null, customer: 'K2' },
        ];
        const areas = [{ from: '2020-01-01', to: null, area: '1234.56' }];
        const parts = year(inputs({ prices, yearRounding, roundingMode, ...(cycle && { cycle }) }, { payers, areas }));
        for (const { basis, amount } of parts) expect(recompute(basis)).toBe(amount);
        const unit = yearRounding === '元' ? 100n : 10n;
        const own = parts.filter(({ customer }) => customer === 'K2');
        expect(sum(own.map(({ amount }) => amount)) % unit).toBe(0n);
        expect(own.at(-1)?.to).toBe('2026-12-31');
      }),
      { numRuns: 60 },
    );
  });
});
