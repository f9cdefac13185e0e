import { ApiClient } from '@propledger/cli';
import { pythonWith } from '@propledger/testkit';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startSuiteProcess, type SuiteProcess } from './suite-process';

const PACK = join(__dirname, '../../../acceptance/bohai');
const MAIN = join(__dirname, '../../cli/dist/main.js');
const folder = mkdtempSync(join(tmpdir(), 'propledger-cli-'));
chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
let suite: SuiteProcess;

beforeAll(async () => {
  suite = await startSuiteProcess({ dataDir: join(folder, 'data') });
});
afterAll(async () => {
  await suite.stop();
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly told: string;
}

/** Runs the command line as a process of its own, with `typed` on its standard input. */
const propledger = (argv: readonly string[], env: Record<string, string> = {}, typed = ''): Promise<Ran> =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...argv], {
      env: { PATH: process.env['PATH'], XDG_CONFIG_HOME: join(folder, 'config'), PROPLEDGER_URL: suite.url, ...env },
    });
    const [out, told]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => told.push(chunk));
    child.stdin.end(typed);
    child.once('close', (code) =>
      resolve({ code, out: Buffer.concat(out).toString(), told: Buffer.concat(told).toString() }),
    );
  });

const ran = async (...argv: string[]): Promise<Ran> => {
  const result = await propledger(argv);
  expect(result).toMatchObject({ code: 0 });
  return result;
};

it('refuses a wrong password, and signs in with the right one', async () => {
  const { operator = '', password = '' } = suite.administrator ?? {};
  expect(await propledger(['login', operator], {}, 'not it\n')).toMatchObject({ code: 3 });
  expect(await propledger(['login', operator], {}, '')).toMatchObject({ code: 2 });
  expect(await propledger(['login', operator], {}, `${password}\n`)).toMatchObject({ code: 0 });
  const known = await propledger(['login', operator, '--json'], { PROPLEDGER_PASSWORD: password });
  expect(JSON.parse(known.out)).toMatchObject({ operator, url: suite.url });
  expect(known.out + known.told).not.toContain(password);
});

it('names every faulty cell of a workbook that is refused', async () => {
  const { code, out } = await propledger(['import', join(PACK, '初始化资料-有错.xlsx')]);
  expect(code).toBe(1);
  expect(out).toContain('物业资源 第 row 5 行, 资源编码: duplicate');
  const { out: json } = await propledger(['import', join(PACK, '初始化资料-有错.xlsx'), '--json']);
  const [job] = json.trim().split('\n');
  const expected = JSON.parse(readFileSync(join(PACK, 'expected/初始化资料-有错.errors.json'), 'utf8')) as object[];
  expect((JSON.parse(job ?? '') as { faults: object[] }).faults).toHaveLength(expected.length);
});

it('says what a workbook would bring, brings it in, and then has it already', async () => {
  const file = join(PACK, '初始化资料.xlsx');
  const dry = await ran('import', file, '--dry-run');
  expect(dry.out).toContain('结果 result: checked');
  expect(dry.told).toMatch(/posting|checking|reading|checked/);
  const posted = await ran('import', file);
  expect(posted.out).toContain('结果 result: posted');
  expect(posted.out.split('\n').slice(1)).toEqual(dry.out.split('\n').slice(1));
  expect((await ran('import', file)).out).toMatch(/客户档案: 新增 added 0, 已有 already in [1-9]/);
});

it('raises the charges of a period', async () => {
  const file = join(tmpdir(), `bindings-${process.pid}.xlsx`);
  expect((await ran('template', 'bindings', '--project', 'YT01', '--out', file)).out).toMatch(/written/);
  expect(readFileSync(file).length).toBeGreaterThan(9_000);
  rmSync(file);
  expect((await ran('bill-run', 'YT01', '2026-03', '--date', '2026-03-01')).out).toMatch(/新增应收 charges: [1-9]/);
  const again = JSON.parse((await ran('bill-run', 'YT01', '2026-03', '--date', '2026-03-01', '--json')).out) as object;
  expect(again).toMatchObject({ state: 'done', result: { raised: { count: 0 } } });
});

it('runs the bills of the group, and says what should have been charged otherwise', async () => {
  const drafted = JSON.parse((await ran('bill-runs', '2026-04', '--date', '2026-04-01', '--draft', '--json')).out) as {
    batch: string;
    runs: { state: string }[];
  };
  expect(drafted.runs.map(({ state }) => state)).toEqual(['drafted', 'drafted']);
  expect((await ran('bill-runs-discard', drafted.batch)).out).toMatch(/discarded 2/);
  expect((await ran('bill-runs-show', drafted.batch)).out).toMatch(/YT01 discarded: [1-9]/);
  const span = ['YT01', '--from', '2026-03', '--to', '2026-03'];
  expect((await ran('correction-preview', ...span)).out).toMatch(/to be corrected: 0 笔[\s\S]*preview: [0-9a-f]{64}/);
  const fact = ['--fact', 'price', '--of', 'WY', '--reason', '核对', '--date', '2026-03-31'];
  expect((await ran('correct', ...span, ...fact)).out).toContain('corrected: 0 笔');
  expect((await ran('corrections', 'YT01', '--json')).out.trim()).toBe('[]');
});

it('explains a charge in both languages, and raises late fees, of which there are none', async () => {
  const client = new ApiClient({ url: suite.url });
  const { operator = '', password = '' } = suite.administrator ?? {};
  await client.signIn(operator, password);
  const { items } = await client.get<{ items: { charge: number; amount: string }[] }>(
    '/billing/v1/projects/YT01/charges',
    { query: { period: '2026-03', limit: '1' } },
  );
  const [{ charge, amount } = { charge: 0, amount: '' }] = items;
  const { out } = await ran('explain', 'YT01', String(charge));
  expect(out).toContain(`应收 ${amount} 元`);
  expect(out).toContain(`To be paid: ${amount} yuan`);
  expect(await propledger(['explain', 'YT01', '1'])).toMatchObject({ code: 1 });
  expect((await ran('late-fees', 'YT01', '--as-of', '2026-03-31')).out).toContain('late fees: 0');
  expect(await propledger(['late-fees', 'YT01', '--as-of', '2026-02-30'])).toMatchObject({ code: 2 });
});

it('books a receipt once, and refuses its number for another', async () => {
  const receipt = ['receive', 'YT01', '--receipt-no', 'C1', '--date', '2026-03-05', '--customer', 'YT01-K00001'];
  await ran(...receipt, '--tender', '微信=20.00', '--tender', '现金=5', '--key', 'one');
  await ran(...receipt, '--tender', '微信=20.00', '--tender', '现金=5', '--key', 'one');
  expect(await propledger([...receipt, '--tender', '微信=20.00', '--key', 'two'])).toMatchObject({ code: 1 });
  expect(await propledger([...receipt, '--tender', '微信=-1'])).toMatchObject({ code: 2 });
  expect(
    await propledger([
      'receive',
      'YT01',
      '--receipt-no',
      'C2',
      '--date',
      '2026-02-30',
      '--customer',
      'X',
      '--tender',
      '微信=1',
    ]),
  ).toMatchObject({ code: 2 });
  const { out } = await ran('report', 'cashbook', '--period', '2026-03');
  expect(out.trim().split('\n').slice(1)).toEqual(['YT01,2026-03-05,微信,1,20.00', 'YT01,2026-03-05,现金,1,5.00']);
});

it('fetches reports as CSV, JSON and XLSX, and the same cut again', async () => {
  const first = JSON.parse((await ran('report', 'collection', '--as-of', '2026-03-31', '--format', 'json')).out) as {
    cut: string;
  };
  const again = await ran('report', 'collection', '--as-of', '2026-03-31', '--json', '--known', first.cut);
  expect(JSON.parse(again.out)).toEqual(first);
  const file = join(folder, 'collection.xlsx');
  await ran('report', 'collection', '--as-of', '2026-03-31', '--format', 'xlsx', '--out', file);
  expect(readFileSync(file).subarray(0, 2).toString()).toBe('PK');
  expect(await propledger(['report', 'collection', '--format', 'xlsx'])).toMatchObject({ code: 2 });
  expect(await propledger(['report', 'collection', '--out', join(folder, 'no/where')])).toMatchObject({ code: 2 });
  expect(await propledger(['report', 'profit'])).toMatchObject({ code: 1 });
});

it('closes a period, and then refuses receipts in it', async () => {
  await ran('close', 'YT01', '2026-03');
  const late = [
    'receive',
    'YT01',
    '--receipt-no',
    'C3',
    '--date',
    '2026-03-06',
    '--customer',
    'YT01-K00001',
    '--tender',
    '微信=1.00',
  ];
  expect(await propledger(late)).toMatchObject({ code: 1 });
  await ran(...late, '--posting', 'first-open');
});

it('recomputes the books, and notices a point that does not stand', async () => {
  for (const [service, book] of [
    ['billing', 'YT01'],
    ['registry', 'YT01'],
    ['customers', 'YT01'],
    ['registry', '~group'],
  ] as const)
    expect((await ran('verify', book, '--service', service)).out).toContain('账簿完好');
  const { position, hash } = JSON.parse((await ran('verify', 'YT01', '--json')).out) as {
    position: number;
    hash: string;
  };
  await ran('verify', 'YT01', '--known', `${position}:${hash}`);
  expect(await propledger(['verify', 'YT01', '--known', `${position - 1}:${hash}`])).toMatchObject({ code: 5 });
  expect(await propledger(['verify', 'YT01', '--known', `${position + 1}:${hash}`])).toMatchObject({ code: 5 });
  expect(await propledger(['verify', 'NOWHERE'])).toMatchObject({ code: 1 });
});

it('cannot do anything for who is not signed in, or where nothing answers', async () => {
  expect(await propledger(['close', 'YT01', '2026-04'], { XDG_CONFIG_HOME: join(folder, 'nobody') })).toMatchObject({
    code: 3,
  });
  expect(await propledger(['close', 'YT01', '2026-04'], { PROPLEDGER_TOKEN: 'forged' })).toMatchObject({ code: 3 });
  const nowhere = { PROPLEDGER_URL: 'http://127.0.0.1:1', PROPLEDGER_TOKEN: 'any' };
  expect(await propledger(['close', 'YT01', '2026-04'], nowhere)).toMatchObject({ code: 4 });
});

it('writes the journal of a book, in which everything booked is balanced', async () => {
  const file = join(folder, 'YT01.journal');
  expect((await ran('journal', 'export', 'YT01', '--format', 'hledger', '--out', file)).out).toContain(file);
  const written = readFileSync(file, 'utf8');
  expect((await ran('journal', 'export', 'YT01', '--format', 'hledger')).out).toBe(written);
  const amounts = [...written.matchAll(/^ {4}\S+ {2}(-?\d+)\.(\d\d) CNY$/gm)].map(([, yuan, fen]) =>
    BigInt(`${yuan}${fen}`),
  );
  expect(amounts.length).toBeGreaterThan(100);
  expect(amounts.reduce((sum, amount) => sum + amount, 0n)).toBe(0n);
  expect(await propledger(['journal', 'export', 'YT01', '--format', 'ledger'])).toMatchObject({ code: 2 });
  expect(await propledger(['journal', 'export', 'NONE', '--format', 'hledger'])).toMatchObject({ code: 1 });
  for (const day of ['2026-13-01', '2026-02-30'])
    expect(await propledger(['journal', 'export', 'YT01', '--format', 'hledger', '--to', day])).toMatchObject({
      code: 2,
    });
});

describe('an audit bundle', () => {
  const ROOT = join(__dirname, '../../..');
  const PYTHON = join(ROOT, 'tools/verify-py');
  const bundle = join(folder, 'YT01.bundle');
  const older = join(folder, 'older.txt');
  let python: string | null;
  let lines: string[];
  beforeAll(async () => {
    python = pythonWith(join(PYTHON, 'requirements.txt'));
    execFileSync(process.execPath, [join(ROOT, 'tools/verify/dist/build.js')]);
    await pause(100); // Connections that were closed while this thread was kept busy are noticed.
    const checkpoint = await fetch(`${suite.url}/reports/v1/log/checkpoint`);
    writeFileSync(older, await checkpoint.text());
    await ran(...receiptOf('C9'));
    await ran('audit', 'export', 'YT01', '--out', bundle, '--since', older);
    lines = readFileSync(bundle, 'utf8').split(/(?<=\n)/);
  }, 300_000);

  const receiptOf = (receiptNo: string): string[] => [
    ...['receive', 'YT01', '--receipt-no', receiptNo, '--date', '2026-04-05'],
    ...['--customer', 'YT01-K00001', '--tender', '微信=1.00'],
  ];

  /** What both verifiers say; they say the same. */
  const verdictOf = (changed: readonly string[], ...more: string[]): unknown => {
    const file = join(folder, 'changed.bundle');
    writeFileSync(file, changed.join(''));
    const said = (command: string, script: string): { status: number | null; verdict: unknown } => {
      const { status, stdout, stderr } = spawnSync(command, [script, file, '--json', ...more], { encoding: 'utf8' });
      if (stdout === '') throw new Error(stderr);
      return { status, verdict: JSON.parse(stdout) as unknown };
    };
    const own = said(process.execPath, join(ROOT, 'dist/propledger-verify.cjs'));
    if (python !== null) expect(said(python, join(PYTHON, 'propledger_verify.py'))).toEqual(own);
    expect(own.status).toBe((own.verdict as { intact: boolean }).intact ? 0 : 5);
    return own.verdict;
  };
  const placeOf = (position: number): number => lines.findIndex((line) => line.includes(`,"position":${position},`));
  const edited = (position: number, from: RegExp, to: string): string[] =>
    lines.map((line, at) => (at === placeOf(position) ? line.replace(from, to) : line));
  const fault = (position: number, name: string): object => ({ intact: false, position, fault: name });

  it('is intact as it was written, and grew out of the older checkpoint', async () => {
    const key = (await (await fetch(`${suite.url}/reports/v1/log/key`)).text()).trim();
    const verdict = verdictOf(lines, '--checkpoint', older, '--key', key);
    expect(verdict).toMatchObject({ intact: true, topic: 'ledger', book: 'YT01', closings: 1, key });
    const { position, hash } = JSON.parse((await ran('verify', 'YT01', '--json')).out) as {
      position: number;
      hash: string;
    };
    expect(verdict).toMatchObject({ position, hash });
  });

  it('names every forgery with its position', () => {
    const middle = Math.floor(lines.length / 2);
    const end = lines.length - 1 - lines.filter((line) => line.startsWith('{"seal":')).length;
    const at = placeOf(middle);
    expect(verdictOf(edited(middle, /"effectiveDate":"..../, '"effectiveDate":"1999'))).toEqual(
      fault(middle, 'content-changed'),
    );
    expect(verdictOf(edited(middle, /"actor":"/, '"actor":"x'))).toEqual(fault(middle, 'content-changed'));
    expect(verdictOf(edited(middle, /"body":\{/, '"body":{"":0,'))).toEqual(fault(middle, 'content-changed'));
    expect(verdictOf(lines.filter((_, nth) => nth !== at))).toEqual(fault(middle, 'not-dense'));
    expect(verdictOf([...lines.slice(0, at), lines[at - 1] ?? '', ...lines.slice(at)])).toEqual(
      fault(middle, 'not-dense'),
    );
    expect(verdictOf(lines.filter((line, nth) => nth < placeOf(end) || line.startsWith('{"seal":')))).toEqual(
      fault(end, 'not-dense'),
    );
    expect(verdictOf(lines.slice(0, placeOf(end)))).toEqual(fault(end, 'end-missing'));
    const renamed = lines.map((line, nth) => (nth === 0 ? line : line.replaceAll('"book":"YT01"', '"book":"YT02"')));
    expect(verdictOf(renamed)).toEqual(fault(1, 'other-book'));
  });

  it('of another topic is intact, too', async () => {
    for (const topic of ['registry', 'customers']) {
      await ran('audit', 'export', 'YT01', '--out', bundle, '--topic', topic);
      expect(verdictOf([readFileSync(bundle, 'utf8')])).toMatchObject({ intact: true, topic, closings: 0 });
    }
  });

  it('is not written for a book that there is not, or since what is no checkpoint', async () => {
    expect(await propledger(['audit', 'export', 'NONE', '--out', bundle])).toMatchObject({ code: 1 });
    const blank = join(folder, 'blank.txt');
    writeFileSync(blank, 'propledger/local\n\nroot\n');
    for (const since of [MAIN, blank])
      expect(await propledger(['audit', 'export', 'YT01', '--out', bundle, '--since', since])).toMatchObject({
        code: 2,
      });
    expect(await propledger(['audit', 'export', 'YT01', '--out', join(folder, 'no/where')])).toMatchObject({ code: 2 });
  });
});
