import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('a late entry', () => {
  let billing: RunningBilling;
  const at: Record<string, string> = {};
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    const made = async (name: string, path: string, body: object): Promise<void> => {
      const answer = await post(path, body);
      if (answer.status !== 201) throw new Error(`${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
      at[name] = String(answer.body['position']);
    };
    const entry = { amount: '1.00', date: DATE };
    const reason = { reason: '-' };
    await made('charge', '/charges', chargeBy('R1', 'K1', '85.00'));
    await made('mistake', '/charges', chargeBy('R2', 'K2', '85.00'));
    await made('write-off', `/charges/${at['charge']}/write-offs`, { ...entry, ...reason });
    await made('other write-off', `/charges/${at['charge']}/write-offs`, { ...entry, ...reason });
    await made('recovery', `/write-offs/${at['write-off']}/recoveries`, { ...entry, amount: '0.50', method: '现金' });
    await made('waiver', `/charges/${at['charge']}/waivers`, { ...entry, ...reason });
    await made('discount', `/charges/${at['charge']}/discounts`, { ...entry, ...reason });
    await made('receipt', '/receipts', receipt('SJ1'));
    await made('deposit', '/deposits', deposit('YJ1'));
    await made('other deposit', '/deposits', deposit('YJ2'));
    await made('refund', '/deposits/YJ1/refunds', { ...entry, method: '现金' });
    if ((await post('/periods/2026-03/close')).status !== 201) throw new Error('not closed');
  });
  afterAll(() => billing.close());

  const DATE = '2026-03-20';
  const receipt = (receiptNo: string): object => ({
    ...{ receiptNo, date: DATE, customer: 'K1' },
    tenders: [{ method: '现金', amount: '5.00' }],
  });
  const deposit = (receiptNo: string): object => ({
    ...{ receiptNo, resource: 'R1', customer: 'K1', kind: '装修押金', method: '现金', date: DATE, amount: '9.00' },
  });
  const post = (path: string, body?: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const entry = { amount: '1.00', date: DATE };
  const reversal = { date: DATE, reason: '-' };

  it.each<[string, () => string, object]>([
    ['a charge by hand', () => '/charges', { ...chargeBy('R1', 'K1', '1.00'), date: DATE }],
    ['a receipt', () => '/receipts', receipt('SJ2')],
    ['a deposit', () => '/deposits', deposit('YJ3')],
    ['a refund of a deposit', () => '/deposits/YJ1/refunds', { ...entry, method: '现金' }],
    ['a write-off', () => `/charges/${at['charge']}/write-offs`, { ...entry, reason: '-' }],
    ['a waiver', () => `/charges/${at['charge']}/waivers`, { ...entry, reason: '-' }],
    ['a discount', () => `/charges/${at['charge']}/discounts`, { ...entry, reason: '-' }],
    ['a recovery', () => `/write-offs/${at['write-off']}/recoveries`, { amount: '0.10', date: DATE, method: '现金' }],
    [
      'the reversal of a recovery',
      () => `/write-offs/${at['write-off']}/recoveries/${at['recovery']}/reversal`,
      reversal,
    ],
    ['the reversal of a write-off', () => `/write-offs/${at['other write-off']}/reversal`, reversal],
    ['the reversal of a waiver', () => `/waivers/${at['waiver']}/reversal`, reversal],
    ['the reversal of a discount', () => `/discounts/${at['discount']}/reversal`, reversal],
    ['the reversal of a charge', () => `/charges/${at['mistake']}/reversal`, reversal],
    ['the reversal of a receipt', () => '/receipts/SJ1/reversal', reversal],
    ['the reversal of a refund', () => `/deposits/YJ1/refunds/${at['refund']}/reversal`, reversal],
    ['the reversal of a deposit', () => '/deposits/YJ2/reversal', reversal],
  ])('(%s) is refused, or keeps its date in the first open period, as the caller asks', async (_, path, body) => {
    expect(await post(path(), body)).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:period-closed' },
    });
    expect(await post(path(), { ...body, posting: 'first-open' })).toMatchObject({ status: 201 });
    const { rows } = await billing.pool.query<{ date: string; period: string }>(
      `select effective_date::text as date, accounting_period as period from event
        where book = 'YT01' order by position desc limit 1`,
    );
    expect(rows).toEqual([{ date: DATE, period: '2026-04' }]);
  });
});
