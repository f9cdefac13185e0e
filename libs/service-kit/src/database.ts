import { inOrder, probed, type Tx, type Transact } from '@propledger/event-log';
import type { Pool } from 'pg';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DataSource,
  MigrationExecutor,
  type EntityManager,
  type EntitySchema,
  type MigrationInterface,
  type QueryRunner,
} from 'typeorm';
import type { ServiceConfig } from './config';
import { poolConfigOf } from './connections';
import type { PoolCounts } from './metrics';

export type Migration = new () => MigrationInterface;
export type Entity = (new () => object) | EntitySchema;

/** The archives' data source as the application's role; `initialize()` connects it. */
export const dataSourceOf = (config: ServiceConfig, service: string, entities: readonly Entity[]): DataSource =>
  new DataSource({
    type: 'postgres',
    url: config.databaseUrl,
    entities: [...entities],
    extra: probed(poolConfigOf(config, service)),
  });

/** How many connections a data source has: none before it is initialized. */
export const connectionsOf = (source: DataSource): PoolCounts => {
  const pool = (): Partial<PoolCounts> => (source.driver as { master?: Pool }).master ?? {};
  return {
    get totalCount() {
      return pool().totalCount ?? 0;
    },
    get idleCount() {
      return pool().idleCount ?? 0;
    },
    get waitingCount() {
      return pool().waitingCount ?? 0;
    },
  };
};

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

/**
 * Brings the tables up to date, as their owner. Running it again changes nothing, also while another still runs: it waits for that.
 *
 * @throws Error for an empty database that orders or encodes texts otherwise than the services do; nothing was made.
 */
export const migrate = async (migrationUrl: string, migrations: readonly Migration[]): Promise<void> => {
  const source = new DataSource({
    type: 'postgres',
    url: migrationUrl,
    migrations: [...migrations],
    applicationName: 'propledger-migrate',
  });
  await source.initialize();
  try {
    await mustOrderByBytes(source);
    const runner = source.createQueryRunner();
    try {
      await alone(runner);
      const executor = new MigrationExecutor(source, runner);
      executor.transaction = 'each';
      await executor.executePendingMigrations();
    } finally {
      await runner.release();
    }
  } finally {
    await source.destroy();
  }
};

// Of an advisory lock in the service's database.
const MIGRATION_LOCK = 'propledger/migrate';
const LOOK_AGAIN_MS = 500;

/**
 * Waits until nobody else migrates. The lock belongs to the session that migrates: where its process was killed, PostgreSQL goes on with
 * the statement that it was at, and the lock goes with that. It is asked for again and again, since a statement that waits for it holds a
 * snapshot, and who makes an index concurrently waits for every snapshot.
 */
const alone = async (runner: QueryRunner): Promise<void> => {
  for (;;) {
    const [lock] = (await runner.query('select pg_try_advisory_lock(hashtext($1)) as taken', [MIGRATION_LOCK])) as {
      taken: boolean;
    }[];
    if (lock?.taken) return;
    await pause(LOOK_AGAIN_MS);
  }
};

/**
 * What is read in order is gone through in order here: texts must be UTF-8 and ordered by its bytes, not by a language. A database that has
 * tables already is left as it is: it can only be made anew.
 */
const mustOrderByBytes = async (source: DataSource): Promise<void> => {
  const [found] = await source.query<{ encoding: string; locale: string }[]>(
    `select pg_encoding_to_char(encoding) as encoding,
            case datlocprovider when 'i' then 'ICU' when 'b' then 'C' else datcollate end as locale
       from pg_database where datname = current_database() and to_regclass('public.migrations') is null`,
  );
  if (!found || (found.encoding === 'UTF8' && BY_BYTES.test(found.locale))) return;
  throw new Error(
    `数据库须为 UTF8 编码, C 排序 the database must be UTF8 and ordered by C, not ${found.encoding} and ${found.locale}: ` +
      `create database … template template0 encoding 'UTF8' locale_provider libc locale 'C'`,
  );
};

const BY_BYTES = /^(C|POSIX|C\.utf-?8)$/i;
