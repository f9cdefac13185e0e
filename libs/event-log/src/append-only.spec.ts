import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { eventLogMigration } from './index';
import { adding, openBooks, type Books } from './tally.fixture';

let database: FreshDatabase;
let books: Books;
beforeAll(async () => {
  database = await freshDatabase('append');
  books = await openBooks(database);
  await books.writer().submit(adding('book', 'a', { amount: 5 }));
});
afterAll(async () => {
  await books.close();
  await database.drop();
});

const asApp = async (sql: string): Promise<unknown> => {
  const client = new Client({ connectionString: database.appUrl });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
};

it.each(['event', 'command'])('lets the application read and append, and nothing else, in %s', async (table) => {
  await asApp(`grant all on ${table} to current_user`); // Answers with a warning, and grants nothing.
  for (const statement of [
    `update ${table} set command_id = 'x'`,
    `delete from ${table}`,
    `truncate ${table}`,
    `truncate ${table} cascade`,
    `alter table ${table} disable trigger all`,
    `alter table ${table} owner to current_user`,
    `drop table ${table}`,
    `create trigger t before insert on ${table} for each row execute function pg_catalog.suppress_redundant_updates_trigger()`,
    `create rule r as on insert to ${table} do instead nothing`,
    `insert into ${table} select * from ${table} on conflict (book, ${table === 'event' ? 'position' : 'command_id'}) do update set command_id = 'x'`,
    `merge into ${table} t using ${table} s on t.book = s.book when matched then delete`,
    `select from ${table} for update`,
  ])
    await expect(asApp(statement)).rejects.toThrow(/permission denied|must be owner/);
  await asApp(`select * from ${table}`);
});

it('does not let the application become the owner', async () => {
  const owner = `${database.name}_owner`;
  for (const statement of [
    `set role ${owner}`,
    `set session authorization ${owner}`,
    `grant ${owner} to ${database.name}_app`,
  ])
    await expect(asApp(statement)).rejects.toThrow(/permission denied|must have admin option/);
});

it('keeps heads from being removed', async () => {
  for (const statement of ['delete from book_head', 'truncate book_head'])
    await expect(asApp(statement)).rejects.toThrow(/permission denied/);
});

it('refuses to make tables that would not be append-only', async () => {
  const administrator = new DataSource({ type: 'postgres', url: database.adminUrl });
  await administrator.initialize();
  const runner = administrator.createQueryRunner();
  await runner.query('create schema aside; set search_path to aside');
  await expect(new eventLogMigration().up(runner)).rejects.toThrow(/append-only by privilege/);
  await administrator.destroy();
});
