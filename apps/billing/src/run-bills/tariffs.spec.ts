import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { bindingRow, rowsOf, SpokenImport, standardRow } from '../spec-support/import-rows';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

describe('ways to charge by days', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    billing.neighbours.resource('YT01', 'R3', '50', {
      grossArea: '60.5',
      insideArea: '45',
      floor: '12',
      handedOverOn: '2025-12-16',
    });
    billing.neighbours.customer('YT01', 'K3');
    billing.neighbours.occupancy('YT01', { resource: 'R3', customer: 'K3' });
    await billing.catchUp();
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const get = async (path: string): Promise<Item> => (await billing.call('GET', `/projects/YT01${path}`)).body;
  const done = async (path: string, body?: unknown): Promise<Item> => {
    const { status, body: answer } = await post(path, body);
    if (status !== 201) throw new Error(`${path} ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const charges = async (item: string): Promise<Item[]> =>
    (await get(`/charges?limit=500&item=${item}`))['items'] as Item[];
  const amounts = async (item: string): Promise<unknown[]> =>
    (await charges(item)).map(({ resource, from, to, dueOn, amount }) => [resource, from, to, dueOn, amount]);

  it('are kept with what is agreed about the amount, shown, changed, and charged by', async () => {
    const agreed = { roundingMode: '进位', areaKind: '建筑面积', surcharge: '5', maximum: '80' };
    const standard = {
      ...STANDARD,
      standard: 'AG',
      item: '物业费',
      rounding: '元',
      prices: [{ price: '1', from: '2020-01-01' }],
    };
    await done('/standards', { ...standard, ...agreed, minimum: '70.00' });
    expect(await get('/standards/AG')).toMatchObject({ ...agreed, minimum: '70' });
    await done('/standards/AG/changes', { minimum: null });
    expect(await get('/standards/AG')).not.toHaveProperty('minimum');
    expect(await post('/standards/AG/changes', { minimum: '80.01' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:maximum-below-minimum' },
    });
    await done('/bindings', { resource: 'R3', standard: 'AG', from: '2026-01-01' });
    await billing.runBills('YT01', '2026-03');
    expect(await amounts('物业费')).toEqual([['R3', '2026-03-01', '2026-03-31', '2026-03-10', '66.00']]);
    const [charge] = await charges('物业费');
    expect(await get(`/charges/${String(charge?.['charge'])}/explanation`)).toMatchObject({
      recomputed: '66.00',
      zh: expect.arrayContaining(['65.50 元进位到元: 66.00 元']) as unknown,
    });
  });

  it('go by a formula, which is tried on real rows before it is kept, and refused with the place that is wrong', async () => {
    const prices = [{ price: '2', from: '2020-01-01' }];
    const formula = '单价*建筑面积 + if(楼层>10, (楼层-10)*1.5, 0)';
    const standard = { ...STANDARD, standard: 'GS', item: '公式费', method: '自定义公式', prices, formula };
    expect(await post('/standards', { ...standard, formula: '单价*(面积' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:formula-unknown-name', detail: 'at: 5, found: 面积' },
    });
    const attempt = await post('/standards/try', {
      standard,
      period: '2026-04',
      resources: [{ resource: 'R3' }, { resource: 'R1' }],
    });
    expect(attempt).toMatchObject({
      status: 200,
      body: {
        total: '124.00',
        rows: [
          {
            resource: 'R3',
            amount: '124.00',
            parts: [
              {
                customer: 'K3',
                variables: [
                  { name: '单价', value: '2' },
                  { name: '建筑面积', value: '60.5' },
                  { name: '楼层', value: '12' },
                ],
                zh: [
                  `每月 按公式 ${formula} (单价 2, 建筑面积 60.5, 楼层 12) = 124.00 元`,
                  '2026-04-01 – 2026-04-30 整月: 124.00 元 = 124.00 元',
                  '124.00 元四舍五入到分: 124.00 元',
                  '应收 124.00 元',
                ],
              },
            ],
          },
          { resource: 'R1', amount: '0.00', notComputed: [{ reason: 'no-value', name: '建筑面积', at: 4 }] },
        ],
      },
    });
    expect(
      await post('/standards/try', { standard, period: '2026-04', resources: [{ resource: 'R9' }] }),
    ).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:unknown-resource' },
    });
    expect(await billing.call('POST', '/projects/XX/standards/try', { standard, period: '2026-04' })).toMatchObject({
      status: 404,
      body: { type: 'urn:propledger:problem:unknown-project' },
    });
    await done('/standards', standard);
    for (const resource of ['R1', 'R3']) await done('/bindings', { resource, standard: 'GS', from: '2026-04-16' });
    const run = await billing.runBills('YT01', '2026-04');
    expect(run).toMatchObject({
      result: {
        notComputed: {
          count: 1,
          listed: [{ resource: 'R1', standard: 'GS', from: '2026-04-16', reason: 'no-value', name: '建筑面积', at: 4 }],
        },
      },
    });
    expect(await amounts('公式费')).toEqual([['R3', '2026-04-16', '2026-04-30', '2026-04-10', '62.00']]);
  });

  it('go by persons of the binding, or by household', async () => {
    const prices = [{ price: '8', from: '2020-01-01' }];
    await done('/standards', { ...STANDARD, standard: 'LJ', item: '垃圾费', method: '每人', prices });
    await done('/standards', { ...STANDARD, standard: 'HU', item: '每户费', method: '每户', prices });
    const R1 = { resource: 'R1', from: '2026-05-01' };
    expect(await post('/bindings', { ...R1, standard: 'LJ' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:persons-missing' },
    });
    const { binding } = await done('/bindings', { ...R1, standard: 'LJ', persons: 3 });
    expect(await get(`/bindings/${String(binding)}`)).toMatchObject({ persons: 3 });
    await done('/bindings', { ...R1, standard: 'HU' });
    await billing.runBills('YT01', '2026-05');
    expect(await amounts('垃圾费')).toEqual([['R1', '2026-05-01', '2026-05-31', '2026-05-10', '24.00']]);
    expect(await amounts('每户费')).toEqual([['R1', '2026-05-01', '2026-05-31', '2026-05-10', '8.00']]);
  });

  it('go by cycles of the handover, in arrears, and by a rule for broken months', async () => {
    const prices = [{ price: '310', from: '2020-01-01' }];
    const fixed = { ...STANDARD, method: '固定金额', prices };
    const anniversary = { cycleMonths: 6, anniversary: true, dueDays: 10 };
    await done('/standards', { ...fixed, standard: 'ZN', item: '周年费', ...anniversary });
    expect(await get('/standards/ZN')).toMatchObject(anniversary);
    await done('/standards', { ...fixed, standard: 'HF', item: '后付费', arrears: true, proration: '当月全收' });
    for (const [resource, standard] of [
      ['R1', 'ZN'],
      ['R3', 'ZN'],
      ['R3', 'HF'],
    ] as const)
      await done('/bindings', { resource, standard, from: '2026-06-10' });
    const run = await billing.runBills('YT01', '2026-06');
    expect(run).toMatchObject({
      result: {
        notComputed: {
          listed: expect.arrayContaining([
            expect.objectContaining({ resource: 'R1', standard: 'ZN', reason: 'no-handover' }),
          ]) as unknown,
        },
      },
    });
    expect(await amounts('周年费')).toEqual([
      ['R3', '2026-06-10', '2026-06-15', '2026-06-20', '60.00'],
      ['R3', '2026-06-16', '2026-12-15', '2026-06-26', '1860.00'],
    ]);
    expect(await amounts('后付费')).toEqual([]);
    await billing.runBills('YT01', '2026-07');
    expect(await amounts('后付费')).toEqual([['R3', '2026-06-10', '2026-06-30', '2026-07-10', '310.00']]);
    expect(await amounts('周年费')).toHaveLength(2);
    // What R1 should have been charged had its handover been known.
    const supposing = { handovers: [{ resource: 'R1', on: '2025-12-16' }] };
    const span = { from: '2026-06', to: '2026-07', standard: 'ZN', resource: 'R1' };
    const supposed = await post('/corrections/preview', { ...span, supposing });
    expect(supposed.body).toMatchObject({ items: [{ computed: '60.00' }, { computed: '1860.00' }] });
    expect((await post('/corrections/preview', span)).body).toMatchObject({ items: [] });
    supposing.handovers[0] = { resource: 'R99', on: '2025-12-16' };
    expect((await post('/corrections/preview', { ...span, supposing })).status).toBe(422);
  });

  it('round the year, with the last month adjusted by the run that ends it', async () => {
    const prices = [{ price: '140.336', from: '2020-01-01' }];
    await done('/standards', {
      ...STANDARD,
      standard: 'ND',
      item: '年度费',
      method: '固定金额',
      prices,
      yearRounding: '元',
    });
    await done('/bindings', { resource: 'R2', standard: 'ND', from: '2026-10-01' });
    for (const period of ['2026-10', '2026-11', '2026-12']) await billing.runBills('YT01', period);
    // 3 × 140.336 is 421.008: 421 yuan.
    expect((await charges('年度费')).map(({ amount }) => amount)).toEqual(['140.34', '140.34', '140.32']);
    expect(await billing.runBills('YT01', '2026-12')).toMatchObject({
      result: { raised: { count: 0 }, differences: { count: 0 } },
    });
  });

  it('list what comes to more than an amount can be, and charge the rest', async () => {
    const prices = [{ price: '999999999', from: '2020-01-01' }];
    await done('/standards', { ...STANDARD, standard: 'TD', item: '过大费', method: '每人', prices });
    await done('/bindings', { resource: 'R1', standard: 'TD', from: '2026-08-01', persons: 9_999 });
    await done('/bindings', { resource: 'R3', standard: 'TD', from: '2026-08-01', persons: 1 });
    const run = await billing.runBills('YT01', '2026-08');
    expect(run).toMatchObject({
      state: 'done',
      result: {
        notComputed: {
          listed: expect.arrayContaining([
            expect.objectContaining({ resource: 'R1', standard: 'TD', from: '2026-08-01', reason: 'overflow' }),
          ]) as unknown,
        },
      },
    });
    expect((await charges('过大费')).map(({ resource, amount }) => [resource, amount])).toEqual([
      ['R3', '999999999.00'],
    ]);
  });

  it('come by workbook as they do by hand', async () => {
    const one = new SpokenImport(billing, randomUUID());
    const agreed = { 取整方式: '舍去', 面积口径: '套内面积', 附加费: '1.50', 最低收费: '10' };
    await one.stage(
      '收费标准',
      rowsOf(
        standardRow({ 标准编码: 'WB', ...agreed }),
        standardRow({ 标准编码: 'WR', 计费方式: '每人', 单价: '5' }),
        standardRow({ 标准编码: 'WC', 周期月数: '5', 起算月: '2026-02', 后付: '是', 应收天数: '7', 不足月: '半月' }),
        standardRow({ 标准编码: 'WN', 年度取整: '元' }),
      ),
    );
    await one.stage('收费绑定', rowsOf(bindingRow({ 标准编码: 'WR', 人数: '2' })));
    expect(await one.faults()).toEqual([]);
    await one.say('apply');
    expect(await get('/bindings?standard=WR')).toMatchObject({ items: [{ resource: 'R1', persons: 2 }] });
    const cycle = { cycleMonths: 5, cycleFrom: '2026-02', arrears: true, dueDays: 7, proration: '半月' };
    expect(await get('/standards/WN')).toMatchObject({ yearRounding: '元' });
    expect(await get('/standards/WC')).toMatchObject(cycle);
    expect(await get('/standards/WB')).toMatchObject({
      roundingMode: '舍去',
      areaKind: '套内面积',
      surcharge: '1.5',
      minimum: '10',
    });
  });
});
