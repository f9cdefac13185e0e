import { onConnection, pgTransact, poolFrom, type ProjectionTx, type Transact, type Tx } from '@propledger/event-log';
import type { Pool, PoolClient } from 'pg';

/** Where tables like the live ones are made, kept, or checked; beside `public`, where the live ones are. */
export type Place = 'rebuilding' | 'kept' | 'checking';

/** Connections for long work on projections: without a limit on a statement's time, and few. */
export class Workshop {
  private readonly pool: Pool;

  constructor(connectionString: string, size: number) {
    this.pool = poolFrom({
      connectionString,
      max: size,
      application_name: 'propledger-reports-replay',
      connectionTimeoutMillis: 10_000,
      idleTimeoutMillis: 10_000,
      lock_timeout: 15_000,
    });
  }

  /** Transactions on the live tables. */
  readonly live: Transact<ProjectionTx> = (work) => pgTransact(this.pool)(work);

  /** Transactions on the tables of a place; everything else is found as usual. */
  in(place: Place): Transact<ProjectionTx> {
    return (work) =>
      this.live(async (tx) => {
        await tx.rows(`set local search_path = ${place}, public`);
        return work(tx);
      });
  }

  /** Reads in which nothing moves, whatever is committed meanwhile. */
  snapshot<T>(read: (tx: Tx) => Promise<T>): Promise<T> {
    return onConnection(this.pool, async (client) => {
      await client.query('begin isolation level repeatable read read only');
      const result = await read(txOf(client));
      await client.query('commit');
      return result;
    });
  }

  /** Does something while no other process does the same; answers false where one does. */
  alone(lock: number, work: () => Promise<boolean>): Promise<boolean> {
    return onConnection(this.pool, async (client) => {
      const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [lock]);
      if (!rows[0]?.got) return false;
      const result = await work();
      await client.query('select pg_advisory_unlock($1)', [lock]);
      return result;
    });
  }

  /** How many connections it has. */
  get connections(): Pick<Pool, 'totalCount' | 'idleCount' | 'waitingCount'> {
    return this.pool;
  }

  end(): Promise<void> {
    return this.pool.end();
  }
}

const txOf = (client: PoolClient): Tx => ({
  rows: async <Row>(sql: string, params?: readonly unknown[]) =>
    (await client.query(sql, [...(params ?? [])])).rows as Row[],
});
