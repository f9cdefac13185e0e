import type { Pool, PoolClient } from 'pg';

/**
 * Works on a connection of its own. When the work throws, the connection is closed, and PostgreSQL rolls back what was begun on it
 * and gives up its locks.
 */
export const onConnection = async <R>(pool: Pool, work: (client: PoolClient) => Promise<R>): Promise<R> => {
  const client = await pool.connect();
  // A connection that breaks between two statements says so here; the next statement fails with it.
  const broken = (): void => undefined;
  client.on('error', broken);
  let usable = false;
  try {
    const result = await work(client);
    usable = true;
    return result;
  } finally {
    client.off('error', broken);
    client.release(!usable);
  }
};
