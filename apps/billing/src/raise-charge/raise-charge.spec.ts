import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('a charge by hand', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const raise = (change: object): Promise<Answer> => post('/charges', { ...chargeBy('R1', 'K1', '106.00'), ...change });
  const lastBody = async (): Promise<unknown> => (await billing.verifiedEvents('YT01')).at(-1)?.body;

  it('includes its tax, which is booked apart and goes back with it', async () => {
    const { position } = (await raise({ taxRate: '0.06' })).body;
    expect(await lastBody()).toMatchObject({
      net: '100.00',
      taxRate: '0.06',
      tax: '6.00',
      lines: [
        { account: 'receivable', amount: '106.00' },
        { account: 'income', amount: '-100.00' },
        { account: 'output-tax', amount: '-6.00' },
      ],
    });
    expect(await billing.call('GET', `/projects/YT01/charges/${String(position)}`)).toMatchObject({
      body: { amount: '106.00', tax: '6.00', forOthers: false, open: '106.00' },
    });
    const reversal = { date: '2026-03-31', reason: '开错' };
    expect((await post(`/charges/${String(position)}/reversal`, reversal)).status).toBe(201);
    expect(await lastBody()).toMatchObject({
      lines: [
        { amount: '-106.00' },
        { account: 'income', amount: '100.00' },
        { account: 'output-tax', amount: '6.00' },
      ],
    });
  });

  it('for others is owed to them, and goes back as that', async () => {
    const { position } = (await raise({ forOthers: true, item: '水费' })).body;
    expect(await lastBody()).toMatchObject({ lines: [{}, { account: 'agency-payable', amount: '-106.00' }] });
    await post(`/charges/${String(position)}/reversal`, { date: '2026-03-31', reason: '开错' });
    expect(await lastBody()).toMatchObject({ lines: [{}, { account: 'agency-payable', amount: '106.00' }] });
  });

  it.each([
    ['a rate of one or more', { taxRate: '1' }, 422, 'tax-rate-out-of-range'],
    ['tax on what is collected for others', { taxRate: '0.06', forOthers: true }, 422, 'agency-bears-no-tax'],
    ['a rate that is no decimal', { taxRate: '6%' }, 400, 'invalid-input'],
    ['a resource that nobody knows', { resource: 'R9' }, 422, 'unknown-resource'],
  ])('refuses %s', async (_, change, status, code) => {
    expect(await raise(change)).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
  });
});
