import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAfter, type CellFault } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { importRows } from '@propledger/workbook';
import { Client } from 'pg';
import { CUSTOMERS_SHEETS, type CustomersSheet } from '../archive/sheet-rows';
import { startCustomers, type RunningCustomers } from '../spec-support/running-customers';
import { Rows, type Cells } from '../spec-support/rows';
import { byPlace, Import } from '../spec-support/staging';

const BOHAI = join(__dirname, '../../../../acceptance/bohai');
const isOurs = (sheet: string | null): sheet is CustomersSheet => CUSTOMERS_SHEETS.includes(sheet as CustomersSheet);

/** Each test has a project of its own. */
let p = 'P0';
const customer = (code: string, more?: Cells): Cells => new Rows(p).customer(code, more);
const occupancy = (resource: string, code: string, from: string, more?: Cells): Cells =>
  new Rows(p).occupancy(resource, code, from, more);

describe('importing customers and occupancies', () => {
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
  /** Stages a workbook's sheets; what the registry owns counts as staged there. */
  const fromFile = async (file: string): Promise<{ staged: Import; read: CellFault[] }> => {
    const staged = begin();
    const read: CellFault[] = [];
    for await (const { sheet, rows, faults } of importRows(join(BOHAI, file))) {
      for (const { values } of rows) {
        if (sheet === '项目') customers.registry.staged.add(`${values['项目编码']} ${values['项目编码']}`);
        if (sheet === '物业资源' || sheet === '车位')
          customers.registry.staged.add(`${values['项目编码']} ${values['资源编码']}`);
      }
      if (!isOurs(sheet)) continue;
      read.push(...faults);
      if (rows.length > 0) expect((await staged.stage(sheet, rows)).status).toBe(204);
    }
    return { staged, read };
  };

  it('finds the faults of the faulty workbook, no more and no fewer', async () => {
    const { staged, read } = await fromFile('初始化资料-有错.xlsx');
    const { faults, projects } = await staged.check();
    const expected = JSON.parse(
      readFileSync(join(BOHAI, 'expected/初始化资料-有错.errors.json'), 'utf8'),
    ) as CellFault[];
    expect(byPlace([...read, ...faults])).toEqual(byPlace(expected.filter(({ sheet }) => isOurs(sheet))));
    expect(projects).toEqual(['YT01']);
    await staged.step('drop');
    expect(await customers.admin('GET', '/projects/YT01/customers/YT01-B001')).toMatchObject({ status: 404 });
  });

  it('takes the opening workbook, once however often it is told to', async () => {
    const { staged, read } = await fromFile('初始化资料.xlsx');
    expect({ ...(await staged.check()), read }).toEqual({
      read: [],
      faults: [],
      counts: [
        { sheet: '客户档案', added: 372, skipped: 0 },
        { sheet: '入住关系', added: 880, skipped: 0 },
      ],
      totals: [],
      projects: ['YT01', 'YT02'],
    });
    const applied = await Promise.all([staged.step('apply'), staged.step('apply')]);
    applied.push(await staged.step('apply'));
    for (const { status, body } of applied) expect({ status, body }).toEqual({ status: 200, body: applied[0]?.body });
    const positions = applied[0]?.body['positions'] as Record<string, number>;
    expect((positions['YT01'] ?? 0) + (positions['YT02'] ?? 0)).toBe(372 + 880);
    const { body } = await customers.admin('GET', '/projects/YT01/customers/YT01-K00002');
    expect(body).toMatchObject({ name: '胡思欣', kind: '个人', phone: '15204136981' });
    const payers = await customers.admin('GET', '/projects/YT01/occupancies?resource=YT01-01-1-0101&payer=true');
    expect(payers.body['items']).toMatchObject([
      { customer: 'YT01-DEV', from: '2017-01-01', to: '2024-01-18' },
      { customer: 'YT01-K00001', from: '2024-01-19', to: null },
    ]);

    const again = (await fromFile('初始化资料.xlsx')).staged;
    expect((await again.check()).counts).toEqual([
      { sheet: '客户档案', added: 0, skipped: 372 },
      { sheet: '入住关系', added: 0, skipped: 880 },
    ]);
    expect((await again.step('apply')).body).toEqual({ positions });
  });

  it('leaves no staged personal data behind', async () => {
    const taken = await take(['客户档案', customer('A')]);
    const dropped = begin();
    await dropped.values('客户档案', customer('B'));
    await dropped.check();
    await dropped.step('drop');
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      const staged = 'select import from import_stage union select import from import_chunk';
      const left = await client.query<{ import: string }>(staged);
      expect(left.rows.map((row) => row.import)).not.toEqual(expect.arrayContaining([taken.id]));
      expect(left.rows.map((row) => row.import)).not.toEqual(expect.arrayContaining([dropped.id]));
      const { rows } = await client.query<{ row: string }>(
        'select t::text as row from event t union all select t::text from command t',
      );
      for (const { row } of rows) expect(row).not.toContain('客户 A');
    } finally {
      await client.end();
    }
  });

  it('calls a customer with other content a duplicate, and unreadable cells no other content', async () => {
    await take(['客户档案', customer('A', { 手机: '139' }), customer('B')]);
    const staged = begin();
    await staged.stage('客户档案', [
      { row: 3, values: customer('A', { 手机: '138' }), faulty: [] },
      { row: 4, values: customer('B'), faulty: [] },
      { row: 5, values: customer('B'), faulty: [] },
      { row: 6, values: customer('C'), faulty: ['客户类型'] },
      { row: 7, values: customer('C'), faulty: [] },
    ]);
    expect((await staged.check()).faults).toEqual([
      { sheet: '客户档案', row: 3, column: '客户编码', code: 'duplicate' },
      { sheet: '客户档案', row: 5, column: '客户编码', code: 'duplicate' },
      { sheet: '客户档案', row: 7, column: '客户编码', code: 'duplicate' },
    ]);
  });

  it('asks the registry itself, and reports a reference once', async () => {
    customers.registry.staged.add(`${p} R9`);
    const staged = begin();
    await staged.stage('客户档案', [
      { row: 3, values: customer('A'), faulty: ['客户名称'] },
      { row: 4, values: customer('B', { 项目编码: 'NOPE' }), faulty: [] },
    ]);
    await staged.values(
      '入住关系',
      occupancy('R9', 'A', '2026-01-01'),
      occupancy('R8', 'Z', '2026-01-01'),
      occupancy('R1', 'B', '2026-01-01'),
      occupancy('R8', 'Z', '2026-01-01', { 项目编码: 'NOPE' }),
    );
    expect((await staged.check()).faults).toEqual(
      [
        { sheet: '客户档案', row: 4, column: '项目编码', code: 'unknown_reference' },
        { sheet: '入住关系', row: 4, column: '资源编码', code: 'unknown_reference' },
        { sheet: '入住关系', row: 4, column: '客户编码', code: 'unknown_reference' },
        { sheet: '入住关系', row: 5, column: '客户编码', code: 'unknown_reference' },
        { sheet: '入住关系', row: 6, column: '项目编码', code: 'unknown_reference' },
      ].sort((a, b) => (a.sheet === b.sheet ? 0 : a.sheet === '客户档案' ? -1 : 1)),
    );
    expect((await staged.check()).projects).toEqual([p]);
    customers.registry.isAway = true;
    expect(await staged.step('check')).toMatchObject({ status: 503 });
    customers.registry.isAway = false;
  });

  it('finds two payers of one day, in the file and in the archive, at the later row', async () => {
    await take(
      ['客户档案', customer('A'), customer('B')],
      ['入住关系', occupancy('R1', 'A', '2020-01-01', { 结束日期: '2025-12-31' })],
    );
    const staged = begin();
    await staged.stage('入住关系', [
      { row: 3, values: occupancy('R1', 'B', '2025-12-31'), faulty: [] },
      { row: 4, values: occupancy('R2', 'A', '2026-02-01'), faulty: [] },
      { row: 5, values: occupancy('R2', 'B', '2026-01-01', { 结束日期: '2026-02-01' }), faulty: [] },
      { row: 6, values: occupancy('R2', 'B', '2026-01-01', { 付费人: '否' }), faulty: [] },
      { row: 7, values: occupancy('R3', 'A', '2026-01-01'), faulty: ['结束日期'] },
      { row: 8, values: occupancy('R3', 'B', '2026-01-01', { 结束日期: '2026-01-31' }), faulty: [] },
      { row: 9, values: occupancy('R3', 'NOPE', '2026-01-01'), faulty: [] },
      { row: 10, values: occupancy('R3', 'A', '2026-02-01'), faulty: [] },
    ]);
    expect((await staged.check()).faults).toEqual([
      { sheet: '入住关系', row: 3, column: '开始日期', code: 'overlap' },
      { sheet: '入住关系', row: 5, column: '开始日期', code: 'overlap' },
      { sheet: '入住关系', row: 9, column: '客户编码', code: 'unknown_reference' },
    ]);
  });

  it('skips occupancies that are in already, and looks for overlaps beside them', async () => {
    const tenant = occupancy('R1', 'B', '2024-01-01', { 关系: '租户', 付费人: '否', 结束日期: '2024-12-31' });
    const rows = [occupancy('R1', 'A', '2020-01-01'), tenant];
    await take(['客户档案', customer('A'), customer('B')], ['入住关系', ...rows]);
    const staged = begin();
    await staged.values(
      '入住关系',
      ...rows,
      tenant,
      occupancy('R1', 'B', '2026-01-01'),
      occupancy('R2', 'B', '2026-01-01'),
    );
    const { faults, counts } = await staged.check();
    expect(faults).toEqual([{ sheet: '入住关系', row: 6, column: '开始日期', code: 'overlap' }]);
    expect(counts).toEqual([{ sheet: '入住关系', added: 1, skipped: 3 }]);
  });

  it('lets one import at a time have a project, and no command', async () => {
    const one = begin();
    await one.values('客户档案', customer('A'));
    await one.check();
    const other = begin();
    await other.values('客户档案', customer('A'));
    expect(await other.step('check')).toMatchObject({ status: 409, body: { detail: p } });
    const command = await customers.admin('POST', `/projects/${p}/customers`, {
      customer: 'B',
      kind: '个人',
      name: '乙',
    });
    expect(command).toMatchObject({ status: 409, body: { type: 'urn:propledger:problem:book-held' } });
    await one.step('drop');
    for (const step of ['check', 'apply']) expect(await one.step(step)).toMatchObject({ status: 409 });
    expect(await other.step('check')).toMatchObject({ status: 200 });
  });

  it('answers references to what is in and what this import stages', async () => {
    await take(['客户档案', customer('A')]);
    const staged = begin();
    await staged.values('客户档案', customer('B'));
    const asked = ['A', 'B', 'C', 'C'].map((code) => ({ project: p, code }));
    expect((await staged.references({ customers: asked })).body).toEqual({
      unknownProjects: [],
      unknownResources: [],
      unknownCustomers: [{ project: p, code: 'C' }],
      firstPeriods: {},
    });
  });

  it('speaks with services only', async () => {
    const staged = begin();
    for (const step of ['rows', 'check', 'references', 'apply', 'drop', 'hold-undo', 'undo', 'release-undo'])
      expect(await customers.admin('POST', `/imports/${staged.id}/${step}`, {})).toMatchObject({ status: 403 });
  });
});
