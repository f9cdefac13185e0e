import { execFileSync } from 'node:child_process';
import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

const DIST = join(__dirname, '../../dist');

/** What a process of its own finds. */
const usesPacked = (): boolean => {
  const ask = `process.stdout.write(String(typeof require('./packed/packed').runPacked()?.serve))`;
  return execFileSync(process.execPath, ['-e', ask], { cwd: DIST, encoding: 'utf8' }) === 'function';
};

describe('the suite in one file', () => {
  beforeAll(() => void execFileSync(process.execPath, [join(DIST, 'packed/pack.js')]), 120_000);

  it('is used as long as nothing was compiled after it', () => {
    expect(usesPacked()).toBe(true);
    const compiled = join(DIST, 'serve.js');
    const { atime, mtime } = statSync(compiled);
    utimesSync(compiled, atime, new Date(mtime.getTime() + 5_000));
    try {
      expect(usesPacked()).toBe(false);
    } finally {
      utimesSync(compiled, atime, mtime);
    }
  });
});
