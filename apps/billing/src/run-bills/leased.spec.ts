import type { Lease, LeaseChange } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling } from '../spec-support/running-billing';

const LEASE: Lease = {
  lease: 'HT-1',
  from: '2026-03-11',
  to: '2027-03-10',
  parties: [{ customer: 'K1', role: '承租方', payer: true }],
  resources: [{ resource: 'R1', area: '20' }],
  items: [
    {
      item: '租金',
      resource: null,
      pricing: '每月',
      price: '3100',
      from: '2026-03-11',
      decimals: 2,
      steps: [],
      free: [],
      priority: 5,
    },
  ],
  payment: { months: 3, dueDay: 15 },
  rounding: '分',
  deposits: [{ item: '租赁押金', amount: '6000.00' }],
  turnover: { item: '营业额租金', percent: '8', threshold: null, minimum: '租金', priority: 6 },
};

describe('rent of leases', () => {
  let billing: RunningBilling;
  let version = 1;
  const change = (kind: string, body: LeaseChange): void => {
    version += 1;
    billing.neighbours.tell('customers', 'YT01', kind, { lease: 'HT-1', version, change: body });
  };
  const run = async (period: string): Promise<Record<string, unknown>> =>
    (await billing.runBills('YT01', period))['result'] as Record<string, unknown>;
  const charges = async (): Promise<Record<string, unknown>[]> =>
    (await billing.call('GET', `/projects/YT01/charges?lease=HT-1`)).body['items'] as Record<string, unknown>[];

  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    billing.neighbours.project('YT01', '2026-03');
    billing.neighbours.resource('YT01', 'R1', '100');
    billing.neighbours.customer('YT01', 'K1');
    billing.neighbours.customer('YT01', 'K2');
    billing.neighbours.tell('customers', 'YT01', 'lease.signed', LEASE);
    await billing.catchUp();
  });
  afterAll(() => billing.close());

  it('is raised for the months that are paid at once, each a charge, and only once', async () => {
    expect(await run('2026-03')).toMatchObject({ raised: { count: 3, amount: '8300.00' }, differences: { count: 0 } });
    const rent = {
      item: '租金',
      resource: 'R1',
      customer: 'K1',
      dueOn: '2026-03-15',
      lease: 'HT-1',
      period: '2026-03',
    };
    expect(await charges()).toMatchObject([
      { ...rent, from: '2026-03-11', to: '2026-03-31', amount: '2100.00' },
      { ...rent, from: '2026-04-01', amount: '3100.00' },
      { ...rent, from: '2026-05-01', amount: '3100.00' },
    ]);
    expect(await run('2026-03')).toMatchObject({ raised: { count: 0 }, standing: 3, differences: { count: 0 } });
    expect(await run('2026-04')).toMatchObject({ raised: { count: 0 }, standing: 2, differences: { count: 0 } });
    const [first] = await charges();
    expect(
      (await billing.call('GET', `/projects/YT01/charges/${String(first?.['charge'])}/explanation`)).body,
    ).toMatchObject({
      amount: '2100.00',
      recomputed: '2100.00',
      zh: [
        '租赁合同 HT-1 的租金',
        '2026-03-11 – 2026-03-31 21/31 月 (原合同): 3100 元 × 21 ÷ 31 = 2100.00 元',
        {},
        {},
      ].map((line) => (typeof line === 'string' ? line : (expect.any(String) as string))),
    });
  });

  it('that stands otherwise than it is agreed by now is listed, and the others are raised', async () => {
    change('lease.changed', {
      effectiveOn: '2026-05-01',
      items: LEASE.items.map((item) => ({ ...item, price: '2800', from: '2026-05-01' })),
    });
    expect(await run('2026-05')).toMatchObject({
      raised: { count: 0 },
      differences: {
        count: 1,
        listed: [
          {
            lease: 'HT-1',
            item: '租金',
            resource: 'R1',
            standing: [{ from: '2026-05-01', amount: '3100.00' }],
            computed: [{ from: '2026-05-01', amount: '2800.00' }],
          },
        ],
      },
    });
    expect(await run('2026-06')).toMatchObject({ raised: { count: 3, amount: '8400.00' }, differences: { count: 0 } });
  });

  it('of a turnover is raised once it is reported', async () => {
    const told = { lease: 'HT-1', period: '2026-06', turnover: '50000.00' };
    billing.neighbours.tell('customers', 'YT01', 'lease.turnover-reported', told);
    expect(await run('2026-07')).toMatchObject({
      raised: { count: 1, amount: '1200.00' },
      byItem: [{ item: '营业额租金', amount: '1200.00' }],
      standing: 2,
    });
    expect(await run('2026-07')).toMatchObject({ raised: { count: 0 }, standing: 3, differences: { count: 0 } });
  });

  it('is raised no longer once the lease was withdrawn', async () => {
    billing.neighbours.tell('customers', 'YT01', 'lease.signed', { ...LEASE, lease: 'HT-9', from: '2026-08-01' });
    billing.neighbours.tell('customers', 'YT01', 'lease.withdrawn', { lease: 'HT-9' });
    billing.neighbours.tell('customers', 'YT01', 'lease.withdrawn', { lease: 'HT-1' });
    expect(await run('2026-09')).toMatchObject({ raised: { count: 0 } });
  });
});
