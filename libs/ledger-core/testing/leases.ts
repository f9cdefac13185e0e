import type { Lease, LeaseItem, Period } from '@propledger/contracts';
import { rentSchedule, type RentPart } from '../src/lease/rent';
import type { LeaseHistory } from '../src/lease/terms';

/** A lease of one stall for two years, 3,000.00 a month, paid by the month. */
export const aLease = (over: Partial<Lease> = {}): Lease => ({
  lease: 'HT-001',
  from: '2026-01-01',
  to: '2027-12-31',
  parties: [{ customer: 'K1', role: '承租方', payer: true }],
  resources: [{ resource: 'A-01', area: '20' }],
  items: [rent()],
  payment: { months: 1, dueDay: 5 },
  rounding: '分',
  deposits: [],
  turnover: null,
  ...over,
});

export const rent = (over: Partial<LeaseItem> = {}): LeaseItem => ({
  item: '租金',
  resource: null,
  pricing: '每月',
  price: '3000',
  from: '2026-01-01',
  decimals: 2,
  steps: [],
  free: [],
  priority: 5,
  ...over,
});

/** The rent of one month. */
export const leaseMonth = (history: LeaseHistory, period: Period): RentPart[] => rentSchedule(history).month(period);
