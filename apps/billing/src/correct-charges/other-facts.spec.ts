import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

/* Three rooms, charged by the quarter, by usage and by shares: every fact is supposed, recorded and corrected. */
describe('a correction of', () => {
  let billing: RunningBilling;
  const post = (path: string, body?: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const done = async (path: string, body?: unknown): Promise<Item> => {
    const { status, body: answer } = await post(path, body);
    if (status >= 300) throw new Error(`${path} ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const SPAN = { from: '2026-03', to: '2026-05' };
  const preview = (supposing?: object): Promise<Item> => done('/corrections/preview', { ...SPAN, supposing });
  const rows = async (supposing?: object): Promise<unknown[]> =>
    ((await preview(supposing))['items'] as Item[]).map(({ resource, customer, period, standing, computed }) => [
      ...[resource, customer, period, standing, computed],
    ]);
  const correct = (fact: string): Promise<Item> =>
    done('/corrections', { ...SPAN, fact, reason: '-', date: '2026-05-20' });
  const bindings: Item[] = [];

  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    const { neighbours } = billing;
    neighbours.project('YT01', '2026-03');
    for (const [resource, area] of Object.entries({ R1: '100', R2: '88.5', R3: '60' })) {
      neighbours.resource('YT01', resource, area, { building: '01', entrance: '1' });
      neighbours.customer('YT01', resource.replace('R', 'K'));
      neighbours.occupancy('YT01', { resource, customer: resource.replace('R', 'K') });
    }
    await billing.catchUp();
    const priced = (price: string): object => ({ prices: [{ price, from: '2010-01-01' }] });
    await done('/standards', {
      ...STANDARD,
      standard: 'CW',
      item: '车位费',
      method: '固定金额',
      cycle: '季',
      ...priced('60'),
    });
    await done('/standards', {
      ...STANDARD,
      standard: 'SF',
      item: '水费',
      method: '用量单价',
      meterKind: '水表',
      ...priced('3'),
    });
    await done('/standards', { ...STANDARD, standard: 'GT', item: '公摊', method: '公摊', ...priced('0') });
    await done('/meters', {
      meter: 'W1',
      kind: '水表',
      resource: 'R1',
      multiplier: '1',
      from: '2026-02-28',
      reading: '100',
    });
    await done('/pools', { pool: 'P1', standard: 'GT', scope: '项目', sharing: '面积' });
    for (const [resource, standard] of [
      ['R1', 'CW'],
      ['R1', 'SF'],
      ['R1', 'GT'],
      ['R2', 'GT'],
      ['R3', 'GT'],
    ] as const)
      bindings.push({ resource, standard, ...(await done('/bindings', { resource, standard, from: '2026-01-01' })) });
    await done('/pools/P1/amounts', { period: '2026-04', amount: '100.00' });
    for (const [period, on, reading] of [
      ['2026-03', '2026-03-31', '110'],
      ['2026-04', '2026-04-30', '125'],
    ] as const)
      await done('/meters/W1/readings', { period, on, reading });
    for (const period of ['2026-03', '2026-04', '2026-05']) await billing.runBills('YT01', period);
  });
  afterAll(() => billing.close());

  it('nothing finds nothing, in quarters, readings and shares', async () => {
    expect(await preview()).toMatchObject({ totals: { count: 0 }, notCompared: [], notBilled: [] });
  });

  it('a quarter’s price compares the quarter as a whole', async () => {
    const prices = [{ standard: 'CW', price: '90', from: '2026-05-01' }];
    expect(await rows({ prices })).toEqual([['R1', 'K1', '2026-04', '180.00', '240.00']]);
    await done('/standards/CW/prices', { price: '90', from: '2026-05-01' });
    expect(await correct('price')).toMatchObject({ count: 1, charged: '60.00', credited: '0.00' });
    expect(await rows()).toEqual([]);
    expect(await billing.runBills('YT01', '2026-05')).toMatchObject({ result: { differences: { count: 0 } } });
  });

  it('days that a 红冲 of a quarter was computed with are not charged again', async () => {
    const ofCustomer = ['R2', 'K2', '2026-04'];
    const prices = { prices: [{ price: '750', from: '2010-01-01' }] };
    await done('/standards', {
      ...STANDARD,
      standard: 'LH',
      item: '绿化费',
      method: '固定金额',
      cycle: '季',
      ...prices,
    });
    const bound = { resource: 'R2', standard: 'LH', from: '2026-04-01', to: '2026-04-30' };
    const { binding } = await done('/bindings', bound);
    expect(await billing.runBills('YT01', '2026-04')).toMatchObject({ result: { raised: { amount: '750.00' } } });
    // It went on after April, and cost less: the quarter comes to 600.00.
    await done(`/bindings/${String(binding)}/days`, { from: '2026-04-01', to: null });
    await done('/standards/LH/changes', { prices: [{ price: '200', from: '2010-01-01' }] });
    expect(await rows()).toEqual([[...ofCustomer, '750.00', '600.00']]);
    expect(await correct('binding')).toMatchObject({ count: 1, credited: '150.00' });
    for (const period of ['2026-04', '2026-05'])
      expect(await billing.runBills('YT01', period)).toMatchObject({ result: { raised: { count: 0 } } });
    expect(await rows()).toEqual([]);
  });

  it('days are not charged to another while the first cannot be given them back', async () => {
    const { items } = (await billing.call('GET', '/projects/YT01/charges?customer=K2&item=绿化费')).body;
    const [{ charge }] = items as [Item];
    const about = { date: '2026-05-20', reason: '-' };
    const waived = await done(`/charges/${String(charge)}/waivers`, { ...about, amount: '500.00' });
    const supposing = { payers: [{ resource: 'R2', customer: 'K1', from: '2026-05-01' }] };
    expect(await preview(supposing)).toMatchObject({
      ...{ totals: { count: 0, credited: '0.00', charged: '0.00' }, held: 2 },
      items: [
        { customer: 'K2', difference: '-400.00', held: 'charge-is-settled' },
        { customer: 'K1', difference: '400.00', held: 'charge-is-settled' },
      ],
    });
    await done(`/waivers/${String(waived['position'])}/reversal`, about);
    expect(await preview(supposing)).toMatchObject({ totals: { credited: '400.00', charged: '400.00' }, held: 0 });
  });

  it('a reading moves usage from one month to the next', async () => {
    const readings = [{ meter: 'W1', period: '2026-03', reading: '120' }];
    const expected = [
      ['R1', 'K1', '2026-03', '30.00', '60.00'],
      ['R1', 'K1', '2026-04', '45.00', '15.00'],
    ];
    expect(await rows({ readings })).toEqual(expected);
    await done('/meters/W1/readings/2026-03/correction', { reading: '120' });
    expect(await rows()).toEqual(expected);
    expect(await correct('reading')).toMatchObject({ count: 2, charged: '30.00', credited: '30.00' });
    expect(await rows()).toEqual([]);
    expect(await billing.runBills('YT01', '2026-04')).toMatchObject({
      result: { raised: { count: 0 }, differences: { count: 0 } },
    });
  });

  it('an area shares the pool anew, to the fen', async () => {
    const areas = [{ resource: 'R3', area: '111.5', from: '2026-01-01' }];
    const found = await preview({ areas });
    const { credited, charged } = found['totals'] as Item;
    expect(credited).toBe(charged);
    expect(await rows({ areas })).toEqual([
      ['R1', 'K1', '2026-04', '40.24', '33.33'],
      ['R2', 'K2', '2026-04', '35.61', '29.50'],
      ['R3', 'K3', '2026-04', '24.15', '37.17'],
    ]);
    billing.neighbours.tell(
      ...(['registry', 'YT01', 'resource.changed'] as const),
      { resource: 'R3', billableArea: '111.5', building: '01', entrance: '1', kind: 'room', nature: '高层' },
      '2026-01-01',
    );
    await billing.catchUp();
    expect(await correct('area')).toMatchObject({ count: 3, credited, charged });
    expect(await rows()).toEqual([]);
    const events = await billing.verifiedEvents('YT01');
    const shared = events.filter(({ type }) => type === 'pool.shared');
    expect(shared).toHaveLength(2);
    const additional = events.findLast(({ type }) => type === 'charge.raised')?.body as Item;
    expect(additional).toMatchObject({
      origin: 'correction',
      basis: { difference: { computed: [{ basis: { share: { shared: shared[1]?.position } } }] } },
    });
  });

  it('the days of a binding that charges persons counts them, also in months in which it was not in force', async () => {
    const prices = [{ price: '5', from: '2010-01-01' }];
    await done('/standards', { ...STANDARD, standard: 'RJ', item: '垃圾费', method: '每人', prices });
    const ended = { resource: 'R2', standard: 'RJ', from: '2026-01-01', to: '2026-02-28', persons: 3 };
    const { binding } = await done('/bindings', ended);
    const longer = [{ binding, from: '2026-01-01', to: '2026-03-31' }];
    expect(await rows({ bindings: longer })).toEqual([['R2', 'K2', '2026-03', '0.00', '15.00']]);
  });

  it('a handover ends what was charged before it, and an earlier one charges what closed months lack', async () => {
    await done('/periods/2026-03/close');
    const ofWater = bindings.find(({ standard }) => standard === 'SF');
    const days = { binding: ofWater?.['binding'], from: '2026-04-15', to: null };
    expect(await rows({ bindings: [days] })).toEqual([['R1', 'K1', '2026-03', '60.00', '0.00']]);
    await done(`/bindings/${String(days.binding)}/days`, { from: days.from });
    expect(await correct('binding')).toMatchObject({ count: 2, credited: '60.00' });
    await done(`/bindings/${String(days.binding)}/days`, { from: '2026-01-01' });
    expect(await rows()).toEqual([['R1', 'K1', '2026-03', '0.00', '60.00']]);
    expect(await correct('binding')).toMatchObject({ count: 1, charged: '60.00' });
    expect(await rows()).toEqual([]);
  });

  it('a month that was billed for one standard alone leaves the others to its run', async () => {
    const run = await done('/bill-runs', { period: '2026-06', date: '2026-06-01', standards: ['GT'] });
    expect(await billing.endOf('YT01', String(run['run']))).toMatchObject({ state: 'done' });
    const june = { from: '2026-06', to: '2026-06' };
    const rowsOfJune = async (): Promise<unknown[]> =>
      ((await done('/corrections/preview', june))['items'] as Item[]).map(({ standard, computed }) => [
        standard,
        computed,
      ]);
    await done('/pools/P1/amounts', { period: '2026-06', amount: '50.00' });
    await done('/standards', {
      ...{ ...STANDARD, standard: 'YJ', item: '保洁费', method: '固定金额' },
      prices: [{ price: '9', from: '2010-01-01' }],
    });
    await done('/bindings', { resource: 'R1', standard: 'YJ', from: '2026-06-01' });
    expect((await rowsOfJune()).map((row) => (row as unknown[])[0])).toEqual(['GT', 'GT', 'GT']);
    await billing.runBills('YT01', '2026-06');
    expect(await rowsOfJune()).toEqual([]);
  });
});
