import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'propledger-onboarding-';
/** Tells this process from one before it that had its id: in a container all have 1. */
const LIFE = randomBytes(8).toString('hex');

/** Where uploads lie until they are read: a folder that only this process's user may enter. Clears away those of dead processes. */
export const makeTemporaryFolder = async (within = tmpdir()): Promise<string> => {
  const found = (await readdir(within)).filter((name) => name.startsWith(PREFIX));
  for (const name of found) {
    const [pid, life] = name.slice(PREFIX.length).split('-');
    // Another user's folder stays: it can be neither judged nor removed.
    if (isOfTheDead(Number(pid), life))
      await rm(join(within, name), { recursive: true, force: true }).catch(() => undefined);
  }
  return mkdtemp(join(within, `${PREFIX}${process.pid}-${LIFE}-`));
};

const isOfTheDead = (pid: number, life: string | undefined): boolean =>
  pid === process.pid ? life !== LIFE : Number.isInteger(pid) && !isAlive(pid);

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};
