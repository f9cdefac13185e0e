import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { openStateIn, openStateOf, replayed } from '../spec-support/replayed';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('giving back what a receipt settled', () => {
  let billing: RunningBilling;
  let one: number;
  let other: number;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    one = Number((await post('/charges', chargeBy('R1', 'K1', '85.00'))).body['position']);
    other = Number((await post('/charges', chargeBy('R1', 'K1', '40.00', '2026-04'))).body['position']);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body;
  const collect = (receiptNo: string, amount: string): Promise<Answer> =>
    post('/receipts', {
      receiptNo,
      date: '2026-03-15',
      customer: 'K1',
      tenders: [{ method: '现金', amount, reference: `t-${receiptNo}` }],
    });
  const release = (receiptNo: string, change: object = {}, key?: string): Promise<Answer> =>
    post(`/receipts/${receiptNo}/releases`, { date: '2026-03-20', reason: '王五 记错', ...change }, key);
  const problem = (code: string): object => ({ body: { type: `urn:propledger:problem:${code}` } });

  it('opens the charge, and the money settles what the cashier names', async () => {
    await collect('SJ1', '85.00');
    const released = await release('SJ1', { charges: [{ charge: one, amount: '50.00' }] }, 'give-back');
    expect(released.status).toBe(201);
    expect(await release('SJ1', { charges: [{ charge: one, amount: '50.00' }] }, 'give-back')).toEqual(released);
    expect(await get(`/charges/${one}`)).toMatchObject({ received: '35.00', open: '50.00' });
    expect(await get('/prepayments')).toMatchObject({ items: [{ customer: 'K1', resource: null, balance: '50.00' }] });

    const allocation = { customer: 'K1', charges: [{ charge: other, amount: '40.00' }], date: '2026-03-21' };
    const allocated = await post('/prepayments/applications', allocation);
    expect(allocated.status).toBe(201);
    expect(await get(`/charges/${other}`)).toMatchObject({
      applied: '40.00',
      open: '0.00',
      entries: [{ kind: 'application', position: allocated.body['position'], amount: '40.00' }],
    });
    expect(await get('/receipts/SJ1')).toMatchObject({
      amount: '85.00',
      prepaid: '50.00',
      settlements: [{ charge: one, amount: '35.00' }],
      entries: [{ kind: 'release', amount: '50.00', date: '2026-03-20', method: null, reversedBy: null }],
    });
  });

  it('takes an allocation back, in part', async () => {
    const { entries } = (await get(`/charges/${other}`)) as { entries: { position: number }[] };
    const path = `/prepayments/applications/${entries[0]?.position}/release`;
    const part = { charges: [{ charge: other, amount: '15.00' }], date: '2026-03-22', reason: '多冲' };
    expect((await post(path, part)).status).toBe(201);
    expect(await get(`/charges/${other}`)).toMatchObject({ applied: '25.00', open: '15.00' });
    expect(await post(path, { ...part, charges: [{ charge: other, amount: '25.01' }] })).toMatchObject({
      status: 422,
      ...problem('exceeds-settled'),
    });
    expect(await post(path, { ...part, date: '2026-03-20' })).toMatchObject({ status: 422 });
    expect(await post(`/prepayments/applications/${one}/release`, part)).toMatchObject({ status: 404 });
  });

  it('has a reversal of the receipt give back what still stands, and no more', async () => {
    expect((await post('/receipts/SJ1/reversal', { date: '2026-03-31', reason: '作废' })).status).toBe(201);
    expect(await get('/charges?customer=K1')).toMatchObject({
      items: [
        { received: '0.00', applied: '0.00', open: '85.00' },
        { received: '0.00', applied: '0.00', open: '40.00' },
      ],
    });
    expect(await get('/prepayments')).toMatchObject({ items: [] });
    expect((await collect('SJ1', '1.00')).status).toBe(201);
    expect(await get('/receipts/SJ1')).toMatchObject({ entries: [] });
  });

  it('reverses a release while its money is there', async () => {
    await collect('SJ2', '84.00');
    const { position } = (await release('SJ2')).body;
    const reversal = { date: '2026-03-25', reason: '不该释放' };
    const path = `/receipts/SJ2/releases/${String(position)}/reversal`;
    expect(await post(path.replace('SJ2', 'SJ1'), reversal)).toMatchObject({
      status: 404,
      ...problem('unknown-entry'),
    });
    await post('/prepayments/applications', {
      customer: 'K1',
      charges: [{ charge: other, amount: '10.00' }],
      date: '2026-03-21',
    });
    expect(await post(path, reversal)).toMatchObject({ status: 409, ...problem('prepayment-is-spent') });
    const { entries } = (await get(`/charges/${other}`)) as { entries: { position: number; amount: string }[] };
    const spent = entries.find(({ amount }) => amount === '10.00');
    await post(`/prepayments/applications/${spent?.position}/release`, { date: '2026-03-22', reason: '-' });
    expect((await post(path, reversal)).status).toBe(201);
    expect(await get('/receipts/SJ2')).toMatchObject({
      prepaid: '0.00',
      settlements: [{ charge: one, amount: '84.00' }],
      entries: [{ position, reversedBy: expect.any(Number) as number }],
    });
    expect(await post(path, reversal)).toMatchObject({ status: 409, ...problem('already-reversed') });
  });

  it.each([
    ['a receipt that is not there', 'SJ404', {}, 404, 'unknown-receipt'],
    [
      'more than it settles',
      'SJ2',
      { charges: [{ charge: 2, amount: '999.00' }], date: '2026-03-31' },
      422,
      'exceeds-settled',
    ],
    ['a day before the receipt', 'SJ2', { date: '2026-03-14' }, 422, 'date-before-entry'],
  ])('refuses %s', async (_, receiptNo, change, status, code) => {
    expect(await release(receiptNo, change)).toMatchObject({ status, ...problem(code) });
  });

  it.each([
    ['a charge of another customer', { customer: 'K2' }, 422, 'unknown-charge'],
    ['money that is tied to another resource', { resource: 'R2' }, 422, 'prepayment-is-tied'],
    ['more than is prepaid', {}, 422, 'exceeds-prepayment'],
  ])('does not allocate %s', async (_, change, status, code) => {
    const allocation = { customer: 'K1', charges: [{ charge: other, amount: '1.00' }], date: '2026-03-21', ...change };
    expect(await post('/prepayments/applications', allocation)).toMatchObject({ status, ...problem(code) });
  });

  it('leaves tables that are a fold of the book, and no reason in it', async () => {
    const events = await billing.verifiedEvents('YT01');
    expect(JSON.stringify(events)).not.toContain('王五');
    expect(await openStateIn(billing.pool, 'YT01')).toEqual(openStateOf(replayed('YT01', events)));
  });
});
