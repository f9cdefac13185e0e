import { poolFrom } from '@propledger/event-log';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import type { ServiceConfig } from './config';
import { appendPoolConfigOf, poolOf, projectingPoolOf } from './connections';
import { dataSourceOf } from './database';

let database: FreshDatabase;
let config: ServiceConfig;
beforeAll(async () => {
  database = await freshDatabase('connections');
  config = { databaseUrl: database.appUrl, poolSize: 1 } as ServiceConfig;
});
afterAll(() => database.drop());

const LIMITS = `select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
  current_setting('idle_in_transaction_session_timeout') as idle, current_setting('tcp_keepalives_idle') as probed`;

it.each([
  ['a service', () => poolOf(config, 'x'), { statement: '1min', lock: '15s', idle: '30s' }],
  ['appends', () => poolFrom(appendPoolConfigOf(config, 'x', 1)), { statement: '30s', lock: '5s', idle: '8s' }],
  ['projections', () => projectingPoolOf(config, 'x', 1), { statement: '1min', lock: '15s', idle: '8s' }],
])('connections of %s have limits on all that waits', async (_, poolMade, limits) => {
  const pool = poolMade();
  expect((await pool.query(LIMITS)).rows).toEqual([{ ...limits, probed: expect.any(String) as string }]);
  await pool.end();
});

it('so have those that typeorm makes', async () => {
  const source = await dataSourceOf(config, 'x', []).initialize();
  const [limits] = await source.query<object[]>(LIMITS);
  expect(limits).toMatchObject({ statement: '1min', lock: '15s', idle: '30s' });
  const [{ name }] = await source.query<[{ name: string }]>(`select current_setting('application_name') as name`);
  expect(name).toBe('propledger-x');
  await source.destroy();
});
