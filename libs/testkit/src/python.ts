import { execFileSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const CACHE = join(__dirname, '../../../node_modules/.cache/propledger-python');

/**
 * A Python with exactly the packages of a requirements file, in an environment that is made once and kept under node_modules.
 *
 * @returns the interpreter; null where there is no Python 3, said aloud.
 * @throws Error in CI, where there must be one, and when the packages can't be installed.
 */
export const pythonWith = (requirements: string): string | null => {
  const [version] = run('python3', ['--version']) ?? [];
  if (version === undefined) {
    if (process.env['CI'] === 'true') throw new Error('python3 is missing: these specs need it');
    process.stderr.write(`\n*** python3 is missing: what needs ${requirements} is NOT TESTED ***\n\n`);
    return null;
  }
  const key = createHash('sha256').update(version).update(readFileSync(requirements)).digest('hex').slice(0, 16);
  const folder = join(CACHE, key);
  if (!existsSync(folder)) make(folder, requirements);
  return join(folder, 'bin/python');
};

/** Whoever is done first has made it; nothing refers to the folder's name but the scripts, which are not used. */
const make = (folder: string, requirements: string): void => {
  mkdirSync(CACHE, { recursive: true });
  const made = `${folder}.${randomUUID()}`;
  execFileSync('python3', ['-m', 'venv', made], { stdio: ['ignore', 'ignore', 'inherit'] });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  execFileSync(join(made, 'bin/python'), pip, { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(made, { recursive: true });
  }
};

const run = (command: string, args: readonly string[]): string[] | null => {
  try {
    return execFileSync(command, args, { encoding: 'utf8' }).split('\n');
  } catch {
    return null;
  }
};
