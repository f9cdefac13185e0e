import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject } from '../spec-support/small-project';

describe('meters', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
  });
  afterAll(() => billing.close());

  const METER = { meter: 'E1', kind: '电表', resource: 'R1', multiplier: '1', from: '2026-02-20', reading: '100' };
  const post = (path: string, body?: unknown): Promise<Answer> => billing.call('POST', `/projects/YT01${path}`, body);
  const get = async (path: string): Promise<Record<string, unknown>> =>
    (await billing.call('GET', `/projects/YT01${path}`)).body;
  const refused = async (path: string, body: unknown, status: number, code: string): Promise<void> =>
    expect(await post(path, body)).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });

  it('are installed once, for a resource that is known', async () => {
    expect((await post('/meters', METER)).status).toBe(201);
    expect(await post('/meters', METER)).toMatchObject({ status: 201, body: { position: null } });
    await refused('/meters', { ...METER, kind: '水表' }, 409, 'meter-exists');
    await refused('/meters', { ...METER, meter: 'E2', resource: 'R404' }, 422, 'unknown-resource');
    await refused('/meters', { ...METER, meter: 'E2', multiplier: '0' }, 422, 'factor-not-positive');
    expect((await post('/meters', { ...METER, meter: 'E2', multiplier: '-1' })).status).toBe(400);
  });

  it('are read, and listed when they are not', async () => {
    expect((await post('/meters', { ...METER, meter: 'E2', resource: null })).status).toBe(201);
    expect((await post('/meters/E1/readings', { period: '2026-03', on: '2026-03-26', reading: '130.50' })).status).toBe(
      201,
    );
    expect(await get('/meters?unreadIn=2026-03')).toMatchObject({ items: [{ meter: 'E2', resource: null }] });
    expect(await get('/meters?resource=R1')).toMatchObject({ items: [{ meter: 'E1' }] });
    expect(await get('/meters?limit=1')).toMatchObject({
      items: [{ meter: 'E1' }],
      nextCursor: expect.any(String) as unknown,
    });
    expect(await get('/meters/E1')).toMatchObject({
      ...METER,
      records: [{ kind: 'read', period: '2026-03', on: '2026-03-26', reading: '130.5' }],
    });
    expect((await billing.call('GET', '/projects/YT01/meters/E9')).status).toBe(404);
  });

  it('refuse what the dial or the days forbid', async () => {
    await refused('/meters/E9/readings', { period: '2026-04', on: '2026-04-26', reading: '1' }, 422, 'unknown-meter');
    await refused(
      '/meters/E1/readings',
      { period: '2026-03', on: '2026-03-27', reading: '131' },
      409,
      'second-reading',
    );
    await refused(
      '/meters/E1/readings',
      { period: '2026-04', on: '2026-03-26', reading: '131' },
      422,
      'reading-out-of-order',
    );
    await refused(
      '/meters/E1/readings',
      { period: '2026-04', on: '2026-04-26', reading: '99' },
      422,
      'reading-backwards',
    );
    expect((await post('/meters/E1/readings', { period: '2026-04', on: '2026-04-26', reading: '1.234' })).status).toBe(
      400,
    );
  });

  it('are replaced, and what was wrong is withdrawn latest first', async () => {
    const replacement = { on: '2026-04-10', oldReading: '140', newReading: '0.2', newMultiplier: '20' };
    const { body } = await post('/meters/E1/replacements', replacement);
    await post('/meters/E1/readings', { period: '2026-04', on: '2026-04-26', reading: '1' });
    await refused(`/meters/E1/records/${String(body['position'])}/withdrawal`, undefined, 409, 'record-not-latest');
    const records = (await get('/meters/E1'))['records'] as { position: number; kind: string }[];
    expect(records.map(({ kind }) => kind)).toEqual(['read', 'replaced', 'read']);
    for (const { position } of records.slice(1).reverse())
      expect((await post(`/meters/E1/records/${position}/withdrawal`)).status).toBe(201);
    expect(await get('/meters/E1')).toMatchObject({ records: [{ period: '2026-03' }] });
  });

  it('with an implausible use wait for somebody to confirm it', async () => {
    for (const [period, reading] of [
      ['2026-04', '160'],
      ['2026-05', '190'],
    ] as const)
      await post('/meters/E1/readings', { period, on: `${period}-26`, reading });
    const much = { period: '2026-06', on: '2026-06-26', reading: '900' };
    await refused('/meters/E1/readings', much, 409, 'reading-implausible');
    expect((await post('/meters/E1/readings', { ...much, confirmed: true })).status).toBe(201);
    await billing.verifiedEvents('YT01');
  });

  it('are set up and read by those who may', async () => {
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    const manager = billing.as(await billing.neighbours.operator('wu', 'project-manager', { project: 'YT01' }));
    const reading = { period: '2026-07', on: '2026-07-26', reading: '930' };
    expect((await cashier('POST', '/projects/YT01/meters', METER)).status).toBe(403);
    expect((await cashier('POST', '/projects/YT01/meters/E1/readings', reading)).status).toBe(403);
    expect((await cashier('GET', '/projects/YT01/meters')).status).toBe(200);
    expect((await manager('POST', '/projects/YT01/meters/E1/readings', reading)).status).toBe(201);
  });
});

describe('the copies of where resources are', () => {
  it('are made anew from the registry’s books when the tables change', async () => {
    const billing = await RunningBilling.start(await freshDatabase('billing'));
    try {
      await smallProject(billing);
      billing.neighbours.resource('YT01', 'R3', '60', { building: '01', entrance: '2' });
      await billing.catchUp();
      // As the migration leaves them.
      await billing.pool.query(
        `delete from copy_resource; delete from copy_area; delete from cursor where topic = 'registry' and book <> '~group'`,
      );
      await billing.restart();
      await billing.catchUp();
      const { rows } = await billing.pool.query(
        'select resource, building, entrance from copy_resource order by resource',
      );
      expect(rows).toEqual([
        { resource: 'R1', building: null, entrance: null },
        { resource: 'R2', building: null, entrance: null },
        { resource: 'R3', building: '01', entrance: '2' },
      ]);
      expect((await billing.pool.query('select 1 from copy_area')).rowCount).toBe(3);
    } finally {
      await billing.close();
    }
  });
});
