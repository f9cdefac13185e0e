import { decodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { startRegistry, YT01, YT02, type RunningRegistry } from '../spec-support/running-registry';

describe('registering, changing and finding projects', () => {
  let database: FreshDatabase;
  let registry: RunningRegistry;
  beforeAll(async () => {
    database = await freshDatabase('registry');
    registry = await startRegistry(database);
  });
  afterAll(async () => {
    await registry?.close();
    await database.drop();
  });

  it('opens the book of a project with its registration', async () => {
    const registered = await registry.admin('POST', '/projects', YT01, { key: 'k1' });
    expect(registered).toMatchObject({ status: 201, body: { project: 'YT01' } });
    expect(decodeAfter(String(registered.body['after']))).toEqual({ registry: { YT01: 1 } });
    expect(await registry.admin('GET', '/projects/YT01')).toMatchObject({ status: 200, body: YT01 });
    const events = await registry.admin('GET', '/books/YT01/events');
    expect(events.body['items']).toMatchObject([
      { position: 1, type: 'project.registered', actor: 'admin', source: 'api', commandId: 'key:admin:k1', body: YT01 },
    ]);
  });

  it('gives the first answer again for the same key, and refuses another request with it', async () => {
    const again = await registry.admin('POST', '/projects', YT01, { key: 'k1' });
    expect(again).toMatchObject({ status: 201, body: { project: 'YT01' } });
    const other = await registry.admin('POST', '/projects', { ...YT01, name: '别的' }, { key: 'k1' });
    expect(other).toMatchObject({ status: 422, body: { type: 'urn:propledger:problem:idempotency-key-reused' } });
    expect((await registry.admin('GET', '/books/YT01/events')).body['items']).toHaveLength(1);
  });

  it('refuses a code that is taken', async () => {
    expect(await registry.admin('POST', '/projects', YT01)).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:project-exists', detail: 'YT01' },
    });
  });

  it.each([
    [{ ...YT01, project: '~group' }, '/body/project'],
    [{ ...YT01, project: ' X' }, '/body/project'],
    [{ ...YT01, project: 'X\u0000' }, '/body/project'],
    [{ ...YT01, name: 'a\u0000b' }, '/body/name'],
    [{ ...YT01, region: 'x'.repeat(65) }, '/body/region'],
    [{ ...YT01, firstPeriod: '2026-13' }, '/body/firstPeriod'],
    [{ ...YT01, firstPeriod: 202603 }, '/body/firstPeriod'],
    [{ ...YT01, more: 1 }, '/body/more'],
  ])('names the faulty field of %j', async (body, pointer) => {
    const answer = await registry.admin('POST', '/projects', body);
    expect(answer).toMatchObject({ status: 400, body: { errors: [expect.objectContaining({ pointer })] } });
  });

  it('needs a key', async () => {
    expect(await registry.admin('POST', '/projects', YT02, { key: null })).toMatchObject({ status: 400 });
  });

  it('changes name, region and company at once, and never the first period', async () => {
    await registry.admin('POST', '/projects', YT02);
    expect(await registry.admin('POST', '/projects/YT02/changes', { name: '上尧花园二期' })).toMatchObject({
      status: 200,
    });
    expect((await registry.admin('GET', '/projects/YT02')).body).toEqual({ ...YT02, name: '上尧花园二期' });
    expect(await registry.admin('POST', '/projects/YT02/changes', { firstPeriod: '2026-04' })).toMatchObject({
      status: 400,
    });
    expect(await registry.admin('POST', '/projects/NOPE/changes', { name: 'x' })).toMatchObject({ status: 404 });
  });

  it('records nothing when nothing changes', async () => {
    const before = (await registry.admin('GET', '/books/YT01/events')).body['items'] as unknown[];
    const same = await registry.admin('POST', '/projects/YT01/changes', { name: YT01.name });
    expect(decodeAfter(String(same.body['after']))).toEqual({ registry: { YT01: before.length } });
    expect((await registry.admin('GET', '/books/YT01/events')).body['items']).toHaveLength(before.length);
  });

  it('lists by code, page by page, and filtered', async () => {
    const first = await registry.admin('GET', '/projects?limit=1');
    expect(first.body['items']).toMatchObject([{ project: 'YT01' }]);
    const second = await registry.admin('GET', `/projects?limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body).toMatchObject({ items: [{ project: 'YT02' }], nextCursor: null });
    const filtered = await registry.admin('GET', `/projects?region=${encodeURIComponent('广西')}`);
    expect(filtered.body['items']).toMatchObject([{ project: 'YT02' }]);
    expect(await registry.admin('GET', '/projects?cursor=abc')).toMatchObject({ status: 400 });
    expect(await registry.admin('GET', '/projects?limit=501')).toMatchObject({ status: 400 });
  });

  it('takes an after token with every query', async () => {
    const { body } = await registry.admin('POST', '/projects/YT01/changes', { company: '烟台公司' });
    for (const path of ['/projects', '/projects/YT01'])
      expect(await registry.admin('GET', `${path}?after=${String(body['after'])}`)).toMatchObject({ status: 200 });
    expect(await registry.admin('GET', '/projects?after=nonsense')).toMatchObject({ status: 400 });
  });

  it('gives the events of several books at once, behind a position of each, to who may read all of them', async () => {
    const both = (await registry.admin('GET', '/books/events?from=0:YT01&from=0:~group&from=1:YT01&from=0:NOPE')).body;
    const alone = (await registry.admin('GET', '/books/YT01/events')).body['items'] as { position: number }[];
    const group = (await registry.admin('GET', '/books/~group/events')).body['items'] as unknown[];
    expect(both['items']).toHaveLength(
      group.length + alone.length + alone.filter(({ position }) => position > 1).length,
    );
    expect(both['items']).toEqual(expect.arrayContaining([...alone, ...group]));
    expect(await registry.admin('GET', '/books/events?from=YT01')).toMatchObject({ status: 400 });
    const auditor = await registry.operator({ role: 'auditor', scope: { project: 'YT01' } });
    expect(await auditor('GET', '/books/events?from=0:YT01')).toMatchObject({ status: 200, body: { items: alone } });
    expect(await auditor('GET', '/books/events?from=0:YT01&from=0:~group')).toMatchObject({ status: 403 });
  });

  it('lets nobody in without a token', async () => {
    expect(await registry.nobody('GET', '/projects')).toMatchObject({ status: 401 });
    expect(await registry.nobody('POST', '/projects', YT01)).toMatchObject({ status: 401 });
  });

  it('shows an operator the projects of his grants, and no other', async () => {
    const cashier = await registry.operator({ role: 'cashier', scope: { project: 'YT01' } });
    expect((await cashier('GET', '/projects')).body['items']).toMatchObject([{ project: 'YT01' }]);
    expect(await cashier('GET', '/projects/YT01')).toMatchObject({ status: 200 });
    expect(await cashier('GET', '/projects/YT02')).toMatchObject({ status: 403 });
    expect(await cashier('GET', '/projects/NOPE')).toMatchObject({ status: 403 });
    expect(await cashier('POST', '/projects', { ...YT01, project: 'YT09' })).toMatchObject({ status: 403 });
    expect(await cashier('POST', '/projects/YT01/changes', { name: 'x' })).toMatchObject({ status: 403 });
    expect(await cashier('GET', '/books/YT01/events')).toMatchObject({ status: 403 });
  });

  it('lets a region’s administrator register in his region, and take a project nowhere else', async () => {
    const manager = await registry.operator({ role: 'administrator', scope: { region: '山东' } });
    expect((await manager('GET', '/projects')).body['items']).toMatchObject([{ project: 'YT01' }]);
    expect(await manager('POST', '/projects', { ...YT01, project: 'YT05' })).toMatchObject({ status: 201 });
    expect(await manager('GET', '/projects/YT05')).toMatchObject({ status: 200 });
    expect(await manager('POST', '/projects', { ...YT02, project: 'YT06' })).toMatchObject({ status: 403 });
    expect(await manager('POST', '/projects/YT05/changes', { region: '广西' })).toMatchObject({ status: 403 });
  });

  it('serves its document', () => {
    const { paths } = registry.service.openapi;
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(['/registry/v1/projects', '/registry/v1/tokens', '/registry/v1/books/{book}/events']),
    );
  });
});
