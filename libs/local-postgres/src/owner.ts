import { Client } from 'pg';

/** The data folder is served to another process that is still there. */
export class PostgresInUse extends Error {
  override readonly name = 'PostgresInUse';
  constructor(dataDir: string, pid: number | null) {
    super(`${dataDir} is already in use by process ${pid ?? 'unknown'}; stop that first, or use another data folder`);
  }
}

/**
 * Being the one owner of a server: a session-level advisory lock, which PostgreSQL itself lets go when our connection ends,
 * however we die. Should the connection break while we live (the server restarted), the lock is taken again.
 */
export interface Ownership {
  release(): Promise<void>;
}

// "ppl1" in ASCII; the lock lives in the database `postgres`, where nobody else takes any.
const LOCK = 0x70706c31;
const NAME = 'propledger-owner-';
// The server notices within moments that its owner was killed.
const PATIENCE_MS = 3_000;

export const takeOwnership = async (url: string, dataDir: string, log: (line: string) => void): Promise<Ownership> => {
  let released = false;
  let client: Client;

  const take = async (patienceMs: number): Promise<void> => {
    client = await connect(url);
    client.on('error', () => undefined); // 'end' follows.
    try {
      await takeLock(client, dataDir, patienceMs);
    } catch (error) {
      await client.end();
      throw error;
    }
    client.once('end', () => {
      if (!released) void takeAgain();
    });
  };
  const takeAgain = async (): Promise<void> => {
    for (let pauseMs = 200; !released; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      try {
        return await take(0);
      } catch (error) {
        log(`the lock on ${dataDir} was lost and is not back yet: ${(error as Error).message}`);
        await pause(pauseMs);
      }
    }
  };

  await take(PATIENCE_MS);
  return {
    release: async () => {
      released = true;
      await client.end().catch(() => undefined);
    },
  };
};

const connect = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url, application_name: NAME + process.pid, keepAlive: true });
  await client.connect();
  return client;
};

const takeLock = async (client: Client, dataDir: string, patienceMs: number): Promise<void> => {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [LOCK]);
    if (rows[0]?.taken) return;
    const holder = await holderOf(client);
    if (Date.now() >= giveUpAt || (holder !== null && isRunning(holder))) throw new PostgresInUse(dataDir, holder);
    await pause(50);
  }
};

const holderOf = async (client: Client): Promise<number | null> => {
  const { rows } = await client.query<{ application_name: string }>(
    `select application_name from pg_locks join pg_stat_activity using (pid)
     where locktype = 'advisory' and classid = 0 and objid = $1 and granted`,
    [LOCK],
  );
  const pid = Number(rows[0]?.application_name.slice(NAME.length));
  return Number.isInteger(pid) && pid > 0 ? pid : null;
};

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
