import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('reversing a receipt', () => {
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
  const collect = (receiptNo: string, customer: string, amount: string, date = '2026-03-15'): Promise<Answer> =>
    post('/receipts', {
      receiptNo,
      date,
      customer,
      tenders: [{ method: '现金', amount, reference: `t-${receiptNo}` }],
    });
  const reverse = (receiptNo: string, change: object = {}, key?: string): Promise<Answer> =>
    post(`/receipts/${receiptNo}/reversal`, { date: '2026-03-31', reason: '李四 要求作废', ...change }, key);

  it('opens what it settled and takes its prepayment back', async () => {
    const charge = await post('/charges', chargeBy('R1', 'K1', '85.00'));
    await collect('SJ1', 'K1', '100.00');
    expect((await reverse('SJ1')).status).toBe(201);
    expect(await get(`/charges/${String(charge.body['position'])}`)).toMatchObject({
      open: '85.00',
      received: '0.00',
      entries: [{ receiptNo: 'SJ1', amount: '0.00' }],
    });
    expect(await get('/prepayments')).toMatchObject({ items: [] });
    expect(await get('/receipts/SJ1')).toMatchObject({ reversedBy: expect.any(Number) as number });
    const events = await billing.verifiedEvents('YT01');
    expect(events.at(-1)).toMatchObject({
      type: 'receipt.reversed',
      effectiveDate: '2026-03-31',
      accountingPeriod: '2026-03',
    });
    expect(JSON.stringify(events)).not.toContain('李四');
  });

  it('frees the number and the channel transaction', async () => {
    expect((await collect('SJ1', 'K1', '85.00')).status).toBe(201);
    expect(await get('/receipts/SJ1')).toMatchObject({ amount: '85.00', reversedBy: null });
  });

  it('releases the latest applications first when its prepayment is spent', async () => {
    await collect('SJ2', 'K2', '30.00');
    await post('/charges', chargeBy('R2', 'K2', '20.00'));
    await post('/charges', chargeBy('R2', 'K2', '25.00', '2026-02'));
    const run = await billing.runBills('YT01', '2026-03', '2026-03-20');
    expect(run).toMatchObject({ state: 'done', result: { prepaymentsApplied: { count: 2, amount: '30.00' } } });
    expect(await reverse('SJ2', { date: '2026-03-19' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:date-before-entry', detail: 'effectiveOn: 2026-03-20' },
    });
    expect((await reverse('SJ2')).status).toBe(201);
    expect(await get('/prepayments?customer=K2')).toMatchObject({ items: [] });
    expect(await get('/charges?customer=K2')).toMatchObject({
      items: [
        { applied: '0.00', open: '20.00' },
        { applied: '0.00', open: '25.00' },
      ],
    });
    const released = (await billing.verifiedEvents('YT01')).find(({ type }) => type === 'prepayment.released');
    expect(released).toMatchObject({
      effectiveDate: '2026-03-31',
      body: { releases: [{ amount: '5.00' }, { amount: '25.00' }] },
    });
  });

  it('reverses once; a repeated call is answered as the first', async () => {
    await collect('SJ3', 'K1', '1.00');
    const first = await reverse('SJ3', {}, 'reverse SJ3'.replace(' ', '-'));
    expect(await reverse('SJ3', {}, 'reverse-SJ3')).toEqual(first);
    expect(await reverse('SJ3')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:already-reversed' },
    });
  });

  it.each([
    ['a number that was never taken', 'SJ404', {}, 404, 'unknown-receipt'],
    ['a day before the receipt', 'SJ1', { date: '2026-03-14' }, 422, 'date-before-entry'],
  ])('refuses %s', async (_, receiptNo, change, status, code) => {
    expect(await reverse(receiptNo, change)).toMatchObject({
      status,
      body: { type: `urn:propledger:problem:${code}` },
    });
  });
});
