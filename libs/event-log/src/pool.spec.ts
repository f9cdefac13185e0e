import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { readFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isPassing } from './database-errors';
import { onConnection } from './on-connection';
import { poolFrom } from './pool';

let database: FreshDatabase;
let network: Network;

/** Carries what goes to PostgreSQL and back, or swallows it, both ends believing that they are connected. */
class Network {
  silent = false;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;

  constructor(host: string, port: number) {
    this.server = createServer((near) => {
      const far = connect(port, host);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.sockets.add(from);
        from.on('data', (chunk) => void (this.silent || to.write(chunk)));
        from.on('close', () => to.destroy());
        from.on('error', () => undefined);
      }
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(database.appUrl);
    url.searchParams.delete('host');
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

let url: string;
const pools: Pool[] = [];
const poolOf = (statementMs: number, pipeline = false): Pool => {
  const pool = poolFrom({ connectionString: url, max: 2, statement_timeout: statementMs, pipeline });
  pools.push(pool);
  return pool;
};

beforeAll(async () => {
  database = await freshDatabase('pool');
  network = new Network('127.0.0.1', Number(new URL(database.appUrl).port));
  url = await network.open();
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  network.close();
  await database.drop();
});

it.each([['one statement at a time', false] as const, ['pipelined', true] as const])(
  'a server that is silent for longer than a statement may take is given up; the next one is asked anew (%s)',
  async (_, pipeline) => {
    const pool = poolOf(500, pipeline);
    await pool.query('select 1');
    network.silent = true;
    const error = await pool.query('select 2').catch((reason: unknown) => reason);
    network.silent = false;
    expect(error).toBeInstanceOf(Error);
    expect(isPassing(error)).toBe(true);
    expect((await pool.query<{ three: number }>('select 3 as three')).rows).toEqual([{ three: 3 }]);
  },
  20_000,
);

it('a connection that waits for nothing is kept, with the locks of its session', async () => {
  const pool = poolOf(100);
  await onConnection(pool, async (client) => {
    await client.query('select pg_advisory_lock(7)');
    await pause(6_000);
    const { rows } = await client.query<{ mine: boolean }>('select pg_advisory_unlock(7) as mine');
    expect(rows).toEqual([{ mine: true }]);
  });
}, 20_000);

it('the server looks whether its client is still there', async () => {
  const { rows } = await poolOf(1_000).query<{ idle: string; pause: string; times: string }>(
    `select current_setting('tcp_keepalives_idle') as idle, current_setting('tcp_keepalives_interval') as pause,
            current_setting('tcp_keepalives_count') as times`,
  );
  expect(rows).toEqual([{ idle: '5', pause: '2', times: '3' }]);
});

/** As node says it; what it throws itself is of another realm than the specs. */
const said = async (by: Promise<unknown>): Promise<Error> => {
  const { message, code } = (await by.catch((reason: unknown) => reason)) as NodeJS.ErrnoException;
  return Object.assign(new Error(message), { code });
};

it('a server that was stopped, and took its Unix socket away, is one that is away', async () => {
  const pool = poolFrom({ host: join(tmpdir(), 'no-server-here'), port: 5432, max: 1 });
  const error = await said(pool.query('select 1'));
  await pool.end();
  expect(error).toMatchObject({ code: 'ENOENT' });
  expect(isPassing(error)).toBe(true);
  expect(isPassing(await said(readFile(join(tmpdir(), 'no-file-here'))))).toBe(false);
});
