import { execFile, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, DatabaseError } from 'pg';
import type { Binaries } from './binaries';
import type { Layout } from './cluster';
import type { RunAs } from './run-as';

const LOG_LIMIT_BYTES = 10_000_000;
// Recovery after a crash of the machine reads up to max_wal_size.
const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_S = 60;

/** What postmaster.pid says about a server; it stays behind when the server is killed. */
interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const readPostmaster = (layout: Layout): Postmaster | null => {
  const file = join(layout.cluster, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, 'utf8').split('\n');
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 ? { pid, port } : null;
};

/**
 * The port of the server that runs on this data already, or null. A postmaster.pid whose number belongs to some other
 * process by now is removed, since PostgreSQL would refuse to start beside it.
 */
export const runningServer = async (layout: Layout, url: (port: number) => string): Promise<number | null> => {
  const postmaster = readPostmaster(layout);
  if (!postmaster || !isAlive(postmaster.pid)) return null; // PostgreSQL sees itself that this file is stale.
  if (isPostmasterOf(layout, postmaster.pid)) {
    await untilReady(url(postmaster.port), layout, () => (isAlive(postmaster.pid) ? null : 'it ended'));
    return postmaster.port;
  }
  rmSync(join(layout.cluster, 'postmaster.pid'));
  return null;
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

// We start it with the folder as an argument. Elsewhere than on Linux any process of that number is taken for it.
const isPostmasterOf = (layout: Layout, pid: number): boolean => {
  if (process.platform !== 'linux') return true;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(layout.cluster);
  } catch {
    return false; // Gone meanwhile.
  }
};

/**
 * Removes the locks of sockets whose number belongs to some other process by now: PostgreSQL would refuse to start beside
 * them, too.
 */
const dropStaleSockets = (layout: Layout): void => {
  for (const name of readdirSync(layout.cluster)) {
    if (!/^\.s\.PGSQL\.\d+\.lock$/.test(name)) continue;
    const lock = join(layout.cluster, name);
    const pid = Number.parseInt(readIfThere(lock), 10);
    if (pid > 0 && isAlive(pid) && !isPostmasterOf(layout, pid)) rmSync(lock, { force: true });
  }
};

/** Empty when it is gone meanwhile. */
const readIfThere = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};

/** The server ended before it was ready; `log` is what it wrote. */
export class StartFailed extends Error {
  override readonly name = 'StartFailed';
  constructor(
    readonly reason: string,
    readonly log: string,
  ) {
    super(`PostgreSQL did not start: ${reason}\n${log}`);
  }
}

/** Starts the server in a session of its own, so that a Ctrl-C in our terminal leaves its end to us. */
export const startServer = async (layout: Layout, binaries: Binaries, as: RunAs, url: string): Promise<void> => {
  if ((statSync(layout.serverLog, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES)
    truncateSync(layout.serverLog);
  dropStaleSockets(layout);
  const { file, args, options } = as.command(binaries.postgres, ['-D', layout.cluster]);
  const output = openSync(layout.serverLog, 'a', 0o600);
  const logStart = statSync(layout.serverLog).size;
  const server = spawn(file, args, { ...options, detached: true, stdio: ['ignore', output, output] });
  closeSync(output);
  server.unref();
  let ended: string | null = null;
  server.once('error', (error) => (ended = error.message));
  server.once('exit', (code, signal) => (ended = `ended with ${signal ?? code}`));
  await untilReady(url, layout, () => ended, logStart);
};

const untilReady = async (
  url: string,
  layout: Layout,
  ended: () => string | null,
  logStart?: number,
): Promise<void> => {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const refusal = await tryConnect(url, layout);
    if (refusal === null) return;
    const end = ended() ?? (refusal.fatal || Date.now() > giveUpAt ? refusal.message : null);
    if (end !== null)
      throw new StartFailed(
        end,
        readFileSync(layout.serverLog)
          .subarray(logStart ?? Infinity)
          .toString()
          .trim(),
      );
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const tryConnect = async (url: string, layout: Layout): Promise<{ message: string; fatal: boolean } | null> => {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    const served = rows[0]?.data_directory;
    if (served && realpathSync(served) === realpathSync(layout.cluster)) return null;
    return { message: `the server on this port serves ${served}`, fatal: true };
  } catch (error) {
    // 57P03: starting up or shutting down. Whatever is not an answer of PostgreSQL may pass, too.
    const fatal = error instanceof DatabaseError && error.code !== '57P03';
    return { message: (error as Error).message, fatal };
  } finally {
    await client.end().catch(() => undefined);
  }
};

/** Disconnects every client, writes everything down and waits until no process is left. */
export const stopServer = async (layout: Layout, binaries: Binaries, as: RunAs): Promise<void> => {
  if (!readPostmaster(layout)) return;
  const { file, args, options } = as.command(binaries.pgCtl, [
    ...['stop', '-D', layout.cluster, '-m', 'fast', '-w', '-t', String(STOP_TIMEOUT_S)],
  ]);
  try {
    await promisify(execFile)(file, args, options);
  } catch (error) {
    const postmaster = readPostmaster(layout);
    if (postmaster && isAlive(postmaster.pid)) throw error;
  }
};
