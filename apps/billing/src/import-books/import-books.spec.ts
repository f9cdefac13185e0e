import { randomUUID } from 'node:crypto';
import type { RecordedEvent, SheetRow } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import {
  arrearRow,
  bindingRow,
  depositRow,
  meterRow,
  poolAmountRow,
  poolRow,
  prepaymentRow,
  readingRow,
  receiptRow,
  replacementRow,
  rowsOf as numbered,
  SpokenImport,
  standardRow,
  tierRow,
} from '../spec-support/import-rows';
import { smallProject, STANDARD } from '../spec-support/small-project';

describe('an import of books', () => {
  let billing: RunningBilling;
  let projects = 0;
  let project = '';
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
  });
  beforeEach(() => {
    project = `YT${(projects += 1)}`;
    return smallProject(billing, project);
  });
  afterAll(() => billing.close());

  const rowsOf = (...cells: Record<string, string>[]): SheetRow[] =>
    numbered(...cells.map((row) => ({ ...row, 项目编码: project })));
  const post = (path: string, body?: unknown): Promise<Answer> =>
    billing.call('POST', `/projects/${project}${path}`, body);
  const itemsOf = async (path: string): Promise<Record<string, unknown>[]> =>
    (await billing.call('GET', `/projects/${project}${path}`)).body['items'] as Record<string, unknown>[];
  const begun = (): SpokenImport => new SpokenImport(billing, randomUUID());

  const opening = async (): Promise<SpokenImport> => {
    const one = begun();
    await one.stage(
      '收费标准',
      rowsOf(standardRow({ 失效日期: '2025-12-31' }), standardRow({ 生效日期: '2026-01-01', 单价: '0.95' })),
    );
    await one.stage('收费绑定', rowsOf(bindingRow(), bindingRow({ 资源编码: 'R2' })));
    await one.stage('历史欠费', rowsOf(arrearRow(), arrearRow({ 收费项目: '水费', 欠费金额: '10.00' })));
    await one.stage('押金台账', rowsOf(depositRow()));
    await one.stage('预交款', rowsOf(prepaymentRow({ 客户编码: 'K2', 资源编码: 'R2' })));
    await one.stage(
      '实收补录',
      rowsOf(
        receiptRow({ 收据号: 'SJ3', 收款日期: '2026-03-16', 备注: '赵六 补录' }),
        receiptRow({ 收据号: 'SJ2' }),
        receiptRow({ 收据号: 'SJ10', 金额: '100.00' }),
      ),
    );
    return one;
  };

  it('says what it would bring, and then brings it in its order', async () => {
    const one = await opening();
    expect(await one.check()).toEqual({
      faults: [],
      counts: [
        { sheet: '收费标准', added: 2, skipped: 0 },
        { sheet: '收费绑定', added: 2, skipped: 0 },
        { sheet: '历史欠费', added: 2, skipped: 0 },
        { sheet: '押金台账', added: 1, skipped: 0 },
        { sheet: '预交款', added: 1, skipped: 0 },
        { sheet: '实收补录', added: 3, skipped: 0 },
      ],
      totals: [
        { project, arrears: '95.00', deposits: '500.00', prepayments: '100.00', receipts: '140.00', charges: '0.00' },
      ],
      projects: [project],
    });
    const applied = await one.say('apply');
    expect(await one.say('apply')).toEqual(applied);

    const events = await billing.verifiedEvents(project);
    expect(applied).toEqual({ positions: { [project]: events.length } });
    expect(events.map(({ type, effectiveDate, accountingPeriod }) => [type, effectiveDate, accountingPeriod])).toEqual([
      ['book.opened', '2026-03-01', null],
      ['standard.defined', '2010-01-01', null],
      ['binding.made', '2020-01-01', null],
      ['binding.made', '2020-01-01', null],
      ['charge.raised', '2026-02-28', '2026-02'],
      ['charge.raised', '2026-02-28', '2026-02'],
      ['deposit.received', '2020-02-01', '2026-02'],
      ['prepayment.brought-in', '2026-02-28', '2026-02'],
      ['receipt.taken', '2026-03-15', '2026-03'],
      ['receipt.taken', '2026-03-15', '2026-03'],
      ['receipt.taken', '2026-03-16', '2026-03'],
    ]);
    const source = `import:${one.id}`;
    expect(events.every((event) => event.actor === 'zhao' && event.source === source)).toBe(true);
    expect(JSON.stringify(events)).not.toContain('赵六');
    // By day, then by number: SJ10 before SJ2 before SJ3. An item without a standard has priority 99.
    expect(events.slice(8).map(({ body }) => (body as { receiptNo: string }).receiptNo)).toEqual([
      'SJ10',
      'SJ2',
      'SJ3',
    ]);
    expect(await itemsOf('/charges')).toMatchObject([
      { item: '物业费', priority: 1, amount: '85.00', open: '0.00' },
      { item: '水费', priority: 99, amount: '10.00', open: '0.00' },
    ]);
    expect(await itemsOf('/prepayments')).toEqual([
      { customer: 'K1', resource: null, balance: '45.00' },
      { customer: 'K2', resource: 'R2', balance: '100.00' },
    ]);
    expect((await billing.pool.query('select 1 from import_row')).rowCount).toBe(0);
  });

  it('leaves out what is in already, and refuses the same with other content', async () => {
    const first = await opening();
    await first.check();
    await first.say('apply');
    const again = await opening();
    expect(await again.check()).toMatchObject({
      faults: [],
      counts: [
        { skipped: 2 },
        { skipped: 2 },
        { skipped: 2 },
        { skipped: 1 },
        { skipped: 1 },
        { added: 0, skipped: 3 },
      ],
      totals: [{ arrears: '0.00', receipts: '0.00' }],
    });
    const { positions } = await again.say('apply');
    expect(positions).toEqual({ [project]: 11 });

    const other = begun();
    await other.stage('收费标准', rowsOf(standardRow({ 标准名称: '别的' }), standardRow({ 生效日期: '2026-06-01' })));
    await other.stage('收费绑定', rowsOf(bindingRow({ 结束日期: '2026-12-31' })));
    await other.stage('历史欠费', rowsOf(arrearRow({ 欠费金额: '86.00' })));
    await other.stage('押金台账', rowsOf(depositRow({ 金额: '501.00' })));
    await other.stage('预交款', rowsOf(prepaymentRow({ 客户编码: 'K2', 资源编码: 'R2', 余额: '1.00' })));
    await other.stage('实收补录', rowsOf(receiptRow({ 收据号: 'SJ2', 金额: '21.00' })));
    expect(await other.faults()).toEqual([
      '收费标准 3 标准名称 conflict',
      '收费标准 4 生效日期 overlap',
      '收费绑定 3 开始日期 overlap',
      '历史欠费 3 费用开始日期 duplicate',
      '押金台账 3 收据号 duplicate',
      '预交款 3 客户编码 duplicate',
      '实收补录 3 收据号 duplicate',
    ]);
  });

  it('adds a price to a standard that stands', async () => {
    const first = begun();
    await first.stage('收费标准', rowsOf(standardRow({ 失效日期: '2025-12-31' })));
    await first.check();
    await first.say('apply');
    const second = begun();
    await second.stage('收费标准', rowsOf(standardRow({ 生效日期: '2026-01-01', 单价: '0.95' })));
    expect(await second.faults()).toEqual([]);
    await second.say('apply');
    expect((await billing.call('GET', `/projects/${project}/standards/WY`)).body).toMatchObject({
      prices: [
        { price: '0.85', to: '2025-12-31' },
        { price: '0.95', from: '2026-01-01' },
      ],
    });
    await second.say('hold-undo');
    await second.say('undo');
    expect((await billing.call('GET', `/projects/${project}/standards/WY`)).body).toMatchObject({
      prices: [{ price: '0.85' }],
    });
  });

  it('keeps numbers, set-up and closing for itself until it is decided', async () => {
    await post('/standards', { ...STANDARD, standard: 'LJ' });
    const one = await opening();
    await one.check();
    const receipt = { date: '2026-03-15', customer: 'K1', tenders: [{ method: '现金', amount: '1.00' }] };
    expect(await post('/receipts', { ...receipt, receiptNo: 'SJ2' })).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:receipt-number-taken' },
    });
    expect(await post('/receipts', { ...receipt, receiptNo: 'YJ1' })).toMatchObject({ status: 201 });
    for (const [path, body] of [
      ['/standards', STANDARD],
      ['/periods/2026-03/close', undefined],
    ] as const)
      expect(await post(path, body)).toMatchObject({
        status: 409,
        body: { type: 'urn:propledger:problem:import-in-progress' },
      });
    await expect((await opening()).check()).rejects.toThrow('409 urn:propledger:problem:import-held');

    await one.say('drop');
    await one.say('drop');
    expect((await post('/receipts', { ...receipt, receiptNo: 'SJ2' })).status).toBe(201);
    expect((await post('/standards', STANDARD)).status).toBe(201);
    await expect(one.say('apply')).rejects.toThrow('import-over');
    expect(await one.stage('预交款', rowsOf(prepaymentRow()))).toBe(409);
  });

  it('lets everything go at once when it has a fault', async () => {
    const one = begun();
    await one.stage('实收补录', rowsOf(receiptRow(), receiptRow({ 收据号: 'SJ2', 客户编码: 'K404' })));
    expect(await one.faults()).toHaveLength(1);
    expect((await post('/standards', STANDARD)).status).toBe(201);
  });

  it('is undone whole while nothing was built on it, and may come again with another first period', async () => {
    const one = await opening();
    await one.check();
    await one.say('apply');
    expect(await one.say('hold-undo')).toEqual({ blockers: [] });
    expect(await post('/standards', { ...STANDARD, standard: 'LJ' })).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:book-held' },
    });
    const undone = await one.say('undo');
    expect(await one.say('undo')).toEqual(undone);

    const events = await billing.verifiedEvents(project);
    expect(events.slice(11).map(({ type, source }) => [type, source])).toEqual([
      ['receipt.reversed', `undo:${one.id}`],
      ['receipt.reversed', `undo:${one.id}`],
      ['receipt.reversed', `undo:${one.id}`],
      ['entry.reversed', `undo:${one.id}`],
      ['entry.reversed', `undo:${one.id}`],
      ['entry.reversed', `undo:${one.id}`],
      ['entry.reversed', `undo:${one.id}`],
      ['binding.withdrawn', `undo:${one.id}`],
      ['binding.withdrawn', `undo:${one.id}`],
      ['standard.withdrawn', `undo:${one.id}`],
    ]);
    expect(linesOf(events)).toEqual({});
    expect(await itemsOf('/prepayments')).toEqual([]);
    expect(await itemsOf('/standards')).toEqual([]);

    billing.neighbours.tell('registry', project, 'project.withdrawn', { project });
    billing.neighbours.project(project, '2026-01');
    await billing.catchUp();
    const again = await opening();
    expect(await again.faults()).toEqual([]);
  });

  it('takes meters, readings and pools, skips what stands, and is undone with them', async () => {
    const opened = begun();
    const price = { 生效日期: '2010-01-01' };
    await opened.stage(
      '收费标准',
      rowsOf(
        standardRow({ ...price, 标准编码: 'SF', 计费方式: '用量阶梯', 仪表种类: '电表' }),
        standardRow({ 标准编码: 'GD', 计费方式: '公摊' }),
      ),
    );
    await opened.stage('阶梯价格', rowsOf(tierRow()));
    await opened.stage('仪表', rowsOf(meterRow()));
    await opened.stage('公摊池', rowsOf(poolRow()));
    expect(await opened.faults()).toEqual([]);
    await opened.say('apply');

    const month = begun();
    await month.stage('阶梯价格', rowsOf(tierRow(), tierRow({ 起始用量: '15', 单价: '4.15' })));
    await month.stage('仪表', rowsOf(meterRow()));
    await month.stage('公摊池', rowsOf(poolRow()));
    // The reading of the day on which the meter was replaced, listed before the replacement.
    await month.stage('抄表', rowsOf(readingRow({ 本期读数: '5' })));
    await month.stage('换表', rowsOf(replacementRow({ 换表日期: '2026-03-26' })));
    await month.stage('公摊金额', rowsOf(poolAmountRow()));
    const { faults, counts } = await month.check();
    expect(faults).toEqual([]);
    expect(counts.map(({ sheet, added, skipped }) => [sheet, added, skipped])).toEqual([
      ['阶梯价格', 1, 1],
      ['仪表', 0, 1],
      ['公摊池', 0, 1],
      ['抄表', 1, 0],
      ['换表', 1, 0],
      ['公摊金额', 1, 0],
    ]);
    await month.say('apply');
    const meter = async (): Promise<unknown> =>
      (await billing.call('GET', `/projects/${project}/meters/E1`)).body['records'];
    expect(await meter()).toMatchObject([{ kind: 'replaced' }, { kind: 'read', reading: '5' }]);
    const again = begun();
    await again.stage('抄表', rowsOf(readingRow({ 本期读数: '5' })));
    await again.stage('公摊金额', rowsOf(poolAmountRow()));
    expect((await again.check()).counts).toMatchObject([
      { sheet: '抄表', added: 0, skipped: 1 },
      { sheet: '公摊金额', added: 0, skipped: 1 },
    ]);
    await again.say('drop');
    const other = begun();
    await other.stage('抄表', rowsOf(readingRow({ 本期读数: '6' })));
    await other.stage('公摊金额', rowsOf(poolAmountRow({ 金额: '1.00' })));
    expect(await other.faults()).toEqual(['抄表 3 账期 second_reading', '公摊金额 3 公摊编码 duplicate']);
    await other.say('drop');

    expect(await month.say('hold-undo')).toEqual({ blockers: [] });
    await month.say('undo');
    expect(await meter()).toEqual([]);
    expect((await billing.call('GET', `/projects/${project}/standards/SF`)).body['tiers']).toEqual([
      { above: '0', price: '2.75' },
    ]);
    expect(await opened.say('hold-undo')).toEqual({ blockers: [] });
    await opened.say('undo');
    expect(await itemsOf('/meters')).toEqual([]);
    expect(await itemsOf('/pools')).toEqual([]);
    expect(await itemsOf('/standards')).toEqual([]);
    await billing.verifiedEvents(project);
  });

  it('is not undone once something was built on it', async () => {
    const one = await opening();
    await one.check();
    await one.say('apply');
    await post('/receipts/SJ2/reversal', { date: '2026-03-31', reason: '-' });
    expect(await one.say('hold-undo')).toEqual({
      blockers: [{ book: project, position: 12, type: 'receipt.reversed' }],
    });
    expect((await post('/standards', { ...STANDARD, standard: 'LJ' })).status).toBe(201);
  });

  it('goes on after a crash in the middle of its application', async () => {
    const one = await opening();
    await one.check();
    // The service stops while the application is under way; onboarding repeats its call until it is answered.
    const first = one.say('apply').catch(() => null);
    await billing.restart();
    await first;
    await one.say('apply');
    expect((await billing.verifiedEvents(project)).length).toBe(11);
  });
});

/** What the lines of all events come to, by account; nothing when everything is undone. */
const linesOf = (events: readonly RecordedEvent[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { body } of events)
    for (const { account, amount } of (body as { lines?: { account: string; amount: string }[] }).lines ?? [])
      sums[account] = (sums[account] ?? 0) + Math.round(Number(amount) * 100);
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
};
