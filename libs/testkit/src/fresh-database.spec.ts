import { Client } from 'pg';
import { freshDatabase, type FreshDatabase } from './fresh-database';

const databases: FreshDatabase[] = [];
afterAll(() => Promise.all(databases.map((database) => database.drop())));

const fresh = async (): Promise<FreshDatabase> => {
  const database = await freshDatabase('testkit');
  databases.push(database);
  return database;
};
const query = async (url: string, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<object>(sql)).rows;
  } finally {
    await client.end();
  }
};

it('gives the application its rows, and only the owner the tables', async () => {
  const { ownerUrl, appUrl } = await fresh();
  await query(ownerUrl, 'create table entry (id bigint generated always as identity, text text)');
  await query(appUrl, `insert into entry (text) values ('first')`);
  await query(appUrl, `update entry set text = 'second'`);
  expect(await query(appUrl, 'select text from entry')).toEqual([{ text: 'second' }]);
  await expect(query(appUrl, 'drop table entry')).rejects.toThrow(/owner/);
  await expect(query(appUrl, 'create table own (id int)')).rejects.toThrow(/permission denied/);
});

it('keeps the roles of one database out of another', async () => {
  const [one, other] = await Promise.all([fresh(), fresh()]);
  const trespass = new URL(one.appUrl);
  trespass.pathname = new URL(other.appUrl).pathname;
  await expect(query(trespass.href, 'select 1')).rejects.toThrow(/permission denied/);
});

it('leaves nothing behind when dropped', async () => {
  const database = await freshDatabase('testkit');
  const open = new Client({ connectionString: database.appUrl });
  open.on('error', () => undefined);
  await open.connect();
  await database.drop();
  const server = process.env['PROPLEDGER_TEST_POSTGRES'] ?? '';
  expect(await query(server, `select from pg_roles where rolname like '${database.name}%'`)).toEqual([]);
  expect(await query(server, `select from pg_database where datname = '${database.name}'`)).toEqual([]);
});
