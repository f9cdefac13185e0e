import type { Lease, LeaseChange, LeaseItem } from '@propledger/contracts';
import { aLease, leaseMonth, rent } from '../../testing/leases';
import { changeFault, leaseFault } from './lease-fault';

const K1 = { customer: 'K1', role: '承租方', payer: true } as const;
const STEP = { on: null, everyMonths: 12, kind: '百分比', value: '5' } as const;
const TURNOVER = { item: '营业额租金', percent: '8', threshold: null, minimum: '租金', priority: 6 };

it.each<[string, Partial<Lease>]>([
  ['no-days', { to: '2025-12-31' }],
  ['term-too-long', { to: '2126-01-02' }],
  ['one-payer', { parties: [{ ...K1, payer: false }] }],
  ['one-payer', { parties: [K1, { ...K1, customer: 'K2' }] }],
  ['no-resource', { resources: [] }],
  [
    'resource-twice',
    {
      resources: [
        { resource: 'A', area: '1' },
        { resource: 'A', area: '2' },
      ],
    },
  ],
  ['amount-not-positive', { resources: [{ resource: 'A', area: '0' }] }],
  ['amount-not-positive', { deposits: [{ item: '押金', amount: '0.00' }] }],
  ['item-twice', { items: [rent(), rent()] }],
  ['item-twice', { items: [rent(), rent({ resource: 'A-01' })] }],
  ['item-twice', { turnover: { ...TURNOVER, item: '租金' } }],
  ['item-not-of-lease', { items: [rent({ resource: 'B-01' })] }],
  ['area-missing', { resources: [{ resource: 'A', area: null }], items: [rent({ pricing: '每平方米每月' })] }],
  ['step-undated', { items: [rent({ steps: [{ ...STEP, on: '2026-05-01' }] })] }],
  ['step-undated', { items: [rent({ steps: [{ ...STEP, everyMonths: null }] })] }],
  ['step-too-early', { items: [rent({ steps: [{ ...STEP, everyMonths: null, on: '2025-12-31' }] })] }],
  ['price-out-of-range', { items: [rent({ price: '-1' })] }],
  ['price-out-of-range', { items: [rent({ steps: [{ ...STEP, kind: '金额', value: '-3000.01' }] })] }],
  ['price-out-of-range', { to: '2125-12-31', items: [rent({ steps: [{ ...STEP, everyMonths: 1, value: '100' }] })] }],
  [
    'price-out-of-range',
    { resources: [{ resource: 'A', area: '400000' }], items: [rent({ pricing: '每平方米每天', price: '100' })] },
  ],
  ['price-out-of-range', { turnover: { ...TURNOVER, percent: '100.01' } }],
  ['free-reversed', { items: [rent({ free: [{ from: '2026-02-02', to: '2026-02-01' }] })] }],
  ['minimum-not-an-item', { turnover: { ...TURNOVER, minimum: '底租' } }],
])('names the fault %s of a lease', (code, over) => {
  expect(leaseFault({ lease: aLease(over), changes: [] })).toMatchObject({ code });
});

it('finds none in a sound one, and the one that a change brings in', () => {
  expect(leaseFault({ lease: aLease({ turnover: TURNOVER }), changes: [] })).toBeNull();
  const areas = { effectiveOn: '2026-06-01', resources: [{ resource: 'A-02', area: null }] };
  expect(leaseFault({ lease: aLease(), changes: [areas] })).toBeNull();
  const items = [rent({ resource: 'A-01' })];
  expect(leaseFault({ lease: aLease({ items }), changes: [areas] })).toMatchObject({ code: 'item-not-of-lease' });
});

it.each<[string, LeaseChange]>([
  ['nothing-changed', { effectiveOn: '2026-06-01' }],
  ['before-lease', { effectiveOn: '2025-12-31', resources: [] }],
  ['after-lease', { effectiveOn: '2028-01-01', items: [rent()] }],
  ['after-lease', { effectiveOn: '2028-01-02', to: '2028-12-31' }],
  ['no-days', { effectiveOn: '2026-06-01', to: '2026-05-30' }],
  ['no-resource', { effectiveOn: '2026-06-01', resources: [] }],
])('names the fault %s of a change', (code, change) => {
  expect(changeFault({ lease: aLease(), changes: [] }, change)).toMatchObject({ code });
});

it('lets a lease be renewed from the day after its last, ended on any day, and called off', () => {
  const history = { lease: aLease(), changes: [] };
  expect(changeFault(history, { effectiveOn: '2028-01-01', to: '2028-12-31' })).toBeNull();
  expect(changeFault(history, { effectiveOn: '2026-06-01', to: '2026-05-31' })).toBeNull();
  const off = { effectiveOn: '2026-01-01', to: '2025-12-31' };
  expect(changeFault(history, off)).toBeNull();
  expect(leaseMonth({ ...history, changes: [off] }, '2026-01')).toEqual([]);
  expect(changeFault({ ...history, changes: [off] }, { effectiveOn: '2026-01-01', to: '2026-12-31' })).toBeNull();
});

it('refuses so many steps that nobody could mean them', () => {
  const steps = Array.from({ length: 6 }, () => ({ ...STEP, everyMonths: 1, value: '0' }));
  expect(leaseFault({ lease: aLease({ to: '2125-12-31', items: [rent({ steps })] }), changes: [] })).toMatchObject({
    code: 'too-many-steps',
  });
});

it('refuses a lease of so many charges a month that it should be several', () => {
  const resources = Array.from({ length: 11 }, (_, nth) => ({ resource: `R${nth}`, area: '1' }));
  const items = Array.from({ length: 91 }, (_, nth) => rent({ item: `费项${nth}` }));
  expect(leaseFault({ lease: aLease({ resources, items }), changes: [] })).toMatchObject({ code: 'too-many-charges' });
  expect(leaseFault({ lease: aLease({ resources, items: items.slice(1) }), changes: [] })).toBeNull();
});

describe('a month that is cut into very many parts', () => {
  const resources = Array.from({ length: 100 }, (_, nth) => ({ resource: `R${nth}`, area: '1' }));
  const days = Array.from({ length: 25 }, (_, nth) => `2026-05-${String(nth + 1).padStart(2, '0')}`);
  const faultOf = (items: LeaseItem[], changes: LeaseChange[] = []) =>
    leaseFault({ lease: aLease({ resources, items }), changes });

  it('is refused, whether changes, steps or free days cut it', () => {
    const parties = (nth: number) => [{ ...K1, customer: `K${nth}` }];
    expect(
      faultOf(
        [rent()],
        days.slice(0, 19).map((effectiveOn, nth) => ({ effectiveOn, parties: parties(nth) })),
      ),
    ).toBeNull();
    const changes = days.map((effectiveOn, nth) => ({ effectiveOn, parties: parties(nth) }));
    expect(faultOf([rent()], changes)).toMatchObject({ code: 'too-many-charges' });
    const steps = days.slice(0, 20).map((on) => ({ ...STEP, on, everyMonths: null }));
    expect(faultOf([rent({ steps })])).toMatchObject({ code: 'too-many-charges' });
    const free = days.slice(0, 20).map((day) => ({ from: day, to: day }));
    expect(faultOf([rent({ free })])).toMatchObject({ code: 'too-many-charges' });
    expect(faultOf([rent({ free: free.slice(0, 19) })])).toBeNull();
  });
});
