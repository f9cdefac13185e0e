import { freshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { migrate } from './database';

const OTHERS = [
  ['another encoding', `encoding 'LATIN1' locale_provider libc locale 'C'`, 'not LATIN1 and C'],
  ['the order of a language', `encoding 'UTF8' locale_provider icu icu_locale 'zh' locale 'C'`, 'not UTF8 and ICU'],
] as const;

it.each(OTHERS)('makes no tables in a database with %s, and says how it must be', async (_, how, said) => {
  const database = await freshDatabase('order');
  const admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  const other = `order_${process.pid}`;
  try {
    await admin.query(`create database ${other} template template0 ${how}`);
    const url = new URL(database.adminUrl);
    url.pathname = `/${other}`;
    await expect(migrate(url.toString(), [])).rejects.toThrow(said);
    const client = new Client({ connectionString: url.toString() });
    await client.connect();
    expect((await client.query(`select 1 from pg_tables where schemaname = 'public'`)).rowCount).toBe(0);
    await client.end();
  } finally {
    await admin.query(`drop database if exists ${other}`);
    await admin.end();
    await database.drop();
  }
});

class Slow implements MigrationInterface {
  readonly name = 'Slow1700000000001';
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table slow (nr int)');
    await runner.query('select pg_sleep(0.7)');
    await runner.query('create index concurrently slow_by_nr on slow (nr)');
  }

  async down(): Promise<void> {}
}

it('runs each migration once, however many are asked to migrate at the same time', async () => {
  const database = await freshDatabase('twice');
  try {
    await Promise.all([1, 2, 3].map(() => migrate(database.ownerUrl, [Slow])));
    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    expect((await client.query('select name from migrations')).rows).toEqual([{ name: 'Slow1700000000001' }]);
    await client.end();
  } finally {
    await database.drop();
  }
});
