import { decodeAfter } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('collecting a payment', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body;
  const itemsOf = async (path: string): Promise<Record<string, unknown>[]> =>
    (await get(path))['items'] as Record<string, unknown>[];
  let numbers = 0;
  const receipt = (customer: string, amount: string, more: object = {}): Record<string, unknown> => ({
    receiptNo: `SJ${(numbers += 1)}`,
    date: '2026-03-15',
    customer,
    tenders: [{ method: '微信', amount }],
    ...more,
  });

  it('settles the oldest due charge first, and keeps the rest as a prepayment', async () => {
    const march = await post('/charges', chargeBy('R1', 'K1', '85.00'));
    const february = await post('/charges', chargeBy('R1', 'K1', '80.00', '2026-02'));
    const answer = await post('/receipts', receipt('K1', '200.00', { resource: 'R1', remark: '张三 代交' }));
    expect(answer).toMatchObject({
      status: 201,
      body: {
        period: '2026-03',
        amount: '200.00',
        settlements: [
          { charge: february.body['position'], amount: '80.00' },
          { charge: march.body['position'], amount: '85.00' },
        ],
        prepaid: '35.00',
      },
    });
    expect(decodeAfter(String(answer.body['after']))).toEqual({ ledger: { YT01: answer.body['position'] } });
    expect(await itemsOf('/prepayments?customer=K1')).toEqual([{ customer: 'K1', resource: 'R1', balance: '35.00' }]);
    expect(await itemsOf('/charges?customer=K1&open=true')).toEqual([]);
    expect(await get(`/receipts/${String(answer.body['receiptNo'])}`)).toMatchObject({
      remark: '张三 代交',
      settlements: [
        { from: '2026-02-01', amount: '80.00' },
        { from: '2026-03-01', amount: '85.00' },
      ],
    });
    expect(await get(`/charges/${String(march.body['position'])}`)).toMatchObject({
      open: '0.00',
      basis: { method: '手工' },
      entries: [{ kind: 'receipt', amount: '85.00' }],
    });
  });

  it('keeps the remark out of the books', async () => {
    const events = await billing.verifiedEvents('YT01');
    expect(JSON.stringify(events)).not.toContain('张三');
    expect(events.find(({ type }) => type === 'receipt.taken')).toMatchObject({ actor: 'onboarding', source: 'api' });
  });

  it('settles only charges of the resource and item that it names', async () => {
    await post('/charges', chargeBy('R2', 'K2', '10.00', '2026-03', '物业费'));
    const water = await post('/charges', chargeBy('R2', 'K2', '20.00', '2026-03', '水费'));
    expect(await post('/receipts', receipt('K2', '25.00', { resource: 'R2', item: '水费' }))).toMatchObject({
      body: { settlements: [{ charge: water.body['position'], amount: '20.00' }], prepaid: '5.00' },
    });
  });

  it('books a command once, however often it comes, and gives its first answer again', async () => {
    const body = receipt('K1', '1.00');
    const first = await post('/receipts', body, 'once');
    expect(await post('/receipts', body, 'once')).toEqual(first);
    expect(await post('/receipts', { ...body, date: '2026-03-16' }, 'once')).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:idempotency-key-reused' },
    });
  });

  it.each([
    ['a number that stands', { receiptNo: 'SJ1' }, 409, 'receipt-number-taken'],
    ['a customer nobody knows', { customer: 'K404' }, 422, 'unknown-customer'],
    ['a resource nobody knows', { resource: 'R404' }, 422, 'unknown-resource'],
    ['a day before the first period', { date: '2026-02-28' }, 422, 'before-first-period'],
    ['an amount that its tenders do not add up to', { amount: '9.00' }, 422, 'tenders-do-not-add-up'],
  ])('refuses %s', async (_, change, status, code) => {
    const answer = await post('/receipts', { ...receipt('K1', '1.00'), ...change });
    expect(answer).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
  });

  it('books a channel transaction once', async () => {
    const paid = { tenders: [{ method: '微信', amount: '2.00', reference: 'wx-1' }] };
    expect((await post('/receipts', { ...receipt('K1', '2.00'), ...paid })).status).toBe(201);
    expect(await post('/receipts', { ...receipt('K1', '2.00'), ...paid })).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:transaction-taken' },
    });
  });

  it.each([
    ['no tenders', { tenders: [] }, '/body/tenders'],
    [
      'tenders that come to more than can be written',
      { tenders: [0, 1].map(() => ({ method: '微信', amount: '99999999999.99' })) },
      '/body/tenders',
    ],
    ['an amount of zero', { tenders: [{ method: '微信', amount: '0.00' }] }, '/body/tenders/0/amount'],
    ['a day that is none', { date: '2026-02-30' }, '/body/date'],
    ['a null byte', { receiptNo: 'a\u0000' }, '/body/receiptNo'],
    ['a posting it does not know', { posting: 'later' }, '/body/posting'],
  ])('names the faulty field of %s', async (_, change, pointer) => {
    const { status, body } = await post('/receipts', { ...receipt('K1', '1.00'), ...change });
    expect(status).toBe(400);
    expect((body['errors'] as { pointer: string }[]).map((error) => error.pointer)).toContain(pointer);
  });

  it('answers 404 for a project that nobody registered, and leaves no book behind', async () => {
    expect((await billing.call('POST', '/projects/NOPE/receipts', receipt('K1', '1.00'))).status).toBe(404);
    expect((await billing.pool.query(`select 1 from book_head where book = 'NOPE'`)).rowCount).toBe(0);
  });

  it('lists receipts latest first, page by page', async () => {
    const all = (await itemsOf('/receipts?limit=500')).map(({ receiptNo }) => receiptNo);
    const paged: unknown[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await get(`/receipts?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...(page['items'] as { receiptNo: string }[]).map(({ receiptNo }) => receiptNo));
      cursor = page['nextCursor'] as string | null;
    }
    expect(paged).toEqual(all);
    expect((await billing.call('GET', '/projects/YT01/receipts?cursor=x')).status).toBe(400);
  });

  it('lets a cashier collect in his own project only, and not close it', async () => {
    const { neighbours } = billing;
    neighbours.project('YT02');
    const cashier = billing.as(await neighbours.operator('li', 'cashier', { project: 'YT01' }));
    expect(await cashier('POST', '/projects/YT01/receipts', receipt('K1', '3.00'))).toMatchObject({ status: 201 });
    expect(await cashier('POST', '/projects/YT02/receipts', receipt('K1', '3.00'))).toMatchObject({ status: 403 });
    expect(await cashier('POST', '/projects/YT01/periods/2026-03/close')).toMatchObject({ status: 403 });
    expect((await billing.as(null)('GET', '/projects/YT01/receipts')).status).toBe(401);
    expect((await billing.verifiedEvents('YT01')).at(-1)).toMatchObject({ actor: 'li' });
  });
});
