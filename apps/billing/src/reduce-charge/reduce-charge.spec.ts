import { freshDatabase } from '@propledger/testkit';
import { openStateIn, openStateOf, replayed } from '../spec-support/replayed';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('waivers and discounts', () => {
  let billing: RunningBilling;
  let charge: string;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    charge = String((await post('/charges', chargeBy('R1', 'K1', '85.00'))).body['position']);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const chargeNow = async (): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01/charges/${charge}`)).body;
  const give = (kind: 'waivers' | 'discounts', amount: string, change: object = {}, key?: string): Promise<Answer> =>
    post(`/charges/${charge}/${kind}`, { amount, date: '2026-03-31', reason: '王五 漏水', ...change }, key);
  const reversal = { date: '2026-03-31', reason: '多减了' };
  let waiver: string;
  let discount: string;

  it('take from what is open, each under its own name', async () => {
    const first = await give('waivers', '5.00', {}, 'waive-once');
    expect(first.status).toBe(201);
    expect(await give('waivers', '5.00', {}, 'waive-once')).toEqual(first);
    waiver = String(first.body['position']);
    discount = String((await give('discounts', '30.00')).body['position']);
    expect(await chargeNow()).toMatchObject({
      reduced: '35.00',
      open: '50.00',
      entries: [
        { kind: 'waiver', amount: '5.00' },
        { kind: 'discount', amount: '30.00' },
      ],
    });
  });

  it('leave a salted digest of the reason in the books', async () => {
    const events = await billing.verifiedEvents('YT01');
    expect(JSON.stringify(events)).not.toContain('王五');
    expect(events.filter(({ type }) => type === 'charge.reduced').map(({ body }) => body)).toMatchObject([
      { kind: 'waiver', reasonDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      { kind: 'discount', reasonDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ]);
  });

  it('are reversed once, each as what it was', async () => {
    expect(await post(`/discounts/${waiver}/reversal`, reversal)).toMatchObject({ status: 404 });
    expect((await post(`/waivers/${waiver}/reversal`, reversal)).status).toBe(201);
    expect(await post(`/waivers/${waiver}/reversal`, reversal)).toMatchObject({ status: 409 });
    expect((await post(`/discounts/${discount}/reversal`, reversal)).status).toBe(201);
    expect(await chargeNow()).toMatchObject({ reduced: '0.00', open: '85.00' });
  });

  it.each([
    ['more than is open', '85.01', {}, 422, 'exceeds-open'],
    ['a day before the first period', '1.00', { date: '2026-02-28' }, 422, 'before-first-period'],
    ['nothing', '0.00', {}, 400, 'invalid-input'],
    ['an amount without its reason', '1.00', { reason: undefined }, 400, 'invalid-input'],
  ])('refuse %s', async (_, amount, change, status, code) => {
    expect(await give('waivers', amount, change)).toMatchObject({
      status,
      body: { type: `urn:propledger:problem:${code}` },
    });
  });

  it.each(['waivers', 'discounts'] as const)('(%s) are not dated before their charge', async (kind) => {
    const later = await post('/charges', { ...chargeBy('R2', 'K2', '10.00'), date: '2026-03-15' });
    const body = { amount: '10.00', reason: '-' };
    const path = `/charges/${String(later.body['position'])}/${kind}`;
    expect(await post(path, { ...body, date: '2026-03-14' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:date-before-entry', detail: 'effectiveOn: 2026-03-15' },
    });
    expect((await post(path, { ...body, date: '2026-03-15' })).status).toBe(201);
  });

  it('come late into the first open period', async () => {
    await post('/periods/2026-03/close', undefined);
    expect((await give('discounts', '1.00')).status).toBe(409);
    expect((await give('discounts', '1.00', { posting: 'first-open' })).status).toBe(201);
    expect((await billing.verifiedEvents('YT01')).at(-1)).toMatchObject({
      effectiveDate: '2026-03-31',
      accountingPeriod: '2026-04',
    });
  });

  it('are for those who may settle', async () => {
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    const body = { amount: '1.00', date: '2026-04-01', reason: '-' };
    expect((await cashier('POST', `/projects/YT01/charges/${charge}/waivers`, body)).status).toBe(403);
  });

  it('leave the same open state as their events do', async () => {
    expect(await openStateIn(billing.pool, 'YT01')).toEqual(
      openStateOf(replayed('YT01', await billing.verifiedEvents('YT01'))),
    );
  });
});
