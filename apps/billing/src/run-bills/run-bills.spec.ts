import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

describe('a bill run', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    await post('/standards', STANDARD);
    await post('/bindings', { resource: 'R1', standard: 'WY', from: '2026-01-01' });
    await post('/bindings', { resource: 'R2', standard: 'WY', from: '2026-03-11' });
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const itemsOf = async (path: string): Promise<Record<string, unknown>[]> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body['items'] as Record<string, unknown>[];

  it('raises the month’s charges and then applies prepayments on its date', async () => {
    const receipt = {
      receiptNo: 'SJ1',
      date: '2026-03-01',
      customer: 'K1',
      tenders: [{ method: '现金', amount: '50.00' }],
    };
    expect((await post('/receipts', receipt)).status).toBe(201);
    expect(await billing.runBills('YT01', '2026-03', '2026-03-02')).toMatchObject({
      state: 'done',
      operator: 'onboarding',
      result: {
        raised: { count: 2, amount: '135.96' },
        byItem: [{ item: '物业费', count: 2, amount: '135.96' }],
        standing: 0,
        prepaymentsApplied: { count: 1, amount: '50.00' },
        differences: { count: 0 },
        daysWithoutPayer: { count: 0 },
      },
    });
    expect(await itemsOf('/charges')).toMatchObject([
      { resource: 'R1', from: '2026-03-01', to: '2026-03-31', dueOn: '2026-03-10', amount: '85.00', applied: '50.00' },
      // 0.85 × 88.5 × 21 / 31 = 50.959…
      { resource: 'R2', from: '2026-03-11', to: '2026-03-31', dueOn: '2026-03-10', amount: '50.96', applied: '0.00' },
    ]);
    const events = await billing.verifiedEvents('YT01');
    expect(
      events
        .filter(({ source }) => source.startsWith('run:'))
        .map(({ type, effectiveDate, accountingPeriod }) => [type, effectiveDate, accountingPeriod]),
    ).toEqual([
      ['charge.raised', '2026-03-02', '2026-03'],
      ['charge.raised', '2026-03-02', '2026-03'],
      ['prepayment.applied', '2026-03-02', '2026-03'],
    ]);
  });

  it('shows how a charge came about', async () => {
    const [, second] = await itemsOf('/charges');
    const { body } = await billing.call('GET', `/projects/YT01/charges/${String(second?.['charge'])}`);
    expect(body['basis']).toMatchObject({
      method: '面积单价',
      terms: [{ from: '2026-03-11', to: '2026-03-31', days: 21, daysOfMonth: 31, price: '0.85', area: '88.5' }],
    });
  });

  it('adds nothing when it is repeated', async () => {
    expect(await billing.runBills('YT01', '2026-03')).toMatchObject({
      result: { raised: { count: 0, amount: '0.00' }, standing: 2, prepaymentsApplied: { count: 0 } },
    });
  });

  it('uses the area, the price and the payer of each day', async () => {
    const { neighbours } = billing;
    neighbours.tell('registry', 'YT01', 'resource.changed', { resource: 'R1', billableArea: '110' }, '2026-04-16');
    neighbours.tell('customers', 'YT01', 'occupancy.changed', {
      occupancy: 'R2/K2',
      resource: 'R2',
      customer: 'K2',
      relation: '业主',
      from: '2020-01-01',
      to: '2026-04-10',
      payer: true,
    });
    neighbours.occupancy('YT01', { resource: 'R2', customer: 'K1', from: '2026-04-21' });
    await post('/standards/WY/prices', { price: '1', from: '2026-04-21' });
    expect(await billing.runBills('YT01', '2026-04')).toMatchObject({
      result: {
        raised: { count: 3 },
        daysWithoutPayer: { count: 1, listed: [{ resource: 'R2', from: '2026-04-11', to: '2026-04-20' }] },
      },
    });
    const april = (await itemsOf('/charges?period=2026-04')).map((charge) => [
      charge['customer'],
      charge['from'],
      charge['to'],
      charge['amount'],
    ]);
    expect(april).toEqual([
      // 15 days of 85.00, 5 of 93.50, 10 of 110.00
      ['K1', '2026-04-01', '2026-04-30', '94.75'],
      ['K2', '2026-04-01', '2026-04-10', '25.08'],
      ['K1', '2026-04-21', '2026-04-30', '29.50'],
    ]);
  });

  it('lists what it would compute otherwise than it stands, and raises it once that is reversed', async () => {
    billing.neighbours.tell(
      'registry',
      'YT01',
      'resource.changed',
      { resource: 'R1', billableArea: '120' },
      '2026-04-16',
    );
    const run = await billing.runBills('YT01', '2026-04');
    expect(run).toMatchObject({
      result: {
        raised: { count: 0 },
        standing: 2,
        differences: {
          count: 1,
          listed: [{ resource: 'R1', standing: [{ amount: '94.75' }], computed: [{ amount: '99.50' }] }],
        },
      },
    });
    const [wrong] = await itemsOf('/charges?period=2026-04&resource=R1');
    await post(`/charges/${String(wrong?.['charge'])}/reversal`, { date: '2026-04-30', reason: '面积更正' });
    expect(await billing.runBills('YT01', '2026-04')).toMatchObject({
      result: { raised: { count: 1, amount: '99.50' } },
    });
  });

  it('reports a price per m² on a space without an area', async () => {
    billing.neighbours.resource('YT01', 'S1', null);
    billing.neighbours.occupancy('YT01', { resource: 'S1', customer: 'K1' });
    await billing.catchUp();
    await post('/bindings', { resource: 'S1', standard: 'WY', from: '2026-05-01', to: '2026-05-31' });
    expect(await billing.runBills('YT01', '2026-05')).toMatchObject({
      result: { daysWithoutArea: { count: 1, listed: [{ resource: 'S1', from: '2026-05-01', to: '2026-05-31' }] } },
    });
  });

  it('is one run for one key, and answers progress to anybody who asks', async () => {
    const first = await post('/bill-runs', { period: '2026-06', date: '2026-06-01' }, 'run-june');
    expect(first).toMatchObject({ status: 202, body: { run: expect.any(String) as string, period: '2026-06' } });
    const { run } = first.body;
    await billing.endOf('YT01', String(run));
    expect(await post('/bill-runs', { period: '2026-06', date: '2026-06-01' }, 'run-june')).toMatchObject({
      status: 202,
      body: { run },
    });
    expect(await post('/bill-runs', { period: '2026-07', date: '2026-06-01' }, 'run-june')).toMatchObject({
      status: 422,
    });
    expect((await itemsOf('/bill-runs?state=done&limit=1'))[0]).toMatchObject({ run, state: 'done' });
    expect((await billing.call('GET', `/projects/YT01/bill-runs/${randomUUID()}`)).status).toBe(404);
    const page = await billing.call('GET', '/projects/YT01/bill-runs?limit=2');
    const next = await billing.call(
      'GET',
      `/projects/YT01/bill-runs?limit=500&cursor=${String(page.body['nextCursor'])}`,
    );
    const all = await itemsOf('/bill-runs?limit=500');
    expect([...(page.body['items'] as object[]), ...(next.body['items'] as object[])]).toEqual(all);
  });

  it.each([
    ['before the first period', '2026-02', '2026-03-01', 422, 'before-first-period'],
    ['dated before the first period', '2026-06', '2026-02-28', 422, 'before-first-period'],
    ['dated after its period', '2026-06', '2026-07-01', 422, 'date-after-period'],
  ])('is refused %s', async (_, period, date, status, code) => {
    expect(await post('/bill-runs', { period, date })).toMatchObject({
      status,
      body: { type: `urn:propledger:problem:${code}` },
    });
  });

  it('is one at a time in a project, and keeps its period open', async () => {
    await billing.pool.query(
      `insert into bill_run (run, book, period, date, actor, key, request_hash, correlation_id, state, progress)
       values ($1, 'YT01', '2026-06', '2026-06-01', 'spec', 'k', '', 'spec', 'failed', '{"phase":"waiting","done":0,"total":0}')`,
      [randomUUID()],
    );
    const unfinished = randomUUID();
    const client = await billing.pool.connect();
    try {
      // As if another process were at it.
      await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [`bill_run ${unfinished}`]);
      await client.query(
        `insert into bill_run (run, book, period, date, actor, key, request_hash, correlation_id, state, progress)
         values ($1, 'YT01', '2026-06', '2026-06-01', 'spec', 'l', '', 'spec', 'running', '{"phase":"raising","done":0,"total":0}')`,
        [unfinished],
      );
      expect(await post('/bill-runs', { period: '2026-06', date: '2026-06-01' })).toMatchObject({
        status: 409,
        body: { type: 'urn:propledger:problem:run-in-progress' },
      });
      expect(await post('/periods/2026-03/close')).toMatchObject({
        status: 409,
        body: { type: 'urn:propledger:problem:run-in-progress' },
      });
    } finally {
      await client.query('select pg_advisory_unlock_all()');
      client.release();
    }
    expect(await billing.endOf('YT01', unfinished)).toMatchObject({ state: 'done' });
    expect((await post('/periods/2026-03/close')).status).toBe(201);
  });

  it('is for those who settle', async () => {
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    expect((await cashier('POST', '/projects/YT01/bill-runs', { period: '2026-06', date: '2026-06-01' })).status).toBe(
      403,
    );
  });
});
