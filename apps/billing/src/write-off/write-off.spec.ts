import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('writing off', () => {
  let billing: RunningBilling;
  let charge: string;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    charge = String((await post('/charges', chargeBy('R1', 'K1', '85.00'))).body['position']);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const chargeNow = async (): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01/charges/${charge}`)).body;
  const writeOff = (amount: string, change: object = {}): Promise<Answer> =>
    post(`/charges/${charge}/write-offs`, { amount, date: '2026-03-31', reason: '王五 失联', ...change });
  const key = { resource: 'R1', customer: 'K1', item: '物业费', from: '2026-03-01', to: '2026-03-28' };

  it('writes off a part, and the rest by what the charge is known by', async () => {
    expect((await writeOff('5.00')).status).toBe(201);
    expect(await chargeNow()).toMatchObject({ writtenOff: '5.00', open: '80.00' });
    const rest = await post('/write-offs', { ...key, amount: '80.00', date: '2026-03-31', reason: '坏账' });
    expect(rest.status).toBe(201);
    expect(await chargeNow()).toMatchObject({ writtenOff: '85.00', open: '0.00' });
  });

  it('keeps a salted digest of the reason in the books, and the reason beside them', async () => {
    const events = await billing.verifiedEvents('YT01');
    expect(JSON.stringify(events)).not.toContain('王五');
    const written = events.find(({ type }) => type === 'charge.written-off');
    expect(written?.body).toMatchObject({ reasonDigest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    const { rows } = await billing.pool.query<{ text: string }>(
      'select text from note where book = $1 and position = $2',
      ['YT01', written?.position],
    );
    expect(rows).toEqual([{ text: '王五 失联' }]);
  });

  it('reverses a write-off once', async () => {
    const { position } = (await billing.verifiedEvents('YT01')).find(({ type }) => type === 'charge.written-off') ?? {};
    const reversal = { date: '2026-03-31', reason: '找到了' };
    expect((await post(`/write-offs/${position}/reversal`, reversal)).status).toBe(201);
    expect(await chargeNow()).toMatchObject({ writtenOff: '80.00', open: '5.00' });
    expect(await post(`/write-offs/${position}/reversal`, reversal)).toMatchObject({ status: 409 });
    expect(await post(`/write-offs/${charge}/reversal`, reversal)).toMatchObject({ status: 404 });
  });

  it.each([
    ['more than is open', '5.01', {}, 422, 'exceeds-open'],
    ['a day before the first period', '1.00', { date: '2026-02-28' }, 422, 'before-first-period'],
  ])('refuses %s', async (_, amount, change, status, code) => {
    expect(await writeOff(amount, change)).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
  });

  it('refuses a charge that is not there, by number and by key', async () => {
    const body = { amount: '1.00', date: '2026-03-31', reason: '-' };
    expect(await post('/charges/999/write-offs', body)).toMatchObject({ status: 422 });
    expect(await post('/write-offs', { ...key, item: '水费', ...body })).toMatchObject({ status: 422 });
  });

  it('refuses a day before the charge, by number and by key', async () => {
    const later = await post('/charges', { ...chargeBy('R2', 'K2', '10.00', '2026-01'), date: '2026-03-15' });
    const body = { amount: '10.00', date: '2026-03-14', reason: '-' };
    const refused = {
      status: 422,
      body: { type: 'urn:propledger:problem:date-before-entry', detail: 'effectiveOn: 2026-03-15' },
    };
    const path = `/charges/${String(later.body['position'])}`;
    expect(await post(`${path}/write-offs`, body)).toMatchObject(refused);
    const ofLater = { ...key, resource: 'R2', customer: 'K2', from: '2026-01-01', to: '2026-01-28' };
    expect(await post('/write-offs', { ...ofLater, ...body })).toMatchObject(refused);
    expect((await post(`${path}/reversal`, { date: '2026-03-31', reason: '-' })).status).toBe(201);
  });

  it('reverses a charge only while nothing settles it', async () => {
    const reversal = { date: '2026-03-31', reason: '开错' };
    expect(await post(`/charges/${charge}/reversal`, reversal)).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:charge-is-settled' },
    });
    const wrong = await post('/charges', chargeBy('R2', 'K2', '1.00'));
    const path = `/charges/${String(wrong.body['position'])}/reversal`;
    expect((await post(path, reversal)).status).toBe(201);
    expect(await post(path, reversal)).toMatchObject({ status: 409 });
    expect(await billing.call('GET', '/projects/YT01/charges?customer=K2')).toMatchObject({
      body: { items: [{}, { open: '0.00', reversedBy: expect.any(Number) as number }] },
    });
  });
});
