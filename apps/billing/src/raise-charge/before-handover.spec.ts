import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

/** Rooms R3 and R4 are handed over on 15 April; what is due then is raised and looked at in March. */
describe('receivables before a handover', () => {
  let billing: RunningBilling;
  const bindings: string[] = [];
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    const { neighbours } = billing;
    for (const [resource, customer] of [
      ['R3', 'K3'],
      ['R4', 'K4'],
    ] as const) {
      neighbours.resource('YT01', resource, '100');
      neighbours.customer('YT01', customer);
      neighbours.occupancy('YT01', { resource, customer, from: '2026-04-15' });
    }
    neighbours.resource('YT01', 'R5', '100');
    await billing.catchUp();
    await post('/standards', { ...STANDARD, prices: [{ price: '3', from: '2010-01-01', to: null }] });
    await post('/bindings', { resource: 'R1', standard: 'WY', from: '2020-01-01' });
    for (const resource of ['R3', 'R4'])
      bindings.push(
        String((await post('/bindings', { resource, standard: 'WY', from: '2026-04-15' })).body['binding']),
      );
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const charges = async (query: string): Promise<Item[]> =>
    (await billing.call('GET', `/projects/YT01/charges?${query}`)).body['items'] as Item[];
  const ROOMS = {
    ...{ resources: ['R3', 'R4', 'R5'], handedOverOn: '2026-04-15', item: '垃圾清运费', amount: '300.00' },
    ...{ from: '2026-04-15', to: '2026-04-15', dueOn: '2026-04-15', date: '2026-03-20' },
  };
  let run: string;

  it('are drafted for the rooms alone, in the period of their handover, and posted as they were shown', async () => {
    const asked = await post('/bill-runs', {
      ...{ period: '2026-04', date: '2026-03-20', draft: true, resources: ['R3', 'R4'] },
    });
    run = String(asked.body['run']);
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'drafted' });
    expect(await charges('period=2026-04')).toEqual([]);
    expect((await post(`/bill-runs/${run}/post`)).status).toBe(202);
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'done', result: { raised: { count: 2 } } });
    // 16 of 30 days of 300.00.
    expect(await charges('period=2026-04')).toMatchObject([
      { resource: 'R3', customer: 'K3', from: '2026-04-15', to: '2026-04-30', amount: '160.00' },
      { resource: 'R4', customer: 'K4', amount: '160.00' },
    ]);
  });

  it('of one-offs are shown first, then raised all or none, to who pays on the day', async () => {
    const expected = {
      raised: { count: 2, amount: '600.00' },
      withoutPayer: ['R5'],
      charges: [
        { resource: 'R3', customer: 'K3', amount: '300.00' },
        { resource: 'R4', customer: 'K4', amount: '300.00' },
      ],
    };
    expect(await post('/charges/for-rooms', { ...ROOMS, draft: true })).toMatchObject({
      status: 201,
      body: { position: null, ...expected },
    });
    expect(await charges('item=垃圾清运费')).toEqual([]);
    const raised = await post('/charges/for-rooms', ROOMS, 'batch');
    expect(raised).toMatchObject({ status: 201, body: expected });
    expect(await post('/charges/for-rooms', ROOMS, 'batch')).toEqual(raised);
    expect(await charges('item=垃圾清运费')).toMatchObject([{ open: '300.00' }, { open: '300.00' }]);
    expect(await post('/charges/for-rooms', { ...ROOMS, to: '2026-04-14' })).toMatchObject({ status: 422 });

    const reversal = { date: '2026-03-21', reason: '交付延期' };
    const batch = String(raised.body['position']);
    expect(await post('/charges/for-rooms/1/reversal', reversal)).toMatchObject({ status: 404 });
    const paid = { receiptNo: 'SJ1', customer: 'K4', item: '垃圾清运费', date: '2026-03-20' };
    await post('/receipts', { ...paid, tenders: [{ method: '现金', amount: '1.00' }] });
    expect(await post(`/charges/for-rooms/${batch}/reversal`, reversal)).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:charge-is-settled' },
    });
    expect((await charges('item=垃圾清运费')).map(({ reversedBy }) => reversedBy)).toEqual([null, null]);
    await post('/receipts/SJ1/reversal', { date: '2026-03-20', reason: '-' });
    const reversed = await post(`/charges/for-rooms/${batch}/reversal`, reversal, 'undo');
    expect(reversed).toMatchObject({ status: 201, body: { raised: { count: 2 } } });
    expect((await charges('item=垃圾清运费')).map(({ reversedBy }) => typeof reversedBy)).toEqual(['number', 'number']);
    expect(await post(`/charges/for-rooms/${batch}/reversal`, reversal)).toMatchObject({
      body: { raised: { count: 0, amount: '0.00' } },
    });
    await billing.verifiedEvents('YT01');
  });

  it('are corrected by the difference when the handover moves', async () => {
    const span = { from: '2026-04', to: '2026-04', resource: 'R3' };
    const supposing = { bindings: [{ binding: bindings[0], from: '2026-04-21', to: null }] };
    const { body } = await post('/corrections/preview', { ...span, supposing });
    // 10 of 30 days instead of 16.
    expect(body['items']).toMatchObject([{ resource: 'R3', standing: '160.00', computed: '100.00' }]);
  });

  it('are reversed as a whole', async () => {
    expect((await post(`/bill-runs/${run}/reversal`, {})).status).toBe(202);
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'reversed', failure: null });
    expect((await charges('period=2026-04&open=true')).length).toBe(0);
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    expect((await cashier('POST', '/projects/YT01/charges/for-rooms', ROOMS)).status).toBe(403);
  });
});
