import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries';
import type { RunAs } from './run-as';

/** What is kept in a data folder. */
export interface Layout {
  readonly root: string;
  /** PostgreSQL's own data folder. */
  readonly cluster: string;
  /** The superuser's password, readable by us alone. */
  readonly password: string;
  /** The port that was free last time. */
  readonly port: string;
  readonly serverLog: string;
}

export const layoutOf = (root: string): Layout => ({
  root,
  cluster: join(root, 'cluster'),
  password: join(root, 'superuser-password'),
  port: join(root, 'port'),
  serverLog: join(root, 'server.log'),
});

/** The superuser's password, made at first use. Processes that race for it end up with the same one. */
export const superuserPassword = (layout: Layout): string => {
  if (!existsSync(layout.password)) {
    const draft = `${layout.password}.${process.pid}`;
    writeFileSync(draft, randomBytes(24).toString('hex'), { mode: 0o600 });
    try {
      linkSync(draft, layout.password);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
  }
  return readFileSync(layout.password, 'utf8').trim();
};

/**
 * Makes the cluster if there is none. It is made aside and renamed when complete, so that a process killed in between,
 * or two at once, leave no half of one.
 */
export const ensureCluster = async (layout: Layout, binaries: Binaries, as: RunAs, password: string): Promise<void> => {
  if (existsSync(join(layout.cluster, 'PG_VERSION'))) return;
  const draft = mkdtempSync(join(layout.root, 'cluster.new-'));
  const passwordFile = `${draft}.password`;
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    chmodSync(draft, 0o700);
    if (as.user) for (const path of [draft, passwordFile]) chownSync(path, as.user.uid, as.user.gid);
    const { file, args, options } = as.command(binaries.initdb, [
      ...['-D', draft, '--locale=C', '--encoding=UTF8', '--username=postgres'],
      ...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
    ]);
    await promisify(execFile)(file, args, options);
    appendFileSync(join(draft, 'postgresql.conf'), `\ninclude '${SETTINGS_FILE}'\n`);
    writeOwned(join(draft, SETTINGS_FILE), '', as);
    renameSync(draft, layout.cluster); // Fails on a cluster that another process has made meanwhile.
  } catch (error) {
    if (!existsSync(join(layout.cluster, 'PG_VERSION'))) throw error;
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
};

const SETTINGS_FILE = 'propledger.conf';

/** Writes what the server starts with. Values are quoted here. */
export const writeSettings = (layout: Layout, settings: Readonly<Record<string, string>>, as: RunAs): void => {
  const quoted = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  writeOwned(join(layout.cluster, SETTINGS_FILE), quoted.join(''), as);
};

const writeOwned = (path: string, text: string, as: RunAs): void => {
  writeFileSync(path, text, { mode: 0o600 });
  if (as.user) chownSync(path, as.user.uid, as.user.gid);
};

/** The port used last time if it is still free, else any free one; remembered for the next time. */
export const choosePort = async (layout: Layout): Promise<number> => {
  const remembered = existsSync(layout.port) ? Number(readFileSync(layout.port, 'utf8')) : 0;
  const usable = Number.isInteger(remembered) && remembered > 0 && remembered < 65536;
  const port = (usable && (await tryPort(remembered))) || (await tryPort(0));
  if (port === null) throw new Error('no free TCP port on 127.0.0.1');
  writeFileSync(layout.port, String(port));
  return port;
};

const tryPort = (port: number): Promise<number | null> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });

export const prepareFolder = (layout: Layout): void => {
  // Others may pass, because PostgreSQL may run as another user, but not list.
  mkdirSync(layout.root, { recursive: true, mode: 0o711 });
};
