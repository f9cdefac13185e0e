import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { openStateIn, openStateOf, replayed } from '../spec-support/replayed';
import { chargeBy, smallProject } from '../spec-support/small-project';

describe('what goes over to another customer', () => {
  let billing: RunningBilling;
  let charge: number;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    charge = Number((await post('/charges', chargeBy('R1', 'K1', '85.00'))).body['position']);
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body;
  const collect = (receiptNo: string, customer: string, amount: string): Promise<Answer> =>
    post('/receipts', { receiptNo, date: '2026-03-15', customer, tenders: [{ method: '现金', amount }] });
  const problem = (code: string): object => ({ body: { type: `urn:propledger:problem:${code}` } });

  describe('on a change of owner', () => {
    const transfer = (change: object = {}): Promise<Answer> =>
      post('/resources/R1/transfers', {
        customer: 'K1',
        to: 'K2',
        date: '2026-03-20',
        reason: '王五 卖给 李四',
        ...change,
      });

    it('what is open of the resource is owed by the new one, as it was', async () => {
      await collect('SJ1', 'K1', '25.00');
      const { status, body } = await transfer();
      expect(status).toBe(201);
      expect(await get(`/charges/${charge}`)).toMatchObject({
        transferred: '60.00',
        open: '0.00',
        entries: [{ kind: 'receipt' }, { kind: 'transfer', position: body['position'], amount: '60.00' }],
      });
      expect(await get(`/charges/${String(body['position'])}`)).toMatchObject({
        origin: 'transfer',
        customer: 'K2',
        transferredFrom: charge,
        dueOn: '2026-03-10',
        period: '2026-03',
        amount: '60.00',
        open: '60.00',
        basis: null,
      });
      expect(await transfer()).toMatchObject({ status: 201, body: { position: null } });
      expect(billing.openapi.components?.schemas).toMatchObject({
        ChargeDetail: { properties: { basis: { type: ['object', 'null'] } } },
        BindingView: { properties: { persons: { type: ['integer', 'null'] } } },
      });
    });

    it('is reversed as a charge is', async () => {
      const { items } = (await get('/charges?customer=K2')) as { items: { charge: number }[] };
      const path = `/charges/${items[0]?.charge}/reversal`;
      expect((await post(path, { date: '2026-03-21', reason: '未过户' })).status).toBe(201);
      expect(await get(`/charges/${charge}`)).toMatchObject({ transferred: '0.00', open: '60.00' });
    });

    it('is listed in the period that it was charged for, also when it goes over in a later one', async () => {
      const { body } = await transfer({ date: '2026-04-05' });
      const { items } = (await get('/charges?period=2026-03&customer=K2&open=true')) as { items: object[] };
      expect(items).toMatchObject([{ charge: body['position'], period: '2026-03', open: '60.00' }]);
      await post(`/charges/${String(body['position'])}/reversal`, { date: '2026-04-06', reason: '未过户' });
    });

    it.each([
      ['to the same customer', { to: 'K1' }, 422, 'same-customer'],
      ['to a customer nobody knows', { to: 'K404' }, 422, 'unknown-customer'],
      ['before the first period', { date: '2026-02-28' }, 422, 'before-first-period'],
    ])('is refused %s', async (_, change, status, code) => {
      expect(await transfer(change)).toMatchObject({ status, ...problem(code) });
    });
  });

  describe('of a receipt that was booked on the wrong one', () => {
    const move = (receiptNo: string, customer: string, change: object = {}): Promise<Answer> =>
      post(`/receipts/${receiptNo}/move`, { customer, date: '2026-03-25', reason: '记错户', ...change });

    it('keeps number and cash, and settles what the right one owes', async () => {
      const other = Number((await post('/charges', chargeBy('R2', 'K2', '20.00'))).body['position']);
      expect((await move('SJ1', 'K2')).status).toBe(201);
      expect(await get('/receipts/SJ1')).toMatchObject({
        customer: 'K2',
        amount: '25.00',
        prepaid: '5.00',
        settlements: [{ charge: other, amount: '20.00' }],
        tenders: [{ method: '现金', amount: '25.00' }],
        entries: [
          { kind: 'release', amount: '25.00', former: null },
          { kind: 'move', amount: '25.00', former: 'K1', date: '2026-03-25' },
        ],
      });
      expect(await get(`/charges/${charge}`)).toMatchObject({ received: '0.00', open: '85.00' });
      expect((await move('SJ1', 'K1')).status).toBe(201);
      expect(await get(`/charges/${charge}`)).toMatchObject({ received: '25.00', open: '60.00' });
      expect(await get('/prepayments?customer=K2')).toMatchObject({ items: [] });
    });

    it.each([
      ['to whose it is', 'SJ1', 'K1', {}, 422, 'same-customer'],
      ['to a customer nobody knows', 'SJ1', 'K404', {}, 422, 'unknown-customer'],
      ['that is not there', 'SJ404', 'K2', {}, 404, 'unknown-receipt'],
      ['before what was last done with it', 'SJ1', 'K2', { date: '2026-03-24' }, 422, 'date-before-entry'],
    ])('refuses one %s', async (_, receiptNo, customer, change, status, code) => {
      expect(await move(receiptNo, customer, change)).toMatchObject({ status, ...problem(code) });
    });
  });

  describe('of a deposit', () => {
    const apply = (amount: string): Promise<Answer> =>
      post('/deposits/YJ1/applications', { charges: [{ charge, amount }], date: '2026-03-26' });
    const forfeit = (amount: string): Promise<Answer> =>
      post('/deposits/YJ1/forfeitures', { amount, date: '2026-03-27', reason: '王五 损坏' });

    it('settles charges, or is forfeited, and never more than is held', async () => {
      const deposit = { receiptNo: 'YJ1', date: '2026-03-10', resource: 'R1', customer: 'K1', kind: '装修押金' };
      await post('/deposits', { ...deposit, amount: '100.00', method: '现金' });
      expect((await apply('40.00')).status).toBe(201);
      expect((await forfeit('50.00')).status).toBe(201);
      expect(await get('/deposits/YJ1')).toMatchObject({
        used: '90.00',
        held: '10.00',
        uses: [
          { kind: 'application', amount: '40.00', charges: [{ charge, amount: '40.00' }] },
          { kind: 'forfeiture', amount: '50.00', charges: [] },
        ],
      });
      expect(await forfeit('10.01')).toMatchObject({ status: 422, ...problem('exceeds-deposit') });
      expect(await apply('20.01')).toMatchObject({ status: 422, ...problem('exceeds-open') });
      expect(await get(`/charges/${charge}`)).toMatchObject({ applied: '40.00', open: '20.00' });
    });

    it('has both reversed', async () => {
      const { uses } = (await get('/deposits/YJ1')) as { uses: { kind: string; position: number }[] };
      const reversal = { date: '2026-03-31', reason: '-' };
      for (const { kind, position } of uses) {
        const path = `/deposits/YJ1/${kind}s/${position}/reversal`;
        expect((await post(path, reversal)).status).toBe(201);
        expect(await post(path, reversal)).toMatchObject({ status: 409, ...problem('already-reversed') });
      }
      expect(await get('/deposits/YJ1')).toMatchObject({ used: '0.00', held: '100.00' });
    });
  });

  it('leaves tables that are a fold of the book, and no reason in it', async () => {
    const events = await billing.verifiedEvents('YT01');
    expect(JSON.stringify(events)).not.toContain('王五');
    expect(await openStateIn(billing.pool, 'YT01')).toEqual(openStateOf(replayed('YT01', events)));
  });
});
