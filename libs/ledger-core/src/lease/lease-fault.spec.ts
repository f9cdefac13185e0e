import type { Lease } from '@propledger/contracts';
import { aLease, rent } from '../../testing/leases';
import { leaseFault } from './lease-fault';

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
