import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { ADMIN_PASSWORD, startRegistry, YT01, YT02, type RunningRegistry } from '../spec-support/running-registry';

const GROUP = { group: true };
const ADMINISTRATOR = { role: 'administrator', scope: GROUP };

describe('keeping operators', () => {
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

  it('registers an operator, who may do nothing until something is granted', async () => {
    const body = { operator: 'li', name: '李会计', password: 'a long password' };
    expect(await registry.admin('POST', '/operators', body, { key: 'r1' })).toMatchObject({
      status: 201,
      body: { operator: 'li' },
    });
    expect(await registry.admin('POST', '/operators', body, { key: 'r1' })).toMatchObject({ status: 201 });
    expect(
      await registry.admin('POST', '/operators', { ...body, password: 'another long one' }, { key: 'r1' }),
    ).toMatchObject({
      status: 422,
    });
    expect(await registry.admin('POST', '/operators', body)).toMatchObject({ status: 409 });
    const li = await registry.signedIn('li', body.password);
    expect(await li('GET', '/projects')).toMatchObject({ status: 403 });
    expect(
      await registry.admin('POST', '/operators/li/grants', { role: 'cashier', scope: { project: 'YT01' } }),
    ).toMatchObject({
      status: 200,
    });
    expect((await li('GET', '/projects')).body['items']).toMatchObject([{ project: 'YT01' }]);
    expect((await registry.admin('GET', '/operators/li')).body).toEqual({
      operator: 'li',
      name: '李会计',
      enabled: true,
      grants: [{ role: 'cashier', scope: { project: 'YT01' } }],
    });
    const events = (await registry.admin('GET', '/books/~group/events')).body['items'] as { body: object }[];
    expect(JSON.stringify(events)).not.toContain('李会计');
    expect(events.at(-1)).toMatchObject({
      type: 'operator.granted',
      body: { operator: 'li', role: 'cashier', scope: { project: 'YT01' } },
    });
  });

  it.each([
    ['/operators', { operator: 'x', password: 'short' }, 400],
    ['/operators', { operator: 'x', password: 'x'.repeat(201) }, 400],
    ['/operators', { operator: '~x', password: 'long enough' }, 400],
    ['/operators/li/grants', { role: 'king', scope: GROUP }, 400],
    ['/operators/li/grants', { role: 'cashier', scope: {} }, 400],
    ['/operators/li/grants', { role: 'cashier', scope: { group: false } }, 400],
    ['/operators/li/grants', { role: 'cashier', scope: { group: true, project: 'YT01' } }, 400],
    ['/operators/li/grants', { role: 'cashier', scope: { region: 'a\u0000' } }, 400],
    ['/operators/li/grants', { role: 'cashier', scope: null }, 400],
    ['/operators/li/grants', { role: 'cashier', scope: [GROUP] }, 400],
    ['/operators/li/grants', { role: 'cashier' }, 400],
    ['/operators/li/grants', { role: 'cashier', scope: { project: 'NOPE' } }, 422],
    ['/operators/nobody/grants', { role: 'cashier', scope: GROUP }, 404],
    ['/operators/nobody/grants/revocations', { role: 'cashier', scope: GROUP }, 404],
    ['/operators/nobody/disable', undefined, 404],
    ['/operators/nobody/enable', undefined, 404],
    ['/operators/nobody/password', { newPassword: 'long enough' }, 404],
    ['/operators/li/password', { newPassword: 'short' }, 400],
  ])('answers POST %s %j with %i or so', async (path, body, status) => {
    expect(await registry.admin('POST', path, body)).toMatchObject({ status });
  });

  it('revokes, and grants what stands already without a word', async () => {
    const call = await registry.operator({ role: 'auditor', scope: { region: '山东' } });
    expect(await call('GET', '/projects/YT01')).toMatchObject({ status: 200 });
    const before = (await registry.admin('GET', '/books/~group/events')).body['items'] as unknown[];
    const grant = { role: 'auditor', scope: { region: '山东' } };
    await registry.admin('POST', `/operators/${call.operator}/grants`, grant);
    expect((await registry.admin('GET', '/books/~group/events')).body['items']).toHaveLength(before.length);
    await registry.admin('POST', `/operators/${call.operator}/grants/revocations`, grant);
    expect(await call('GET', '/projects/YT01')).toMatchObject({ status: 403 });
    expect(await registry.admin('POST', `/operators/${call.operator}/grants/revocations`, grant)).toMatchObject({
      status: 200,
    });
  });

  it('disables and enables: a disabled operator’s token and password are no good', async () => {
    const call = await registry.operator({ role: 'cashier', scope: GROUP });
    await registry.admin('POST', `/operators/${call.operator}/disable`);
    expect(await call('GET', '/projects')).toMatchObject({ status: 401 });
    const signIn = { operator: call.operator, password: 'a long password' };
    expect(await registry.nobody('POST', '/tokens', signIn)).toMatchObject({ status: 401 });
    await registry.admin('POST', `/operators/${call.operator}/enable`);
    expect(await call('GET', '/projects')).toMatchObject({ status: 200 });
    expect(await registry.nobody('POST', '/tokens', signIn)).toMatchObject({ status: 200 });
  });

  it('keeps the last administrator of the group', async () => {
    for (const [path, body] of [
      ['grants/revocations', ADMINISTRATOR],
      ['disable', undefined],
    ] as const)
      expect(await registry.admin('POST', `/operators/admin/${path}`, body)).toMatchObject({
        status: 409,
        body: { type: 'urn:propledger:problem:last-administrator' },
      });
    const second = await registry.operator(ADMINISTRATOR);
    const both = await Promise.all([
      registry.admin('POST', `/operators/${second.operator}/grants/revocations`, ADMINISTRATOR),
      second('POST', '/operators/admin/grants/revocations', ADMINISTRATOR),
    ]);
    expect(both.map(({ status }) => status)).toContain(200);
    expect(both.some(({ status }) => status === 403 || status === 409)).toBe(true);
    const left = both[0]?.status === 200 ? registry.admin : second;
    for (const operator of ['admin', second.operator])
      expect(await left('POST', `/operators/${operator}/grants`, ADMINISTRATOR)).toMatchObject({ status: 200 });
  });

  it('changes one’s own password with the old one, once for a key', async () => {
    const call = await registry.operator({ role: 'cashier', scope: { project: 'YT01' } });
    const path = `/operators/${call.operator}/password`;
    expect(await call('POST', path, { newPassword: 'the second password' })).toMatchObject({ status: 422 });
    const wrong = { oldPassword: 'not that', newPassword: 'the second password' };
    expect(await call('POST', path, wrong)).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:old-password-wrong' },
    });
    const right = { oldPassword: 'a long password', newPassword: 'the second password' };
    expect(await call('POST', path, right, { key: 'p1' })).toMatchObject({ status: 200 });
    expect(await call('POST', path, right, { key: 'p1' })).toMatchObject({ status: 200 });
    expect(await registry.signedIn(call.operator, 'the second password')).toBeDefined();
    await expect(registry.signedIn(call.operator, 'a long password')).rejects.toThrow('401');
  });

  it('lets the one who keeps operators set a new password', async () => {
    const call = await registry.operator({ role: 'cashier', scope: { project: 'YT01' } });
    await registry.admin('POST', `/operators/${call.operator}/password`, { newPassword: 'reset by admin' });
    expect(await registry.signedIn(call.operator, 'reset by admin')).toBeDefined();
  });

  it('binds a project’s administrator to his project', async () => {
    const keeper = await registry.operator({ role: 'administrator', scope: { project: 'YT01' } });
    const inside = await registry.operator({ role: 'cashier', scope: { project: 'YT01' } });
    const outside = await registry.operator(
      { role: 'cashier', scope: { project: 'YT02' } },
      { role: 'cashier', scope: { project: 'YT01' } },
    );
    const grant = (scope: object): object => ({ role: 'cashier', scope });
    const grants = `/operators/${inside.operator}/grants`;
    expect(await keeper('POST', grants, grant({ project: 'YT01' }))).toMatchObject({ status: 200 });
    for (const scope of [{ project: 'YT02' }, { region: '山东' }, GROUP]) {
      expect(await keeper('POST', grants, grant(scope))).toMatchObject({ status: 403 });
      expect(await keeper('POST', `${grants}/revocations`, grant(scope))).toMatchObject({ status: 403 });
    }
    expect(await keeper('POST', `/operators/${inside.operator}/disable`)).toMatchObject({ status: 200 });
    for (const operator of [outside.operator, 'admin']) {
      expect(await keeper('POST', `/operators/${operator}/disable`)).toMatchObject({ status: 403 });
      expect(await keeper('POST', `/operators/${operator}/password`, { newPassword: 'taken over' })).toMatchObject({
        status: 403,
      });
    }
    expect(await keeper('GET', `/operators/${outside.operator}`)).toMatchObject({ status: 200 });
    expect(await keeper('GET', '/operators/nobody')).toMatchObject({ status: 404 });
    const seen = ((await keeper('GET', '/operators')).body['items'] as { operator: string }[]).map(
      ({ operator }) => operator,
    );
    expect(seen).toEqual(expect.arrayContaining([inside.operator, outside.operator, keeper.operator]));
    const elsewhere = await registry.operator({ role: 'cashier', scope: { project: 'YT02' } });
    expect(await keeper('GET', `/operators/${elsewhere.operator}`)).toMatchObject({ status: 403 });
  });

  it('shows himself to everyone, and others to nobody else', async () => {
    const call = await registry.operator({ role: 'cashier', scope: { project: 'YT01' } });
    expect(await call('GET', `/operators/${call.operator}`)).toMatchObject({ status: 200 });
    expect(await call('GET', '/operators/admin')).toMatchObject({ status: 403 });
    expect(await call('GET', '/operators')).toMatchObject({ status: 403 });
    expect(await call('POST', '/operators/admin/password', { newPassword: 'taken over' })).toMatchObject({
      status: 403,
    });
    expect(await registry.signedIn('admin', ADMIN_PASSWORD)).toBeDefined();
  });

  it('lists by code, page by page', async () => {
    const first = await registry.admin('GET', '/operators?limit=1');
    expect(first.body['items']).toMatchObject([{ operator: 'admin' }]);
    const second = await registry.admin('GET', `/operators?limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body['items']).toMatchObject([{ operator: 'li' }]);
  });
});
