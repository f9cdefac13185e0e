import { migrate } from '@propledger/service-kit';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { billing } from '../billing';

/*
 * The release before goes on appending while tables that grow get another index. A transaction that has been writing for long keeps the
 * migration waiting: meanwhile others must be able to write, and not stand in the queue behind it.
 */

const GROWING = ['event', 'receipt', 'receipt_transaction', 'charge'];

describe.each(['KeysBeforeBooks', 'ReleasesByCustomer', 'ChargesByTheirDays'])('%s', (name) => {
  const nth = billing.migrations.findIndex((migration) => migration.name === name);
  let database: FreshDatabase;
  const clients: Client[] = [];
  const connected = async (): Promise<Client> => {
    const client = new Client({ connectionString: database.ownerUrl });
    clients.push(client);
    await client.connect();
    return client;
  };
  /** As a transaction does that writes all of them. */
  const writing = (lockTimeout: string): string =>
    `begin; set local lock_timeout = '${lockTimeout}'; lock table ${GROWING.join()} in row exclusive mode`;

  beforeAll(async () => {
    database = await freshDatabase('beside');
    await migrate(database.ownerUrl, billing.migrations.slice(0, nth));
  });
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await database.drop();
  });

  it('makes its index while others write', async () => {
    const [first, second] = [await connected(), await connected()];
    await first.query(writing('1s'));
    const migrated = migrate(database.ownerUrl, billing.migrations.slice(0, nth + 1));
    migrated.catch(() => undefined); // It is awaited below.
    const waits = `select 1 from pg_stat_activity where datname = current_database() and application_name = 'propledger-migrate'
      and wait_event_type = 'Lock'`;
    while ((await second.query(waits)).rowCount === 0);
    await second.query(writing('1s'));
    await second.query('rollback');
    await first.query('rollback');
    await migrated;
    expect((await second.query('select 1 from pg_index where not indisvalid')).rowCount).toBe(0);
  });
});
