import { decodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { ROOM, startRegistry, YT01, YT02, type RunningRegistry } from '../spec-support/running-registry';

const PLACE = { resource: 'YT01-S0001', kind: 'parking', nature: '地下车位', location: '东侧', grossArea: '12.50' };

describe('registering, changing and finding resources', () => {
  let database: FreshDatabase;
  let registry: RunningRegistry;
  beforeAll(async () => {
    database = await freshDatabase('registry');
    registry = await startRegistry(database);
    await registry.admin('POST', '/projects', YT01);
    await registry.admin('POST', '/projects', YT02);
  });
  afterAll(async () => {
    await registry?.close();
    await database.drop();
  });
  const resources = '/projects/YT01/resources';

  it('registers a room, billed by its gross area unless told otherwise', async () => {
    const registered = await registry.admin('POST', resources, ROOM);
    expect(registered).toMatchObject({ status: 201, body: { resource: ROOM.resource } });
    expect(decodeAfter(String(registered.body['after']))).toEqual({ registry: { YT01: 2 } });
    const { body } = await registry.admin('GET', `${resources}/${ROOM.resource}`);
    const room = { ...ROOM, grossArea: '106.4', billableArea: '106.4', location: null, parentRoom: null };
    expect(body).toEqual({ ...room, history: [{ ...room, effectiveOn: '1900-01-01', position: 2 }] });
    const events = await registry.admin('GET', '/books/YT01/events?after_position=1');
    expect(events.body['items']).toMatchObject([
      { type: 'resource.registered', effectiveDate: '1900-01-01', body: room },
    ]);
  });

  it('registers a parking place beside its room, with its area', async () => {
    expect(await registry.admin('POST', resources, { ...PLACE, parentRoom: ROOM.resource })).toMatchObject({
      status: 201,
    });
    expect((await registry.admin('GET', `${resources}/${PLACE.resource}`)).body).toMatchObject({
      name: PLACE.resource,
      building: null,
      billableArea: '12.5',
      parentRoom: ROOM.resource,
    });
  });

  it('leaves a space without an area unbilled by area', async () => {
    await registry.admin('POST', resources, { resource: 'YT01-S0002', kind: 'parking', nature: '地上车位' });
    const { body } = await registry.admin('GET', `${resources}/YT01-S0002`);
    expect(body).toMatchObject({ billableArea: null, parentRoom: null });
  });

  it.each([
    ['resource-exists', 409, { ...ROOM, name: '别的' }],
    ['resource-exists', 409, { ...PLACE, resource: ROOM.resource }],
    ['parent-room-unknown', 422, { ...PLACE, resource: 'N1', parentRoom: 'NOPE' }],
    ['parent-room-unknown', 422, { ...PLACE, resource: 'N1', parentRoom: PLACE.resource }],
    ['not-of-this-kind', 422, { ...ROOM, resource: 'N1', nature: '地上车位' }],
    ['not-of-this-kind', 422, { ...ROOM, resource: 'N1', location: '东侧' }],
    ['not-of-this-kind', 422, { ...ROOM, resource: 'N1', building: null }],
    ['not-of-this-kind', 422, { ...PLACE, resource: 'N1', building: '01' }],
    ['invalid-input', 400, { ...ROOM, resource: 'N1', nature: '城堡' }],
    ['invalid-input', 400, { ...ROOM, resource: 'N1', grossArea: '-5' }],
    ['invalid-input', 400, { ...ROOM, resource: 'N1', grossArea: '1.005' }],
    ['invalid-input', 400, { ...ROOM, resource: 'N1', handedOverOn: '2026-02-30' }],
    ['invalid-input', 400, { ...ROOM, resource: 'N\u0000' }],
  ])('answers %s (%i) and records nothing', async (code, status, body) => {
    const answer = await registry.admin('POST', resources, body);
    expect(answer).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
    expect(await registry.admin('GET', `${resources}/N1`)).toMatchObject({ status: 404 });
  });

  it('keeps what was, when the area changes from a day on', async () => {
    const path = `${resources}/${ROOM.resource}`;
    const change = { effectiveOn: '2026-04-01', grossArea: '108', billableArea: '108' };
    expect(await registry.admin('POST', `${path}/changes`, change, { key: 'c1' })).toMatchObject({ status: 200 });
    expect(await registry.admin('POST', `${path}/changes`, change, { key: 'c1' })).toMatchObject({ status: 200 });
    expect((await registry.admin('GET', `${path}?on=2026-03-31`)).body).toMatchObject({ billableArea: '106.4' });
    const now = await registry.admin('GET', `${path}?on=2026-04-01`);
    expect(now.body).toMatchObject({ billableArea: '108', building: '01' });
    expect(now.body['history']).toMatchObject([
      { effectiveOn: '1900-01-01', billableArea: '106.4' },
      { effectiveOn: '2026-04-01', billableArea: '108' },
    ]);
  });

  it('changes the past without touching what is recorded for later', async () => {
    const path = `${resources}/${ROOM.resource}`;
    await registry.admin('POST', `${path}/changes`, { effectiveOn: '2025-01-01', name: '1-101' });
    expect((await registry.admin('GET', `${path}?on=2025-06-01`)).body).toMatchObject({
      name: '1-101',
      grossArea: '106.4',
    });
    expect((await registry.admin('GET', `${path}?on=2026-04-01`)).body).toMatchObject({
      name: ROOM.name,
      grossArea: '108',
    });
  });

  it('lets the later of two changes of one day hold, and records nothing for none', async () => {
    const path = `${resources}/${ROOM.resource}`;
    await registry.admin('POST', `${path}/changes`, { effectiveOn: '2026-04-01', insideArea: null });
    expect((await registry.admin('GET', `${path}?on=2026-05-01`)).body).toMatchObject({
      insideArea: null,
      grossArea: '108',
    });
    const before = (await registry.admin('GET', '/books/YT01/events')).body['items'] as unknown[];
    await registry.admin('POST', `${path}/changes`, { effectiveOn: '2026-05-01', grossArea: '108.00' });
    expect((await registry.admin('GET', '/books/YT01/events')).body['items']).toHaveLength(before.length);
  });

  it.each([
    [404, 'NOPE', { effectiveOn: '2026-04-01', name: 'x' }],
    [422, ROOM.resource, { effectiveOn: '2026-04-01', nature: '地上车位' }],
    [422, ROOM.resource, { effectiveOn: '2026-04-01', building: null }],
    [422, PLACE.resource, { effectiveOn: '2026-04-01', parentRoom: 'NOPE' }],
    [400, ROOM.resource, { name: 'x' }],
    [400, ROOM.resource, { effectiveOn: '2026-04-31', name: 'x' }],
    [400, ROOM.resource, { effectiveOn: '2026-04-01', kind: 'parking' }],
  ])('answers %i to a change of %s with %j', async (status, resource, body) => {
    expect(await registry.admin('POST', `${resources}/${resource}/changes`, body)).toMatchObject({ status });
  });

  it('lists by code, with filters, as of a day, page by page', async () => {
    const codes = async (query: string): Promise<unknown> =>
      ((await registry.admin('GET', `${resources}?${query}`)).body['items'] as { resource: string }[]).map(
        ({ resource }) => resource,
      );
    expect(await codes('')).toEqual([ROOM.resource, PLACE.resource, 'YT01-S0002']);
    expect(await codes('prefix=YT01-S')).toEqual([PLACE.resource, 'YT01-S0002']);
    expect(await codes(`nature=${encodeURIComponent('地上车位')}`)).toEqual(['YT01-S0002']);
    expect(await codes('building=01&kind=room')).toEqual([ROOM.resource]);
    const first = await registry.admin('GET', `${resources}?limit=2`);
    expect(await codes(`limit=2&cursor=${String(first.body['nextCursor'])}`)).toEqual(['YT01-S0002']);
    const then = await registry.admin('GET', `${resources}?kind=room&on=2026-03-31`);
    expect(then.body['items']).toMatchObject([{ name: '1-101', grossArea: '106.4' }]);
    expect(await registry.admin('GET', '/projects/NOPE/resources')).toMatchObject({ status: 404 });
    expect(await registry.admin('GET', `${resources}?on=2026-02-30`)).toMatchObject({ status: 400 });
  });

  it('keeps the same code in two projects apart', async () => {
    expect(await registry.admin('POST', '/projects/YT02/resources', ROOM)).toMatchObject({ status: 201 });
    expect(await registry.admin('POST', '/projects/NOPE/resources', ROOM)).toMatchObject({ status: 404 });
  });

  it('asks for rights to this very project', async () => {
    const manager = await registry.operator({ role: 'project-manager', scope: { project: 'YT02' } });
    expect(await manager('GET', '/projects/YT02/resources')).toMatchObject({ status: 200 });
    for (const path of [resources, `${resources}/${ROOM.resource}`, `${resources}/NOPE`])
      expect(await manager('GET', path)).toMatchObject({ status: 403 });
    expect(await manager('POST', resources, ROOM)).toMatchObject({ status: 403 });
    const change = { effectiveOn: '2026-04-01', name: 'x' };
    expect(await manager('POST', `${resources}/${ROOM.resource}/changes`, change)).toMatchObject({ status: 403 });
    const cashier = await registry.operator({ role: 'cashier', scope: { project: 'YT02' } });
    expect(await cashier('POST', '/projects/YT02/resources', { ...ROOM, resource: 'N2' })).toMatchObject({
      status: 403,
    });
    expect(await registry.nobody('GET', resources)).toMatchObject({ status: 401 });
  });
});
