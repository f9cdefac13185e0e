import { type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import type { Migration } from './database';
import { Problem } from './problem';

const LOOK_AGAIN_MS = 1_000;
const PATIENCE_MS = 3_000;
const NO_SUCH_TABLE = '42P01';

/**
 * Whether a service's tables are as its release knows them: every migration of its own was run. What a later release ran
 * besides does not matter, since it leaves the tables so that this one can go on. Once they are complete they stay so, and
 * are not looked at again.
 */
export class Tables {
  private missing: readonly string[];

  /** @param databaseUrl as the application's role, who may read what was run. */
  constructor(
    private readonly databaseUrl: string,
    migrations: readonly Migration[],
  ) {
    this.missing = migrations.map(nameOf);
  }

  get areComplete(): boolean {
    return this.missing.length === 0;
  }

  /** Looks at what was run. @throws Error when the database does not answer. */
  async look(): Promise<void> {
    if (this.areComplete) return;
    const run = new Set(await migrationsRun(this.databaseUrl));
    this.missing = this.missing.filter((name) => !run.has(name));
  }

  /** Resolves when they are complete, somebody having run the migrations meanwhile, or when `signal` says that nobody waits any more. */
  async completed(signal: AbortSignal): Promise<void> {
    while (!this.areComplete && !signal.aborted) {
      await pause(LOOK_AGAIN_MS, undefined, { signal }).catch(() => undefined);
      // A database that is away comes back; what was missing is still what is known.
      if (!signal.aborted) await this.look().catch(() => undefined);
    }
  }

  /** What stands in the way of serving, as `HealthReport.notReady` has it. */
  notReady(): Readonly<Record<string, string>> {
    return this.areComplete
      ? {}
      : { migrations: `尚未执行, 请运行 main.js migrate not run yet, run main.js migrate: ${this.missing.join(', ')}` };
  }
}

/** As typeorm writes it down. */
const nameOf = (migration: Migration): string => new migration().name ?? migration.name;

const migrationsRun = async (databaseUrl: string): Promise<readonly string[]> => {
  const client = new Client({
    connectionString: databaseUrl,
    application_name: 'propledger-tables',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<{ name: string }>('select name from migrations')).rows.map(({ name }) => name);
  } catch (error) {
    if (error instanceof DatabaseError && error.code === NO_SUCH_TABLE) return [];
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Until the tables are there nothing is answered but how the service is. */
export class TablesGuard implements CanActivate {
  constructor(private readonly tables: Tables) {}

  canActivate(context: ExecutionContext): boolean {
    const { url = '' } = context.switchToHttp().getRequest<FastifyRequest>().routeOptions;
    if (this.tables.areComplete || /\/health\/(live|ready)$/.test(url)) return true;
    throw new Problem('unavailable', { detail: Object.values(this.tables.notReady()).join(), retryAfterSeconds: 2 });
  }
}
