import { freshDatabase } from '@propledger/testkit';
import { RunningBilling } from '../spec-support/running-billing';
import { STANDARD } from '../spec-support/small-project';

const ROOMS = 4_000;

describe('a long bill run', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    const { neighbours } = billing;
    neighbours.project('YT01', '2026-03');
    for (let i = 0; i < ROOMS; i += 1) {
      neighbours.resource('YT01', `R${i}`, '100');
      neighbours.customer('YT01', `K${i}`);
      neighbours.occupancy('YT01', { resource: `R${i}`, customer: `K${i}` });
    }
    await billing.catchUp();
    await billing.call('POST', '/projects/YT01/standards', STANDARD);
    await billing.pool.query(
      `insert into binding (book, binding, resource, standard, from_on, to_on, position, withdrawn)
       select 'YT01', 'B' || i, 'R' || i, 'WY', '2026-01-01', null, 2, false from generate_series(0, $1) i`,
      [ROOMS - 1],
    );
  });
  afterAll(() => billing.close());

  const raised = async (): Promise<number> =>
    Number((await billing.pool.query<{ count: string }>('select count(*) from charge')).rows[0]?.count);

  it('goes on after it was stopped in the middle, raises everything once, and counts all of it', async () => {
    const asked = await billing.call('POST', '/projects/YT01/bill-runs', { period: '2026-03', date: '2026-03-01' });
    while ((await raised()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await billing.restart();
    const before = await raised();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(ROOMS);

    const run = await billing.endOf('YT01', String(asked.body['run']));
    expect(run).toMatchObject({
      state: 'done',
      result: { raised: { count: ROOMS, amount: '340000.00' }, standing: 0, differences: { count: 0 } },
    });
    expect(await raised()).toBe(ROOMS);
    const charged = (await billing.verifiedEvents('YT01')).filter(({ type }) => type === 'charge.raised');
    expect(new Set(charged.map(({ body }) => (body as { binding: string }).binding)).size).toBe(ROOMS);
  });

  it('computes again when what it computed from has changed meanwhile', async () => {
    const april = async (): Promise<number> =>
      Number(
        (await billing.pool.query<{ count: string }>(`select count(*) from charge where period = '2026-04'`)).rows[0]
          ?.count,
      );
    const asked = await billing.call('POST', '/projects/YT01/bill-runs', { period: '2026-04', date: '2026-04-01' });
    while ((await april()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));

    // The book stands still between two chunks, while an area changes of a room that is charged in the last one.
    const client = await billing.pool.connect();
    await client.query('begin');
    await client.query(`select 1 from book_head where book = 'YT01' for update`);
    expect(await april()).toBeLessThan(ROOMS);
    billing.neighbours.tell(
      'registry',
      'YT01',
      'resource.changed',
      { resource: 'R999', billableArea: '200' },
      '2026-04-01',
    );
    await billing.catchUp();
    await client.query('commit');
    client.release();

    expect(await billing.endOf('YT01', String(asked.body['run']))).toMatchObject({
      state: 'done',
      result: { raised: { count: ROOMS, amount: '340085.00' }, standing: 0, differences: { count: 0 } },
    });
    expect(await april()).toBe(ROOMS);
  });
});
