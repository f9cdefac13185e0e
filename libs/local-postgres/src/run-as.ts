import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Binaries } from './binaries';

/** The user that PostgreSQL runs as. It refuses to run as root. */
export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** How a program of PostgreSQL is started: as ourselves, as another user, or as another user with capabilities. */
export interface RunAs {
  /** Who must own the data; null: we run it as ourselves. */
  readonly user: User | null;
  command(program: string, args: readonly string[]): Command;
}

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly options: {
    readonly cwd: string;
    readonly uid?: number;
    readonly gid?: number;
    readonly env: NodeJS.ProcessEnv;
  };
}

/**
 * The data's owner where there is data already, else `postgres`, else `nobody`. Null unless we are root.
 *
 * @param cluster the data folder; may be missing.
 */
export const chooseUser = (cluster: string): User | null => {
  if (process.getuid?.() !== 0) return null;
  const existing = statSync(cluster, { throwIfNoEntry: false });
  if (existing && existing.uid !== 0) return { uid: existing.uid, gid: existing.gid };
  const user = findUser('postgres') ?? findUser('nobody');
  if (!user)
    throw new Error('PostgreSQL does not run as root and there is no user postgres: run useradd --system postgres');
  return user;
};

const findUser = (name: string): User | null => {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
};

/**
 * How to run PostgreSQL as `user` on these programs and this folder. Where a parent folder is closed to that user (a clone
 * inside root's home or a `mktemp -d`), the program is given the capability to pass it, by `setpriv`.
 *
 * @throws Error naming the folder when neither works.
 */
export const runAs = (user: User | null, binaries: Binaries, folder: string): RunAs => {
  if (!user) return { user, command: (file, args) => ({ file, args, options: { cwd: '/', env: env() } }) };
  const plain: RunAs = {
    user,
    command: (file, args) => ({ file, args, options: { cwd: '/', uid: user.uid, gid: user.gid, env: env() } }),
  };
  if (reaches(plain, binaries, folder)) return plain;
  const capable = withCapabilities(user);
  if (reaches(capable, binaries, folder)) return capable;
  const closed = closedFolder(user, binaries.postgres) ?? closedFolder(user, folder) ?? folder;
  throw new Error(
    `PostgreSQL runs as user ${user.uid} here, who cannot pass ${closed}, and setpriv cannot help: ` +
      `run chmod o+x ${closed}, or run this program as another user than root`,
  );
};

// Capabilities survive the change of user as ambient ones. Without no_setuid_fixup, access(2), with which initdb looks for
// its siblings, would still answer by the user's own rights.
const withCapabilities = (user: User): RunAs => {
  const capabilities = '-all,+dac_override,+dac_read_search';
  const prefix = [
    ...['--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'],
    ...[`--inh-caps=${capabilities}`, `--ambient-caps=${capabilities}`, '--securebits=+no_setuid_fixup'],
  ];
  return {
    user,
    command: (file, args) => ({ file: 'setpriv', args: [...prefix, file, ...args], options: { cwd: '/', env: env() } }),
  };
};

// Variables named PG… would change what the programs do; messages are read in English.
const env = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
  LC_ALL: 'C',
});

const reaches = (as: RunAs, binaries: Binaries, folder: string): boolean =>
  succeeds(as.command(binaries.postgres, ['--version'])) &&
  succeeds(as.command(binaries.initdb, ['--version'])) &&
  succeeds(as.command('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder]));

const succeeds = ({ file, args, options }: Command): boolean =>
  spawnSync(file, args, { ...options, stdio: 'ignore' }).status === 0;

/** The outermost folder above `path` that the user may not pass, by its mode bits. */
const closedFolder = (user: User, path: string): string | null => {
  const parent = dirname(path);
  const above = parent === path ? null : closedFolder(user, parent);
  if (above !== null) return above;
  const { uid, gid, mode } = statSync(path);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  return (mode & bit) === 0 ? path : null;
};
