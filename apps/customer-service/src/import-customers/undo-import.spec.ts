import { encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import type { CustomersSheet } from '../archive/sheet-rows';
import { startCustomers, type RunningCustomers } from '../spec-support/running-customers';
import { Rows, type Cells } from '../spec-support/rows';
import { byPlace, Import } from '../spec-support/staging';

/** Each test has a project of its own. */
let p = 'P0';
const customer = (code: string, more?: Cells): Cells => new Rows(p).customer(code, more);
const occupancy = (resource: string, code: string, from: string, more?: Cells): Cells =>
  new Rows(p).occupancy(resource, code, from, more);

describe('undoing an import of customers and occupancies', () => {
  let database: FreshDatabase;
  let customers: RunningCustomers;
  beforeAll(async () => {
    database = await freshDatabase('customers');
    customers = await startCustomers(database);
  });
  beforeEach(async () => {
    p = `P${Number(p.slice(1)) + 1}`;
    customers.registry.project(p, '山东', 'R1', 'R2', 'R3');
    // Its customers' list is there once the copy has the project.
    const after = encodeAfter({ registry: { [p]: 4 } });
    expect(await customers.admin('GET', `/projects/${p}/customers?after=${after}`)).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    await customers?.close();
    await database.drop();
  });

  const begin = (): Import => new Import(customers.peer);
  const take = async (...sheets: readonly (readonly [CustomersSheet, ...Cells[]])[]): Promise<Import> => {
    const staged = begin();
    for (const [sheet, ...rows] of sheets) await staged.values(sheet, ...rows);
    expect((await staged.check()).faults).toEqual([]);
    expect(await staged.step('apply')).toMatchObject({ status: 200 });
    return staged;
  };
  it('undoes what nothing was built on, occupancies before customers, and frees the codes', async () => {
    const many = Array.from({ length: 1_200 }, (_, i) => customer(`C${i}`));
    const first = await take(
      ['客户档案', ...many],
      ['入住关系', occupancy('R1', 'C0', '2026-01-01'), occupancy('R2', 'C1', '2026-01-01')],
    );
    const second = await take(['入住关系', occupancy('R3', 'C2', '2026-01-01')]);
    expect((await first.step('hold-undo')).body).toEqual({
      blockers: [{ book: p, position: 1_203, type: 'occupancy.registered' }],
    });
    expect((await second.step('hold-undo')).body).toEqual({ blockers: [] });
    expect(await customers.admin('POST', `/projects/${p}/customers/C5/changes`, { name: '五' })).toMatchObject({
      status: 409,
    });
    expect(await second.step('undo')).toMatchObject({ status: 200, body: { positions: { [p]: 1_204 } } });
    expect((await first.step('hold-undo')).body).toEqual({ blockers: [] });
    for (let i = 0; i < 2; i += 1)
      expect(await first.step('undo')).toMatchObject({ status: 200, body: { positions: { [p]: 2_406 } } });
    const types = (await customers.admin('GET', `/books/${p}/events?after_position=1204&limit=3`)).body['items'];
    expect(types).toMatchObject([
      { type: 'occupancy.withdrawn', source: `undo:${first.id}` },
      { type: 'occupancy.withdrawn' },
      { type: 'customer.withdrawn' },
    ]);
    expect((await customers.admin('GET', `/projects/${p}/customers`)).body['items']).toEqual([]);
    await take(['客户档案', customer('C0')]);
  });

  it('takes lets by the month beside who pays otherwise, each day once, and undoes them', async () => {
    const byMonth = (resource: string, code: string, from: string, more?: Cells): Cells => ({
      ...{ 项目编码: p, 资源编码: resource, 客户编码: code, 开始日期: from, ...more },
    });
    const LETS = '车位月租';
    const rows = [
      byMonth('R1', 'A', '2026-03-10', { 结束日期: '2026-03-31', 月租价: '280' }),
      byMonth('R2', 'A', '2026-03-01'),
    ];
    const first = await take(
      ['客户档案', customer('A'), customer('B')],
      ['入住关系', occupancy('R1', 'B', '2020-01-01')],
      [LETS, ...rows],
    );
    const listed = async (): Promise<unknown> =>
      (await customers.admin('GET', `/projects/${p}/occupancies?relation=${encodeURIComponent('月租')}`)).body['items'];
    expect(await listed()).toMatchObject([
      {
        occupancy: 'O4',
        resource: 'R1',
        customer: 'A',
        from: '2026-03-10',
        to: '2026-03-31',
        payer: true,
        price: '280',
      },
      { resource: 'R2', price: null },
    ]);
    const second = begin();
    await second.values(
      LETS,
      ...rows,
      byMonth('R1', 'B', '2026-03-31', { 结束日期: '2026-03-31' }),
      byMonth('R1', 'B', '2026-04-01'),
      byMonth('R1', 'A', '2026-05-01', { 结束日期: '2026-05-31' }),
      byMonth('R9', 'A', '2026-05-01'),
      byMonth('R3', 'NOBODY', '2026-05-01'),
      byMonth('R1', 'A', '2026-03-10', { 结束日期: '2026-03-31', 月租价: '300' }),
    );
    const { faults, counts } = await second.check();
    expect(byPlace(faults).map(({ row, column, code }) => `${row} ${column} ${code}`)).toEqual([
      '5 开始日期 overlap',
      '7 开始日期 overlap',
      '8 资源编码 unknown_reference',
      '9 客户编码 unknown_reference',
      '10 开始日期 overlap',
    ]);
    expect(counts).toEqual([{ sheet: LETS, added: 1, skipped: 2 }]);
    await second.step('drop');
    expect((await first.step('hold-undo')).body).toEqual({ blockers: [] });
    expect(await first.step('undo')).toMatchObject({ status: 200 });
    expect(await listed()).toEqual([]);
  });

  it('takes cars with their plates, each at a space once a day, and undoes them', async () => {
    const CARS = '车辆';
    const car = (resource: string, code: string, plate: string, more?: Cells): Cells => ({
      ...{ 项目编码: p, 资源编码: resource, 客户编码: code, 车牌号: plate, 开始日期: '2026-03-01', ...more },
    });
    const rows = [
      car('R1', 'A', '鲁F·12345'),
      car('R1', 'B', '鲁FD54321'),
      car('R2', 'A', '鲁f12345', { 结束日期: '2026-05-31' }),
    ];
    const first = await take(
      ['客户档案', customer('A'), customer('B')],
      ['入住关系', occupancy('R1', 'B', '2020-01-01')],
      ['车位月租', { 项目编码: p, 资源编码: 'R2', 客户编码: 'A', 开始日期: '2026-03-01' }],
      [CARS, ...rows],
    );
    const listed = async (): Promise<unknown> =>
      (await customers.admin('GET', `/projects/${p}/vehicles`)).body['items'];
    expect(await listed()).toMatchObject([
      { vehicle: 'V5', resource: 'R1', customer: 'A', plate: '鲁F12345', to: null },
      { vehicle: 'V6', resource: 'R1', customer: 'B', plate: '鲁FD54321' },
      { vehicle: 'V7', resource: 'R2', plate: '鲁F12345', to: '2026-05-31' },
    ]);
    const second = begin();
    await second.values(
      CARS,
      ...rows,
      car('R1', 'B', '鲁F12345', { 开始日期: '2026-06-01' }),
      car('R3', 'A', '鲁F12345'),
      car('R3', 'B', '鲁F-12345'),
      car('R3', 'NOBODY', '没有车牌号码'),
    );
    const { faults, counts } = await second.check();
    expect(faults.map(({ row, column, code }) => `${row} ${column} ${code}`).sort()).toEqual([
      '6 开始日期 overlap',
      '8 开始日期 overlap',
      '9 客户编码 unknown_reference',
      '9 车牌号 invalid_plate',
    ]);
    expect(counts).toEqual([{ sheet: CARS, added: 1, skipped: 3 }]);
    await second.step('drop');
    const events = (await customers.admin('GET', `/books/${p}/events`)).body['items'];
    expect(JSON.stringify(events)).not.toMatch(/12345|54321/);
    expect((await first.step('hold-undo')).body).toEqual({ blockers: [] });
    expect(await first.step('undo')).toMatchObject({ status: 200 });
    expect(await listed()).toEqual([]);
  });

  it('does not undo what something was built on', async () => {
    const first = await take(['客户档案', customer('A')]);
    await customers.admin('POST', `/projects/${p}/customers/A/changes`, { phone: '139' });
    expect((await first.step('hold-undo')).body).toEqual({
      blockers: [{ book: p, position: 2, type: 'customer.changed' }],
    });
    expect(await customers.admin('POST', `/projects/${p}/customers/A/changes`, { phone: '138' })).toMatchObject({
      status: 200,
    });
  });

  const LEASE = '租赁合同';
  const lease = (code: string, more?: Cells): Cells => ({
    ...{ 项目编码: p, 合同编号: code, 开始日期: '2026-01-01', 结束日期: '2027-12-31', 付款月数: '1', 应收日: '5' },
    ...more,
  });
  const of = (code: string, more: Cells): Cells => ({ 项目编码: p, 合同编号: code, ...more });
  const rowsOf = (code: string, resource: string, customer: string): [CustomersSheet, ...Cells[]][] => [
    [LEASE, lease(code)],
    ['合同各方', of(code, { 客户编码: customer, 合同角色: '承租方', 付款方: '是' })],
    ['合同资源', of(code, { 资源编码: resource, 租赁面积: '20' })],
    ['合同费项', of(code, { 收费项目: '租金', 计价: '每月', 单价: '3000' })],
    ['租金递增', of(code, { 收费项目: '租金', 每几个月: '12', 递增方式: '百分比', 递增值: '5' })],
    ['免租期', of(code, { 收费项目: '租金', 免租开始: '2026-01-01', 免租结束: '2026-01-31' })],
    ['合同押金', of(code, { 押金名目: '租赁押金', 金额: '9000.00' })],
  ];

  it('takes leases with all their rows, passes over those that are in, and undoes them whole', async () => {
    const sheets = rowsOf('HT-1', 'R1', 'A');
    const first = await take(['客户档案', customer('A')], ...sheets);
    const item = {
      item: '租金',
      price: '3000',
      steps: [{ everyMonths: 12, value: '5' }],
      free: [{ to: '2026-01-31' }],
    };
    const today = '2026-06-01';
    expect((await customers.admin('GET', `/projects/${p}/leases/HT-1?on=${today}`)).body).toMatchObject({
      lease: 'HT-1',
      terms: { items: [item] },
    });
    const forecast = await customers.admin('GET', `/projects/${p}/leases/forecast?from=2026-01&months=14`);
    expect(forecast.body).toMatchObject({ leases: 1, total: '39300.00' });

    const again = begin();
    for (const [sheet, ...rows] of sheets) await again.values(sheet, ...rows);
    expect((await again.check()).counts).toMatchObject(sheets.map(([sheet]) => ({ sheet, added: 0, skipped: 1 })));
    await again.step('drop');
    const other = begin();
    for (const [sheet, ...rows] of rowsOf('HT-1', 'R2', 'A')) await other.values(sheet, ...rows);
    expect((await other.check()).faults).toEqual([{ sheet: LEASE, row: 3, column: '合同编号', code: 'duplicate' }]);
    await other.step('drop');

    // A change order that waits was built on it, as a change is.
    const draft = await customers.admin('POST', `/projects/${p}/leases/HT-1/changes`, {
      ...{ effectiveOn: '2026-07-01', payment: { months: 3, dueDay: 5 }, draft: true },
    });
    expect((await first.step('hold-undo')).body).toEqual({
      blockers: [{ book: p, position: 2, type: 'lease-draft' }],
    });
    expect(
      await customers.admin('POST', `/projects/${p}/lease-drafts/${String(draft.body['draft'])}/reject`, {}),
    ).toMatchObject({ status: 200 });
    expect((await first.step('hold-undo')).body).toEqual({ blockers: [] });
    expect(await first.step('undo')).toMatchObject({ status: 200 });
    expect(await customers.admin('GET', `/projects/${p}/leases/HT-1`)).toMatchObject({ status: 404 });
    const events = (await customers.admin('GET', `/books/${p}/events?after_position=2`)).body['items'];
    expect(events).toMatchObject([
      { type: 'lease.withdrawn', body: { lease: 'HT-1' }, source: `undo:${first.id}` },
      { type: 'customer.withdrawn' },
    ]);
    await take(['客户档案', customer('A')], ...rowsOf('HT-1', 'R2', 'A'));
  });

  it('finds what is wrong with leases: what they name, what is let already, what is missing', async () => {
    await take(['客户档案', customer('A')], ...rowsOf('HT-1', 'R1', 'A'));
    const staged = begin();
    await staged.values(LEASE, lease('L1'), lease('L2'), lease('L3'), lease('L4'), lease('L4'));
    await staged.values(
      '合同各方',
      ...['L1', 'L2', 'L3', 'L4', 'L9'].map((code) =>
        of(code, { 客户编码: code === 'L4' ? 'X' : 'A', 合同角色: '承租方', 付款方: '是' }),
      ),
    );
    await staged.values(
      '合同资源',
      ...[
        ['L1', 'R1'],
        ['L2', 'R2'],
        ['L3', 'R2'],
        ['L4', 'R9'],
      ].map(([code = '', resource = '']) => of(code, { 资源编码: resource })),
    );
    await staged.values(
      '合同费项',
      ...['L1', 'L2', 'L3'].map((code) => of(code, { 收费项目: '租金', 计价: '每月', 单价: '1' })),
    );
    expect(byPlace((await staged.check()).faults)).toEqual(
      byPlace([
        { sheet: '合同资源', row: 3, column: '资源编码', code: 'overlap' },
        { sheet: '合同资源', row: 5, column: '资源编码', code: 'overlap' },
        { sheet: '合同资源', row: 6, column: '资源编码', code: 'unknown_reference' },
        { sheet: LEASE, row: 7, column: '合同编号', code: 'duplicate' },
        { sheet: '合同各方', row: 6, column: '客户编码', code: 'unknown_reference' },
        { sheet: '合同各方', row: 7, column: '合同编号', code: 'unknown_reference' },
      ]),
    );
    await staged.step('drop');
  });
});
