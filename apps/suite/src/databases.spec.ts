import { SERVICES } from '@propledger/service-kit';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseName, ensureDatabases } from './databases';
import type { KeptState } from './kept-state';
import { startSuiteProcess } from './suite-process';

const server = process.env['PROPLEDGER_TEST_POSTGRES'] ?? '';
const passwords = Object.fromEntries(
  SERVICES.map((service) => [service, { owner: randomBytes(9).toString('hex'), app: randomBytes(9).toString('hex') }]),
) as KeptState['passwords'];

const run = async (url: string, ...statements: string[]): Promise<object[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: object[] = [];
    for (const statement of statements) rows = (await client.query<object>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
};

const removeAll = async (): Promise<void> => {
  for (const service of SERVICES) {
    const name = databaseName(service);
    await run(server, `drop database if exists ${name} with (force)`, `drop role if exists ${name}_owner, ${name}_app`);
  }
};

/** A role of the server with these rights, and its URL. */
const roleWith = async (rights: string): Promise<string> => {
  const [role, password] = [`suite_${randomBytes(5).toString('hex')}`, randomBytes(9).toString('hex')];
  await run(server, `create role ${role} login ${rights} password '${password}'`);
  const url = new URL(server);
  [url.username, url.password] = [role, password];
  return url.href;
};

beforeEach(removeAll);
afterAll(removeAll);

it.each(['createrole createdb', 'superuser'])(
  'makes a database for each service, as a role with %s',
  async (rights) => {
    const databases = await ensureDatabases(await roleWith(rights), passwords);
    for (const { ownerUrl, appUrl } of Object.values(databases)) {
      await run(ownerUrl, 'create table entry (text text)');
      await run(appUrl, `insert into entry values ('one')`, 'select * from entry');
      await expect(run(appUrl, 'create table own (id int)')).rejects.toThrow(/permission denied/);
      await expect(run(appUrl, `set role ${new URL(ownerUrl).username}`)).rejects.toThrow(/permission denied/);
    }
  },
);

it('keeps each role out of the other services’ databases', async () => {
  const databases = Object.entries(await ensureDatabases(server, passwords));
  for (const [service, { ownerUrl, appUrl }] of databases)
    for (const [other] of databases)
      for (const url of [ownerUrl, appUrl]) {
        const elsewhere = new URL(url);
        elsewhere.pathname = `/${databaseName(other as keyof KeptState['passwords'])}`;
        const connecting = run(elsewhere.href, 'select 1');
        if (other === service) await connecting;
        else await expect(connecting).rejects.toThrow(/permission denied/);
      }
});

it('leaves alone what is there, so that a role without rights is enough afterwards', async () => {
  const { registry } = await ensureDatabases(server, passwords);
  await run(registry.ownerUrl, 'create table kept (id int)', 'insert into kept values (1)');
  await ensureDatabases(await roleWith('nocreatedb'), passwords);
  expect(await run(registry.appUrl, 'select * from kept')).toEqual([{ id: 1 }]);
});

it('gives the SQL that an administrator must run, without any password in it, where the role may not', async () => {
  const url = await roleWith('nocreatedb');
  const refusal = await ensureDatabases(url, passwords).catch((error: Error) => error.message);
  if (typeof refusal !== 'string') throw new Error('it was to be refused');
  for (const { owner, app } of Object.values(passwords)) {
    expect(refusal).not.toContain(owner);
    expect(refusal).not.toContain(app);
  }

  // As psql would run it.
  const sql = refusal.slice(refusal.indexOf('create role propledger'));
  for (const part of sql.split('\\connect ')) {
    const [, database = ''] = part === sql.split('\\connect ')[0] ? [] : (/^(\w+)/.exec(part) ?? []);
    const at = new URL(server);
    if (database !== '') at.pathname = `/${database}`;
    const statements = (database === '' ? part : part.slice(database.length)).split(';').map((text) => text.trim());
    await run(at.href, ...statements.filter((text) => text !== ''));
  }
  const databases = await ensureDatabases(url, passwords);
  expect(await run(databases.billing.appUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
});

describe('a suite on a server of the user’s own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'propledger-own-server-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const start = (dataDir: string, url: string): ReturnType<typeof startSuiteProcess> =>
    startSuiteProcess({ dataDir: join(folder, dataDir), env: { DATABASE_URL: url } });

  it('uses its databases, alone, and goes on with them', async () => {
    const first = await start('one', server);
    expect(first.administrator?.operator).toBe('admin');
    await expect(start('one', server)).rejects.toThrow(/another propledger/);
    expect(await first.stop()).toBe(0);
    await expect(start('other', server)).rejects.toThrow(/belongs to another data folder/);
    const again = await start('one', server);
    expect(again.administrator).toBeNull();
    expect(await again.stop()).toBe(0);
  });

  it('stops with 1 and the SQL for an administrator, where its role may not make databases', async () => {
    await expect(start('two', await roleWith('nocreatedb'))).rejects.toThrow(
      /ended with 1[^]*create role propledger_registry_owner[^]*create database propledger_onboarding/,
    );
  });
});
