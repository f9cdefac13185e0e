import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CellFault } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { importRows } from '@propledger/workbook';
import { REGISTRY_SHEETS, type RegistrySheet } from '../archive/sheet-rows';
import { startRegistry, YT01, type RunningRegistry } from '../spec-support/running-registry';
import { Rows } from '../spec-support/rows';
import { byPlace, Import } from '../spec-support/staging';

const BOHAI = join(__dirname, '../../../../acceptance/bohai');
const isOurs = (sheet: string | null): sheet is RegistrySheet => REGISTRY_SHEETS.includes(sheet as RegistrySheet);

/** Each test has a project of its own. */
let p = 'P0';
const project = (code?: string): Record<string, string> => new Rows(p).projectRow(code);
const room = (code: string, more?: Record<string, string>): Record<string, string> => new Rows(p).room(code, more);
const place = (code: string, more?: Record<string, string>): Record<string, string> => new Rows(p).place(code, more);

describe('importing projects and resources', () => {
  let database: FreshDatabase;
  let registry: RunningRegistry;
  beforeAll(async () => {
    database = await freshDatabase('registry');
    registry = await startRegistry(database);
  });
  beforeEach(() => {
    p = `P${Number(p.slice(1)) + 1}`;
  });
  afterAll(async () => {
    await registry?.close();
    await database.drop();
  });

  const begin = (): Import => new Import(registry.peer);
  const fromFile = async (file: string): Promise<{ staged: Import; read: CellFault[] }> => {
    const staged = begin();
    const read: CellFault[] = [];
    for await (const { sheet, rows, faults } of importRows(join(BOHAI, file))) {
      if (!isOurs(sheet)) continue;
      read.push(...faults);
      if (rows.length > 0) expect((await staged.stage(sheet, rows)).status).toBe(204);
    }
    return { staged, read };
  };
  const events = async (book: string): Promise<{ type: string; source: string; actor: string; body: object }[]> =>
    (await registry.admin('GET', `/books/${book}/events`)).body['items'] as never;

  it('finds the faults of the faulty workbook, no more and no fewer', async () => {
    const { staged, read } = await fromFile('初始化资料-有错.xlsx');
    const { faults, projects } = await staged.check();
    const expected = JSON.parse(
      readFileSync(join(BOHAI, 'expected/初始化资料-有错.errors.json'), 'utf8'),
    ) as CellFault[];
    expect(byPlace([...read, ...faults])).toEqual(byPlace(expected.filter(({ sheet }) => isOurs(sheet))));
    expect(projects).toEqual(['YT01']);
    expect(await staged.step('drop')).toMatchObject({ status: 204 });
    expect(await registry.admin('GET', '/projects/YT01')).toMatchObject({ status: 404 });
  });

  it('takes the opening workbook, once however often it is told to', async () => {
    const { staged, read } = await fromFile('初始化资料.xlsx');
    const checked = await staged.check();
    expect({ ...checked, read }).toEqual({
      read: [],
      faults: [],
      counts: [
        { sheet: '项目', added: 2, skipped: 0 },
        { sheet: '物业资源', added: 356, skipped: 0 },
        { sheet: '车位', added: 200, skipped: 0 },
      ],
      totals: [],
      projects: ['YT01', 'YT02'],
    });
    expect(await registry.admin('POST', '/projects', YT01)).toMatchObject({ status: 409 });
    const applied = await Promise.all([staged.step('apply'), staged.step('apply')]);
    applied.push(await staged.step('apply'));
    for (const { status, body } of applied) {
      expect(status).toBe(200);
      expect(body).toEqual(applied[0]?.body);
    }
    const positions = applied[0]?.body['positions'] as Record<string, number>;
    expect((positions['YT01'] ?? 0) + (positions['YT02'] ?? 0)).toBe(2 + 356 + 200);
    const [first] = await events('YT01');
    expect(first).toMatchObject({
      type: 'project.registered',
      source: `import:${staged.id}`,
      actor: 'admin',
      body: YT01,
    });
    const { body } = await registry.admin('GET', '/projects/YT01/resources/YT01-01-1-0102');
    expect(body).toMatchObject({ grossArea: '100.66', billableArea: '100.66', handedOverOn: '2024-11-17', floor: '1' });

    const again = (await fromFile('初始化资料.xlsx')).staged;
    expect((await again.check()).counts).toEqual([
      { sheet: '项目', added: 0, skipped: 2 },
      { sheet: '物业资源', added: 0, skipped: 356 },
      { sheet: '车位', added: 0, skipped: 200 },
    ]);
    expect((await again.step('apply')).body).toEqual({ positions });
  });

  it('adds to what is in: a row with other content is a duplicate, a code may be in one sheet only', async () => {
    const first = begin();
    await first.values('项目', project());
    await first.values('物业资源', room('A'), room('B', { 计费面积: '80' }));
    await first.values('车位', place('S1', { 所属房间: 'A', 面积: '12' }));
    expect((await first.check()).faults).toEqual([]);
    await first.step('apply');

    const second = begin();
    await second.values('项目', { ...project(), 区域: '别处' });
    await second.values('物业资源', room('A', { 计费面积: '88.50' }), room('B'), room('C'), room('S1'));
    await second.values('车位', place('S1', { 所属房间: 'A', 面积: '12' }), place('C'), place('S2', { 所属房间: 'C' }));
    expect((await second.check()).faults).toEqual([
      { sheet: '项目', row: 3, column: '项目编码', code: 'duplicate' },
      { sheet: '物业资源', row: 4, column: '资源编码', code: 'duplicate' },
      { sheet: '物业资源', row: 6, column: '资源编码', code: 'duplicate' },
      { sheet: '车位', row: 3, column: '资源编码', code: 'duplicate' },
      { sheet: '车位', row: 4, column: '资源编码', code: 'duplicate' },
    ]);
  });

  it('does not call a row other than the archive’s for a cell that it cannot read', async () => {
    const first = begin();
    await first.values('项目', project());
    await first.values('物业资源', room('A'));
    await first.check();
    await first.step('apply');
    const second = begin();
    const { 建筑面积: _, ...unread } = room('A');
    await second.stage('物业资源', [
      { row: 3, values: unread, faulty: ['建筑面积'] },
      { row: 4, values: { ...unread, 资源编码: 'B' }, faulty: ['建筑面积'] },
    ]);
    await second.stage('项目', [{ row: 3, values: { ...project(), 区域: '别处' }, faulty: ['启用账期'] }]);
    expect((await second.check()).faults).toEqual([{ sheet: '项目', row: 3, column: '项目编码', code: 'duplicate' }]);
  });

  it('reports a reference once: not under an unknown project, not to a row that is faulty itself', async () => {
    const staged = begin();
    await staged.stage('项目', [{ row: 3, values: project(), faulty: ['区域'] }]);
    await staged.stage('物业资源', [
      { row: 3, values: room('A'), faulty: ['楼栋'] },
      { row: 4, values: room('B', { 项目编码: 'NOPE' }), faulty: [] },
    ]);
    await staged.values(
      '车位',
      place('S1', { 所属房间: 'A' }),
      place('S2', { 所属房间: 'B' }),
      place('S3', { 所属房间: 'S1' }),
      place('S4', { 项目编码: 'NOPE', 所属房间: 'Z' }),
    );
    expect((await staged.check()).faults).toEqual([
      { sheet: '物业资源', row: 4, column: '项目编码', code: 'unknown_reference' },
      { sheet: '车位', row: 4, column: '所属房间', code: 'unknown_reference' },
      { sheet: '车位', row: 5, column: '所属房间', code: 'unknown_reference' },
      { sheet: '车位', row: 6, column: '项目编码', code: 'unknown_reference' },
    ]);
  });

  it('stages a chunk once, and may be checked again', async () => {
    const staged = begin();
    const chunk = { sheet: '项目', chunk: 1, rows: [{ row: 3, values: project(), faulty: [] }] };
    for (let i = 0; i < 2; i += 1)
      expect(await registry.peer('POST', `/imports/${staged.id}/rows`, chunk)).toMatchObject({ status: 204 });
    const first = await staged.check();
    expect(first.counts).toEqual([{ sheet: '项目', added: 1, skipped: 0 }]);
    expect(await staged.check()).toEqual(first);
    expect(await registry.peer('POST', `/imports/${staged.id}/rows`, chunk)).toMatchObject({ status: 204 });
    expect(await registry.peer('POST', `/imports/${staged.id}/rows`, { ...chunk, chunk: 2 })).toMatchObject({
      status: 409,
    });
  });

  it('lets one import at a time have a project, new or not', async () => {
    const one = begin();
    await one.values('项目', project());
    await one.check();
    const other = begin();
    await other.values('项目', project());
    expect(await other.step('check')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:import-held', detail: p },
    });
    expect(await registry.admin('POST', '/projects', { ...YT01, project: p })).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:book-held' },
    });
    await one.step('drop');
    expect(await other.step('check')).toMatchObject({ status: 200 });
  });

  it('refuses what comes after the end', async () => {
    const dropped = begin();
    await dropped.values('项目', project());
    expect(await dropped.step('apply')).toMatchObject({ status: 409 });
    await dropped.step('drop');
    expect(await dropped.step('drop')).toMatchObject({ status: 204 });
    for (const step of ['check', 'apply']) expect(await dropped.step(step)).toMatchObject({ status: 409 });
    expect(await dropped.values('项目', project())).toMatchObject({ status: 409 });
    const unknown = begin();
    expect((await unknown.step('apply')).body).toEqual({ positions: {} });
    expect((await unknown.step('undo')).body).toEqual({ positions: {} });
    expect((await unknown.step('hold-undo')).body).toEqual({ blockers: [] });
    expect((await unknown.check()).projects).toEqual([]);
  });

  it('answers references to what is in and what this import stages', async () => {
    const first = begin();
    await first.values('项目', project());
    await first.values('物业资源', room('A'));
    await first.check();
    await first.step('apply');
    const staged = begin();
    await staged.values('项目', { ...project('Q-NEW'), 启用账期: '2026-05' });
    await staged.values('车位', { ...place('S1'), 项目编码: 'Q-NEW' });
    const asked = {
      projects: [p, 'Q-NEW', 'P-', 'P-'],
      resources: [
        { project: p, code: 'A' },
        { project: p, code: 'B' },
        { project: 'Q-NEW', code: 'S1' },
        { project: 'Q-NEW', code: 'A' },
      ],
    };
    expect((await staged.references(asked)).body).toEqual({
      unknownProjects: ['P-'],
      unknownResources: [
        { project: p, code: 'B' },
        { project: 'Q-NEW', code: 'A' },
      ],
      unknownCustomers: [],
      firstPeriods: { [p]: '2026-03', 'Q-NEW': '2026-05' },
    });
    expect((await begin().references({ projects: ['Q-NEW'] })).body).toMatchObject({ unknownProjects: ['Q-NEW'] });
  });

  it('speaks with services only', async () => {
    const staged = begin();
    for (const step of ['rows', 'check', 'references', 'apply', 'drop', 'hold-undo', 'undo', 'release-undo'])
      expect(await registry.admin('POST', `/imports/${staged.id}/${step}`, {})).toMatchObject({ status: 403 });
    expect(await registry.peer('POST', '/imports/not-an-id/drop')).toMatchObject({ status: 400 });
    const bad = { sheet: '项目', chunk: 1, rows: [{ row: 3, values: { 项目编码: '~group' }, faulty: [] }] };
    expect(await registry.peer('POST', `/imports/${staged.id}/rows`, bad)).toMatchObject({ status: 400 });
  });
});
