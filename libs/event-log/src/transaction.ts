import type { Pool, PoolClient } from 'pg';

/** The connection of one transaction. */
export interface Tx {
  rows<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
}

/** Runs work in one READ COMMITTED transaction. When the work throws, nothing of it is kept. */
export type Transact<T extends Tx = Tx> = <R>(work: (tx: T) => Promise<R>) => Promise<R>;

/** Transactions on connections of a pool. */
export const pgTransact =
  (pool: Pool): Transact =>
  async (work) => {
    const client = await pool.connect();
    // A connection that breaks between two statements says so here; the next statement fails with it.
    const broken = (): void => undefined;
    client.on('error', broken);
    let usable = false;
    try {
      await client.query('begin isolation level read committed');
      const result = await work({
        rows: async (sql, params) => (await client.query(sql, [...(params ?? [])])).rows as never,
      });
      await client.query('commit');
      usable = true;
      return result;
    } catch (error) {
      usable = await rolledBack(client);
      throw error;
    } finally {
      client.off('error', broken);
      client.release(!usable); // PostgreSQL rolls back the transaction of a connection that is closed.
    }
  };

const rolledBack = async (client: PoolClient): Promise<boolean> => {
  try {
    await client.query('rollback');
    return true;
  } catch {
    return false;
  }
};
