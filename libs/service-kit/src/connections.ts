import { APPEND_LIMITS, HUNG_MS, poolFrom } from '@propledger/event-log';
import type { Pool, PoolConfig } from 'pg';
import type { ServiceConfig } from './config';

/** How a service connects as the application's role: plain data, so that a thread can be told. */
export const poolConfigOf = (config: ServiceConfig, service: string): PoolConfig => ({
  connectionString: config.databaseUrl,
  max: config.poolSize,
  application_name: `propledger-${service}`,
  connectionTimeoutMillis: 10_000,
  idleTimeoutMillis: 60_000,
  statement_timeout: 60_000,
  lock_timeout: 15_000,
  idle_in_transaction_session_timeout: 30_000,
});

/** Connections as the application's role. Nothing connects until the first query. */
export const poolOf = (config: ServiceConfig, service: string): Pool => poolFrom(poolConfigOf(config, service));

// Every statement of an append finds its rows by key, and must when the tables have grown since its plan was made. While they are small,
// a bitmap of all that a book has looks as good as the one row of a key, and statistics say so for a minute or longer.
const BY_KEY =
  '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/**
 * How connections for `pipelinedTransact` are made, as the application's role: for appends, whose statements are few and look up and
 * write rows by their keys. Plain data, so that a thread can be told.
 */
export const appendPoolConfigOf = (config: ServiceConfig, service: string, connections: number): PoolConfig => ({
  ...pipelined(config, `${service}-append`, connections, BY_KEY),
  statement_timeout: APPEND_LIMITS.statementMs,
  lock_timeout: APPEND_LIMITS.lockMs,
});

/**
 * The same for projections, whose statements may read tables as they like. Commits do not wait for the disk: what a crash takes back of a
 * projection comes again, its cursor having been taken back with it, and whatever is flushed later flushes what was before it.
 */
export const projectingPoolOf = (config: ServiceConfig, service: string, connections: number): Pool => {
  const settings = '-c plan_cache_mode=force_generic_plan -c synchronous_commit=off';
  return poolFrom(pipelined(config, `${service}-projecting`, connections, settings));
};

const pipelined = (config: ServiceConfig, name: string, connections: number, settings: string): PoolConfig => ({
  ...poolConfigOf(config, name),
  max: connections,
  idle_in_transaction_session_timeout: HUNG_MS,
  options: settings,
  pipeline: true,
});
