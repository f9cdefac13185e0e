import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { meterRow, poolRow, rowsOf, SpokenImport, standardRow } from '../spec-support/import-rows';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

/* Four rooms in two staircases; nobody pays for the fourth, and a meter for the house has two below it. */
describe('pools', () => {
  let billing: RunningBilling;
  const post = (path: string, body?: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const done = async (path: string, body?: unknown): Promise<Item> => {
    const { status, body: answer } = await post(path, body);
    if (status >= 300) throw new Error(`${path} ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const get = async (path: string): Promise<Item> => (await billing.call('GET', `/projects/YT01${path}`)).body;
  const run = async (period: string): Promise<Item> => (await billing.runBills('YT01', period))['result'] as Item;
  const charges = async (pool: string): Promise<Item[]> =>
    ((await get('/charges?limit=500'))['items'] as Item[]).filter((charge) => charge['pool'] === pool);
  const shown = async (pool: string): Promise<unknown[]> =>
    (await charges(pool)).map(({ resource, customer, from, to, amount }) => [resource, customer, from, to, amount]);
  const preview = async (supposing?: object): Promise<unknown[]> => {
    const found = await done('/corrections/preview', { from: '2026-03', to: '2026-03', standard: 'GT', supposing });
    return (found['items'] as Item[]).map(({ resource, standing, computed }) => [resource, standing, computed]);
  };
  const MARCH = ['2026-03-01', '2026-03-31'] as const;

  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    const { neighbours } = billing;
    neighbours.project('YT01', '2026-03');
    for (const [resource, area, entrance] of [
      ['R1', '60', '1'],
      ['R2', '40', '1'],
      ['R3', '50', '2'],
      ['R4', '50', '2'],
    ] as const) {
      neighbours.resource('YT01', resource, area, { building: '01', entrance, floor: resource.slice(1) });
      neighbours.customer('YT01', resource.replace('R', 'K'));
      if (resource !== 'R4') neighbours.occupancy('YT01', { resource, customer: resource.replace('R', 'K') });
    }
    await billing.catchUp();
    const standard = { ...STANDARD, item: '公摊电费', method: '公摊', dueDay: 28 };
    for (const code of ['GT', 'GL'])
      await done('/standards', { ...standard, standard: code, prices: [{ price: '0', from: '2010-01-01' }] });
    for (const resource of ['R1', 'R2', 'R3', 'R4'])
      for (const code of ['GT', 'GL']) await done('/bindings', { resource, standard: code, from: '2026-01-01' });
    const meter = { kind: '电表', multiplier: '1', from: '2026-02-28', reading: '0' };
    await done('/meters', { ...meter, meter: 'E0' });
    for (const [code, resource] of [
      ['E1', 'R1'],
      ['E2', 'R2'],
    ])
      await done('/meters', { ...meter, meter: code, resource, parent: 'E0' });
  });
  afterAll(() => billing.close());

  it('come from a meter for the house less those below it, shared by the group of these', async () => {
    const prices = [{ price: '0.56', from: '2026-01-01' }];
    await done('/pools', { pool: 'P-E0', standard: 'GT', scope: '仪表', sharing: '面积', meters: ['E0'], prices });
    expect(await post('/pools/P-E0/amounts', { period: '2026-03', amount: '1.00' })).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:pool-has-meters' },
    });
    const read = (meter: string, reading: string): Promise<Item> =>
      done(`/meters/${meter}/readings`, { period: '2026-03', on: '2026-03-31', reading });
    await read('E1', '40');
    await read('E2', '30');
    expect(await run('2026-03')).toMatchObject({
      raised: { count: 0 },
      poolsNotShared: { listed: [{ pool: 'P-E0', amount: null, reason: 'unread' }] },
    });
    await read('E0', '100');
    expect(await run('2026-03')).toMatchObject({ raised: { amount: '16.80' } });
    expect(await shown('P-E0')).toEqual([
      ['R1', 'K1', ...MARCH, '10.08'],
      ['R2', 'K2', ...MARCH, '6.72'],
    ]);
    expect(await get('/pools/P-E0/shares/2026-03')).toMatchObject({
      amount: '16.80',
      use: { quantity: '30', price: '0.56', meters: [{ meter: 'E0' }], below: [{ meter: 'E1' }, { meter: 'E2' }] },
    });
    const [first] = await charges('P-E0');
    expect(await get(`/charges/${String(first?.['charge'])}/explanation`)).toMatchObject({
      recomputed: '10.08',
      zh: expect.arrayContaining(['公摊用量 (总表减分表) 30 × 0.56 元, 到分: 16.80 元']) as unknown,
    });

    // Ten more below leave ten less to be shared: 11.20.
    const expected = [
      ['R1', '10.08', '6.72'],
      ['R2', '6.72', '4.48'],
    ];
    expect(await preview({ readings: [{ meter: 'E2', period: '2026-03', reading: '40' }] })).toEqual(expected);
    await done('/meters/E2/readings/2026-03/correction', { reading: '40' });
    expect(await preview()).toEqual(expected);
    const scope = { from: '2026-03', to: '2026-03', standard: 'GT' };
    await done('/corrections', { ...scope, fact: 'reading', reason: '-', date: '2026-03-31' });
    expect(await preview()).toEqual([]);
    await done('/pools/P-E0/prices', { price: '0.6', from: '2026-04-01' });
    expect(await run('2026-03')).toMatchObject({ raised: { count: 0 }, differences: { count: 0 } });
  });

  it('count what is vacant, or charge it to the developer, and weigh by days, coefficients and per cents', async () => {
    const scopes = { standard: 'GL', scope: '项目' };
    await done('/pools', { ...scopes, pool: 'P-count', sharing: '户数', vacant: '计入' });
    await done('/pools', { ...scopes, pool: 'P-dev', sharing: '户数', vacant: '开发商', developer: 'K4' });
    const floors = ['1', '2', '3', '4'].map((floor) => ({ floor, weight: (Number(floor) - 1).toString() }));
    await done('/pools', { ...scopes, pool: 'P-lift', sharing: '楼层', floors });
    const members = [
      { resource: 'R1', weight: '70' },
      { resource: 'R2', weight: '20' },
    ];
    await done('/pools', { ...scopes, scope: '资源', pool: 'P-list', sharing: '比例', members });
    await done('/pools', {
      ...scopes,
      scope: '单元',
      building: '01',
      entrance: '2',
      pool: 'P-days',
      sharing: '面积',
      byDays: true,
    });
    expect((await post('/pools', { ...scopes, pool: 'P-x', sharing: '户数', vacant: '开发商' })).status).toBe(422);
    for (const pool of ['P-count', 'P-dev', 'P-lift', 'P-list', 'P-days'])
      await done(`/pools/${pool}/amounts`, { period: '2026-04', amount: '10.00' });
    // Its fourth moves in for ten days of April.
    billing.neighbours.occupancy('YT01', { resource: 'R4', customer: 'K4', from: '2026-04-11', to: '2026-04-20' });
    await billing.catchUp();
    expect(await run('2026-04')).toMatchObject({
      poolsNotShared: {
        listed: [
          { pool: 'P-E0', reason: 'unread' },
          { pool: 'P-list', reason: 'not-whole' },
        ],
      },
    });
    const APRIL = ['2026-04-01', '2026-04-30'] as const;
    expect(await shown('P-count')).toEqual([
      ['R1', 'K1', ...APRIL, '2.50'],
      ['R2', 'K2', ...APRIL, '2.50'],
      ['R3', 'K3', ...APRIL, '2.50'],
    ]);
    expect(await get('/pools/P-count/shares/2026-04')).toMatchObject({
      vacant: [{ resource: 'R4', weight: '1', amount: '2.50' }],
    });
    expect((await shown('P-dev'))[3]).toEqual(['R4', 'K4', ...APRIL, '2.50']);
    expect(await shown('P-lift')).toEqual([
      ['R2', 'K2', ...APRIL, '3.33'],
      ['R3', 'K3', ...APRIL, '6.67'],
    ]);
    expect(await shown('P-days')).toEqual([
      ['R3', 'K3', ...APRIL, '7.50'],
      ['R4', 'K4', '2026-04-11', '2026-04-20', '2.50'],
    ]);
    const changed = {
      ...scopes,
      scope: '资源',
      sharing: '比例',
      members: [...members, { resource: 'R3', weight: '10' }],
    };
    await done('/pools/P-list/terms', changed);
    expect(await run('2026-04')).toMatchObject({ raised: { count: 3, amount: '10.00' }, differences: { count: 0 } });
    for (const { charge, amount } of (await get('/charges?limit=500'))['items'] as Item[])
      expect(await get(`/charges/${String(charge)}/explanation`)).toMatchObject({ recomputed: amount });
  });

  it('come by workbook, with who takes part', async () => {
    const staged = async (pools: Record<string, string>[], weights: Record<string, string>[]) => {
      const one = new SpokenImport(billing, randomUUID());
      await one.stage('收费标准', rowsOf(standardRow({ 标准编码: 'GD', 计费方式: '公摊', 收费项目: '公摊水费' })));
      await one.stage('仪表', rowsOf(meterRow({ 仪表编码: 'E9', 启用日期: '2026-05-31' })));
      await one.stage('公摊池', rowsOf(...pools.map((row) => poolRow(row))));
      await one.stage('公摊系数', rowsOf(...weights.map((row) => ({ 项目编码: 'YT01', ...row }))));
      return one;
    };
    const pools = [
      { 公摊编码: 'W1', 范围: '仪表', 总表: 'E9', 单价: '0.5', 空置: '开发商', 客户编码: 'K4', 按天: '是' },
      { 公摊编码: 'W2', 范围: '资源', 方式: '系数' },
      { 公摊编码: 'W3', 范围: '项目', 方式: '楼层' },
    ];
    const weights = [
      { 公摊编码: 'W2', 资源编码: 'R2', 系数: '1.5' },
      { 公摊编码: 'W3', 楼层: '1', 系数: '0' },
    ];
    const one = await staged(pools, weights);
    expect(await one.check()).toMatchObject({ faults: [] });
    await one.say('apply');
    expect(await get('/pools?standard=GD')).toMatchObject({
      items: [
        {
          ...{ pool: 'W1', scope: '仪表', meters: ['E9'], prices: [{ price: '0.5', from: '0001-01-01', to: null }] },
          ...{ vacant: '开发商', developer: 'K4', byDays: true },
        },
        { pool: 'W2', members: [{ resource: 'R2', weight: '1.5' }] },
        { pool: 'W3', floors: [{ floor: '1', weight: '0' }] },
      ],
    });
    const again = await staged(pools, weights);
    expect((await again.check()).counts.map(({ sheet, added, skipped }) => [sheet, added, skipped])).toEqual([
      ['收费标准', 0, 1],
      ['仪表', 0, 1],
      ['公摊池', 0, 3],
      ['公摊系数', 0, 2],
    ]);
    await again.say('drop');
    const faulty = await staged(
      [
        { 公摊编码: 'W4', 范围: '仪表', 总表: 'E404', 空置: '开发商', 客户编码: 'K404' },
        { 公摊编码: 'W5', 范围: '资源' },
        { 公摊编码: 'W6', 范围: '项目', 方式: '比例' },
      ],
      [
        { 公摊编码: 'W7', 资源编码: 'R1', 系数: '1' },
        { 公摊编码: 'W6' },
        { 公摊编码: 'W6', 资源编码: 'R1', 楼层: '1', 系数: '1' },
        { 公摊编码: 'W6', 楼层: '2' },
        { 公摊编码: 'W2', 资源编码: 'R1', 系数: '1' },
      ],
    );
    expect(await faulty.faults()).toEqual([
      '公摊池 3 总表 unknown_reference',
      '公摊池 3 客户编码 unknown_reference',
      '公摊池 3 单价 required',
      '公摊池 4 范围 conflict',
      '公摊系数 3 公摊编码 unknown_reference',
      '公摊系数 4 资源编码 required',
      '公摊系数 5 楼层 conflict',
      '公摊系数 6 系数 required',
      '公摊系数 7 公摊编码 conflict',
    ]);
    await one.say('hold-undo');
    await one.say('undo');
    await billing.verifiedEvents('YT01');
  });
});
