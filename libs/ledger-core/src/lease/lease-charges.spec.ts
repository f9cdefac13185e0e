import { aLease, rent } from '../../testing/leases';
import type { ChargeState } from '../ledger/state';
import { leaseBinding, leaseUnits, leaseUnitsCharged, type LeaseInputs } from './lease-charges';

const charge = (from: string, to: string, amount: bigint, over: Partial<ChargeState> = {}): ChargeState =>
  ({
    position: 7,
    origin: 'run',
    resource: 'A-01',
    customer: 'K1',
    item: '租金',
    from,
    to,
    amount,
    corrected: 0n,
    ...over,
  }) as ChargeState;
const TURNOVER = { item: '营业额租金', percent: '8', threshold: null, minimum: '租金', priority: 6 };
const inputs = (over: Partial<LeaseInputs> = {}): LeaseInputs => ({
  history: { lease: aLease({ turnover: TURNOVER }), changes: [] },
  turnovers: [],
  standing: [],
  ...over,
});
const shown = (units: ReturnType<typeof leaseUnits>) =>
  units.map(({ item, period, computed, standing }) => [
    item,
    period,
    computed.map(({ amount }) => amount),
    standing.map(({ amount }) => amount),
  ]);

describe('what a bill run looks at of a lease', () => {
  it('is each item and resource of the months that it takes, beside what stands for it', () => {
    const standing = [charge('2026-03-01', '2026-03-31', 2_900_00n), charge('2026-02-01', '2026-02-28', 1n)];
    const units = leaseUnits(inputs({ standing }), '2026-03');
    expect(shown(units)).toEqual([['租金', '2026-03', [3_000_00n], [2_900_00n]]]);
    expect(units[0]?.computed).toMatchObject([
      { binding: '["HT-001","租金","A-01"]', subject: { lease: 'HT-001' }, standard: null, dueOn: '2026-03-05' },
    ]);
  });

  it('is what stands of a month of which nothing is due any more', () => {
    const ended = { effectiveOn: '2026-03-01', to: '2026-02-28' };
    const standing = [charge('2026-03-01', '2026-03-31', 3_000_00n)];
    const history = { ...inputs().history, changes: [ended] };
    expect(shown(leaseUnits(inputs({ history, standing }), '2026-03'))).toEqual([['租金', '2026-03', [], [3_000_00n]]]);
  });

  it('is due in the month of the run, and a turnover in the run after it was reported', () => {
    const history = { lease: aLease({ payment: { months: 3, dueDay: 20 }, turnover: TURNOVER }), changes: [] };
    const turnovers = [{ period: '2026-01', turnover: '50000.00' }];
    const units = leaseUnits(inputs({ history, turnovers }), '2026-02');
    expect(shown(units)).toEqual([
      ['租金', '2026-02', [3_000_00n], []],
      ['租金', '2026-03', [3_000_00n], []],
      ['营业额租金', '2026-01', [1_000_00n], []],
    ]);
    expect(new Set(units.flatMap(({ computed }) => computed.map(({ dueOn }) => dueOn)))).toEqual(
      new Set(['2026-02-20']),
    );
    expect(leaseUnits(inputs({ history, turnovers }), '2025-12')).toEqual([]);
  });
});

it('compares every month that was charged with what should have been charged', () => {
  const standing = [
    charge('2026-01-01', '2026-01-31', 3_000_00n),
    charge('2026-02-01', '2026-02-28', 3_000_00n),
    charge('2026-01-01', '2026-01-31', 900_00n, { item: '营业额租金' }),
  ];
  const changes = [{ effectiveOn: '2026-02-01', items: [rent({ price: '2800' })] }];
  const turnovers = [
    { period: '2026-01', turnover: '50000.00' },
    { period: '2026-03', turnover: '90000.00' },
  ];
  expect(shown(leaseUnitsCharged(inputs({ history: { ...inputs().history, changes }, standing, turnovers })))).toEqual([
    ['租金', '2026-01', [3_000_00n], [3_000_00n]],
    ['租金', '2026-02', [2_800_00n], [3_000_00n]],
    ['营业额租金', '2026-01', [1_000_00n], [900_00n]],
  ]);
});

it('names what a charge is for so that no two are taken for one', () => {
  expect(leaseBinding({ lease: 'a","b', item: 'c', resource: 'd' })).not.toBe(
    leaseBinding({ lease: 'a', item: 'b","c', resource: 'd' }),
  );
});
