import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer, type Call } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('reopening a period', () => {
  let billing: RunningBilling;
  let zhao: Call;
  let sun: Call;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    const { neighbours } = billing;
    zhao = billing.as(await neighbours.operator('zhao', 'group-finance', { group: true }));
    sun = billing.as(await neighbours.operator('sun', 'group-finance', { group: true }));
    await post(zhao, '/charges', chargeBy('R1', 'K1', '85.00'));
    await post(zhao, '/charges', { ...chargeBy('R1', 'K1', '7.00', '2026-04'), date: '2026-04-01' });
    for (const period of ['2026-03', '2026-04']) await post(zhao, `/periods/${period}/close`);
  });
  afterAll(() => billing.close());

  const post = (as: Call, path: string, body?: unknown, key?: string): Promise<Answer> =>
    as('POST', `/projects/YT01${path}`, body, key);
  const reopen = (as: Call, period: string, key?: string): Promise<Answer> =>
    post(as, `/periods/${period}/reopening`, { reason: '漏记一张收据' }, key);
  const periods = async (): Promise<unknown> => (await billing.call('GET', '/projects/YT01/periods')).body['items'];
  const closedThrough = async (): Promise<unknown> => {
    const { body } = await billing.call('GET', '/books');
    return (body['items'] as { closedThrough: unknown }[])[0]?.closedThrough;
  };

  it('is for the last closed one alone, and for those who may close', async () => {
    for (const period of ['2026-02', '2026-03', '2026-05'])
      expect(await reopen(zhao, period)).toMatchObject({
        status: 409,
        body: { type: 'urn:propledger:problem:period-not-last-closed' },
      });
    const wang = billing.as(await billing.neighbours.operator('wang', 'project-manager', { project: 'YT01' }));
    expect((await reopen(wang, '2026-04')).status).toBe(403);
    const { body } = await reopen(zhao, '2026-04', 'reopen-april');
    expect((await post(wang, `/approvals/${String(body['approval'])}/approve`)).status).toBe(403);
    expect(await closedThrough()).toBe('2026-04');
  });

  it('always takes two, and is a fact of the book', async () => {
    const waiting = await reopen(zhao, '2026-04', 'reopen-april');
    expect(waiting).toMatchObject({ status: 202, body: { state: 'waiting' } });
    const path = `/approvals/${String(waiting.body['approval'])}/approve`;
    expect((await post(zhao, path)).status).toBe(409);
    expect((await post(sun, path)).status).toBe(201);
    expect((await post(sun, path)).status).toBe(201);
    expect((await reopen(zhao, '2026-04', 'reopen-april')).status).toBe(201);
    expect(await closedThrough()).toBe('2026-03');
    expect(await periods()).toMatchObject([
      { period: '2026-03', state: 'closed' },
      { period: '2026-04', state: 'open' },
    ]);
    const event = (await billing.verifiedEvents('YT01')).at(-1);
    expect(event).toMatchObject({
      type: 'period.reopened',
      accountingPeriod: null,
      body: { period: '2026-04', approval: { requestedBy: 'zhao', approvedBy: 'sun' } },
    });
    expect(JSON.stringify(event)).not.toContain('漏记');
  });

  it('lets entries in again, and the next close records the trial balance anew', async () => {
    const receipt = { receiptNo: 'SJ1', date: '2026-04-20', customer: 'K1' };
    const tenders = [{ method: '现金', amount: '5.00' }];
    expect((await post(zhao, '/receipts', { ...receipt, tenders })).status).toBe(201);
    expect((await post(zhao, '/receipts', { ...receipt, receiptNo: 'SJ2', date: '2026-03-20', tenders })).status).toBe(
      409,
    );
    expect((await post(zhao, '/periods/2026-05/close')).status).toBe(409);
    expect((await post(zhao, '/periods/2026-04/close')).status).toBe(201);
    expect(await closedThrough()).toBe('2026-04');
    expect(await periods()).toMatchObject([
      { period: '2026-03', state: 'closed' },
      {
        period: '2026-04',
        state: 'closed',
        trialBalance: [
          { account: 'receivable', item: '物业费', amount: '2.00' },
          { account: 'income', item: '物业费', amount: '-7.00' },
          { account: 'channel-clearing', item: null, amount: '5.00' },
        ],
      },
      { period: '2026-05', state: 'open' },
    ]);
    const closings = (await billing.verifiedEvents('YT01')).filter(({ type }) => type === 'period.closed');
    expect(closings.map(({ body }) => (body as { period: string }).period)).toEqual(['2026-03', '2026-04', '2026-04']);
  });

  it('of the first period leaves none closed', async () => {
    for (const period of ['2026-04', '2026-03']) {
      const { body } = await reopen(sun, period);
      expect((await post(zhao, `/approvals/${String(body['approval'])}/approve`)).status).toBe(201);
    }
    expect(await closedThrough()).toBeNull();
    expect(await periods()).toMatchObject([{ period: '2026-03', state: 'open' }]);
  });
});
