import { freshDatabase } from '@propledger/testkit';
import { openStateIn, openStateOf, replayed } from '../spec-support/replayed';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

describe('discounts by rule', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    billing.neighbours.tell('customers', 'YT01', 'customer.changed', {
      customer: 'K2',
      kind: '个人',
      groups: ['员工'],
    });
    await billing.catchUp();
    await post('/standards', { ...STANDARD, prices: [{ price: '10', from: '2010-01-01', to: null }] });
    for (const resource of ['R1', 'R2']) await post('/bindings', { resource, standard: 'WY', from: '2020-01-01' });
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const get = async (path: string): Promise<Item> => (await billing.call('GET', `/projects/YT01${path}`)).body;
  const charges = async (query: string): Promise<Item[]> => (await get(`/charges?${query}`))['items'] as Item[];
  const give = (period: string, date: string, key?: string): Promise<Answer> =>
    post('/discounts', { period, date }, key);
  const AUTUMN = {
    ...{ name: '九五折', items: ['物业费'], from: '2026-03-17', to: null, percentOff: '5' },
  };
  const STAFF = { ...AUTUMN, rule: 'YG', name: '员工八折', group: '员工', from: '2026-01-01', percentOff: '20' };

  it('are of items, days and groups, and shown before a bill run raises the charges', async () => {
    expect((await post('/discount-rules', { rule: 'QJ', ...AUTUMN })).status).toBe(201);
    expect(await post('/discount-rules', { rule: 'QJ', ...AUTUMN, percentOff: '6' })).toMatchObject({ status: 409 });
    expect(await post('/discount-rules', { rule: 'X', ...AUTUMN, amountOff: '1.00' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:discount-rule-unfit' },
    });
    const many = await billing.call('POST', '/discount-rules', STAFF);
    expect(many).toMatchObject({ status: 201, body: { projects: 1, refused: {} } });
    expect(await get('/discount-rules')).toEqual({
      items: [{ rule: 'QJ', ...AUTUMN }, STAFF],
      nextCursor: null,
    });
    expect(await get('/discounts/preview?period=2026-03')).toMatchObject({ total: { count: 0 } });
    // R1: 5 % of 1000.00 × 15 of 31 days; R2: 20 % of 885.00, which is more than its part of 5 %.
    expect(await get('/discounts/preview?period=2026-03&unbilled=true')).toMatchObject({
      total: { count: 2, amount: '201.19' },
      byRule: [
        { rule: 'QJ', count: 1, amount: '24.19' },
        { rule: 'YG', count: 1, amount: '177.00' },
      ],
      listed: [
        { charge: null, resource: 'R1', of: '1000.00', amount: '24.19' },
        { charge: null, resource: 'R2', zh: ['应收 885.00 元的 20%, 四舍五入到分: 177.00 元'] },
      ],
    });
  });

  it('are given by the run that raises the charges, and explain themselves', async () => {
    const limits = { writeOff: null, waiver: '100.00', refund: null, date: '2026-03-01' };
    expect((await post('/limits', limits)).status).toBe(201);
    expect(await billing.runBills('YT01', '2026-03')).toMatchObject({ state: 'done' });
    const [first, second] = await charges('period=2026-03');
    expect([first, second]).toMatchObject([
      { resource: 'R1', reduced: '24.19', open: '975.81' },
      { resource: 'R2', reduced: '0.00', open: '885.00' },
    ]);
    const { zh, en } = await get(`/charges/${String(first?.['charge'])}/explanation`);
    expect((zh as string[]).at(-1)).toBe(
      '优惠 QJ 于 2026-03-01: 应收 1000.00 元的 5% × 15/31 天, 四舍五入到分: 24.19 元',
    );
    expect((en as string[]).at(-1)).toBe(
      'Discount QJ on 2026-03-01: 5 % of 1000.00 yuan × 15/31 days, rounded to the fen: 24.19 yuan',
    );
  });

  it('take a second person above the limit for a charge', async () => {
    const asked = await give('2026-03', '2026-03-05', 'march');
    expect(asked).toMatchObject({ status: 201, body: { given: { count: 0, amount: '0.00' } } });
    expect(asked.body['awaiting']).toMatchObject([{ amount: '177.00' }]);
    const [{ approval }] = asked.body['awaiting'] as [{ approval: string }];
    const finance = billing.as(await billing.neighbours.operator('zhao', 'group-finance', { project: 'YT01' }));
    expect((await finance('POST', `/projects/YT01/approvals/${approval}/approve`)).status).toBe(201);
    expect((await charges('period=2026-03'))[1]).toMatchObject({ reduced: '177.00', open: '708.00' });
    expect(await give('2026-03', '2026-03-05')).toMatchObject({ body: { given: { count: 0 }, awaiting: [] } });
    expect(await give('2026-04', '2026-03-05', 'march')).toMatchObject({ body: { given: { count: 0 } } });
  });

  it('for prepaying are offered, granted on the receipt that prepaid, and given by later runs', async () => {
    const rule = { rule: 'YJ', name: '预交三月九折', items: ['物业费'], from: '2026-01-01', to: '2026-12-31' };
    expect((await post('/discount-rules', { ...rule, prepaidMonths: 3, percentOff: '10' })).status).toBe(201);
    const offered = await get('/discount-grants/offers?customer=K1&resource=R1&from=2026-04&date=2026-03-10');
    expect(offered).toEqual({
      items: [
        {
          ...{ rule: 'YJ', name: '预交三月九折', months: 3, giftMonths: null },
          ...{ worth: '3000.00', toPrepay: '2700.00', discount: '300.00' },
        },
      ],
    });
    const receive = (receiptNo: string, amount: string): Promise<Answer> =>
      post('/receipts', {
        ...{ receiptNo, customer: 'K1', resource: 'R1', date: '2026-03-10' },
        tenders: [{ method: '现金', amount }],
      });
    await receive('SJ1', '3675.80');
    const grant = { rule: 'YJ', receiptNo: 'SJ1', resource: 'R1', from: '2026-04' };
    expect(await post('/discount-grants', grant)).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:prepaid-too-little' },
    });
    // March is charged already: who pays it prepays two of the three months.
    expect(await post('/discount-grants', { ...grant, from: '2026-03' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:discount-rule-not-met' },
    });
    await post('/receipts/SJ1/reversal', { date: '2026-03-10', reason: '-' });
    expect((await receive('SJ2', '3675.81')).status).toBe(201);
    expect((await post('/discount-grants', { ...grant, receiptNo: 'SJ2' })).status).toBe(201);
    expect(await post('/discount-grants', { ...grant, receiptNo: 'SJ2' })).toMatchObject({ status: 409 });
    expect(await billing.runBills('YT01', '2026-04')).toMatchObject({ state: 'done' });
    // 10 % is better than 5 %; what was prepaid pays the rest.
    expect((await charges('period=2026-04'))[0]).toMatchObject({
      ...{ resource: 'R1', reduced: '100.00', applied: '900.00', open: '0.00' },
    });
    expect(await get('/discount-grants?customer=K1')).toMatchObject({
      items: [{ rule: 'YJ', receiptNo: 'SJ2', from: '2026-04-01', to: '2026-06-30', given: '100.00' }],
    });
  });

  it('are taken back with their receipt, and what fits then is given', async () => {
    const reversed = await post('/receipts/SJ2/reversal', { date: '2026-04-20', reason: '录错' });
    expect(reversed.status).toBe(201);
    expect((await charges('period=2026-04'))[0]).toMatchObject({ reduced: '0.00', applied: '0.00', open: '1000.00' });
    expect(await get('/discount-grants')).toMatchObject({ items: [] });
    const given = await give('2026-04', '2026-04-20', 'april');
    expect(given).toMatchObject({ body: { given: { count: 1, amount: '50.00' }, awaiting: [{ amount: '177.00' }] } });
    expect(await give('2026-04', '2026-04-20', 'april')).toMatchObject({ body: { given: { count: 1 } } });
    expect(await give('2026-05', '2026-04-20', 'april')).toMatchObject({ status: 422 });
  });

  it('of what was paid become a prepayment', async () => {
    const staff = { ...STAFF, rule: 'ZS', group: undefined, name: '减二十', percentOff: undefined, amountOff: '20.00' };
    await post('/receipts', {
      ...{ receiptNo: 'SJ3', customer: 'K1', date: '2026-04-21' },
      tenders: [{ method: '现金', amount: '1925.81' }],
    });
    expect((await charges('period=2026-04'))[0]).toMatchObject({ open: '0.00' });
    expect((await post('/discount-rules', { ...staff, stacks: true })).status).toBe(201);
    expect((await give('2026-04', '2026-04-22')).body['given']).toMatchObject({ count: 1, amount: '20.00' });
    expect((await charges('period=2026-04'))[0]).toMatchObject({ received: '930.00', reduced: '70.00', open: '0.00' });
    expect((await get('/prepayments?customer=K1'))['items']).toMatchObject([{ balance: '20.00' }]);
  });

  it('go with their run when it is reversed as a whole', async () => {
    const { run } = await billing.runBills('YT01', '2026-05');
    const of = async (): Promise<Item[]> => charges('period=2026-05');
    expect(await of()).toMatchObject([{ reduced: '70.00', applied: '20.00' }, { reduced: '0.00' }]);
    expect((await post(`/bill-runs/${String(run)}/reversal`, {})).status).toBe(202);
    expect(await billing.endOf('YT01', String(run))).toMatchObject({ state: 'reversed', failure: null });
    expect((await of()).map(({ reversedBy }) => typeof reversedBy)).toEqual(['number', 'number']);
    expect((await get('/prepayments?customer=K1'))['items']).toMatchObject([{ balance: '20.00' }]);
  });

  it('are for those who settle, and their rules for those who set up', async () => {
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    const body = { period: '2026-04', date: '2026-04-22' };
    expect((await cashier('POST', '/projects/YT01/discounts', body)).status).toBe(403);
    expect((await cashier('POST', '/projects/YT01/discount-rules', { rule: 'Z', ...AUTUMN })).status).toBe(403);
    expect((await cashier('POST', '/discount-rules', { rule: 'Z', ...AUTUMN })).status).toBe(403);
    expect((await post('/discount-rules/QJ/withdrawal')).status).toBe(201);
    expect(await post('/discount-rules/QJ/withdrawal')).toMatchObject({ status: 422 });
  });

  it('leave the same open state as their events do', async () => {
    expect(await openStateIn(billing.pool, 'YT01')).toEqual(
      openStateOf(replayed('YT01', await billing.verifiedEvents('YT01'))),
    );
  });
});
