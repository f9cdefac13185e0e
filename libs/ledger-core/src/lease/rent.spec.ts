import type { Lease, LeaseChange } from '@propledger/contracts';
import { aLease, leaseMonth, rent } from '../../testing/leases';
import { explain } from '../explain/explain';
import { recompute } from '../tariff/recompute';
import { monthsFrom } from '../day';
import { monthsCharged, rentDueOn } from './due';
import { effectOfChange, forecastRent } from './forecast';
import { leaseUnits } from './lease-charges';
import { rentSchedule } from './rent';
import { turnoverRent } from './turnover';

const month = (period: string, over: Partial<Lease> = {}, ...changes: LeaseChange[]) =>
  leaseMonth({ lease: aLease(over), changes }, period).map(({ item, resource, customer, from, to, amount, basis }) => {
    expect(recompute(basis)).toBe(amount);
    return [item, resource, customer, from.slice(8), to.slice(8), amount];
  });
const total = (period: string, over: Partial<Lease> = {}, ...changes: LeaseChange[]) =>
  leaseMonth({ lease: aLease(over), changes }, period).reduce((sum, { amount }) => sum + amount, 0n);

describe('the rent of a month', () => {
  it('is the price of a whole month, and 16/31 of it from the 16th on', () => {
    expect(month('2026-03')).toEqual([['租金', 'A-01', 'K1', '01', '31', 3_000_00n]]);
    const items = [rent({ price: '310', from: '2026-01-16' })];
    expect(month('2026-01', { from: '2026-01-16', items })).toEqual([['租金', 'A-01', 'K1', '16', '31', 160_00n]]);
    expect(month('2025-12')).toEqual([]);
    expect(month('2028-01')).toEqual([]);
  });

  it('is by area, of each resource, by the month or by the day', () => {
    const resources = [
      { resource: 'A-02', area: '12.5' },
      { resource: 'A-01', area: '20' },
    ];
    const monthly = [rent({ pricing: '每平方米每月', price: '80.05' })];
    expect(month('2026-02', { resources, items: monthly })).toEqual([
      ['租金', 'A-02', 'K1', '01', '28', 1_000_63n],
      ['租金', 'A-01', 'K1', '01', '28', 1_601_00n],
    ]);
    const daily = [rent({ pricing: '每平方米每天', price: '2.5' })];
    expect(month('2026-02', { items: daily })).toEqual([['租金', 'A-01', 'K1', '01', '28', 1_400_00n]]);
    expect(month('2026-03', { items: daily })).toEqual([['租金', 'A-01', 'K1', '01', '31', 1_550_00n]]);
  });

  it('of several resources together is shared by area, and adds up to the price', () => {
    const resources = ['A-01', 'A-02', 'A-03'].map((resource) => ({ resource, area: '10' }));
    expect(month('2026-03', { resources, items: [rent({ price: '100' })] }).map((part) => part[5])).toEqual([
      33_33n,
      33_34n,
      33_33n,
    ]);
    const areas = [
      { resource: 'A-01', area: '30' },
      { resource: 'A-02', area: '10' },
    ];
    expect(month('2026-03', { resources: areas }).map((part) => part[5])).toEqual([2_250_00n, 750_00n]);
    const some = [areas[0]!, { resource: 'A-02', area: null }];
    expect(month('2026-03', { resources: some }).map((part) => part[5])).toEqual([1_500_00n, 1_500_00n]);
  });

  it('of an item for one resource is for that one, beside extras for all', () => {
    const resources = ['A-01', 'A-02'].map((resource) => ({ resource, area: '10' }));
    const items = [
      rent({ resource: 'A-01', price: '500' }),
      rent({ resource: 'A-02', price: '700' }),
      rent({ item: '管理费', pricing: '每平方米每月', price: '6' }),
    ];
    expect(
      month('2026-03', { resources, items }).map(([item, resource, , , , amount]) => [item, resource, amount]),
    ).toEqual([
      ['租金', 'A-01', 500_00n],
      ['租金', 'A-02', 700_00n],
      ['管理费', 'A-01', 60_00n],
      ['管理费', 'A-02', 60_00n],
    ]);
  });

  it('leaves out what is rent-free', () => {
    const items = [rent({ free: [{ from: '2026-01-01', to: '2026-03-15' }] }), rent({ item: '管理费', price: '310' })];
    expect(month('2026-02', { items })).toEqual([['管理费', 'A-01', 'K1', '01', '28', 310_00n]]);
    expect(month('2026-03', { items })[0]).toEqual(['租金', 'A-01', 'K1', '16', '31', 1_548_39n]);
    const inside = [rent({ free: [{ from: '2026-03-11', to: '2026-03-20' }] })];
    // 3000 × 10 ÷ 31 = 967.741…; 3000 × 21 ÷ 31 = 2032.258…
    expect(month('2026-03', { items: inside })).toEqual([
      ['租金', 'A-01', 'K1', '01', '10', 967_74n],
      ['租金', 'A-01', 'K1', '21', '31', 1_064_52n],
    ]);
  });
});

describe('steps', () => {
  const step = { on: null, everyMonths: null, kind: '百分比', value: '5' } as const;

  it('compound by per cent, rounded each time', () => {
    const items = [rent({ price: '33.33', steps: [{ ...step, everyMonths: 12 }] })];
    const over = { items, to: '2031-12-31' };
    expect(['2026-12', '2027-01', '2028-01', '2029-06'].map((period) => total(period, over))).toEqual([
      33_33n,
      35_00n,
      36_75n,
      38_59n,
    ]);
  });

  it('on a day cut the month: 10/31 at the old price and 21/31 at the new one', () => {
    const items = [rent({ price: '310', steps: [{ ...step, on: '2026-05-11', kind: '金额', value: '31' }] })];
    expect(month('2026-05', { items })).toEqual([['租金', 'A-01', 'K1', '01', '31', 331_00n]]);
    expect(total('2026-06', { items })).toBe(341_00n);
    const to = [rent({ price: '310', steps: [{ ...step, on: '2026-05-11', kind: '调至', value: '279' }] })];
    expect(total('2026-05', { items: to })).toBe(289_00n);
  });

  it('are counted from the first day with its own number: 31 January, 28 February, 31 March', () => {
    const items = [
      rent({ price: '2800', from: '2026-01-31', steps: [{ ...step, everyMonths: 1, kind: '金额', value: '280' }] }),
    ];
    const over = { from: '2026-01-31', items };
    expect(total('2026-02', over)).toBe(2_810_00n); // 27 days at 2800, one at 3080
    expect(total('2026-03', over)).toBe(3_089_03n); // 30 days at 3080, one at 3360
  });

  it('of one day come in their order', () => {
    const both = [
      { ...step, on: '2027-01-01', kind: '调至' as const, value: '1000' },
      { ...step, everyMonths: 12 },
    ];
    expect(total('2027-01', { items: [rent({ steps: both })] })).toBe(1_050_00n);
    expect(total('2027-01', { items: [rent({ steps: [...both].reverse() })] })).toBe(1_000_00n);
  });
});

describe('changes', () => {
  const price = (effectiveOn: string, amount: string): LeaseChange => ({
    effectiveOn,
    items: [rent({ price: amount, from: effectiveOn })],
  });

  it('of the tenant cut the month into two charges that add up to it', () => {
    const parties = [{ customer: 'K2', role: '承租方', payer: true }] as const;
    expect(month('2026-05', { items: [rent({ price: '100' })] }, { effectiveOn: '2026-05-11', parties })).toEqual([
      ['租金', 'A-01', 'K1', '01', '10', 32_26n],
      ['租金', 'A-01', 'K2', '11', '31', 67_74n],
    ]);
  });

  it('of the rent count their days, and say in which version they were agreed', () => {
    const [part] = leaseMonth({ lease: aLease(), changes: [price('2026-05-11', '6100')] }, '2026-05');
    expect(part).toMatchObject({
      amount: 5_100_00n,
      basis: {
        rent: {
          terms: [
            { days: 10, version: 1, price: '3000' },
            { days: 21, version: 2, price: '6100' },
          ],
        },
      },
    });
  });

  it('that are entered late leave what was agreed for later days in force', () => {
    const changes = [
      price('2026-06-01', '4000'),
      { effectiveOn: '2026-03-01', resources: [{ resource: 'A-02', area: '9' }] },
    ];
    expect(month('2026-02', {}, ...changes)).toEqual([['租金', 'A-01', 'K1', '01', '28', 3_000_00n]]);
    expect(month('2026-04', {}, ...changes)).toEqual([['租金', 'A-02', 'K1', '01', '30', 3_000_00n]]);
    expect(month('2026-06', {}, ...changes)).toEqual([['租金', 'A-02', 'K1', '01', '30', 4_000_00n]]);
  });

  it('of one day: the one recorded later holds', () => {
    expect(total('2026-06', {}, price('2026-06-01', '4000'), price('2026-06-01', '4100'))).toBe(4_100_00n);
  });

  it('add items and end them', () => {
    const added = { effectiveOn: '2026-04-01', items: [rent({ item: '广告位', price: '200', from: '2026-04-01' })] };
    const ended = { effectiveOn: '2026-06-01', endedItems: [{ item: '广告位', resource: null }] };
    expect(['2026-03', '2026-04', '2026-06'].map((period) => total(period, {}, added, ended))).toEqual([
      3_000_00n,
      3_200_00n,
      3_000_00n,
    ]);
  });

  it('end a lease early, and renew it', () => {
    const ended = { effectiveOn: '2026-05-11', to: '2026-05-10' };
    expect(month('2026-05', {}, ended)).toEqual([['租金', 'A-01', 'K1', '01', '10', 967_74n]]);
    expect(month('2026-06', {}, ended)).toEqual([]);
    const renewed = { ...price('2028-01-01', '3300'), to: '2028-12-31' };
    expect(['2027-12', '2028-01', '2029-01'].map((period) => total(period, {}, renewed))).toEqual([
      3_000_00n,
      3_300_00n,
      0n,
    ]);
    const again = { effectiveOn: '2026-08-01', to: '2026-12-31' };
    expect(['2026-07', '2026-08', '2027-01'].map((period) => total(period, {}, ended, again))).toEqual([
      0n,
      3_000_00n,
      0n,
    ]);
  });
});

it('that is ended early has no renewal any more, until it is renewed again', () => {
  const renewed = { effectiveOn: '2028-01-01', to: '2028-12-31' };
  const ended = { effectiveOn: '2026-12-01', to: '2026-11-30' };
  expect(total('2028-01', {}, renewed)).toBe(3_000_00n);
  expect(total('2028-01', {}, renewed, ended)).toBe(0n);
  expect(total('2028-01', {}, ended, renewed)).toBe(3_000_00n);
  expect(total('2027-01', {}, renewed, ended, { effectiveOn: '2026-12-01', to: '2027-12-31' })).toBe(3_000_00n);
});

describe('what a bill run takes', () => {
  const quarter = { payment: { months: 3, dueDay: 20 }, from: '2026-02-15' };

  it('is what is paid at once, counted from the first month of the lease', () => {
    const history = { lease: aLease(quarter), changes: [] };
    expect(monthsCharged(history, '2026-02')).toEqual(['2026-02', '2026-03', '2026-04']);
    expect(monthsCharged(history, '2026-04')).toEqual(['2026-04']);
    expect(monthsCharged(history, '2026-06')).toEqual(['2026-06', '2026-07']);
    expect(monthsCharged(history, '2026-01')).toEqual([]);
    expect(rentDueOn(history, '2026-07')).toBe('2026-05-20');
    expect(rentDueOn(history, '2026-02')).toBe('2026-02-20');
  });

  it('is a charge a month, all due in the month of the run', () => {
    const history = { lease: aLease(quarter), changes: [] };
    const charged = leaseUnits({ history, turnovers: [], standing: [] }, '2026-05').flatMap(({ computed }) => computed);
    expect(charged.map(({ from, dueOn, amount }) => [from, dueOn, amount])).toEqual([
      ['2026-05-01', '2026-05-20', 3_000_00n],
      ['2026-06-01', '2026-05-20', 3_000_00n],
      ['2026-07-01', '2026-05-20', 3_000_00n],
    ]);
  });
});

describe('turnover rent', () => {
  const agreed = { item: '营业额租金', percent: '8', threshold: null, minimum: '租金', priority: 6 };
  const of = (turnover: string, threshold: string | null = null) =>
    turnoverRent(
      rentSchedule({ lease: aLease({ turnover: { ...agreed, threshold } }), changes: [] }),
      '2026-03',
      turnover,
    );

  it('is what the share comes to above the minimum rent', () => {
    expect(of('37500.00')).toBeNull();
    expect(of('50000.00')).toMatchObject({
      item: '营业额租金',
      from: '2026-03-01',
      to: '2026-03-31',
      amount: 1_000_00n,
    });
    expect(of('50000.07')).toMatchObject({ amount: 1_000_01n });
  });

  it('or the share of what is above a threshold, beside the minimum', () => {
    expect(of('50000.00', '40000.00')).toMatchObject({ amount: 800_00n });
    expect(of('40000.00', '40000.00')).toBeNull();
  });

  it('is explained, and computed again from its basis', () => {
    const basis = of('50000.00')?.basis;
    expect(basis && explain(basis)).toMatchObject({
      amount: '1000.00',
      zh: [
        '租赁合同 HT-001: 2026-03 营业额 50000.00 元, × 8% = 4000.00 元',
        '4000.00 元四舍五入到分: 4000.00 元',
        '减去保底租金 3000.00 元',
        '应收 1000.00 元',
      ],
    });
  });
});

it('explains rent in words', () => {
  const resources = [
    { resource: 'A-01', area: '30' },
    { resource: 'A-02', area: '10' },
  ];
  const steps = [{ on: '2026-05-11', everyMonths: null, kind: '金额', value: '100' } as const];
  const [part] = leaseMonth({ lease: aLease({ resources, items: [rent({ steps })] }), changes: [] }, '2026-05');
  expect(part && explain(part.basis)).toEqual({
    amount: '2300.81',
    zh: [
      '租赁合同 HT-001 的租金',
      '2026-05-01 – 2026-05-10 10/31 月 (原合同): 3000 元 × 30 ÷ 40 × 10 ÷ 31 ≈ 725.806452 元',
      '2026-05-11 – 2026-05-31 21/31 月 (原合同, 2026-05-11 起递增后): 3100 元 × 30 ÷ 40 × 21 ÷ 31 = 1575.00 元',
      '≈ 2300.806452 元四舍五入到分: 2300.81 元',
      '应收 2300.81 元',
    ],
    en: [
      '租金 of the lease HT-001',
      '2026-05-01 – 2026-05-10, 10 of 31 days (as signed): 3000 yuan × 30 ÷ 40 × 10 ÷ 31 ≈ 725.806452 yuan',
      '2026-05-11 – 2026-05-31, 21 of 31 days (as signed, after the step of 2026-05-11): 3100 yuan × 30 ÷ 40 × 21 ÷ 31 = 1575.00 yuan',
      '≈ 2300.806452 yuan, rounded half up to 0.01: 2300.81 yuan',
      'To be paid: 2300.81 yuan',
    ],
  });
});

it('forecasts, and tells what a change does before it is made', () => {
  const history = { lease: aLease(), changes: [] };
  expect(forecastRent(rentSchedule(history), monthsFrom('2027-11', 4))).toEqual([
    { lease: 'HT-001', item: '租金', period: '2027-11', dueOn: '2027-11-05', amount: 3_000_00n },
    { lease: 'HT-001', item: '租金', period: '2027-12', dueOn: '2027-12-05', amount: 3_000_00n },
  ]);
  const change = {
    effectiveOn: '2026-03-01',
    resources: [{ resource: 'A-01', area: '18' }],
    items: [rent({ price: '2800' })],
  };
  expect(monthsFrom('2026-01', 3).flatMap(effectOfChange(history, change))).toEqual([
    { item: '租金', period: '2026-03', base: 3_000_00n, proposed: 2_800_00n },
  ]);
});
