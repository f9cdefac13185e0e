import { migrate, type RunningService, ServiceConfig, type ServiceName, startService } from '@propledger/service-kit';
import { type FreshDatabase, freshDatabase } from '@propledger/testkit';
import { plainToInstance } from 'class-transformer';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { SERVICE_APPS } from './service-apps';

const NOWHERE = 'http://127.0.0.1:1';
const configOf = ({ appUrl }: FreshDatabase): ServiceConfig =>
  plainToInstance(
    ServiceConfig,
    {
      ...{ databaseUrl: appUrl, serviceKey: 'k'.repeat(40), logLevel: 'silent' },
      peers: { registry: NOWHERE, customers: NOWHERE, billing: NOWHERE, reports: NOWHERE, onboarding: NOWHERE },
    },
    { exposeDefaultValues: true },
  );

const run = async (url: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
};

const readyOf = async (url: string): Promise<{ status: number; detail?: string }> => {
  const answer = await fetch(`${url}/health/ready`);
  return { ...((await answer.json()) as object), status: answer.status };
};

/** The pools of each, as its metrics name them: whoever scales it must know of all. */
const POOLS: Readonly<Record<ServiceName, readonly string[]>> = {
  registry: ['all'],
  customers: ['all'],
  billing: ['appends', 'reads'],
  reports: ['all', 'projecting', 'replays'],
  onboarding: ['all'],
};

describe.each(SERVICE_APPS.map((app) => [app.name, app] as const))('%s', (name, app) => {
  let database: FreshDatabase;
  let service: RunningService | undefined;
  beforeEach(async () => {
    database = await freshDatabase('tables');
  });
  afterEach(async () => {
    await service?.close();
    service = undefined;
    await database.drop();
  });

  it('is not ready on tables of a release before, says why, and begins nothing until they are migrated', async () => {
    const last = app.migrations.at(-1);
    await migrate(database.ownerUrl, app.migrations.slice(0, -1));
    service = await startService(app, configOf(database));
    const url = `${await service.listen('127.0.0.1', 0)}/${name}/v1`;
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const before = await readyOf(url);
    expect(before.status).toBe(503);
    expect(before.detail).toMatch(/^migrations: .*not run yet/);
    expect(before.detail?.split(': ').at(-1)).toBe(last && new last().name);
    expect((await fetch(`${url}/${name === 'registry' ? 'books' : 'consumers'}`)).status).toBe(503);

    await migrate(database.ownerUrl, app.migrations);
    for (const until = Date.now() + 20_000; (await readyOf(url)).status !== 200 && Date.now() < until;)
      await pause(100);
    expect((await readyOf(url)).status).toBe(200);
  });

  it('is ready on tables of a later release, and says of every pool how many connections it has', async () => {
    await migrate(database.ownerUrl, app.migrations);
    await run(
      database.ownerUrl,
      `insert into migrations (timestamp, name) values (1900000000000, 'Later1900000000000')`,
    );
    service = await startService(app, configOf(database));
    const url = `${await service.listen('127.0.0.1', 0)}/${name}/v1`;
    expect((await readyOf(url)).status).toBe(200);
    const said = (await service.metrics.text()).matchAll(
      /^propledger_database_connections\{pool="(\w+)",state="idle"/gm,
    );
    expect([...said].map(([, pool]) => pool).sort()).toEqual(POOLS[name]);
  });
});
