import { pythonWith } from '@propledger/testkit';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVerifier } from './build';
import { run } from './run';
import { cases, type Case } from './spec-support/forgeries';

const ROOT = join(__dirname, '../../..');

const folder = mkdtempSync(join(tmpdir(), 'propledger-verify-'));
const verifier = join(folder, 'propledger-verify.cjs');
let python: string | null;
beforeAll(async () => {
  python = pythonWith(join(ROOT, 'tools/verify-py/requirements.txt'));
  await buildVerifier(verifier);
}, 300_000);
afterAll(() => rmSync(folder, { recursive: true }));

interface Opinion {
  readonly code: number | null;
  readonly verdict: unknown;
}

/** Writes the files of a case. @returns the arguments of either program. */
const argumentsOf = (one: Case, nth: number): string[] => {
  const file = (name: string, text: string): string => {
    const path = join(folder, `${nth}.${name}`);
    writeFileSync(path, text);
    return path;
  };
  return [
    file('bundle', one.lines.join('')),
    ...(one.checkpoints ?? []).flatMap((text, older) => ['--checkpoint', file(`checkpoint${older}`, text)]),
    ...(one.points ?? []).flatMap(({ position, hash }) => ['--known', `${position}:${hash}`]),
    ...(one.key === undefined ? [] : ['--key', one.key]),
    '--json',
  ];
};

const own = async (args: readonly string[]): Promise<Opinion> => {
  let said = '';
  const code = await run(args, { script: null, print: (text) => (said = text), tell: (text) => (said = text) });
  return { code, verdict: JSON.parse(said) as unknown };
};

/** All in one process: each verdict, and the code behind it. */
const MANY = `
import json, sys
sys.path.insert(0, sys.argv[1])
import propledger_verify
for arguments in json.load(sys.stdin):
    print(propledger_verify.main(arguments))
`;

const itsOpinions = (interpreter: string, all: readonly string[][]): Opinion[] => {
  const said = execFileSync(interpreter, ['-c', MANY, join(ROOT, 'tools/verify-py')], {
    input: JSON.stringify(all),
    encoding: 'utf8',
  });
  const lines = said.trim().split('\n');
  return all.map((_, nth) => ({
    code: Number(lines[2 * nth + 1]),
    verdict: JSON.parse(lines[2 * nth] ?? '') as unknown,
  }));
};

it('is the same about every bundle, intact or forged', async () => {
  const all = cases();
  const asked = all.map(argumentsOf);
  const ours = await Promise.all(asked.map(own));
  all.forEach(({ name, found }, nth) =>
    expect({ name, ...ours[nth] }).toMatchObject({
      ...{ name, code: found === null ? 0 : 5 },
      verdict: found === null ? { intact: true } : { intact: false, ...found },
    }),
  );
  if (python === null) return;
  const theirs = itsOpinions(python, asked);
  all.forEach(({ name }, nth) => expect({ name, ...theirs[nth] }).toEqual({ name, ...ours[nth] }));
});

describe('propledger-verify, as one file', () => {
  const asFile = (...args: string[]): { code: number | null; out: string; told: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [verifier, ...args], {
      encoding: 'utf8',
      cwd: folder,
    });
    return { code: status, out: stdout, told: stderr };
  };
  const [intact, edited] = cases().filter(({ name }) =>
    ['an intact bundle', 'a byte of an amount edited'].includes(name),
  );

  it.each([1, 2])('says whether a bundle is intact, with %i threads', (threads) => {
    if (!intact || !edited) throw new Error('no such case');
    const good = argumentsOf(intact, 1000);
    expect(asFile(...good, '--threads', String(threads))).toMatchObject({ code: 0, told: '' });
    const bad = argumentsOf(edited, 1001);
    const { code, out } = asFile(...bad, '--threads', String(threads));
    expect({ code, verdict: JSON.parse(out) as unknown }).toEqual({
      code: 5,
      verdict: { intact: false, position: 4, fault: 'content-changed' },
    });
    expect(asFile(bad[0] ?? '').out).toContain('@4 content-changed');
  });

  it('is exit code 2 for what can’t be read, and 0 for help', () => {
    expect(asFile(join(folder, 'nothing'))).toMatchObject({ code: 2, out: '' });
    expect(asFile()).toMatchObject({ code: 2 });
    expect(asFile('a', 'b')).toMatchObject({ code: 2 });
    expect(asFile('--nonsense')).toMatchObject({ code: 2 });
    expect(asFile('--help')).toMatchObject({ code: 0 });
  });
});
