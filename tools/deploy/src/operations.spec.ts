import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
const guide = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const found = (pattern: RegExp): string[] => [...new Set(guide.match(pattern) ?? [])];

/** Whether a source file of ours says so. */
const said = (text: string): boolean => {
  try {
    execFileSync(
      'grep',
      [
        '-rqF',
        '--include=*.ts',
        '--exclude=*.spec.ts',
        '--exclude-dir=dist',
        '--exclude-dir=node_modules',
        text,
        'apps',
        'libs',
      ],
      { cwd: ROOT },
    );
    return true;
  } catch {
    return false;
  }
};

describe('docs/operations.md', () => {
  it('names metrics that there are', () => {
    const names = found(/\bpropledger_[a-z_]+[a-z]\b/g).filter(
      (name) => !/^propledger_(registry|customers|billing|reports|onboarding|verify)/.test(name),
    );
    expect(names.length).toBeGreaterThan(15);
    for (const name of names)
      expect([name, said(`'${name.replace(/_(bucket|count|sum)$/, '')}'`)]).toEqual([name, true]);
  });

  it('names alarms as the services word them', () => {
    for (const words of [
      'stands still before event',
      'its events cannot be read or applied now',
      'reports are not what its events make',
      'books cannot be sealed now',
      'what there is to look at could not be read',
      'events cannot be published now',
      'cannot be used',
    ])
      expect([words, said(words), guide.includes(words) || words === 'cannot be used']).toEqual([words, true, true]);
  });

  it('names variables that are read', () => {
    for (const [, name = ''] of guide.matchAll(/`((?:METRICS|SEAL|OIDC|KAFKA|PROPLEDGER|DRIFT|POOL|LOG)_[A-Z_]+)`/g))
      expect([name, said(`'${name}'`) || said(`['${name}']`)]).toEqual([name, true]);
  });

  it('names files and links that there are', () => {
    for (const [, link = ''] of guide.matchAll(/\]\((?!http)([^)#]+)\)/g))
      expect([link, existsSync(join(ROOT, 'docs', link))]).toEqual([link, true]);
    for (const [, file = ''] of guide.matchAll(/`((?:docker|k8s|tools|libs|apps)\/[\w./-]+)`/g))
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
  });
});
