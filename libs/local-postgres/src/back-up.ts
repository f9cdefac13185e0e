import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  type Stats,
} from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { layoutOf, type Layout } from './cluster';

/** Nothing was backed up: why. */
export class BackupRefused extends Error {
  override readonly name = 'BackupRefused';
}

// Made anew by a server that starts, or of one that runs.
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts']);
const EMPTIED = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]);

/**
 * Copies the PostgreSQL of a data folder while it serves, as PostgreSQL's own base backup does: a server that starts on the copy
 * recovers to one moment, the end of the copying, in all its databases at once. What was acknowledged before the call is in it.
 * Takes the space of the data, and holds up nobody.
 *
 * @param out made here; must not exist.
 * @throws BackupRefused when no server runs on the folder, or `out` is there already.
 */
export const backUp = async (dataDir: string, out: string): Promise<void> => {
  const [from, to] = [layoutOf(dataDir), layoutOf(out)];
  if (existsSync(out)) throw new BackupRefused(`${out} 已存在 is there already`);
  const client = await connected(from);
  try {
    mkdirSync(out, { recursive: true, mode: 0o711 });
    // The log of what happens meanwhile must be there to the end: this session's slot keeps it.
    await client.query(`select pg_create_physical_replication_slot('propledger_backup', true, true)`);
    await client.query(`select pg_backup_start('propledger', true)`);
    copyFolder(from.cluster, to.cluster, (path) => LEFT_OUT.has(path) || path.startsWith('.s.PGSQL.'), EMPTIED);
    const { rows } = await client.query<{ labelfile: string; segment: string }>(
      'select labelfile, pg_walfile_name(lsn) as segment from pg_backup_stop(false)',
    );
    const [ended] = rows;
    if (!ended) throw new Error('PostgreSQL did not say how the backup ended');
    writeLike(join(to.cluster, 'backup_label'), ended.labelfile, lstatSync(from.cluster));
    copyLog(from, to, ended.segment);
    copyOwned(from.password, to.password);
  } catch (error) {
    rmSync(out, { recursive: true, force: true });
    throw error;
  } finally {
    await client.end();
  }
};

const connected = async ({ root, cluster, password }: Layout): Promise<Client> => {
  const pidFile = join(cluster, 'postmaster.pid');
  const port = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[3]) : 0;
  const client = new Client({
    ...{ host: '127.0.0.1', port, user: 'postgres', database: 'postgres', connectionTimeoutMillis: 10_000 },
    password: existsSync(password) ? readFileSync(password, 'utf8').trim() : '',
  });
  client.on('error', () => undefined);
  try {
    if (port === 0) throw new Error('it is stopped');
    await client.connect();
    return client;
  } catch (cause) {
    throw new BackupRefused(
      `${root}: 没有运行中的 PostgreSQL; 停机时复制目录即可 no PostgreSQL runs on it; while it is stopped, copy the folder`,
      {
        cause,
      },
    );
  }
};

/** Segments of the log up to the last that recovery needs; the first is the oldest that is there. */
const copyLog = (from: Layout, to: Layout, last: string): void => {
  const folder = join(from.cluster, 'pg_wal');
  const needed = readdirSync(folder).filter((name) => /^[0-9A-F]{24}$/.test(name) && name <= last);
  if (!needed.includes(last)) throw new Error(`the segment ${last} of the log is missing`);
  for (const name of needed) copyOwned(join(folder, name), join(to.cluster, 'pg_wal', name));
};

/** Files that come and go while the server works may be missing: the log has what was in them. */
const copyFolder = (
  from: string,
  to: string,
  leaveOut: (name: string) => boolean,
  emptied: ReadonlySet<string>,
): void => {
  const stats = lstatSync(from, { throwIfNoEntry: false });
  if (!stats) return;
  mkdirSync(to, { mode: stats.mode & 0o777 });
  own(to, stats);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (leaveOut(entry.name)) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory())
      copyFolder(source, target, emptied.has(entry.name) ? isFile(source) : () => false, new Set());
    else if (entry.isFile()) copyOwned(source, target);
  }
};

/** Of a folder that is to be copied without its files. */
const isFile =
  (folder: string) =>
  (name: string): boolean =>
    lstatSync(join(folder, name), { throwIfNoEntry: false })?.isDirectory() !== true;

const copyOwned = (from: string, to: string): void => {
  try {
    const stats = lstatSync(from);
    copyFileSync(from, to);
    chmodSync(to, stats.mode & 0o777);
    own(to, stats);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

const writeLike = (file: string, text: string, { uid, gid }: Stats): void => {
  writeFileSync(file, text, { mode: 0o600 });
  own(file, { uid, gid });
};

// As root the server runs as somebody else, whose files these are.
const own = (path: string, { uid, gid }: Pick<Stats, 'uid' | 'gid'>): void => {
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
};
