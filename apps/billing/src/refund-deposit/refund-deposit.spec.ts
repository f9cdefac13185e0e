import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject } from '../spec-support/small-project';

describe('deposits', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body;
  const deposit = (receiptNo: string, change: object = {}): Promise<Answer> =>
    post('/deposits', {
      receiptNo,
      date: '2026-03-10',
      resource: 'R1',
      customer: 'K1',
      kind: '装修押金',
      amount: '3000.00',
      method: '现金',
      ...change,
    });
  const refund = (receiptNo: string, amount: string, date = '2026-03-20'): Promise<Answer> =>
    post(`/deposits/${receiptNo}/refunds`, { amount, date, method: '银行转账' });

  it('keeps what is received until it is refunded, in parts', async () => {
    expect((await deposit('YJ1')).status).toBe(201);
    expect((await refund('YJ1', '1000.00')).status).toBe(201);
    expect(await get('/deposits/YJ1')).toMatchObject({
      amount: '3000.00',
      refunded: '1000.00',
      held: '2000.00',
      refunds: [{ amount: '1000.00', method: '银行转账' }],
    });
    expect(await refund('YJ1', '2000.01')).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:exceeds-deposit' },
    });
    expect((await refund('YJ1', '2000.00')).status).toBe(201);
    expect(await get('/deposits?held=true')).toMatchObject({ items: [] });
  });

  it('shares no numbers with receipts, and none with a deposit that stands', async () => {
    await deposit('N1');
    const receipt = {
      receiptNo: 'N1',
      date: '2026-03-10',
      customer: 'K1',
      tenders: [{ method: '现金', amount: '1.00' }],
    };
    expect((await post('/receipts', receipt)).status).toBe(201);
    expect(await deposit('N1')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:receipt-number-taken' },
    });
  });

  it('reverses a refund, then the deposit', async () => {
    await deposit('YJ2');
    const refunded = await refund('YJ2', '500.00');
    const reversal = { date: '2026-03-31', reason: '记错' };
    expect(await post('/deposits/YJ2/reversal', reversal)).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:deposit-is-refunded' },
    });
    expect((await post(`/deposits/YJ2/refunds/${String(refunded.body['position'])}/reversal`, reversal)).status).toBe(
      201,
    );
    expect((await post('/deposits/YJ2/reversal', reversal)).status).toBe(201);
    expect((await deposit('YJ2', { amount: '1.00' })).status).toBe(201);
    expect(await get('/deposits/YJ2')).toMatchObject({ amount: '1.00', held: '1.00', refunds: [] });
    await billing.verifiedEvents('YT01');
  });

  it.each([
    ['a customer nobody knows', { customer: 'K404' }, 422, 'unknown-customer'],
    ['a resource nobody knows', { resource: 'R404' }, 422, 'unknown-resource'],
    ['a day before the first period', { date: '2026-02-28' }, 422, 'before-first-period'],
  ])('refuses a deposit of %s', async (_, change, status, code) => {
    expect(await deposit('YJ9', change)).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
  });

  it('refunds, and takes back as never received, only what was held on every day since', async () => {
    // 3000.00 held from 03-10; refunded on 03-12, which is undone on 03-25: nothing was held from 03-12 to 03-24.
    await deposit('YJ4');
    const early = await refund('YJ4', '3000.00', '2026-03-12');
    const undone = { date: '2026-03-25', reason: '记错' };
    expect((await post(`/deposits/YJ4/refunds/${String(early.body['position'])}/reversal`, undone)).status).toBe(201);
    const refused = {
      status: 422,
      body: { type: 'urn:propledger:problem:date-before-entry', detail: 'effectiveOn: 2026-03-25' },
    };
    expect(await refund('YJ4', '0.01', '2026-03-11')).toMatchObject(refused);
    expect(await refund('YJ4', '0.01', '2026-03-24')).toMatchObject(refused);
    const forfeited = { amount: '0.01', date: '2026-03-24', reason: '-' };
    expect(await post('/deposits/YJ4/forfeitures', forfeited)).toMatchObject(refused);
    expect(await post('/deposits/YJ4/reversal', { date: '2026-03-24', reason: '-' })).toMatchObject(refused);
    // 1000.00 forfeited on 03-25, undone on 03-28: 2000.00 was always there.
    const taken = await post('/deposits/YJ4/forfeitures', { ...forfeited, amount: '1000.00', date: '2026-03-25' });
    const path = `/deposits/YJ4/forfeitures/${String(taken.body['position'])}/reversal`;
    expect((await post(path, { date: '2026-03-28', reason: '-' })).status).toBe(201);
    expect(await refund('YJ4', '2000.01', '2026-03-26')).toMatchObject({
      ...refused,
      body: { ...refused.body, detail: 'effectiveOn: 2026-03-28' },
    });
    expect((await refund('YJ4', '2000.00', '2026-03-26')).status).toBe(201);
    expect(await get('/deposits/YJ4')).toMatchObject({ held: '1000.00' });
  });

  it('refuses to refund what is not there, or before it was received', async () => {
    expect((await refund('YJ404', '1.00')).status).toBe(404);
    await deposit('YJ3');
    expect(await refund('YJ3', '1.00', '2026-03-09')).toMatchObject({ status: 422 });
  });
});
