import { inOrder, type Tx, type Transact } from '@propledger/event-log';
import { Pool, type PoolConfig } from 'pg';
import { DataSource, type EntityManager, type EntitySchema, type MigrationInterface } from 'typeorm';
import type { ServiceConfig } from './config';

export type Migration = new () => MigrationInterface;
export type Entity = (new () => object) | EntitySchema;

const TIMEOUTS = '-c statement_timeout=60000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=30000';

/** How a service connects as the application's role: plain data, so that a thread can be told. */
export const poolConfigOf = (config: ServiceConfig, service: string): PoolConfig => ({
  connectionString: config.databaseUrl,
  max: config.poolSize,
  application_name: `propledger-${service}`,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 60_000,
  options: TIMEOUTS,
});

/** Connections as the application's role. Nothing connects until the first query. */
export const poolOf = (config: ServiceConfig, service: string): Pool => {
  const pool = new Pool(poolConfigOf(config, service));
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  // So would one that says why it breaks after it was given back as broken.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
};

// Every statement of an append finds its rows by key, and must when the tables have grown since its plan was made. While they are small,
// a bitmap of all that a book has looks as good as the one row of a key, and statistics say so for a minute or longer.
const BY_KEY =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/**
 * How connections for `pipelinedTransact` are made, as the application's role: for appends, whose statements are few and look up and
 * write rows by their keys. Plain data, so that a thread can be told.
 */
export const appendPoolConfigOf = (config: ServiceConfig, service: string, connections: number): PoolConfig =>
  pipelined(config, `${service}-append`, connections, BY_KEY);

/**
 * The same for projections, whose statements may read tables as they like. Commits do not wait for the disk: what a crash takes back of a
 * projection comes again, its cursor having been taken back with it, and whatever is flushed later flushes what was before it.
 */
export const projectingPoolOf = (config: ServiceConfig, service: string, connections: number): Pool => {
  const settings = '-c plan_cache_mode=force_generic_plan -c synchronous_commit=off';
  const pool = new Pool(pipelined(config, `${service}-projecting`, connections, settings));
  pool.on('error', () => undefined);
  return pool;
};

const pipelined = (config: ServiceConfig, name: string, connections: number, settings: string): PoolConfig => ({
  ...poolConfigOf(config, name),
  max: connections,
  options: `${TIMEOUTS} ${settings}`,
  pipeline: true,
});

/** The archives' data source as the application's role; `initialize()` connects it. */
export const dataSourceOf = (config: ServiceConfig, service: string, entities: readonly Entity[]): DataSource =>
  new DataSource({
    type: 'postgres',
    url: config.databaseUrl,
    entities: [...entities],
    applicationName: `propledger-${service}`,
    poolSize: config.poolSize,
    extra: { options: TIMEOUTS, connectionTimeoutMillis: 10_000 },
  });

/** Reads outside any transaction, each statement on whichever connection is free. */
export const readerOf = (pool: Pool): Tx => ({
  rows: async <Row>(sql: string, params?: readonly unknown[]): Promise<Row[]> =>
    (await pool.query(sql, params ? [...params] : undefined)).rows as Row[],
});

export type ArchiveTx = Tx & { readonly manager: EntityManager };

/** Transactions in which entities and events are written together. */
export const typeormTransact =
  (source: DataSource): Transact<ArchiveTx> =>
  (work) =>
    source.transaction('READ COMMITTED', (manager) =>
      inOrder(
        async (sql, params) => rowsOf(await manager.query<unknown>(sql, params)),
        (rows) => work({ manager, rows }),
      ),
    );

// For UPDATE and DELETE typeorm answers [rows, count], for everything else the rows.
const rowsOf = (answer: unknown): unknown[] => {
  if (!Array.isArray(answer)) return [];
  const [first, second] = answer as unknown[];
  return Array.isArray(first) && typeof second === 'number' ? first : answer;
};

/** Brings the tables up to date, as their owner. Running it again changes nothing. */
export const migrate = async (migrationUrl: string, migrations: readonly Migration[]): Promise<void> => {
  const source = new DataSource({
    type: 'postgres',
    url: migrationUrl,
    migrations: [...migrations],
    migrationsTransactionMode: 'each',
    applicationName: 'propledger-migrate',
  });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
};
