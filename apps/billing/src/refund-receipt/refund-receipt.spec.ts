import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { openStateIn, openStateOf, replayed } from '../spec-support/replayed';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('paying money of a receipt back', () => {
  let billing: RunningBilling;
  let charge: number;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    charge = Number((await post('/charges', chargeBy('R1', 'K1', '85.00'))).body['position']);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body;
  const collect = (receiptNo: string, amount: string): Promise<Answer> =>
    post('/receipts', { receiptNo, date: '2026-03-15', customer: 'K1', tenders: [{ method: '现金', amount }] });
  const refund = (receiptNo: string, amount: string, change: object = {}): Promise<Answer> =>
    post(`/receipts/${receiptNo}/refunds`, {
      amount,
      date: '2026-03-20',
      method: '银行转账',
      reason: '王五 重复缴费',
      ...change,
    });
  const problem = (code: string): object => ({ body: { type: `urn:propledger:problem:${code}` } });

  it('takes from what it prepaid first, then gives back what it settled', async () => {
    await collect('SJ1', '100.00');
    expect((await refund('SJ1', '10.00')).status).toBe(201);
    expect(await get('/receipts/SJ1')).toMatchObject({
      prepaid: '5.00',
      refunded: '10.00',
      settlements: [{ charge, amount: '85.00' }],
    });
    const second = await refund('SJ1', '25.00');
    expect(await get('/receipts/SJ1')).toMatchObject({
      prepaid: '0.00',
      refunded: '35.00',
      settlements: [{ charge, amount: '65.00' }],
      entries: [
        { kind: 'refund', amount: '10.00', method: '银行转账' },
        { kind: 'release', amount: '20.00', method: null },
        { kind: 'refund', position: second.body['position'], amount: '25.00' },
      ],
    });
    expect(await get(`/charges/${charge}`)).toMatchObject({ received: '65.00', open: '20.00' });
  });

  it.each([
    ['more than is left of it', 'SJ1', '65.01', {}, 422, 'exceeds-receipt'],
    ['a day before the last refund', 'SJ1', '1.00', { date: '2026-03-19' }, 422, 'date-before-entry'],
    ['a receipt that is not there', 'SJ404', '1.00', {}, 404, 'unknown-receipt'],
  ])('refuses %s', async (_, receiptNo, amount, change, status, code) => {
    expect(await refund(receiptNo, amount, change)).toMatchObject({ status, ...problem(code) });
  });

  it('has to be reversed before the receipt is; the money is a prepayment then', async () => {
    const reversal = { date: '2026-03-31', reason: '-' };
    expect(await post('/receipts/SJ1/reversal', reversal)).toMatchObject({
      status: 409,
      ...problem('receipt-is-refunded'),
    });
    const { entries } = (await get('/receipts/SJ1')) as { entries: { kind: string; position: number }[] };
    for (const { kind, position } of entries)
      if (kind === 'refund')
        expect((await post(`/receipts/SJ1/refunds/${position}/reversal`, reversal)).status).toBe(201);
    expect(await get('/prepayments')).toMatchObject({ items: [{ balance: '35.00' }] });
    expect((await post('/receipts/SJ1/reversal', reversal)).status).toBe(201);
    expect(await get(`/charges/${charge}`)).toMatchObject({ open: '85.00' });
    expect(await get('/prepayments')).toMatchObject({ items: [] });
  });

  it('pays a prepayment back, never more than there is, and can take that back', async () => {
    await post('/receipts', {
      receiptNo: 'SJ2',
      date: '2026-03-15',
      customer: 'K2',
      resource: 'R2',
      tenders: [{ method: '现金', amount: '30.00' }],
    });
    const body = { customer: 'K2', resource: 'R2', date: '2026-03-20', method: '现金', reason: '搬走' };
    const paid = await post('/prepayments/refunds', { ...body, amount: '20.00' });
    expect(paid.status).toBe(201);
    expect(await post('/prepayments/refunds', { ...body, amount: '10.01' })).toMatchObject({
      status: 422,
      ...problem('exceeds-prepayment'),
    });
    expect(await post('/receipts/SJ2/reversal', { date: '2026-03-31', reason: '-' })).toMatchObject({
      status: 409,
      ...problem('prepayment-is-refunded'),
    });
    expect(await get('/prepayments/refunds?customer=K2')).toMatchObject({
      items: [{ position: paid.body['position'], resource: 'R2', amount: '20.00', method: '现金', reversedBy: null }],
    });
    const path = `/prepayments/refunds/${String(paid.body['position'])}/reversal`;
    expect((await post(path, { date: '2026-03-31', reason: '-' })).status).toBe(201);
    expect(await post(path, { date: '2026-03-31', reason: '-' })).toMatchObject({ status: 409 });
    expect(await get('/prepayments?customer=K2')).toMatchObject({ items: [{ balance: '30.00' }] });
  });

  it('takes money out of no charge before the day on which it was applied to it', async () => {
    // SJ2 prepaid 30.00, all of it there since 03-31; 20.00 of it is applied on 04-02.
    const owed = await post('/charges', chargeBy('R2', 'K2', '20.00'));
    const charges = [{ charge: Number(owed.body['position']), amount: '20.00' }];
    const applied = { customer: 'K2', resource: 'R2', charges, date: '2026-04-02' };
    expect((await post('/prepayments/applications', applied)).status).toBe(201);
    expect(await refund('SJ2', '30.00', { date: '2026-04-01' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:date-before-entry', detail: 'effectiveOn: 2026-04-02' },
    });
    expect((await refund('SJ2', '10.00', { date: '2026-04-02' })).status).toBe(201);
    expect((await refund('SJ2', '20.00', { date: '2026-04-02' })).status).toBe(201);
    expect(await get(`/charges/${String(owed.body['position'])}`)).toMatchObject({ applied: '0.00', open: '20.00' });
  });

  it('is for those who may settle: not for a cashier', async () => {
    const cashier = await billing.neighbours.operator('C1', 'cashier', { project: 'YT01' });
    const ask = (path: string, body: object): Promise<Answer> =>
      billing.as(cashier)('POST', `/projects/YT01${path}`, body);
    const money = { amount: '1.00', date: '2026-03-20', method: '现金', reason: '-' };
    expect(await ask('/receipts/SJ2/refunds', money)).toMatchObject({ status: 403 });
    expect(await ask('/prepayments/refunds', { customer: 'K2', ...money })).toMatchObject({ status: 403 });
    expect(await ask('/receipts/SJ404/releases', { date: '2026-03-20', reason: '-' })).toMatchObject({ status: 404 });
  });

  it('leaves tables that are a fold of the book', async () => {
    const events = await billing.verifiedEvents('YT01');
    expect(JSON.stringify(events)).not.toContain('王五');
    expect(await openStateIn(billing.pool, 'YT01')).toEqual(openStateOf(replayed('YT01', events)));
  });
});
