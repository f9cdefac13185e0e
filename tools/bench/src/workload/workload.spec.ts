import { billing } from '@propledger/billing';
import { readEvents } from '@propledger/event-log';
import { bookIn, emptyState, evolve, openOf, type LedgerEntry } from '@propledger/ledger-core';
import { verifyBook } from '@propledger/proof';
import { migrate } from '@propledger/service-kit';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Pool } from 'pg';
import { GROUP, projectCodes, projectsOf, type Scale } from './group';
import { loadWorkload } from './load';

const SMALL: Scale = { ...GROUP, projects: 3, resources: 200, charges: 417, months: 2 };

describe('the workload', () => {
  const databases: FreshDatabase[] = [];
  const pools: Pool[] = [];
  const loaded = async (scale: Scale): Promise<Pool> => {
    const database = await freshDatabase('workload');
    databases.push(database);
    await migrate(database.ownerUrl, billing.migrations);
    await loadWorkload({ billing: database.ownerUrl }, scale, () => undefined);
    const pool = new Pool({ connectionString: database.appUrl, max: 2 });
    pools.push(pool);
    return pool;
  };
  const rows = async <Row>(pool: Pool, sql: string, params: unknown[] = []): Promise<Row[]> =>
    (await pool.query(sql, params)).rows as Row[];
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('is as large as its scale says, whatever the scale', () => {
    const large = { ...SMALL, projects: 7, resources: 1_000, charges: 3_999 };
    for (const scale of [SMALL, large, { ...large, mixed: true as const }]) {
      const projects = [...projectsOf(scale)];
      expect(projects.map(({ project }) => project.project)).toEqual(projectCodes(scale));
      const count = (of: (data: (typeof projects)[number]) => number): number =>
        projects.reduce((sum, data) => sum + of(data), 0);
      expect(count(({ resources }) => resources.length)).toBe(scale.resources);
      expect(count(({ bindings }) => bindings.length)).toBe(scale.charges);
      for (const { resources, occupancies } of projects) {
        expect(new Set(resources.map(({ resource }) => resource)).size).toBe(resources.length);
        expect(occupancies.filter(({ payer }) => payer)).toHaveLength(resources.length);
        expect(new Set(occupancies.map(({ occupancy }) => occupancy)).size).toBe(occupancies.length);
      }
    }
  });

  it('is in the books as the rules make it, chained, with the open state that its events give', async () => {
    const pool = await loaded(SMALL);
    const tx = { rows: <Row>(sql: string, params: readonly unknown[] = []) => rows<Row>(pool, sql, [...params]) };
    for (const book of projectCodes(SMALL)) {
      const events = await readEvents(tx, book, 0, 100_000);
      expect(await verifyBook(book, events)).toMatchObject({ intact: true });
      const state = emptyState();
      for (const event of events) evolve(state, event as LedgerEntry);
      const { charges, balances } = bookIn(state, book);
      const open = await rows(pool, 'select position, open_fen from charge where book = $1 order by position', [book]);
      expect(open).toEqual(
        [...charges.values()].map((charge) => ({
          position: String(charge.position),
          open_fen: String(openOf(charge)),
        })),
      );
      const prepaid = await rows<{ sum: string }>(
        pool,
        'select coalesce(sum(balance_fen), 0) as sum from prepayment_balance where book = $1',
        [book],
      );
      expect(prepaid[0]?.sum).toBe(String([...balances.values()].reduce((sum, { balance }) => sum + balance, 0n)));
    }
    const [charged] = await rows<{ count: number }>(pool, 'select count(*)::int as count from charge');
    expect(charged?.count).toBe(SMALL.months * SMALL.charges);
  });

  it('is the same for the same scale, and another for another seed', async () => {
    const hashes = async (scale: Scale): Promise<unknown[]> =>
      rows(await loaded(scale), `select book, position, encode(hash, 'hex') as hash from book_head order by book`);
    const scale = { ...SMALL, projects: 2, resources: 30, charges: 60, months: 1 };
    const first = await hashes(scale);
    expect(await hashes(scale)).toEqual(first);
    expect(await hashes({ ...scale, seed: 'another' })).not.toEqual(first);
  });
});
