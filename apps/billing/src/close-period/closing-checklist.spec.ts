import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('before closing a period', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    await post('/charges', chargeBy('R1', 'K1', '85.00'));
    const receipt = { receiptNo: 'SJ1', date: '2026-03-15', customer: 'K1' };
    const tenders = [
      { method: '现金', amount: '80.00' },
      { method: '微信', amount: '20.00' },
    ];
    await post('/receipts', { ...receipt, tenders });
    await post('/limits', { writeOff: '0.00', waiver: null, refund: null, date: '2026-03-01' });
    await post('/charges', { ...chargeBy('R1', 'K1', '7.00', '2026-04'), date: '2026-04-01' });
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const closing = (period = '2026-03'): Promise<Answer> =>
    billing.call('GET', `/projects/YT01/periods/${period}/closing`);
  const problem = (code: string): object => ({ body: { type: `urn:propledger:problem:${code}` } });

  it('one sees what is not applied, what each channel took, what waits, and how far the reports are', async () => {
    billing.neighbours.reporting = { topics: [{ topic: 'ledger', lag: 3, parked: [{ book: 'YT01' }] }] };
    const charge = { amount: '7.00', date: '2026-04-01', reason: '-' };
    const { body } = await billing.call('GET', '/projects/YT01/charges?open=true');
    const [open] = body['items'] as { charge: number }[];
    expect((await post(`/charges/${open?.charge}/write-offs`, charge)).status).toBe(202);
    expect(await closing()).toEqual({
      status: 200,
      body: {
        blockers: [],
        trialBalance: [
          { account: 'income', item: '物业费', amount: '-85.00' },
          { account: 'unapplied', item: null, amount: '-15.00' },
          { account: 'channel-clearing', item: null, amount: '100.00' },
        ],
        unapplied: { balances: 1, amount: '15.00' },
        clearing: [
          { channel: '微信', amount: '20.00' },
          { channel: '现金', amount: '80.00' },
        ],
        waitingApprovals: 1,
        metered: { unread: 0, readings: 0, pools: 0 },
        reports: { lag: 3, parked: true },
      },
    });
  });

  it('one sees the meters that were not read, and what was read after the last run', async () => {
    const meter = { kind: '电表', resource: 'R1', multiplier: '1', from: '2026-02-20', reading: '100' };
    for (const code of ['E1', 'E2']) expect((await post('/meters', { ...meter, meter: code })).status).toBe(201);
    expect((await post('/meters', { ...meter, meter: 'E3', resource: null })).status).toBe(201);
    expect(await closing()).toMatchObject({ body: { blockers: [], metered: { unread: 2, readings: 0 } } });
    expect((await post('/meters/E1/readings', { period: '2026-03', on: '2026-03-26', reading: '130' })).status).toBe(
      201,
    );
    expect(await closing()).toMatchObject({ body: { metered: { unread: 1, readings: 1, pools: 0 } } });
    await billing.runBills('YT01', '2026-03');
    expect(await closing()).toMatchObject({ body: { metered: { unread: 1, readings: 0, pools: 0 } } });
  });

  it('reporting may be away', async () => {
    billing.neighbours.reporting = null;
    expect(await closing()).toMatchObject({ body: { blockers: [], reports: null } });
  });

  it('one sees what would refuse the closing, and it does', async () => {
    expect(await closing('2026-04')).toMatchObject({ body: { blockers: ['period-not-next'] } });
    expect(await post('/periods/2026-04/close')).toMatchObject(problem('period-not-next'));
    expect(await closing('2026-02')).toMatchObject({ body: { blockers: ['before-first-period'] } });

    const run = `insert into bill_run (run, book, period, date, actor, key, request_hash, correlation_id, state, progress)
      values (gen_random_uuid(), 'YT01', '2026-03', '2026-03-01', 'spec', 'spec', '', '', 'running', '{}')`;
    await billing.pool.query(run);
    expect(await closing()).toMatchObject({ body: { blockers: ['run-in-progress'] } });
    expect(await post('/periods/2026-03/close')).toMatchObject({ status: 409, ...problem('run-in-progress') });
    await billing.pool.query(`delete from bill_run where key = 'spec'`);

    await billing.pool.query(`insert into import_book (import, book, held) values (gen_random_uuid(), 'YT01', true)`);
    expect(await closing()).toMatchObject({ body: { blockers: ['import-in-progress'] } });
    expect(await post('/periods/2026-03/close')).toMatchObject({ status: 409, ...problem('import-in-progress') });
    await billing.pool.query(`delete from import_book where book = 'YT01'`);

    expect((await post('/periods/2026-03/close')).status).toBe(201);
    expect(await closing()).toMatchObject({ body: { blockers: ['period-closed'] } });
    expect((await closing('2026-04')).body['blockers']).toEqual([]);
  });

  it('a project without a book has nothing to close', async () => {
    expect((await billing.call('GET', '/projects/YT09/periods/2026-03/closing')).status).toBe(404);
  });
});
