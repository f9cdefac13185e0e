import { Client } from 'pg';
import { CannotStart } from './stop-reason';

/** Being the only suite on a PostgreSQL of the user's own: a session's advisory lock, gone with the process however it ends. */
export interface Hold {
  release(): Promise<void>;
}

// "ppls" in ASCII.
const LOCK = 0x70706c73;
const PATIENCE_MS = 5_000;

/** @throws CannotStart when another suite runs on these databases. */
export const holdServer = async (registryUrl: string): Promise<Hold> => {
  const client = new Client({ connectionString: registryUrl, application_name: 'propledger-suite', keepAlive: true });
  client.on('error', () => undefined);
  await client.connect();
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
    if (rows[0]?.taken) return { release: () => client.end() };
    if (Date.now() >= giveUpAt) {
      await client.end();
      throw new CannotStart('另一个 propledger 正在使用这些数据库 another propledger is running on these databases');
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
