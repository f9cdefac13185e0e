import { decodeAfter, encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { startCustomers, type Answer, type RunningCustomers } from '../spec-support/running-customers';

describe('registering, changing and finding occupancies', () => {
  let database: FreshDatabase;
  let customers: RunningCustomers;
  const path = '/projects/P1/occupancies';
  beforeAll(async () => {
    database = await freshDatabase('customers');
    customers = await startCustomers(database);
    customers.registry.project('P1', '山东', 'R1', 'R2', 'R3', 'R4', 'R5', 'S1');
    customers.registry.project('P2', '山东', 'R1');
    const after = encodeAfter({ registry: { P1: 7, P2: 2 } });
    for (const customer of ['DEV', 'LI', 'WANG'])
      await customers.admin('POST', `/projects/P1/customers?after=${after}`, {
        customer,
        kind: '个人',
        name: customer,
      });
  });
  afterAll(async () => {
    await customers?.close();
    await database.drop();
  });
  const occupancy = (more: object): object => ({
    resource: 'R1',
    customer: 'DEV',
    relation: '开发商',
    from: '2017-01-01',
    payer: true,
    ...more,
  });
  const registered = async (more: object): Promise<string> => {
    const answer = await customers.admin('POST', path, occupancy(more));
    expect(answer.status).toBe(201);
    return String(answer.body['occupancy']);
  };
  const change = (id: string, body: object, key?: string): Promise<Answer> =>
    customers.admin('POST', `${path}/${id}/changes`, body, key === undefined ? {} : { key });
  const get = async (id: string): Promise<Record<string, unknown>> =>
    (await customers.admin('GET', `${path}/${id}`)).body;

  it('registers who owns from a day on', async () => {
    const answer = await customers.admin('POST', path, occupancy({ to: '2024-01-18' }), { key: 'k1' });
    expect(answer).toMatchObject({ status: 201, body: { occupancy: 'O4' } });
    expect(decodeAfter(String(answer.body['after']))).toEqual({ customers: { P1: 4 } });
    expect((await customers.admin('POST', path, occupancy({ to: '2024-01-18' }), { key: 'k1' })).body).toEqual(
      answer.body,
    );
    expect(await get('O4')).toEqual({ occupancy: 'O4', ...occupancy({ to: '2024-01-18' }), price: null });
    const events = (await customers.admin('GET', '/books/P1/events?after_position=3')).body['items'];
    expect(events).toMatchObject([
      { type: 'occupancy.registered', effectiveDate: '2017-01-01', body: { occupancy: 'O4', payer: true } },
    ]);
  });

  it('lets another pay from the next day on, and somebody live there meanwhile', async () => {
    await registered({ customer: 'LI', relation: '业主', from: '2024-01-19' });
    await registered({ customer: 'WANG', relation: '租户', from: '2024-03-01', to: '2025-02-28', payer: false });
  });

  it.each([
    ['payer-overlap', 422, { customer: 'WANG', from: '2024-01-18', to: '2024-01-18' }],
    ['payer-overlap', 422, { customer: 'WANG', from: '2010-01-01' }],
    ['resource-unknown', 422, { resource: 'NOPE' }],
    ['customer-unknown', 422, { customer: 'NOPE', resource: 'R2' }],
    ['range-reversed', 422, { resource: 'R2', to: '2016-12-31' }],
    ['price-without-let', 422, { resource: 'R2', price: '280' }],
    ['let-always-pays', 422, { resource: 'R2', relation: '月租', payer: false }],
    ['invalid-input', 400, { from: '2026-02-30' }],
    ['invalid-input', 400, { relation: '月租', price: '-1' }],
    ['invalid-input', 400, { relation: '房东' }],
    ['invalid-input', 400, { payer: 'maybe' }],
  ])('answers %s (%i) to %j', async (code, status, more) => {
    expect(await customers.admin('POST', path, occupancy(more))).toMatchObject({
      status,
      body: { type: `urn:propledger:problem:${code}` },
    });
  });

  it('stands once, also of who does not pay, and however many register it at the same time', async () => {
    const tenant = { resource: 'R5', customer: 'WANG', relation: '租户', from: '2026-01-01', payer: false };
    const answers = await Promise.all([1, 2, 3, 4].map(() => customers.admin('POST', path, occupancy(tenant))));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422, 422]);
    const stands = String(answers.find(({ status }) => status === 201)?.body['occupancy']);
    const overlap = {
      status: 422,
      body: { type: 'urn:propledger:problem:occupancy-overlap', detail: stands },
    };
    for (const more of [{}, { from: '2026-06-01', to: '2026-06-30' }, { from: '2025-12-01' }, { payer: true }])
      expect(await customers.admin('POST', path, occupancy({ ...tenant, ...more }))).toMatchObject(overlap);
    for (const more of [{ relation: '业主' }, { customer: 'LI' }, { to: '2025-12-31', from: '2025-12-01' }])
      await registered({ ...tenant, ...more });
    await change(stands, { endOn: '2026-03-31' });
    const again = await registered({ ...tenant, from: '2026-04-01' });
    expect(await change(stands, { endOn: null })).toMatchObject({
      ...overlap,
      body: { ...overlap.body, detail: again },
    });
  });

  it('ends an occupancy, and opens it again while nobody else pays', async () => {
    const id = await registered({ resource: 'R2' });
    expect(await change(id, { endOn: '2026-05-31' }, 'e1')).toMatchObject({ status: 200, body: { occupancy: null } });
    expect(await change(id, { endOn: '2026-05-31' }, 'e1')).toMatchObject({ status: 200 });
    expect(await get(id)).toMatchObject({ from: '2017-01-01', to: '2026-05-31' });
    expect(await change(id, { endOn: null })).toMatchObject({ status: 200 });
    expect(await get(id)).toMatchObject({ to: null });
    await change(id, { endOn: '2026-05-31' });
    await registered({ resource: 'R2', customer: 'LI', from: '2026-06-01' });
    expect(await change(id, { endOn: '2026-06-01' })).toMatchObject({ status: 422 });
    expect(await change(id, { endOn: null })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:payer-overlap' },
    });
    const reversed = await change(id, { endOn: '2016-12-31' });
    expect(reversed).toMatchObject({ status: 422, body: { errors: [{ pointer: '/body/endOn' }] } });
  });

  it('changes who pays from a day on: one ends, another begins', async () => {
    const owner = await registered({ resource: 'R3', customer: 'LI', relation: '业主' });
    const tenant = await registered({
      resource: 'R3',
      customer: 'WANG',
      relation: '租户',
      from: '2026-01-01',
      payer: false,
    });
    expect(await change(tenant, { payer: true, effectiveOn: '2026-04-01' })).toMatchObject({ status: 422 });
    const ended = await change(owner, { payer: false, effectiveOn: '2026-04-01' });
    expect(await get(owner)).toMatchObject({ to: '2026-03-31', payer: true });
    expect(await get(String(ended.body['occupancy']))).toMatchObject({
      customer: 'LI',
      relation: '业主',
      from: '2026-04-01',
      to: null,
      payer: false,
    });
    expect(await change(tenant, { payer: true, effectiveOn: '2026-04-01' })).toMatchObject({ status: 200 });
    const onDay = async (day: string): Promise<unknown> =>
      (
        (await customers.admin('GET', `${path}?resource=R3&payer=true&on=${day}`)).body['items'] as {
          customer: string;
        }[]
      ).map(({ customer }) => customer);
    expect(await onDay('2026-03-31')).toEqual(['LI']);
    expect(await onDay('2026-04-01')).toEqual(['WANG']);
  });

  it('changes an occupancy itself on its first day, and nothing when nothing changes', async () => {
    const id = await registered({ resource: 'R4', from: '2026-01-01' });
    expect(await change(id, { payer: false, effectiveOn: '2026-01-01' })).toMatchObject({ body: { occupancy: null } });
    expect(await get(id)).toMatchObject({ from: '2026-01-01', payer: false });
    const before = (await customers.admin('GET', '/books/P1/events')).body['items'] as unknown[];
    await change(id, { payer: false, effectiveOn: '2026-02-01' });
    await change(id, { endOn: null });
    expect((await customers.admin('GET', '/books/P1/events')).body['items']).toHaveLength(before.length);
  });

  it('lets a space by the month beside its payer, once a day, at a price that changes from a day on', async () => {
    const owner = await registered({ resource: 'S1', customer: 'LI', relation: '业主', from: '2020-01-01' });
    const byMonth = { resource: 'S1', customer: 'WANG', relation: '月租', from: '2026-03-10' };
    const first = await registered({ ...byMonth, price: '280.00' });
    expect(await get(first)).toMatchObject({ payer: true, to: null, price: '280' });
    expect(
      await customers.admin('POST', path, occupancy({ ...byMonth, customer: 'DEV', from: '2026-07-01' })),
    ).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:let-overlap', detail: expect.stringContaining(first) as string },
    });
    const next = await change(first, { price: '310', effectiveOn: '2026-03-21' });
    expect(await get(first)).toMatchObject({ to: '2026-03-20', price: '280' });
    const second = String(next.body['occupancy']);
    expect(await get(second)).toMatchObject({ customer: 'WANG', relation: '月租', from: '2026-03-21', price: '310' });
    // On its first day it is itself changed, and nothing where nothing changes.
    expect(await change(second, { price: null, effectiveOn: '2026-03-21' })).toMatchObject({
      body: { occupancy: null },
    });
    expect(await get(second)).toMatchObject({ price: null });
    expect(await change(second, { price: null, effectiveOn: '2026-04-01' })).toMatchObject({
      body: { occupancy: null },
    });
    for (const [id, body, code] of [
      [second, { payer: false, effectiveOn: '2026-04-01' }, 'let-always-pays'],
      [owner, { price: '5', effectiveOn: '2026-04-01' }, 'price-without-let'],
      [first, { price: '5', effectiveOn: '2026-03-21' }, 'outside-occupancy'],
      [first, { endOn: '2026-03-21' }, 'let-overlap'],
    ] as const)
      expect(await change(id, body)).toMatchObject({ status: 422, body: { type: `urn:propledger:problem:${code}` } });
    expect(await change(second, { endOn: '2026-03-31' })).toMatchObject({ status: 200 });
    await registered({ ...byMonth, customer: 'DEV', from: '2026-04-01' });
    const lets = await customers.admin('GET', `${path}?resource=S1&relation=${encodeURIComponent('月租')}`);
    expect(lets.body['items']).toMatchObject([
      { to: '2026-03-20' },
      { to: '2026-03-31' },
      { customer: 'DEV', to: null },
    ]);
    const events = (await customers.admin('GET', '/books/P1/events?limit=500')).body['items'] as { body: object }[];
    expect(events.map(({ body }) => body)).toContainEqual({
      ...{ occupancy: first, resource: 'S1', customer: 'WANG', relation: '月租', payer: true },
      ...{ from: '2026-03-10', to: '2026-03-20', price: '280' },
    });
  });

  it.each([
    [422, { payer: false, effectiveOn: '2016-12-31' }],
    [422, { payer: false, effectiveOn: '2024-01-19' }],
    [400, {}],
    [400, { payer: true }],
    [400, { price: '5' }],
    [400, { payer: true, price: '5', effectiveOn: '2026-01-01' }],
    [400, { endOn: '2026-01-01', payer: true, effectiveOn: '2026-01-01' }],
    [400, { endOn: '2026-13-01' }],
  ])('answers %i to the change %j', async (status, body) => {
    expect(await change('O4', body)).toMatchObject({ status });
    expect(await customers.admin('GET', `${path}/O4`)).toMatchObject({ body: { to: '2024-01-18' } });
  });

  it('lets one of many at once pay for a day', async () => {
    const asked = Array.from({ length: 12 }, (_, i) =>
      customers.admin(
        'POST',
        path,
        occupancy({ resource: 'R5', customer: i % 2 ? 'LI' : 'WANG', from: `2026-01-${i + 10}` }),
      ),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 422)).toHaveLength(11);
  });

  it('lists by resource and first day, with filters, page by page', async () => {
    const first = await customers.admin('GET', `${path}?limit=2`);
    expect(first.body['items']).toMatchObject([
      { resource: 'R1', from: '2017-01-01' },
      { resource: 'R1', from: '2024-01-19' },
    ]);
    const second = await customers.admin('GET', `${path}?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body['items']).toMatchObject([
      { resource: 'R1', from: '2024-03-01' },
      { resource: 'R2', from: '2017-01-01' },
    ]);
    const of = await customers.admin('GET', `${path}?customer=WANG&resource=R1`);
    expect(of.body).toMatchObject({ items: [{ customer: 'WANG', resource: 'R1' }], nextCursor: null });
    expect(await customers.admin('GET', `${path}?on=2026-02-30`)).toMatchObject({ status: 400 });
    expect(await customers.admin('GET', `${path}?payer=maybe`)).toMatchObject({ status: 400 });
    expect((await customers.admin('GET', '/projects/P2/occupancies')).body['items']).toEqual([]);
    expect(await customers.admin('GET', '/projects/NOPE/occupancies')).toMatchObject({ status: 404 });
    expect(await customers.admin('GET', `${path}/O999`)).toMatchObject({ status: 404 });
    expect(await change('O999', { endOn: null })).toMatchObject({ status: 404 });
  });

  it('asks for rights to this very project', async () => {
    const manager = await customers.operator({ role: 'project-manager', scope: { project: 'P2' } });
    for (const to of [path, `${path}/O4`, `${path}/O999`])
      expect(await manager('GET', to)).toMatchObject({ status: 403 });
    expect(await manager('POST', path, occupancy({}))).toMatchObject({ status: 403 });
    expect(await manager('POST', `${path}/O4/changes`, { endOn: null })).toMatchObject({ status: 403 });
    expect(await customers.nobody('GET', path)).toMatchObject({ status: 401 });
  });

  describe('with cars', () => {
    const cars = '/projects/P1/vehicles';
    const car = (more: object = {}): object => ({
      ...{ plate: '鲁f·12345', resource: 'S1', customer: 'WANG', from: '2026-03-01', ...more },
    });
    const listed = async (query: string): Promise<unknown> =>
      (await customers.admin('GET', `${cars}?${query}`)).body['items'];

    it('keeps several plates of a space, and several spaces of a plate, out of events and refusals', async () => {
      const first = await customers.admin('POST', cars, car(), { key: 'car' });
      expect(first).toMatchObject({ status: 201, body: { vehicle: expect.stringMatching(/^V\d+$/) as string } });
      expect((await customers.admin('POST', cars, car(), { key: 'car' })).body).toEqual(first.body);
      const vehicle = String(first.body['vehicle']);
      expect(await customers.admin('POST', cars, car({ plate: '鲁FD54321', customer: 'LI' }))).toMatchObject({
        status: 201,
      });
      expect(await customers.admin('POST', cars, car({ resource: 'R2', to: '2026-06-30' }))).toMatchObject({
        status: 201,
      });
      for (const [status, code, more] of [
        [422, 'vehicle-overlap', { plate: '鲁F12345', from: '2026-05-01' }],
        [422, 'resource-unknown', { resource: 'NOPE' }],
        [422, 'customer-unknown', { customer: 'NOPE' }],
        [422, 'range-reversed', { to: '2026-02-28' }],
        [400, 'invalid-input', { plate: '没有车牌号码' }],
      ] as const) {
        const refused = await customers.admin('POST', cars, car(more));
        expect(refused).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
        expect(JSON.stringify(refused.body)).not.toContain('12345');
      }
      expect(await listed('resource=S1')).toMatchObject([
        { vehicle, plate: '鲁F12345', customer: 'WANG', from: '2026-03-01', to: null },
        { plate: '鲁FD54321', customer: 'LI' },
      ]);
      expect(await listed('customer=WANG&on=2026-07-01')).toMatchObject([{ resource: 'S1' }]);
      const found = await customers.admin('POST', `${cars}/by-plate`, { plate: ' 鲁F 12345' }, { key: null });
      expect(found).toMatchObject({
        status: 200,
        body: { items: [{ resource: 'S1' }, { resource: 'R2', to: '2026-06-30' }] },
      });

      expect(await customers.admin('POST', `${cars}/${vehicle}/changes`, { plate: '鲁F99999' })).toMatchObject({
        status: 200,
      });
      expect(await customers.admin('POST', `${cars}/${vehicle}/changes`, { endOn: '2026-03-31' })).toMatchObject({
        status: 200,
      });
      expect(await customers.admin('POST', `${cars}/${vehicle}/changes`, { plate: '鲁FD54321' })).toMatchObject({
        status: 422,
        body: { type: 'urn:propledger:problem:vehicle-overlap' },
      });
      expect(await customers.admin('POST', `${cars}/V999/changes`, { endOn: null })).toMatchObject({ status: 404 });
      expect(await listed('resource=S1&on=2026-03-31')).toMatchObject([
        { vehicle, plate: '鲁F99999', to: '2026-03-31' },
        { plate: '鲁FD54321' },
      ]);
      const events = (await customers.admin('GET', '/books/P1/events?limit=500')).body['items'] as { type: string }[];
      const ofCars = events.filter(({ type }) => type.startsWith('vehicle.'));
      expect(ofCars.map(({ type }) => type.slice(8))).toEqual([
        'registered',
        'registered',
        'registered',
        'changed',
        'changed',
      ]);
      expect(JSON.stringify(events)).not.toMatch(/12345|54321|99999|鲁/);
    });

    it('asks for rights to this very project', async () => {
      const manager = await customers.operator({ role: 'project-manager', scope: { project: 'P2' } });
      expect(await manager('GET', cars)).toMatchObject({ status: 403 });
      expect(await manager('POST', cars, car())).toMatchObject({ status: 403 });
      expect(await manager('POST', `${cars}/by-plate`, { plate: '鲁F12345' })).toMatchObject({ status: 403 });
      expect(await manager('POST', `${cars}/V1/changes`, { endOn: null })).toMatchObject({ status: 403 });
      expect(await customers.admin('GET', '/projects/NOPE/vehicles')).toMatchObject({ status: 404 });
    });
  });
});
