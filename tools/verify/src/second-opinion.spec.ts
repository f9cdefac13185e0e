import { eventLine, GENESIS_HASH, RECEIPT_PROOF_FORMAT, receiptProofText } from '@propledger/proof';
import { pythonWith } from '@propledger/testkit';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVerifier } from './build';
import { run } from './run';
import { cases, type Case } from './spec-support/forgeries';
import { chained, newKey, SmallLog } from './spec-support/small-log';

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

/** The arguments of a bundle beside a checkpoint of its own log on which a witness's line is no UTF-8. */
const besideBrokenWitness = (one: Case): string[] => {
  const checkpoint = join(folder, 'broken-witness');
  const kept = Buffer.from(one.checkpoints?.[0] ?? '');
  const signature = Buffer.alloc(68).toString('base64');
  writeFileSync(
    checkpoint,
    Buffer.concat([kept, Buffer.from('\u2014 w'), Buffer.of(0xff), Buffer.from(` ${signature}\n`)]),
  );
  return [...argumentsOf({ ...one, checkpoints: [] }, 9_999), '--checkpoint', checkpoint];
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

it('is the same about a checkpoint that is no UTF-8', async () => {
  const intact = cases().find(({ found, checkpoints }) => found === null && (checkpoints ?? []).length > 0);
  if (intact === undefined) throw new Error('there is no intact bundle beside a checkpoint');
  const asked = besideBrokenWitness(intact);
  const mismatch = { code: 5, verdict: { intact: false, position: 0, fault: 'key-mismatch' } };
  expect(await own(asked)).toMatchObject(mismatch);
  if (python !== null) expect(itsOpinions(python, [asked])).toMatchObject([mismatch]);
});

it('is said by Python also on a terminal without Chinese', () => {
  if (python === null) return;
  const program = join(ROOT, 'tools/verify-py/propledger_verify.py');
  const bundle = join(folder, 'ascii.bundle');
  writeFileSync(bundle, '\n');
  const env = { ...process.env, PYTHONIOENCODING: 'ascii' };
  const { status, stdout, stderr } = spawnSync(python, [program, bundle], { encoding: 'utf8', env });
  expect({ status, stderr }).toEqual({ status: 5, stderr: '' });
  expect(stdout).toContain('DOES NOT VERIFY @0 header-malformed');
});

describe('a receipt’s proof', () => {
  const key = newKey();
  const [event] = chained('YT01', [{ type: 'receipt.taken', body: { receiptNo: 'S\ufffd' } }]);
  if (!event) throw new Error('there is none');
  /** A log of one leaf, after which it is told one way or another. */
  const sealedLog = (told: string): SmallLog => {
    const log = new SmallLog(key);
    log.seal('ledger', 'YT01', { first: 1, last: 1, hash: event.hash });
    log.seal('ledger', told, { first: 1, last: 1, hash: GENESIS_HASH });
    return log;
  };
  const log = sealedLog('ZZ99');
  const { body: _body, hash: _hash, contentHash: _contentHash, ...proven } = event;
  const proof = receiptProofText({
    format: RECEIPT_PROOF_FORMAT,
    event: proven,
    previousHash: GENESIS_HASH,
    followingContentHashes: [],
    leaf: { topic: 'ledger', firstPosition: 1, lastPosition: 1, index: 0 },
    inclusion: log.inclusion(0),
    checkpoint: log.checkpoint(),
  });
  let nth = 2000;
  const file = (content: string | Uint8Array): string => {
    const path = join(folder, `${nth++}.file`);
    writeFileSync(path, content);
    return path;
  };
  const verdictOf = async (content: string | Uint8Array, ...args: string[]): Promise<unknown> => {
    const { verdict } = await own(['--receipt', file(content), '--key', log.vkey, '--json', ...args]);
    return (verdict as { receipt: unknown }).receipt;
  };
  const older = (text: string): string[] => ['--checkpoint', file(text)];
  const otherKeys = new SmallLog(newKey());

  it('stands beside checkpoints that say the same', async () => {
    expect(await verdictOf(proof)).toMatchObject({ valid: true, book: 'YT01', position: 1 });
    expect(await verdictOf(proof, ...older(log.checkpoint()), ...older(log.checkpoint(1)))).toMatchObject({
      valid: true,
    });
  });

  it('is told without more than it proves', async () => {
    let said = '';
    const args = ['--receipt', file(proof), '--key', log.vkey];
    expect(await run(args, { script: null, print: (text) => (said = text), tell: (text) => (said = text) })).toBe(0);
    expect(said).toContain('reversed since is not in this proof');
  });

  it('falls to one that says otherwise, or that another key has signed', async () => {
    expect(await verdictOf(proof, ...older(sealedLog('YY99').checkpoint()))).toEqual({
      ...{ valid: false, fault: 'consistency-broken' },
    });
    expect(await verdictOf(proof, ...older(otherKeys.checkpoint()))).toEqual({ valid: false, fault: 'key-mismatch' });
  });

  it('falls to a bundle of a tree that says otherwise', async () => {
    const bundleOf = (other: SmallLog): string => {
      const { header, seals } = other.prove('ledger', 'YT01', [{ first: 1, last: 1, hash: event.hash, index: 0 }], []);
      return file(`${header}${eventLine(event)}${seals[0]?.line ?? ''}`);
    };
    expect(await verdictOf(proof, bundleOf(log))).toMatchObject({ valid: true });
    expect(await verdictOf(proof, bundleOf(sealedLog('YY99')))).toEqual({ valid: false, fault: 'consistency-broken' });
  });

  it('is no proof with a byte that is no text', async () => {
    const bytes = Buffer.from(Buffer.from(proof).toString('latin1').replace('\u00ef\u00bf\u00bd', '\u00ff'), 'latin1');
    expect(bytes.toString()).toBe(proof);
    expect(await verdictOf(bytes)).toEqual({ valid: false, fault: 'not-a-proof' });
  });
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
