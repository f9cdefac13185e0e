import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'propledger-onboarding-';

/** Where uploads lie until they are read: a folder that only this process's user may enter. Clears away those of dead processes. */
export const makeTemporaryFolder = async (): Promise<string> => {
  const found = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX));
  for (const name of found) {
    const pid = Number(name.slice(PREFIX.length).split('-')[0]);
    // Another user's folder stays: it can be neither judged nor removed.
    if (Number.isInteger(pid) && !isAlive(pid))
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
};

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
