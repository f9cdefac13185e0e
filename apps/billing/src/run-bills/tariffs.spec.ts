import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { rowsOf, SpokenImport, standardRow } from '../spec-support/import-rows';
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

  it('come by workbook as they do by hand', async () => {
    const one = new SpokenImport(billing, randomUUID());
    await one.stage(
      '收费标准',
      rowsOf(standardRow({ 标准编码: 'WB', 取整方式: '舍去', 面积口径: '套内面积', 附加费: '1.50', 最低收费: '10' })),
    );
    expect(await one.faults()).toEqual([]);
    await one.say('apply');
    expect(await get('/standards/WB')).toMatchObject({
      roundingMode: '舍去',
      areaKind: '套内面积',
      surcharge: '1.5',
      minimum: '10',
    });
  });
});
