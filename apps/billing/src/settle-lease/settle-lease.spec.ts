import type { Lease } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';

const LEASE: Lease = {
  lease: 'HT-1',
  from: '2026-03-01',
  to: '2027-02-28',
  parties: [{ customer: 'K1', role: '承租方', payer: true }],
  resources: [{ resource: 'R1', area: '20' }],
  items: [
    {
      ...{ item: '租金', resource: null, pricing: '每月', price: '3100', from: '2026-03-01', decimals: 2 },
      ...{ steps: [], free: [], priority: 5 },
    },
  ],
  payment: { months: 3, dueDay: 15 },
  rounding: '分',
  deposits: [{ item: '租赁押金', amount: '6000.00' }],
  turnover: null,
};

describe('settling a lease', () => {
  let billing: RunningBilling;
  const path = '/projects/YT01/leases/HT-1/settlement';
  const settlement = async (): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `${path}?${billing.seen}`)).body;
  const settle = (key?: string): Promise<Answer> =>
    billing.call('POST', path, { date: '2026-05-10', reason: '退租' }, key);

  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    billing.neighbours.project('YT01', '2026-03');
    billing.neighbours.resource('YT01', 'R1', '100');
    billing.neighbours.customer('YT01', 'K1');
    billing.neighbours.tell('customers', 'YT01', 'lease.signed', LEASE);
    await billing.catchUp();
    await billing.runBills('YT01', '2026-03');
    await billing.call('POST', '/projects/YT01/deposits', {
      ...{ receiptNo: 'YJ1', resource: 'R1', customer: 'K1', kind: '租赁押金', date: '2026-03-01' },
      ...{ method: '现金', amount: '6000.00' },
    });
    await billing.call('POST', '/projects/YT01/receipts', {
      ...{ receiptNo: 'SJ1', customer: 'K1', date: '2026-03-02', tenders: [{ method: '现金', amount: '9300.00' }] },
    });
  });
  afterAll(() => billing.close());

  it('finds nothing to settle while all stands as agreed, but what is not charged yet and held', async () => {
    expect(await settlement()).toMatchObject({
      lastDay: '2027-02-28',
      lines: [],
      notCharged: { from: '2026-06', to: '2027-02', amount: '27900.00' },
      open: '0.00',
      depositsAgreed: [{ item: '租赁押金', amount: '6000.00' }],
      depositsHeld: [{ receiptNo: 'YJ1', held: '6000.00' }],
      balance: '21900.00',
    });
  });

  it('lists what was charged beyond an early end, and what is to be given back', async () => {
    const change = { effectiveOn: '2026-05-11', to: '2026-05-10' };
    billing.neighbours.tell('customers', 'YT01', 'lease.ended', { lease: 'HT-1', version: 2, change });
    expect(await settlement()).toMatchObject({
      lastDay: '2026-05-10',
      lines: [
        {
          ...{ period: '2026-05', item: '租金', resource: 'R1', customer: 'K1' },
          ...{ standing: '3100.00', computed: '1000.00', difference: '-2100.00' },
        },
      ],
      toCredit: '2100.00',
      notCharged: null,
      balance: '-8100.00',
    });
  });

  it('books the differences once; what was paid too much becomes a prepayment', async () => {
    expect(await settle('s1')).toMatchObject({ status: 201 });
    expect(await settle('s1')).toMatchObject({ status: 201 });
    expect(await settle()).toMatchObject({ status: 201, body: { position: null } });
    expect(await settlement()).toMatchObject({ lines: [], toCredit: '0.00', prepaid: '2100.00', balance: '-8100.00' });
    const corrected = (await billing.verifiedEvents('YT01')).filter(({ type }) => type === 'charge.corrected');
    expect(corrected).toMatchObject([{ body: { amount: '2100.00', cause: { fact: 'lease', of: 'HT-1' } } }]);
    const { result } = await billing.runBills('YT01', '2026-05');
    expect(result).toMatchObject({ raised: { count: 0 }, differences: { count: 0 } });
  });

  it('answers for leases that there are, alone', async () => {
    expect(await billing.call('GET', '/projects/YT01/leases/NOPE/settlement')).toMatchObject({ status: 404 });
    expect(await billing.as(null)('GET', path)).toMatchObject({ status: 401 });
  });
});
