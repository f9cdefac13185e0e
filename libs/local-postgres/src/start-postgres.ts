import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findBinaries, type Binaries } from './binaries';
import {
  choosePort,
  ensureCluster,
  layoutOf,
  prepareFolder,
  superuserPassword,
  writeSettings,
  type Layout,
} from './cluster';
import { takeOwnership } from './owner';
import { chooseUser, runAs, type RunAs } from './run-as';
import { runningServer, startServer, StartFailed, stopServer } from './server';

export interface StartPostgres {
  /** Made when missing. Holds the cluster, the superuser's password (mode 0600), the port and the server's log. */
  readonly dataDir: string;
  readonly log?: (line: string) => void;
  /** Settings of postgresql.conf by name; they come before our own. A server that is adopted keeps what it has. */
  readonly settings?: Readonly<Record<string, string>>;
}

/**
 * A PostgreSQL on 127.0.0.1, ours alone, reached with a password as the superuser `postgres`. Its URLs also name its socket in
 * the data folder where there is one: clients that understand `?host=` take it, for a sixth less time a round trip; others
 * connect to the port.
 */
export interface LocalPostgres {
  /** The database `postgres`, as superuser. */
  readonly adminUrl: string;
  /** A database by name, as superuser. */
  url(database: string): string;
  readonly port: number;
  /** Whether it was running already, left behind by a process that was killed. */
  readonly adopted: boolean;
  /** Fast shutdown; afterwards no process is left. May be called twice. */
  stop(): Promise<void>;
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  shared_buffers: '128MB',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/**
 * Starts the embedded PostgreSQL on a data folder, or adopts the one that a killed process left running there.
 * A process may die at any time without losing what was committed.
 *
 * @throws PostgresInUse when another living process has it. That process's server is not touched.
 * @throws StartFailed with the server's own words.
 */
export const startPostgres = (options: StartPostgres): Promise<LocalPostgres> => startWith(findBinaries(), options);

/** The same with programs that lie elsewhere. */
export const startWith = async (
  binaries: Binaries,
  { dataDir, log = () => undefined, settings = {} }: StartPostgres,
): Promise<LocalPostgres> => {
  prepareFolder(layoutOf(dataDir));
  const layout = layoutOf(realpathSync(dataDir));
  const as = runAs(chooseUser(layout.cluster), binaries, layout.root);
  const password = superuserPassword(layout);
  const urlOn = (port: number, database: string): string =>
    `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}${overSocket(layout, port)}`;

  await ensureCluster(layout, binaries, as, password);
  const { port, adopted } = await startOrAdopt(layout, binaries, as, { ...settings }, (on) => urlOn(on, 'postgres'));
  const owner = await takeOwnership(urlOn(port, 'postgres'), layout.root, log);
  log(`PostgreSQL ${adopted ? 'was still running' : 'started'} on 127.0.0.1:${port}, data in ${layout.root}`);

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    await owner.release();
    await stopServer(layout, binaries, as);
    log('PostgreSQL stopped');
  };
  return {
    adminUrl: urlOn(port, 'postgres'),
    url: (database) => urlOn(port, database),
    port,
    adopted,
    stop: () => (stopping ??= stop()),
  };
};

// What an address of a socket may take: 104 bytes on macOS, 108 on Linux, with a zero at the end.
const SOCKET_PATH_LIMIT = 103;
const socketOf = ({ cluster }: Layout, port: number): string => join(cluster, `.s.PGSQL.${port}`);
const mayHaveSocket = (layout: Layout): boolean =>
  process.platform !== 'win32' && Buffer.byteLength(socketOf(layout, 65_535)) <= SOCKET_PATH_LIMIT;
const overSocket = (layout: Layout, port: number): string =>
  existsSync(socketOf(layout, port)) ? `?host=${encodeURIComponent(layout.cluster)}` : '';

const ATTEMPTS = 50;

const startOrAdopt = async (
  layout: Layout,
  binaries: Binaries,
  as: RunAs,
  settings: Readonly<Record<string, string>>,
  url: (port: number) => string,
): Promise<{ port: number; adopted: boolean }> => {
  for (let attempt = 1; ; attempt++) {
    try {
      const running = await runningServer(layout, url);
      if (running !== null) return { port: running, adopted: true };
      const port = await choosePort(layout);
      const sockets = { unix_socket_directories: mayHaveSocket(layout) ? layout.cluster : '' };
      writeSettings(layout, { ...SETTINGS, ...sockets, ...settings, port: String(port) }, as);
      await startServer(layout, binaries, as, url(port));
      return { port, adopted: false };
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof StartFailed) || !passes(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
};

// Another process was faster, somebody took the port, a killed server's children are not gone yet, or it was just stopping.
const passes = ({ reason, log }: StartFailed): boolean =>
  reason === 'it ended' || /could not bind|lock file ".*" already exists|pre-existing shared memory block/.test(log);
