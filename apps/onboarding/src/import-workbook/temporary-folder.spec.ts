import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeTemporaryFolder } from './temporary-folder';

describe('folders of uploads that were left', () => {
  let shared: string;
  beforeEach(() => {
    shared = mkdtempSync(join(tmpdir(), 'spec-temporary-folder-'));
  });
  afterEach(() => {
    rmSync(shared, { recursive: true });
  });
  const left = (name: string): string => {
    mkdirSync(join(shared, name));
    writeFileSync(join(shared, name, 'upload.xlsx'), 'x');
    return name;
  };

  it('are cleared away where their process is dead, also where another has its id: in a container it is always 1', async () => {
    const dead = left('propledger-onboarding-999999999-0123456789abcdef-AbCdEf');
    const anotherLife = left(`propledger-onboarding-${process.pid}-0123456789abcdef-AbCdEf`);
    const ofTheReleaseBefore = left(`propledger-onboarding-${process.pid}-AbCdEf`);
    const alive = left(`propledger-onboarding-${process.ppid}-0123456789abcdef-AbCdEf`);
    const notOurs = left('something-else');
    const made = await makeTemporaryFolder(shared);
    for (const gone of [dead, anotherLife, ofTheReleaseBefore])
      expect([gone, existsSync(join(shared, gone))]).toEqual([gone, false]);
    expect(readdirSync(shared).sort()).toEqual([alive, basename(made), notOurs].sort());
  });

  it('stay where they are this process’s own', async () => {
    const first = await makeTemporaryFolder(shared);
    const second = await makeTemporaryFolder(shared);
    expect([existsSync(first), existsSync(second), first === second]).toEqual([true, true, false]);
  });
});
