import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { rowsOf, SpokenImport } from '../spec-support/import-rows';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

describe('keeping standards, and binding them', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body;
  const bind = (change: object = {}, key?: string): Promise<Answer> =>
    post('/bindings', { resource: 'R1', standard: 'WY', from: '2026-01-01', ...change }, key);

  it('defines a standard once', async () => {
    expect((await post('/standards', STANDARD)).status).toBe(201);
    expect(await post('/standards', STANDARD)).toMatchObject({ status: 201, body: { position: null } });
    expect(await post('/standards', { ...STANDARD, priority: 2 })).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:standard-exists' },
    });
    expect(await get('/standards/WY')).toEqual(STANDARD);
    expect(await get('/standards?item=物业费')).toEqual({ items: [STANDARD], nextCursor: null });
  });

  it('adds a price, which ends the open one before it', async () => {
    expect((await post('/standards/WY/prices', { price: '0.9500', from: '2026-04-01' })).status).toBe(201);
    expect(await get('/standards/WY')).toMatchObject({
      prices: [
        { price: '0.85', from: '2010-01-01', to: '2026-03-31' },
        { price: '0.95', from: '2026-04-01', to: null },
      ],
    });
    expect(await post('/standards/WY/prices', { price: '1', from: '2026-03-01', to: '2026-03-31' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:prices-overlap' },
    });
  });

  it('changes only what is named', async () => {
    expect((await post('/standards/WY/changes', { dueDay: 15 })).status).toBe(201);
    expect(await get('/standards/WY')).toMatchObject({ dueDay: 15, name: '住宅物业费', prices: [{}, {}] });
    expect(await post('/standards/NOPE/changes', { dueDay: 15 })).toMatchObject({ status: 422 });
    expect((await billing.call('GET', '/projects/YT01/standards/NOPE')).status).toBe(404);
  });

  it('binds a resource, and lists bindings by what they name', async () => {
    const made = await bind({ to: '2026-06-30' }, 'bind-1');
    expect(made.status).toBe(201);
    expect(await bind({ to: '2026-06-30' }, 'bind-1')).toEqual(made);
    const binding = String(made.body['binding']);
    const shown = { binding, resource: 'R1', standard: 'WY', persons: null, from: '2026-01-01', to: '2026-06-30' };
    expect(await get(`/bindings/${binding}`)).toEqual(shown);
    expect(await get('/bindings?resource=R1&on=2026-06-30')).toEqual({ items: [shown], nextCursor: null });
    expect(await get('/bindings?resource=R1&on=2026-07-01')).toEqual({ items: [], nextCursor: null });
    expect(await get('/bindings?standard=NOPE')).toEqual({ items: [], nextCursor: null });
  });

  it.each([
    ['on a day that another one covers', { from: '2026-06-30' }, 409, 'bindings-overlap'],
    ['to a standard nobody defined', { standard: 'NOPE', from: '2027-01-01' }, 422, 'unknown-standard'],
    ['of a resource nobody knows', { resource: 'R404' }, 422, 'unknown-resource'],
    ['that ends before it begins', { from: '2027-01-02', to: '2027-01-01' }, 422, 'range-reversed'],
  ])('refuses a binding %s', async (_, change, status, code) => {
    expect(await bind(change)).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
  });

  it('ends and withdraws bindings, and withdraws a standard that has none', async () => {
    const { binding } = (await bind({ resource: 'R2' })).body;
    expect((await post(`/bindings/${String(binding)}/end`, { lastDay: '2026-05-31' })).status).toBe(201);
    expect(await get(`/bindings/${String(binding)}`)).toMatchObject({ to: '2026-05-31' });
    expect(await post('/standards/WY/withdrawal')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:standard-in-use' },
    });
    for (const one of (await get('/bindings'))['items'] as { binding: string }[])
      expect((await post(`/bindings/${one.binding}/withdrawal`)).status).toBe(201);
    expect((await post('/standards/WY/withdrawal')).status).toBe(201);
    expect((await billing.call('GET', '/projects/YT01/standards/WY')).status).toBe(404);
    expect((await post('/standards', STANDARD)).status).toBe(201);
    await billing.verifiedEvents('YT01');
  });

  describe('of the group', () => {
    const group = (path: string, body?: unknown): Promise<Answer> => billing.call('POST', `/standards${path}`, body);
    const one = { ...STANDARD, standard: 'JT', prices: [{ price: '1', from: '2010-01-01', to: null }] };
    const at = (project: string, path: string, body?: unknown): Promise<Answer> =>
      billing.call('POST', `/projects/${project}${path}`, body);
    const standardIn = async (project: string, standard: string): Promise<Record<string, unknown>> =>
      (await billing.call('GET', `/projects/${project}/standards/${standard}`)).body;
    const ofGroup = { status: 409, body: { type: 'urn:propledger:problem:standard-of-group' } };

    beforeAll(async () => {
      for (const project of ['YT05', 'YT06']) await smallProject(billing, project);
    });

    it('is kept by who may in the whole group, and taken over where something is bound to it', async () => {
      const manager = billing.as(await billing.neighbours.operator('wu', 'project-manager', { project: 'YT05' }));
      expect(await manager('POST', '/standards', one)).toMatchObject({ status: 403 });
      expect(await group('', one)).toMatchObject({ status: 201 });
      expect(await group('', { ...one, standard: 'JF', overridable: true })).toMatchObject({ status: 201 });
      expect(await manager('GET', '/standards')).toMatchObject({
        status: 200,
        body: { items: [{ standard: 'JF' }, one] },
      });
      expect(await manager('POST', '/projects/YT05/standards', { ...one, name: '自己的' })).toMatchObject(ofGroup);
      const binding = { resource: 'R1', standard: 'JT', from: '2026-03-01' };
      expect(await manager('POST', '/projects/YT05/bindings', binding)).toMatchObject({ status: 201 });
      for (const project of ['YT05', 'YT06'])
        expect(await at(project, '/bindings', { ...binding, resource: 'R2', standard: 'JF' })).toMatchObject({
          status: 201,
        });
      expect(await standardIn('YT05', 'JT')).toEqual({ ...one, ofGroup: true });
      expect(await manager('POST', '/projects/YT05/standards/JT/changes', { dueDay: 5 })).toMatchObject(ofGroup);
      expect(await manager('GET', '/standards/JT/projects')).toMatchObject({ status: 403 });
      expect(await billing.runBills('YT05', '2026-03')).toMatchObject({ result: { raised: { amount: '188.50' } } });
    });

    it('may be made a project’s own from a day on, where the group lets it; others follow the group’s', async () => {
      expect(await at('YT06', '/standards/JF/prices', { price: '2', from: '2026-04-01' })).toMatchObject({
        status: 201,
      });
      const { body } = await billing.call('GET', '/standards/JF/projects');
      expect(body['items']).toEqual([
        { project: 'YT05', bindings: 1, own: false },
        { project: 'YT06', bindings: 1, own: true },
      ]);
      const changed = await group('/JF/prices', { price: '1.2', from: '2026-03-01' });
      expect(changed).toMatchObject({ status: 201, body: { projects: ['YT05'], refused: {} } });
      expect(await standardIn('YT05', 'JF')).toMatchObject({
        ofGroup: true,
        prices: [{ price: '1' }, { price: '1.2' }],
      });
      const own = await standardIn('YT06', 'JF');
      expect(own).toMatchObject({ prices: [{ price: '1', to: '2026-03-31' }, { price: '2' }] });
      expect(own).not.toHaveProperty('ofGroup');
      // What stands in a project is corrected there: 88.5 m² × 0.20.
      const scope = { from: '2026-03', to: '2026-03', standard: 'JF' };
      expect(await at('YT05', '/corrections/preview', scope)).toMatchObject({
        body: { totals: { count: 1, charged: '17.70' } },
      });
      expect(await group('/JF/changes', { dueDay: 20 })).toMatchObject({ body: { projects: ['YT05'] } });
      expect(await standardIn('YT05', 'JF')).toMatchObject({ dueDay: 20, ofGroup: true });
      expect(await group('/JF/withdrawal')).toMatchObject({ status: 409 });
    });

    it('is taken over as it is when its project is locked, and not for what is refused', async () => {
      const refused = { resource: 'NOWHERE', standard: 'JL', from: '2026-03-01' };
      await group('', { ...one, standard: 'JL' });
      expect(await at('YT05', '/bindings', refused)).toMatchObject({
        body: { type: 'urn:propledger:problem:unknown-resource' },
      });
      expect((await billing.call('GET', '/standards/JL/projects')).body['items']).toEqual([]);

      const codes = [...Array(12).keys()].map((n) => `JX${String(n)}`);
      for (const standard of codes) await group('', { ...one, standard });
      const price = { price: '2', from: '2026-04-01' };
      const later = { price: '3', from: '2026-05-01' };
      await Promise.all(
        codes.flatMap((standard) => [
          at('YT05', '/bindings', { resource: 'R1', standard, from: '2026-03-01' }),
          group(`/${standard}/prices`, price),
          at('YT06', '/bindings', { resource: 'R1', standard, from: '2026-03-01' }),
          group(`/${standard}/prices`, later),
        ]),
      );
      for (const standard of codes) {
        const { body } = await billing.call('GET', '/standards');
        const items = body['items'] as { standard: string; prices: unknown }[];
        const prices = items.find((found) => found.standard === standard)?.prices;
        for (const project of ['YT05', 'YT06']) expect(await standardIn(project, standard)).toMatchObject({ prices });
      }
    });

    it('names who follows when a change is sent again after another', async () => {
      const change = { dueDay: 21 };
      const first = await billing.call('POST', '/standards/JF/changes', change, 'jf-21');
      expect(first).toMatchObject({ body: { projects: ['YT05'], refused: {} } });
      await group('/JF/changes', { dueDay: 22 });
      const again = await billing.call('POST', '/standards/JF/changes', change, 'jf-21');
      expect(again).toMatchObject({ body: { projects: ['YT05'], refused: {} } });
      expect(await standardIn('YT05', 'JF')).toMatchObject({ dueDay: 22 });
    });

    it('is bound by workbook, and not changed by it', async () => {
      const row = { 项目编码: 'YT06', 标准编码: 'JT' };
      const faulty = new SpokenImport(billing, randomUUID());
      await faulty.stage('调价', rowsOf({ ...row, 单价: '3', 生效日期: '2026-05-01' }));
      expect(await faulty.faults()).toEqual(['调价 3 标准编码 conflict']);
      const good = new SpokenImport(billing, randomUUID());
      await good.stage('收费绑定', rowsOf({ ...row, 资源编码: 'R1', 开始日期: '2026-03-01' }));
      expect((await good.check()).faults).toEqual([]);
      await good.say('apply');
      expect(await standardIn('YT06', 'JT')).toEqual({ ...one, ofGroup: true });
      await good.say('hold-undo');
      await good.say('undo');
      expect((await billing.call('GET', '/projects/YT06/standards/JT')).status).toBe(404);
    });
  });

  it('is for those who set projects up', async () => {
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    expect((await cashier('POST', '/projects/YT01/standards', STANDARD)).status).toBe(403);
    expect((await cashier('GET', '/projects/YT01/standards')).status).toBe(200);
  });
});
