import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { meterRow, readingRow, rowsOf, SpokenImport } from '../spec-support/import-rows';
import { RunningBilling } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

/* Two rooms with a water meter each; the second has a maximum, and a loss of its own. */
describe('readings that', () => {
  let billing: RunningBilling;
  const done = async (path: string, body?: unknown): Promise<Item> => {
    const { status, body: answer } = await billing.call('POST', `/projects/YT01${path}`, body);
    if (status >= 300) throw new Error(`${path} ${status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const get = async (path: string): Promise<Item> => (await billing.call('GET', `/projects/YT01${path}`)).body;
  const run = async (period: string): Promise<Item> => (await billing.runBills('YT01', period))['result'] as Item;
  const preview = (supposing?: object): Promise<Item> =>
    done('/corrections/preview', { from: '2026-03', to: '2026-05', resource: 'R1', supposing });
  const differences = async (): Promise<unknown[]> =>
    ((await preview())['items'] as Item[]).map(({ period, standing, computed }) => [period, standing, computed]);
  const charges = async (resource: string): Promise<Item[]> =>
    (await get(`/charges?limit=500&resource=${resource}`))['items'] as Item[];
  const shown = async (resource: string): Promise<unknown[]> =>
    (await charges(resource)).map(({ from, to, amount }) => [from, to, amount]);
  const explained = async (resource: string): Promise<string[][]> => {
    const told = (await charges(resource)).map(async ({ charge, amount }) => {
      const body = await get(`/charges/${String(charge)}/explanation`);
      expect(body).toMatchObject({ amount, recomputed: amount });
      return body['zh'] as string[];
    });
    return Promise.all(told);
  };

  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    const prices = [{ price: '3', from: '2010-01-01' }];
    const water = { ...STANDARD, standard: 'SF', item: '水费', method: '用量单价', meterKind: '水表', prices };
    await done('/standards', water);
    const meter = { kind: '水表', multiplier: '1', from: '2026-02-28', reading: '100' };
    await done('/meters', { ...meter, meter: 'W1', resource: 'R1' });
    await done('/meters', {
      ...{ ...meter, meter: 'W2', resource: 'R2', maximum: '50' },
      loss: { from: '2026-01-01', percent: '5', quantity: '1' },
    });
    for (const resource of ['R1', 'R2']) await done('/bindings', { resource, standard: 'SF', from: '2026-01-01' });
  });
  afterAll(() => billing.close());

  it('nobody took are estimated and charged, and what they were too high by is taken back once the meter is read', async () => {
    await done('/meters/W1/readings', { period: '2026-03', on: '2026-03-31', reading: '131' });
    expect(await run('2026-03')).toMatchObject({
      raised: { count: 1, amount: '93.00' },
      meters: { count: 1, listed: [{ meter: 'W2', resource: 'R2', standard: 'SF', reason: 'unread' }] },
    });
    // One a day: thirty.
    await done('/meters/W1/estimates', { period: '2026-04', on: '2026-04-30' });
    expect(await get('/meters/W1')).toMatchObject({
      records: [{ period: '2026-03' }, { reading: '161', estimated: { by: '平均', readings: 1 } }],
    });
    expect(await get('/meters?estimatedIn=2026-04')).toMatchObject({ items: [{ meter: 'W1' }] });
    expect(await run('2026-04')).toMatchObject({ raised: { amount: '90.00' } });
    expect(await run('2026-04')).toMatchObject({ raised: { count: 0 }, differences: { count: 0 } });

    await done('/meters/W1/readings', { period: '2026-05', on: '2026-05-31', reading: '141' });
    expect(await run('2026-05')).toMatchObject({
      raised: { count: 0 },
      meters: {
        listed: expect.arrayContaining([
          expect.objectContaining({
            meter: 'W1',
            reason: 'too-high',
            tooHigh: { period: '2026-04', estimated: '161', read: '141' },
          }) as unknown,
        ]) as unknown,
      },
    });
    expect(await differences()).toEqual([['2026-04', '90.00', '30.00']]);
    const correction = {
      from: '2026-03',
      to: '2026-05',
      resource: 'R1',
      fact: 'reading',
      of: 'W1',
      reason: '估抄偏高',
    };
    expect(await done('/corrections', { ...correction, date: '2026-05-31' })).toMatchObject({ credited: '60.00' });
    expect(await differences()).toEqual([]);
    expect(await run('2026-04')).toMatchObject({ raised: { count: 0 }, differences: { count: 0 } });
    expect(await explained('R1')).toEqual([
      expect.arrayContaining(['读数 100 至 131: (131 − 100)']),
      expect.arrayContaining(['本次未能抄表, 按此前 1 次抄表的日均用量估抄', '应收 90.00 元']),
    ]);
  });

  it('nobody took and were too low are settled by the next, without a correction', async () => {
    await done('/meters/W1/estimates', { period: '2026-06', on: '2026-06-30', use: '4.5' });
    await run('2026-06');
    await done('/meters/W1/readings', { period: '2026-07', on: '2026-07-31', reading: '161' });
    expect(await run('2026-07')).toMatchObject({ raised: { amount: '46.50' } });
    expect((await shown('R1')).slice(2)).toEqual([
      ['2026-06-01', '2026-06-30', '13.50'],
      ['2026-07-01', '2026-07-31', '46.50'],
    ]);
    expect((await explained('R1')).at(-1)).toContain('上次读数为估抄, 本次实抄结清估抄与实际之差');
  });

  it('show an implausible use are not charged before somebody has confirmed or corrected them', async () => {
    expect(
      await billing.call('POST', '/projects/YT01/meters/W2/readings', {
        ...{ period: '2026-04', on: '2026-04-30', reading: '300' },
      }),
    ).toMatchObject({ status: 409, body: { type: 'urn:propledger:problem:reading-implausible' } });
    await done('/meters/W2/readings', { period: '2026-04', on: '2026-04-30', reading: '300', review: true });
    const held = {
      meter: 'W2',
      reason: 'held',
      review: { reason: 'above-maximum', quantity: '200', expected: '101.67' },
    };
    expect(await get('/meters?heldIn=2026-04')).toMatchObject({ items: [{ meter: 'W2' }] });
    const asked = await done('/bill-runs', { period: '2026-04', date: '2026-04-30', draft: true });
    await billing.endOf('YT01', String(asked['run']));
    expect(await get(`/bill-runs/${String(asked['run'])}/draft`)).toMatchObject({
      toRaise: { count: 0 },
      unusual: {
        skipped: { byReason: { held: 1 } },
        meters: { count: 2, listed: [held, { meter: 'W2', reason: 'gap', from: '2026-03-01', to: '2026-04-30' }] },
      },
    });
    await done(`/bill-runs/${String(asked['run'])}/discard`, {});

    // 105 + 5 % + 1 units are charged.
    await done('/meters/W2/readings/2026-04/correction', { reading: '200' });
    expect(await run('2026-04')).toMatchObject({ raised: { count: 1, amount: '318.00' } });
    expect(await explained('R2')).toEqual([expect.arrayContaining(['加损耗: 100 + 100 × 5% + 1 = 106'])]);

    await done('/meters/W2/readings', { period: '2026-05', on: '2026-05-31', reading: '300', review: true });
    expect(await run('2026-05')).toMatchObject({ raised: { count: 0 } });
    await done('/meters/W2/settings', { loss: { from: '2026-05-01' }, maximum: null });
    await done('/meters/W2/readings/2026-05/confirmation');
    expect(await run('2026-05')).toMatchObject({ raised: { amount: '300.00' }, differences: { count: 0 } });
    expect(await get('/meters?heldIn=2026-05')).toMatchObject({ items: [] });
  });

  it('come by workbook: estimates beside readings, and what is implausible as its row says', async () => {
    const staged = async (...sheets: [sheet: '仪表' | '抄表' | '估抄', rows: Record<string, string>[]][]) => {
      const one = new SpokenImport(billing, randomUUID());
      for (const [sheet, rows] of sheets) await one.stage(sheet, rowsOf(...rows));
      return one;
    };
    const meter = meterRow({ 仪表种类: '水表', 启用日期: '2026-05-31' });
    const low = meterRow({ ...meter, 仪表编码: 'E2', 上级仪表: 'E3', 损耗率: '5', 月最大用量: '10' });
    const top = { ...meter, 仪表编码: 'E3' };
    const read = (code: string, change: Record<string, string> = {}) =>
      readingRow({ 仪表编码: code, 账期: '2026-06', 抄表日期: '2026-06-30', ...change });
    const guess = { 项目编码: 'YT01', 仪表编码: 'W1', 账期: '2026-08', 估抄日期: '2026-08-31' };
    const sheets: Parameters<typeof staged> = [
      ['仪表', [meter, low, top]],
      ['抄表', [read('E1', { 用量复核: '是' }), read('E2'), read('E3', { 用量复核: '否' })]],
      ['估抄', [guess, { ...guess, 仪表编码: 'E3', 账期: '2026-07', 估抄日期: '2026-07-31', 用量: '3' }]],
    ];
    const one = await staged(...sheets);
    expect(await one.check()).toMatchObject({ faults: [] });
    await one.say('apply');
    expect(await get('/meters?heldIn=2026-06')).toMatchObject({ items: [{ meter: 'E2' }] });
    expect(await get('/meters/E2')).toMatchObject({
      ...{ parent: 'E3', maximum: '10', losses: [{ from: '2026-05-31', percent: '5' }] },
    });
    expect(await get('/meters/E3')).toMatchObject({ records: [{}, { reading: '133', estimated: { by: '指定' } }] });
    const again = await staged(...sheets);
    expect((await again.check()).counts.map(({ added, skipped }) => [added, skipped])).toEqual([
      [0, 3],
      [0, 3],
      [0, 2],
    ]);
    await again.say('drop');
    await one.say('hold-undo');
    await one.say('undo');

    const faulty = await staged(
      ['仪表', [meter, { ...low, 上级仪表: 'E9' }, { ...top, 上级仪表: 'E3' }]],
      ['估抄', [guess, { ...guess, 仪表编码: 'E1' }, { ...guess, 账期: '2026-07' }, guess]],
    );
    expect(await faulty.faults()).toEqual([
      '仪表 4 上级仪表 unknown_reference',
      '仪表 5 上级仪表 conflict',
      '估抄 4 用量 required',
      '估抄 5 账期 second_reading',
      '估抄 6 账期 second_reading',
    ]);
    await billing.verifiedEvents('YT01');
  });
});
