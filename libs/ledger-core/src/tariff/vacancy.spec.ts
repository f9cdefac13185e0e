import type { ChargeBasis, Standard } from '@propledger/contracts';
import fc from 'fast-check';
import { addDays, daysOfMonth, firstDay, inForceOn } from '../day';
import { explain } from '../explain/explain';
import { sum } from '../money';
import { cycleCharges } from './cycle-charge';
import type { MonthInputs } from './inputs';
import { monthCharges } from './month-charge';
import { recompute } from './recompute';
import { usageCharge } from './usage-charge';
import { ratedDays } from './vacancy';

const standard = (over: Partial<Standard> = {}): Standard => ({
  ...{ standard: 'WY', name: '物业费', item: '物业费', method: '面积单价', dueDay: 10, rounding: '分', priority: 1 },
  prices: [{ price: '2', from: '2020-01-01', to: null }],
  vacancyRates: [{ from: '2020-01-01', percent: '70' }],
  ...over,
});
const month = (over: Partial<MonthInputs> = {}): MonthInputs => ({
  standard: standard(),
  binding: { from: '2020-01-01', to: null },
  areas: [{ from: '2020-01-01', to: null, area: '100' }],
  payers: [{ from: '2020-01-01', to: null, customer: 'K1' }],
  period: '2026-03',
  vacant: [{ from: '2026-03-05', to: '2026-03-15' }],
  ...over,
});
const amountOf = (over: Partial<MonthInputs>): bigint =>
  sum(monthCharges(month(over)).parts.map(({ amount }) => amount));

describe('a month of which the room is vacant for some days', () => {
  // 200.00 × (4 + 11 × 70 % + 16) ÷ 31 = 178.709…
  it('has them at the rate of its standard, in one charge that says so', () => {
    const { parts, vacantDays } = monthCharges(month());
    expect(parts).toMatchObject([{ from: '2026-03-01', to: '2026-03-31', customer: 'K1', amount: 178_71n }]);
    expect(vacantDays).toEqual([{ from: '2026-03-05', to: '2026-03-15', percent: '70' }]);
    const [part] = parts;
    expect(explain(part?.basis as ChargeBasis)).toMatchObject({
      amount: '178.71',
      zh: [
        '2026-03-01 – 2026-03-04 4/31 月: 2 元 × 100 ㎡ × 4 ÷ 31 ≈ 25.806452 元',
        '2026-03-05 – 2026-03-15 11/31 月: 2 元 × 100 ㎡ × 11 ÷ 31 ≈ 70.967742 元; 空置 11 天按 70% ≈ 49.677419 元',
        '2026-03-16 – 2026-03-31 16/31 月: 2 元 × 100 ㎡ × 16 ÷ 31 ≈ 103.225806 元',
        '≈ 178.709677 元四舍五入到分: 178.71 元',
        '应收 178.71 元',
      ],
    });
    expect(explain(part?.basis as ChargeBasis).en[1]).toBe(
      '2026-03-05 – 2026-03-15, 11 of 31 days: 2 yuan × 100 m² × 11 ÷ 31 ≈ 70.967742 yuan; vacant for 11 days, 70 % of it ≈ 49.677419 yuan',
    );
  });

  it.each<[string, Partial<MonthInputs>, bigint]>([
    ['in full without a rate', { standard: { ...standard(), vacancyRates: undefined } }, 200_00n],
    [
      'in full before the first rate',
      { standard: standard({ vacancyRates: [{ from: '2026-04-01', percent: '70' }] }) },
      200_00n,
    ],
    // 200 × (10 + 4 × 70 % + 2 × 50 % + 15) ÷ 31: vacant from the 11th to the 16th.
    [
      'by the rate of each day',
      {
        standard: standard({
          vacancyRates: [
            { from: '2020-01-01', percent: '70' },
            { from: '2026-03-15', percent: '50' },
          ],
        }),
        vacant: [{ from: '2026-03-11', to: '2026-03-16' }],
      },
      185_81n,
    ],
    [
      'not at all by a rate of zero',
      {
        standard: standard({ vacancyRates: [{ from: '2020-01-01', percent: '0' }] }),
        vacant: [{ from: '2026-02-01', to: null }],
      },
      0n,
    ],
    // A whole month comes to 250 at least, also of vacant days 70 %: 250 × 27.7 ÷ 31.
    ['of what a month comes to at least', { standard: standard({ minimum: '250' }) }, 223_39n],
    // Half a month is charged, whatever its days: 100 × (5 + 11 × 70 %) ÷ 16 = 79.375, rounded up to ten fen.
    [
      'of what a broken month counts, rounded as the standard says',
      {
        standard: standard({ proration: '半月', rounding: '角', roundingMode: '进位' }),
        binding: { from: '2026-03-16', to: null },
        vacant: [{ from: '2026-03-21', to: '2026-03-31' }],
      },
      79_40n,
    ],
  ])('are charged %s', (_, over, amount) => {
    expect(amountOf(over)).toBe(amount);
  });

  // Three months of 200: 31 + 28 × 70 % of February + 31 × 70 % of March.
  it('are looked at month by month within a longer cycle', () => {
    const { parts } = cycleCharges({
      ...month({ period: '2026-01', vacant: [{ from: '2026-02-01', to: null }], standard: standard({ cycle: '季' }) }),
      charged: [],
    });
    expect(parts.map(({ amount }) => amount)).toEqual([480_00n]);
  });
});

describe('a reading of whose days some are vacant', () => {
  const one = { from: '100', to: '131', added: null, multiplier: '1' };
  const step = { record: 7, from: '2026-03-01', to: '2026-03-31', steps: [one], quantity: '31' };
  const usage = (over: Partial<Standard>, vacant = month().vacant) => {
    const water = standard({ method: '用量单价', meterKind: '水表', vacancyRates: undefined, ...over });
    const binding = { from: '2020-01-01', to: null };
    return usageCharge({ ...month(), vacant, standard: water, binding, step });
  };
  const charged = (over: Partial<Standard>) => {
    const found = usage(over);
    return found?.kind === 'charge' ? found.part : null;
  };

  it('is charged in full, unless its standard says otherwise', () => {
    expect(charged({})?.amount).toBe(62_00n);
  });

  // 62.00 lies on 31 days alike: 2.00 a day, of which 11 are 70 %.
  it('has its usage on each day alike where it does', () => {
    const part = charged({ vacancyRates: [{ from: '2020-01-01', percent: '70' }] });
    expect(part).toMatchObject({
      amount: 55_40n,
      basis: { usage: { vacant: { ofDays: 31, parts: [{ days: 11, percent: '70' }] } } },
    });
    expect(explain(part?.basis as ChargeBasis).zh).toContain('用量按天平摊, 31 天中空置 11 天按 70% = 55.40 元');
  });

  it('names the vacant days alone, also where it comes to nothing', () => {
    const vacancyRates = [{ from: '2020-01-01', percent: '0' }];
    const vacantDays = [{ from: '2026-03-05', to: '2026-03-15', percent: '0' }];
    expect(usage({ vacancyRates })).toMatchObject({ part: { amount: 40_00n }, vacantDays });
    const whole = [{ from: '2026-02-01', to: null }];
    expect(usage({ vacancyRates }, whole)).toEqual({
      ...{ kind: 'charge', part: null },
      vacantDays: [{ from: '2026-03-01', to: '2026-03-31', percent: '0' }],
    });
  });
});

describe('for any vacancies and rates', () => {
  const day = fc.integer({ min: -5, max: 36 }).map((number) => addDays(firstDay('2026-03'), number));
  const rates = fc
    .uniqueArray(day, { maxLength: 3 })
    .chain((days) =>
      fc.tuple(
        ...days
          .sort()
          .map((from) =>
            fc.integer({ min: 0, max: 1000 }).map((tenths) => ({ from, percent: (tenths / 10).toString() })),
          ),
      ),
    );
  const vacancies = fc.uniqueArray(day, { maxLength: 6 }).map((days) =>
    days.sort().flatMap((from, at, all) => {
      const to = all[at + 1];
      return at % 2 === 1 ? [] : [{ from, to: to === undefined ? null : to }];
    }),
  );
  const payers = day.map((second) => [
    { from: '2020-01-01', to: addDays(second, -1), customer: 'K1' },
    { from: second, to: null, customer: 'K2' },
  ]);

  it('a month agrees with a computation day by day, explains itself, and is never dearer than occupied', () => {
    fc.assert(
      fc.property(
        rates,
        vacancies,
        payers,
        fc.integer({ min: 1, max: 99_999 }),
        (vacancyRates, vacant, paying, fen) => {
          const price = `${Math.floor(fen / 100).toString()}.${(fen % 100).toString().padStart(2, '0')}`;
          const inputs = month({
            standard: standard({ method: '固定金额', prices: [{ price, from: '2020-01-01', to: null }], vacancyRates }),
            ...{ vacant, payers: paying },
          });
          const { parts } = monthCharges(inputs);
          let tenths = 0n;
          for (let number = 0; number < daysOfMonth('2026-03'); number += 1) {
            const on = addDays(firstDay('2026-03'), number);
            const rate = vacant.some(inForceOn(on)) ? vacancyRates.filter(({ from }) => from <= on).at(-1) : undefined;
            tenths += BigInt(Math.round(Number(rate?.percent ?? '100') * 10));
          }
          const whole = 31n * 1000n;
          expect(sum(parts.map(({ amount }) => amount))).toBe((2n * BigInt(fen) * tenths + whole) / (2n * whole));
          for (const { basis, amount } of parts) expect(recompute(basis)).toBe(amount);
          expect(sum(parts.map(({ amount }) => amount)) <= amountOf({ ...inputs, vacant: [] })).toBe(true);
        },
      ),
    );
  });

  it('every vacant day from the first rate on has one rate, and no other day has any', () => {
    fc.assert(
      fc.property(rates, vacancies, day, (vacancyRates, vacant, on) => {
        const found = ratedDays({ vacancyRates }, vacant).filter(inForceOn(on));
        const rate = vacancyRates.filter(({ from }) => from <= on).at(-1);
        const isRated = vacant.some(inForceOn(on)) && rate !== undefined;
        expect(found.map(({ percent }) => percent)).toEqual(isRated ? [rate.percent] : []);
      }),
    );
  });
});
