import { encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { startCustomers, type Answer, type Call, type RunningCustomers } from '../spec-support/running-customers';

const LEASE = {
  lease: 'HT-1',
  from: '2026-01-01',
  to: '2027-12-31',
  parties: [{ customer: 'LI', role: '承租方', payer: true }],
  resources: [{ resource: 'A1', area: '20.00' }],
  items: [
    { item: '租金', pricing: '每月', price: '3000', steps: [{ everyMonths: 12, kind: '百分比', value: '5' }] },
    { item: '管理费', pricing: '每平方米每月', price: '6' },
  ],
  payment: { months: 3, dueDay: 5 },
  deposits: [{ item: '租赁押金', amount: '6000.00' }],
};
const problem = (code: string, status: number) => ({ status, body: { type: `urn:propledger:problem:${code}` } });

describe('leases', () => {
  let database: FreshDatabase;
  let customers: RunningCustomers;
  let second: Call;
  const path = '/projects/P1/leases';
  const post = (to: string, body: object, key?: string): Promise<Answer> =>
    customers.admin('POST', to, body, key === undefined ? {} : { key });
  const get = async (to: string): Promise<Record<string, unknown>> => (await customers.admin('GET', to)).body;
  const sign = (more: object): Promise<Answer> => post(path, { ...LEASE, ...more });
  const change = (body: object, lease = 'HT-1'): Promise<Answer> => post(`${path}/${lease}/changes`, body);

  beforeAll(async () => {
    database = await freshDatabase('customers');
    customers = await startCustomers(database);
    customers.registry.project('P1', '广东', 'A1', 'A2', 'A3');
    second = await customers.operator({ role: 'project-manager', scope: { project: 'P1' } });
    const after = encodeAfter({ registry: { P1: 4 } });
    for (const customer of ['LI', 'WANG'])
      await post(`/projects/P1/customers?after=${after}`, { customer, kind: '个人', name: customer });
  });
  afterAll(async () => {
    await customers?.close();
    await database.drop();
  });

  it('are signed once, and shown as they are', async () => {
    expect(await post(path, LEASE, 's1')).toMatchObject({ status: 201, body: { lease: 'HT-1' } });
    expect(await post(path, LEASE, 's1')).toMatchObject({ status: 201 });
    expect(await get(`${path}/HT-1`)).toMatchObject({
      from: '2026-01-01',
      to: '2027-12-31',
      version: 1,
      terms: {
        resources: [{ resource: 'A1', area: '20' }],
        items: [{ from: '2026-01-01', decimals: 2, free: [] }, {}],
      },
    });
    expect((await get('/books/P1/events?after_position=2'))['items']).toMatchObject([
      { type: 'lease.signed', effectiveDate: '2026-01-01', body: { lease: 'HT-1', turnover: null, rounding: '分' } },
    ]);
  });

  it.each([
    ['lease-exists', 409, {}],
    ['resource-let', 422, { lease: 'HT-2', from: '2027-12-31', to: '2028-12-31' }],
    ['resource-unknown', 422, { lease: 'HT-2', resources: [{ resource: 'NOPE' }] }],
    ['customer-unknown', 422, { lease: 'HT-2', parties: [{ customer: 'NOPE', role: '承租方', payer: true }] }],
    ['lease-unsound', 422, { lease: 'HT-2', resources: [{ resource: 'A2' }] }],
    ['invalid-input', 400, { lease: 'forecast' }],
    ['invalid-input', 400, { lease: 'HT-2', items: [{ ...LEASE.items[0], price: '1e3' }] }],
    ['invalid-input', 400, { lease: 'HT-2', payment: { months: 0, dueDay: 31 } }],
  ])('are refused with %s (%i) for %j', async (code, status, more) => {
    expect(await sign(more)).toMatchObject(problem(code, status));
  });

  it('tell what a change would do, and change from a day on', async () => {
    const body = { effectiveOn: '2026-06-11', items: [{ ...LEASE.items[0], price: '3300', steps: [] }] };
    const effect = await post(`${path}/HT-1/effect?from=2026-05&months=3`, body);
    expect(effect.body).toEqual({
      lines: [
        { period: '2026-06', item: '租金', base: '3000.00', proposed: '3200.00', difference: '200.00' },
        { period: '2026-07', item: '租金', base: '3000.00', proposed: '3300.00', difference: '300.00' },
      ],
      difference: '500.00',
    });
    expect(await get(`${path}/HT-1`)).toMatchObject({ version: 1 });
    expect(await change(body)).toMatchObject({ status: 200, body: { version: 2, draft: null } });
    expect(await get(`${path}/HT-1?on=2026-06-10`)).toMatchObject({ version: 1 });
    expect(await get(`${path}/HT-1?on=2026-06-11`)).toMatchObject({
      version: 2,
      terms: { items: [{ item: '租金', price: '3300', from: '2026-06-11' }, { item: '管理费' }] },
    });
    expect(await get(`${path}/HT-1?on=2028-01-01`)).toMatchObject({ terms: null });
  });

  it('are forecast by month, for the project and charge by charge', async () => {
    expect(await get(`${path}/forecast?from=2026-05&months=2`)).toEqual({
      leases: 1,
      total: '6440.00',
      months: [
        {
          period: '2026-05',
          amount: '3120.00',
          items: [
            { item: '租金', amount: '3000.00' },
            { item: '管理费', amount: '120.00' },
          ],
        },
        {
          period: '2026-06',
          amount: '3320.00',
          items: [
            { item: '租金', amount: '3200.00' },
            { item: '管理费', amount: '120.00' },
          ],
        },
      ],
    });
    expect(await get('/projects/P1/lease-forecasts?from=2026-05&months=2')).toMatchObject({
      items: [{ lease: 'HT-1', total: '6440.00' }],
      nextCursor: null,
    });
    const rent = await get(`${path}/HT-1/rent?from=2026-06&months=1`);
    expect(rent).toMatchObject({
      total: '3320.00',
      charges: [{ resource: 'A1', dueOn: '2026-04-05' }, { item: '管理费' }],
    });
    expect(rent['charges']).toMatchObject([
      { amount: '3200.00', zh: expect.arrayContaining(['应收 3200.00 元']) as string[] },
      {},
    ]);
  });

  it('wait for a second person when asked to, who is another one', async () => {
    const parties = [{ customer: 'WANG', role: '承租方', payer: true }];
    const kept = await change({ effectiveOn: '2026-09-01', parties, draft: true });
    expect(kept).toMatchObject({ status: 202, body: { version: null } });
    const draft = `/projects/P1/lease-drafts/${String(kept.body['draft'])}`;
    expect(await get('/projects/P1/lease-drafts')).toMatchObject({ items: [{ lease: 'HT-1', requestedBy: 'admin' }] });
    expect(await get('/projects/NOPE/lease-drafts')).toMatchObject({
      type: 'urn:propledger:problem:project-not-found',
    });
    expect(await get('/projects/P1/lease-drafts?state=rejected')).toMatchObject({ items: [] });
    expect(await get(`${draft}/effect?from=2026-09`)).toEqual({ lines: [], difference: '0.00' });
    expect(await post(`${draft}/approve`, {})).toMatchObject(problem('approver-is-requester', 409));
    expect(await second('POST', `${draft}/approve`)).toMatchObject({ status: 200 });
    expect(await second('POST', `${draft}/reject`)).toMatchObject(problem('draft-decided', 409));
    expect(await get(`${path}/HT-1?on=2026-09-01`)).toMatchObject({ version: 3, terms: { parties } });
    const taken = await change({ effectiveOn: '2026-10-01', payment: { months: 1, dueDay: 1 }, draft: true });
    const back = `/projects/P1/lease-drafts/${String(taken.body['draft'])}`;
    expect(await post(`${back}/reject`, {})).toMatchObject({ status: 200 });
    expect(await get(back)).toMatchObject({ state: 'rejected', decidedBy: 'admin' });
  });

  it('are renewed, ended early, and free for others from the next day on', async () => {
    expect(await change({ to: '2028-12-31', items: [{ ...LEASE.items[0], price: '4000' }] })).toMatchObject({
      status: 200,
    });
    expect(await change({ endOn: '2026-11-30' })).toMatchObject({ status: 200, body: { version: 5 } });
    expect(await get(`${path}/HT-1`)).toMatchObject({ to: '2026-11-30' });
    expect(await change({ endOn: '2027-01-31' })).toMatchObject(problem('lease-unsound', 422));
    const next = { lease: 'HT-2', from: '2026-12-01', to: '2027-05-31' };
    expect(await sign(next)).toMatchObject({ status: 201 });
    expect(await get(`${path}?resource=A1&on=2026-12-01`)).toMatchObject({
      items: [{ lease: 'HT-2' }],
    });
    expect(await get(`${path}?endsBy=2026-12-31`)).toMatchObject({ items: [{ lease: 'HT-1' }] });
    const versions = (await get(`${path}/HT-1/versions`))['items'];
    expect(versions).toMatchObject([
      { version: 1, type: 'lease.signed', changed: [] },
      { version: 2, type: 'lease.changed', changed: ['租金与费项'], recordedBy: 'admin', requestedBy: null },
      { version: 3, type: 'lease.changed', changed: ['主体'], requestedBy: 'admin' },
      { version: 4, type: 'lease.renewed', effectiveOn: '2028-01-01', changed: ['租期', '租金与费项'] },
      { version: 5, type: 'lease.ended', effectiveOn: '2026-12-01', changed: ['租期'] },
    ]);
  });
});
