import { ApiClient, importWorkbook, runBills, Unreachable } from '@propledger/cli';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startSuiteProcess, type StartSuite, type SuiteProcess } from './suite-process';

const PACK = join(__dirname, '../../../acceptance/bohai');
const MAIN = join(__dirname, '../dist/main.js');

const folders: string[] = [];
const suites: SuiteProcess[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'propledger-suite-'));
  chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  folders.push(folder);
  return folder;
};
const start = async (options: StartSuite): Promise<SuiteProcess> => {
  const suite = await startSuiteProcess(options);
  suites.push(suite);
  return suite;
};
afterAll(async () => {
  await Promise.all(suites.map((suite) => suite.stop()));
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** Processes that work in a folder: PostgreSQL does in its data. */
const processesIn = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
      } catch {
        return false; // It has ended meanwhile.
      }
    });

/** A suite with its administrator signed in; after a restart his token still holds. */
const signedIn = async (suite: SuiteProcess, known = suite.administrator): Promise<ApiClient> => {
  if (!known) throw new Error(`no administrator was shown:\n${suite.output()}`);
  const client = new ApiClient({ url: suite.url, attempts: 2, timeoutMs: 30_000 });
  await client.signIn(known.operator, known.password);
  return client;
};

const importFile = (client: ApiClient, file: string, key: string): ReturnType<typeof importWorkbook> =>
  importWorkbook(client, { bytes: readFileSync(join(PACK, file)), fileName: file, dryRun: false, key });

const csv = async (client: ApiClient, report: string, query: Record<string, string>): Promise<string> =>
  new TextDecoder().decode(
    (await client.download(`/reports/v1/${report}`, { query: { ...query, format: 'csv' } })).bytes,
  );

describe('a suite', () => {
  let folder: string;
  let suite: SuiteProcess;
  beforeAll(async () => {
    folder = newFolder();
    suite = await start({ dataDir: folder });
  });

  it('is ready, and says where everything is', async () => {
    for (const path of ['/health/live', '/health/ready', '/billing/v1/health/ready'])
      expect((await fetch(suite.url + path)).status).toBe(200);
    const page = await (await fetch(suite.url)).text();
    expect(page).toContain('/billing/v1/docs');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    for (const name of ['registry', 'customers', 'billing', 'reports', 'onboarding'])
      expect((await fetch(`${suite.url}/${name}/v1/docs`)).status).toBe(200);
  });

  it('answers a problem for what is not there', async () => {
    const answer = await fetch(`${suite.url}/nothing`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('lets nobody in without a token', async () => {
    for (const path of [
      '/registry/v1/projects',
      '/customers/v1/projects/P/customers',
      '/billing/v1/projects/P/charges',
      '/reports/v1/collection',
    ])
      expect((await fetch(suite.url + path)).status).toBe(401);
  });

  it('keeps its secrets for its owner alone', () => {
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(folder, 'secrets.json'), 'utf8')).not.toContain(suite.administrator?.password);
  });

  it('refuses a second suite on its data, and one on its port', () => {
    const second = spawnSync(process.execPath, [MAIN, '--empty', '--port', '0', '--data', folder], {
      encoding: 'utf8',
    });
    expect({ code: second.status, told: second.stderr }).toEqual({
      code: 1,
      told: expect.stringContaining('already in use') as string,
    });
    const port = new URL(suite.url).port;
    const other = spawnSync(process.execPath, [MAIN, '--empty', '--port', port, '--data', newFolder()], {
      encoding: 'utf8',
    });
    expect({ code: other.status, told: other.stderr }).toEqual({
      code: 1,
      told: expect.stringContaining('--port') as string,
    });
  });

  it('goes on with the same data after Ctrl-C, which leaves no process behind', async () => {
    const { administrator } = suite;
    const client = await signedIn(suite);
    await client.command('/registry/v1/projects', {
      ...{ project: 'P1', name: '一号', region: '东', company: '公司', firstPeriod: '2026-01' },
    });
    expect(processesIn(folder).length).toBeGreaterThan(0);
    expect(await suite.stop()).toBe(0);
    expect(processesIn(folder)).toEqual([]);
    expect(existsSync(join(folder, 'cluster/postmaster.pid'))).toBe(false);

    suite = await start({ dataDir: folder });
    expect(suite.administrator).toBeNull();
    const { name } = await (await signedIn(suite, administrator)).get<{ name: string }>('/registry/v1/projects/P1');
    expect(name).toBe('一号');
  });
});

it('says which port is taken, naming --port', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const port = String((taken.address() as AddressInfo).port);
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--empty', '--data', newFolder()], {
    encoding: 'utf8',
    env: { ...process.env, PORT: port },
  });
  taken.close();
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('--port') as string });
});

describe('killed with kill -9 and started again', () => {
  const folder = newFolder();
  let suite: SuiteProcess;
  let administrator: SuiteProcess['administrator'];
  const again = async (): Promise<ApiClient> => {
    suite = await start({ dataDir: folder });
    return signedIn(suite, administrator);
  };
  beforeAll(async () => {
    suite = await start({ dataDir: folder });
    ({ administrator } = suite);
  });

  it('has all or nothing of an import, and the same key settles which', async () => {
    const client = await signedIn(suite);
    const importing = importFile(client, '初始化资料.xlsx', 'opening').catch((error: unknown) => error);
    await pause(400);
    await suite.kill();
    await importing;

    const after = await again();
    let result = await importFile(after, '初始化资料.xlsx', 'opening');
    if (result.state === 'abandoned') result = await importFile(after, '初始化资料.xlsx', 'opening-2');
    expect(result.state).toBe('posted');
    expect((await csv(after, 'arrears-detail', { asOf: '2026-02-28' })).split('\n').length).toBeGreaterThan(10);
  });

  it('has every charge of a bill run once', async () => {
    const client = await signedIn(suite, administrator);
    const order = { period: '2026-03', date: '2026-03-01' };
    const running = runBills(client, 'YT01', order, 'run-1').catch((error: unknown) => error);
    await pause(150);
    await suite.kill();
    await running;

    const after = await again();
    await runBills(after, 'YT01', order, 'run-1');
    await runBills(after, 'YT01', order, 'run-again');
    await runBills(after, 'YT02', order, 'run-2');
    const receivable = await csv(after, 'receivable', { period: '2026-03' });
    const expected = readFileSync(join(PACK, 'expected/receivable-2026-03.csv'), 'utf8');
    const charged = (text: string): string[] =>
      text
        .trim()
        .split('\n')
        .map((line) =>
          line
            .split(',')
            .filter((_, column) => [0, 1, 3].includes(column))
            .join(','),
        );
    expect(charged(receivable)).toEqual(charged(expected));
  });

  it('has every acknowledged receipt once; sending the others again settles them; reports tie out', async () => {
    const client = await signedIn(suite, administrator);
    const { items } = await client.get<{ items: { customer: string }[] }>('/customers/v1/projects/YT01/customers', {
      query: { limit: '100' },
    });
    const receipts = items.map(({ customer }, index) => ({
      ...{ receiptNo: `K${String(index).padStart(4, '0')}`, date: '2026-03-20', customer },
      tenders: [{ method: '现金', amount: `${10 + index}.00` }],
    }));
    const acknowledged = new Set<string>();
    const send = async (by: ApiClient, from: number): Promise<void> => {
      for (let index = from; index < receipts.length; index += 8) {
        const receipt = receipts[index];
        if (!receipt) return;
        await by.command('/billing/v1/projects/YT01/receipts', receipt, `receipt-${receipt.receiptNo}`);
        acknowledged.add(receipt.receiptNo);
      }
    };
    const burst = Promise.allSettled(Array.from({ length: 8 }, (_, lane) => send(client, lane)));
    const third = async (): Promise<void> => {
      while (acknowledged.size < receipts.length / 3) await pause(5);
    };
    await Promise.race([third(), burst]);
    expect(acknowledged.size).toBeLessThan(receipts.length);
    await suite.kill();
    const outcomes = await burst;
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(Unreachable);

    const after = await again();
    for (const receiptNo of acknowledged)
      await expect(after.get(`/billing/v1/projects/YT01/receipts/${receiptNo}`)).resolves.toMatchObject({ receiptNo });
    await Promise.all(Array.from({ length: 8 }, (_, lane) => send(after, lane)));
    expect(acknowledged.size).toBe(receipts.length);

    const total = receipts.reduce((sum, { tenders }) => sum + Number(tenders[0]?.amount), 0);
    const cashbook = (await csv(after, 'cashbook', { period: '2026-03' })).trim().split('\n').slice(1);
    expect(cashbook).toEqual([`YT01,2026-03-20,现金,${receipts.length},${total.toFixed(2)}`]);
    const detail = (await csv(after, 'arrears-detail', { asOf: '2026-03-31' })).trim().split('\n').slice(1);
    const summary = (await csv(after, 'arrears-summary', { asOf: '2026-03-31' })).trim().split('\n').slice(1);
    const fen = (lines: string[], column: number): bigint =>
      lines.reduce((sum, line) => sum + BigInt((line.split(',')[column] ?? '').replace('.', '')), 0n);
    expect(fen(detail, 10)).toBe(fen(summary, 4));
  });

  it('leaves no process behind at the end', async () => {
    expect(await suite.stop()).toBe(0);
    expect(processesIn(folder)).toEqual([]);
  });
});

describe('the sample', () => {
  it('goes on where it was cut short, and shows what was collected', async () => {
    const folder = newFolder();
    const cut = startSuiteProcess({
      dataDir: folder,
      empty: false,
      onLine: (line, kill) => line.includes('至2026-04') && kill(),
    });
    await expect(cut).rejects.toThrow(/ended/);

    const suite = await start({ dataDir: folder, empty: false });
    const table = suite
      .output()
      .split('\n')
      .filter((line) => /^(项目|BT01|WL01|YX01) /.test(line));
    expect(table).toHaveLength(4);
    const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8');
    for (const line of table) expect(readme).toContain(line);
    const client = await signedIn(suite);
    const rows = (await csv(client, 'collection', { asOf: '2026-10-31' })).trim().split('\n');
    expect(rows.map((row) => row.split(',')[0])).toEqual(['项目', 'BT01', 'WL01', 'YX01']);
    const cashbook = await csv(client, 'cashbook', { period: '2025-11' });
    expect(cashbook.split('\n').length).toBeGreaterThan(50);
  }, 300_000);
});
