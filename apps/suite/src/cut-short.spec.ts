import { ApiClient, importWorkbook, runBills } from '@propledger/cli';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startSuiteProcess, type SuiteProcess } from './suite-process';

const SAMPLE = join(__dirname, '../../../sample/初始化资料.xlsx');
const PERIODS = ['2025-11', '2025-12'];
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000);

interface Job {
  readonly state: string;
  readonly [member: string]: unknown;
}

/** Numbers from 0 to below 1 that a seed decides. */
const chance = (seed: number): (() => number) => {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
};

describe(`work that kill -9 cuts short (MODEL_SEED=${SEED})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'propledger-cut-short-'));
  chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  const dataDir = join(folder, 'data');
  const dice = chance(SEED);
  let suite: SuiteProcess;
  let administrator: SuiteProcess['administrator'];
  let client: ApiClient;

  const signedIn = async (): Promise<void> => {
    client = new ApiClient({ url: suite.url, attempts: 2, timeoutMs: 30_000 });
    await client.signIn(administrator?.operator ?? '', administrator?.password ?? '');
  };
  const untilEnded = async (path: string, going: readonly string[]): Promise<Job> => {
    for (const end = Date.now() + 60_000; Date.now() < end; await pause(100)) {
      const job = await client.get<Job>(path);
      if (!going.includes(job.state)) return job;
    }
    throw new Error(`${path} does not end`);
  };
  const closings = async (): Promise<string[]> => {
    const periods: string[] = [];
    for (let after = 0; ;) {
      const { items } = await client.get<{ items: { position: number; type: string; body: { period?: string } }[] }>(
        '/billing/v1/books/YX01/events',
        { query: { after_position: String(after), limit: '1000' } },
      );
      for (const { type, body } of items) if (type === 'period.closed') periods.push(body.period ?? '');
      const last = items.at(-1);
      if (last === undefined) return periods;
      after = last.position;
    }
  };

  beforeAll(async () => {
    suite = await startSuiteProcess({ dataDir });
    ({ administrator } = suite);
    await signedIn();
    const imported = await importWorkbook(client, {
      ...{ bytes: readFileSync(SAMPLE), fileName: '初始化资料.xlsx', dryRun: false, key: 'opening' },
    });
    expect(imported.state).toBe('posted');
    for (const period of PERIODS) await runBills(client, 'YX01', { period, date: `${period}-01` }, `run-${period}`);
  }, 120_000);
  afterAll(async () => {
    await suite.stop();
    rmSync(folder, { recursive: true });
  });

  it.each(PERIODS)(
    'closes %s once, makes the report and ends the rebuilding, whenever it was killed',
    async (period) => {
      const ask = (): [Promise<Job>, Promise<Job>, Promise<unknown>] => [
        client.command('/reports/v1/replays', {}, `replay-${period}`),
        client.command('/reports/v1/report-jobs', { report: 'arrears-detail', asOf: `${period}-28` }, `job-${period}`),
        client.command(`/billing/v1/projects/YX01/periods/${period}/close`, {}, `close-${period}`),
      ];
      const cutShort = Promise.allSettled(ask());
      await pause(dice() * 600);
      await suite.kill();
      await cutShort;
      suite = await startSuiteProcess({ dataDir });
      await signedIn();

      const [replay, job] = await Promise.all(ask());
      expect(await closings()).toEqual(PERIODS.slice(0, PERIODS.indexOf(period) + 1));

      const made = await untilEnded(`/reports/v1/report-jobs/${String(job['job'])}`, ['waiting', 'running']);
      expect(made).toMatchObject({ state: 'done', failure: null });
      const csv = { accept: 'text/csv' };
      const result = await client.download(`/reports/v1/report-jobs/${String(job['job'])}/result`, csv);
      const query = { asOf: String(made['asOf']), known: String(made['cut']) };
      const direct = await client.download('/reports/v1/arrears-detail', { ...csv, query });
      expect(Buffer.compare(result.bytes, direct.bytes)).toBe(0);
      expect(result.bytes.length).toBeGreaterThan(10_000);

      const rebuilt = await untilEnded(`/reports/v1/replays/${String(replay['replay'])}`, ['folding', 'finishing']);
      expect(rebuilt).toMatchObject({ state: 'ready', failure: null, differing: [] });
    },
  );
});
