import { randomUUID } from 'node:crypto';
import type { SheetRow } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { rowsOf, SpokenImport, standardRow } from '../spec-support/import-rows';
import { RunningBilling } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

const priceRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  标准编码: 'WY',
  单价: '1.1',
  生效日期: '2026-07-01',
  ...change,
});
const oneOffRow = (change: Record<string, string> = {}): Record<string, string> => ({
  项目编码: 'YT01',
  资源编码: 'R1',
  客户编码: 'K1',
  收费项目: '垃圾清运费',
  日期: '2026-03-05',
  应收日期: '2026-03-15',
  金额: '120.00',
  备注: '赵六 装修',
  ...change,
});

describe('an import of 调价 and 临时费用', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    const { status } = await billing.call('POST', '/projects/YT01/standards', STANDARD);
    expect(status).toBe(201);
  });
  afterAll(() => billing.close());

  const staged = async (prices: SheetRow[], charges: SheetRow[], standards?: SheetRow[]): Promise<SpokenImport> => {
    const one = new SpokenImport(billing, randomUUID());
    if (standards) await one.stage('收费标准', standards);
    if (prices.length > 0) await one.stage('调价', prices);
    if (charges.length > 0) await one.stage('临时费用', charges);
    return one;
  };
  const prices = async (): Promise<unknown> =>
    (await billing.call('GET', '/projects/YT01/standards/WY')).body['prices'];
  const charges = async (): Promise<unknown> => (await billing.call('GET', '/projects/YT01/charges')).body['items'];

  it('ends the price before, raises each charge on its day, skips what stands, and is undone whole', async () => {
    const before = await prices();
    const rows = [
      rowsOf(priceRow({ 生效日期: '2027-01-01', 单价: '1.20' }), priceRow()),
      rowsOf(oneOffRow(), oneOffRow({ 日期: '2026-03-06', 金额: '0.01' })),
    ] as const;
    const one = await staged(...rows);
    expect(await one.check()).toMatchObject({
      faults: [],
      counts: [
        { sheet: '调价', added: 2, skipped: 0 },
        { sheet: '临时费用', added: 2, skipped: 0 },
      ],
      totals: [{ arrears: '0.00', charges: '120.01' }],
    });
    await one.say('apply');
    expect(await prices()).toMatchObject([
      { to: '2026-06-30' },
      { price: '1.1', from: '2026-07-01', to: '2026-12-31' },
      { price: '1.2', from: '2027-01-01', to: null },
    ]);
    expect(await charges()).toMatchObject([
      { item: '垃圾清运费', from: '2026-03-05', to: '2026-03-05', dueOn: '2026-03-15', open: '120.00' },
      { from: '2026-03-06', open: '0.01' },
    ]);
    const events = await billing.verifiedEvents('YT01');
    expect(events.at(-1)).toMatchObject({ type: 'charge.raised', effectiveDate: '2026-03-06' });
    expect(JSON.stringify(events)).not.toContain('赵六');

    const again = await staged(...rows);
    expect((await again.check()).counts).toMatchObject([
      { added: 0, skipped: 2 },
      { added: 0, skipped: 2 },
    ]);
    await again.say('drop');

    expect(await one.say('hold-undo')).toEqual({ blockers: [] });
    await one.say('undo');
    expect(await prices()).toEqual(before);
    expect(await charges()).toMatchObject([{ open: '0.00' }, { open: '0.00' }]);
  });

  it('names each fault at its cell', async () => {
    const one = await staged(
      rowsOf(
        priceRow({ 标准编码: 'NO' }),
        priceRow({ 标准编码: 'GD' }),
        priceRow({ 生效日期: '2000-01-01' }),
        priceRow(),
        priceRow({ 单价: '3' }),
        priceRow({ 标准编码: 'LS', 生效日期: '2026-08-01' }),
        priceRow({ 标准编码: 'LS', 生效日期: '2025-06-01' }),
      ),
      rowsOf(
        oneOffRow({ 资源编码: 'R404', 客户编码: 'K404' }),
        oneOffRow({ 日期: '2026-01-31' }),
        oneOffRow(),
        oneOffRow({ 金额: '1.00' }),
      ),
      rowsOf(
        standardRow({ 标准编码: 'GD', 计费方式: '公摊' }),
        standardRow({ 标准编码: 'LS', 生效日期: '2025-01-01', 失效日期: '2025-12-31' }),
      ),
    );
    expect(await one.faults()).toEqual([
      '调价 3 标准编码 unknown_reference',
      '调价 4 标准编码 conflict',
      '调价 5 生效日期 overlap',
      '调价 7 生效日期 overlap',
      '调价 9 生效日期 overlap',
      '临时费用 3 资源编码 unknown_reference',
      '临时费用 3 客户编码 unknown_reference',
      '临时费用 4 日期 closed_period',
      '临时费用 6 日期 duplicate',
    ]);
  });
});
