import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { startRegistry, YT01, type RunningRegistry } from '../spec-support/running-registry';
import { Rows } from '../spec-support/rows';
import { Import } from '../spec-support/staging';

/** Each test has a project of its own. */
let p = 'P0';
const project = (code?: string): Record<string, string> => new Rows(p).projectRow(code);
const room = (code: string, more?: Record<string, string>): Record<string, string> => new Rows(p).room(code, more);

describe('undoing an import of projects and resources', () => {
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
  const events = async (book: string): Promise<{ type: string }[]> =>
    (await registry.admin('GET', `/books/${book}/events`)).body['items'] as never;

  it('takes and withdraws thousands of rows in commands of a thousand', async () => {
    const staged = begin();
    await staged.values('项目', project());
    await staged.values('物业资源', ...Array.from({ length: 2_500 }, (_, i) => room(`R${i}`)));
    expect((await staged.check()).faults).toEqual([]);
    expect((await staged.step('apply')).body).toEqual({ positions: { [p]: 2_501 } });
    expect((await staged.step('hold-undo')).body).toEqual({ blockers: [] });
    expect((await staged.step('undo')).body).toEqual({ positions: { [p]: 5_002 } });
    expect((await staged.step('undo')).body).toEqual({ positions: { [p]: 5_002 } });
    expect(await registry.admin('GET', `/projects/${p}`)).toMatchObject({ status: 404 });
    const last = (await registry.admin('GET', `/books/${p}/events?after_position=5001`)).body['items'];
    expect(last).toMatchObject([{ type: 'project.withdrawn', source: `undo:${staged.id}` }]);
  });

  it('undoes what nothing was built on, and frees the codes', async () => {
    const staged = begin();
    await staged.values('项目', project());
    await staged.values('物业资源', room('A'));
    await staged.check();
    await staged.step('apply');
    await staged.step('hold-undo');
    const change = { effectiveOn: '2026-04-01', name: 'x' };
    const held = await registry.admin('POST', `/projects/${p}/resources/A/changes`, change);
    expect(held).toMatchObject({ status: 409, body: { type: 'urn:propledger:problem:book-held' } });
    expect(await staged.step('release-undo')).toMatchObject({ status: 204 });
    expect(await staged.step('undo')).toMatchObject({ status: 409 });
    await staged.step('hold-undo');
    await staged.step('undo');
    expect((await events(p)).map(({ type }) => type)).toEqual([
      'project.registered',
      'resource.registered',
      'resource.withdrawn',
      'project.withdrawn',
    ]);
    expect(await registry.admin('POST', '/projects', { ...YT01, project: p })).toMatchObject({ status: 201 });
    expect(await registry.admin('GET', `/projects/${p}/resources/A`)).toMatchObject({ status: 404 });
  });

  it('does not undo what something was built on, except by imports that are undone themselves', async () => {
    const first = begin();
    await first.values('项目', project());
    await first.values('物业资源', room('A'));
    await first.check();
    await first.step('apply');
    const second = begin();
    await second.values('物业资源', room('B'));
    await second.check();
    await second.step('apply');
    const blocked = await first.step('hold-undo');
    expect(blocked.body).toEqual({ blockers: [{ book: p, position: 3, type: 'resource.registered' }] });
    expect(await registry.admin('POST', `/projects/${p}/changes`, { name: '不再占用' })).toMatchObject({ status: 200 });
    expect((await second.step('hold-undo')).body).toEqual({
      blockers: [{ book: p, position: 4, type: 'project.changed' }],
    });

    const third = begin();
    await third.values('物业资源', room('C'));
    await third.check();
    await third.step('apply');
    const fourth = begin();
    await fourth.values('物业资源', room('D'));
    await fourth.check();
    await fourth.step('apply');
    for (const one of [fourth, third]) {
      expect((await one.step('hold-undo')).body).toEqual({ blockers: [] });
      expect(await one.step('undo')).toMatchObject({ status: 200 });
    }
  });
});
