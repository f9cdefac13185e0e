import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { ROOM, startRegistry, YT01, type RunningRegistry } from '../spec-support/running-registry';

describe('the application’s role', () => {
  let database: FreshDatabase;
  let registry: RunningRegistry;
  let app: Client;
  beforeAll(async () => {
    database = await freshDatabase('registry');
    registry = await startRegistry(database);
    await registry.admin('POST', '/projects', YT01);
    await registry.admin('POST', '/projects/YT01/resources', ROOM);
    app = new Client({ connectionString: database.appUrl });
    await app.connect();
  });
  afterAll(async () => {
    await app.end();
    await registry?.close();
    await database.drop();
  });

  it.each([
    `update event set body = '{}'`,
    'delete from event',
    'truncate event',
    'alter table event disable trigger all',
    'drop table event',
    `update command set answer = 'null'`,
    'delete from command',
    'delete from book_head',
    `update resource_version set billable_area = 1`,
    'delete from resource_version',
    'delete from operator',
    `update signing_key set jwk = '{}'`,
    'create table mine (a int)',
  ])('may not %s', async (sql) => {
    await expect(app.query(sql)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('may not become the owner', async () => {
    await expect(app.query(`set role ${database.name}_owner`)).rejects.toThrow('permission denied');
  });
});
