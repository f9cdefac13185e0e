import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('recovering what was written off', () => {
  let billing: RunningBilling;
  let charge: string;
  let writeOff: string;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    charge = String((await post('/charges', chargeBy('R1', 'K1', '85.00'))).body['position']);
    const written = { amount: '60.00', date: '2026-03-20', reason: '失联' };
    writeOff = String((await post(`/charges/${charge}/write-offs`, written)).body['position']);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const recover = (amount: string, change: object = {}, key?: string): Promise<Answer> =>
    post(`/write-offs/${writeOff}/recoveries`, { amount, date: '2026-03-31', method: '现金', ...change }, key);
  const writeOffNow = async (): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01/write-offs/${writeOff}`)).body;

  it('takes money in parts, and opens nothing again', async () => {
    const first = await recover('25.00', {}, 'recover-once');
    expect(first.status).toBe(201);
    expect(await recover('25.00', {}, 'recover-once')).toEqual(first);
    expect((await recover('10.00', { method: '微信' })).status).toBe(201);
    expect(await writeOffNow()).toMatchObject({
      charge: Number(charge),
      amount: '60.00',
      recovered: '35.00',
      recoveries: [
        { amount: '25.00', method: '现金', reversedBy: null },
        { amount: '10.00', method: '微信', reversedBy: null },
      ],
    });
    expect(await billing.call('GET', `/projects/YT01/charges/${charge}`)).toMatchObject({
      body: { writtenOff: '60.00', open: '25.00' },
    });
  });

  it('keeps the write-off from being reversed, until the recoveries are', async () => {
    const reversal = { date: '2026-03-31', reason: '记错' };
    const reverseWriteOff = (): Promise<Answer> => post(`/write-offs/${writeOff}/reversal`, reversal);
    expect(await reverseWriteOff()).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:write-off-is-recovered' },
    });
    const { recoveries } = (await writeOffNow()) as { recoveries: { position: number }[] };
    for (const { position } of recoveries) {
      expect((await post(`/write-offs/${writeOff}/recoveries/${position}/reversal`, reversal)).status).toBe(201);
      expect((await post(`/write-offs/${writeOff}/recoveries/${position}/reversal`, reversal)).status).toBe(409);
      expect((await post(`/write-offs/${charge}/recoveries/${position}/reversal`, reversal)).status).toBe(404);
    }
    expect(await writeOffNow()).toMatchObject({ recovered: '0.00' });
    expect((await reverseWriteOff()).status).toBe(201);
    expect(await recover('1.00')).toMatchObject({ status: 409 });
  });

  it.each([
    ['more than was written off', { amount: '60.01' }, 422, 'exceeds-written-off'],
    ['a day before the write-off', { date: '2026-03-19' }, 422, 'date-before-entry'],
    ['money without a channel', { method: '' }, 400, 'invalid-input'],
  ])('refuses %s', async (_, change, status, code) => {
    const written = { amount: '60.00', date: '2026-03-20', reason: '失联' };
    writeOff = String((await post(`/charges/${charge}/write-offs`, written)).body['position']);
    expect(await recover('1.00', change)).toMatchObject({
      status,
      body: { type: `urn:propledger:problem:${code}` },
    });
    await post(`/write-offs/${writeOff}/reversal`, { date: '2026-03-31', reason: '-' });
  });

  it('refuses what is no write-off', async () => {
    writeOff = charge;
    expect(await recover('1.00')).toMatchObject({ status: 404 });
    expect((await billing.call('GET', `/projects/YT01/write-offs/${charge}`)).status).toBe(404);
  });
});
