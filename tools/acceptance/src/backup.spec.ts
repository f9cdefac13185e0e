import { ApiClient, importWorkbook } from '@propledger/cli';
import type { RecordedEvent } from '@propledger/contracts';
import { startWith, type LocalPostgres } from '@propledger/local-postgres';
import { verifyBook } from '@propledger/proof';
import { startSuiteProcess, type SuiteProcess } from '@propledger/suite';
import { execFile } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

/*
 * A suite is backed up while receipts are being booked, and dies; another is started from the backup on a fresh server. What was
 * acknowledged before the backup is there once, reports are what they were and what a fresh replay makes of the books, and
 * what the counter sends again is booked once.
 */

const ROOT = join(__dirname, '../../..');
const PACK = join(ROOT, 'acceptance/bohai');
const PROJECT = 'YT01';
const AT = `/billing/v1/projects/${PROJECT}`;

// Receipts go on being booked meanwhile.
const runs = promisify(execFile);

/** A way to back up. */
interface Way {
  /** Of the suite's process, beside its data folder. */
  start(dataDir: string): Promise<SuiteProcess>;
  /** While it runs. */
  backUp(dataDir: string, out: string): Promise<void>;
  /** Makes a data folder on a fresh server. */
  restore(from: string, dataDir: string): Promise<void>;
  end(): Promise<void>;
}

const embedded: Way = {
  start: (dataDir) => startSuiteProcess({ dataDir }),
  backUp: async (dataDir, out) => void (await runs(process.execPath, [join(ROOT, 'apps/suite/dist/back-up.js'), '--data', dataDir, '--out', out])),
  restore: async (from, dataDir) => {
    // As root, the files are another user's: `cp -a` keeps that.
    await runs('cp', ['-a', from, dataDir]);
  },
  end: async () => undefined,
};

/** Where PostgreSQL's own tools lie beside a server of their version; null: nowhere. */
const toolsFolder = (): string | null => {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((one, other) => Number(other) - Number(one)) : [];
  const needed = ['initdb', 'postgres', 'pg_ctl', 'pg_dump', 'pg_restore', 'psql'];
  return versions.map((version) => join(root, version, 'bin')).find((bin) => needed.every((tool) => existsSync(join(bin, tool)))) ?? null;
};
const bin = toolsFolder();
if (bin === null) process.stderr.write('\n*** no pg_dump beside a server of its version: docker/backup.sh is NOT TESTED ***\n\n');

const SERVICES = ['registry', 'customers', 'billing', 'reports', 'onboarding'];

/** docker/backup.sh and docker/restore.sh, between two servers. */
const dumped = (folder: string, tools: string): Way => {
  const servers = new Map<string, LocalPostgres>();
  const serverOf = async (dataDir: string): Promise<LocalPostgres> => {
    const known = servers.get(dataDir);
    if (known) return known;
    const programs = { initdb: join(tools, 'initdb'), postgres: join(tools, 'postgres'), pgCtl: join(tools, 'pg_ctl') };
    const server = await startWith(programs, { dataDir: `${dataDir}-server`, settings: { fsync: 'off' } });
    servers.set(dataDir, server);
    return server;
  };
  const passwordsOf = (dataDir: string): Record<string, { owner: string; app: string }> =>
    (JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as { passwords: Record<string, { owner: string; app: string }> }).passwords;
  const urlsOf = async (dataDir: string): Promise<Record<string, string>> => {
    const { port } = await serverOf(dataDir);
    return Object.fromEntries(
      SERVICES.map((name) => [
        `${name.toUpperCase()}_OWNER_URL`,
        `postgres://propledger_${name}_owner:${passwordsOf(dataDir)[name]?.owner}@127.0.0.1:${port}/propledger_${name}`,
      ]),
    );
  };
  const run = async (script: string, args: string[], env: Record<string, string>): Promise<void> => {
    const PATH = `${tools}:${process.env['PATH'] ?? ''}`;
    await runs(join(ROOT, 'docker', script), args, { env: { ...process.env, PATH, ...env } });
  };
  return {
    start: async (dataDir) => startSuiteProcess({ dataDir, env: { DATABASE_URL: (await serverOf(dataDir)).adminUrl } }),
    backUp: async (dataDir, out) => run('backup.sh', [out], await urlsOf(dataDir)),
    restore: async (from, dataDir) => {
      mkdirSync(dataDir, { mode: 0o711 });
      cpSync(join(from, '..', 'source/secrets.json'), join(dataDir, 'secrets.json'));
      const admin = new URL((await serverOf(dataDir)).adminUrl);
      const passwords = Object.entries(passwordsOf(dataDir)).flatMap(([name, { owner, app }]) => [
        [`${name.toUpperCase()}_OWNER_PASSWORD`, owner],
        [`${name.toUpperCase()}_APP_PASSWORD`, app],
      ]);
      const login = { PGHOST: '127.0.0.1', PGPORT: admin.port, PGPASSWORD: admin.password };
      await run('init-databases.sh', [], { ...login, ...(Object.fromEntries(passwords) as Record<string, string>) });
      await run('restore.sh', [from], await urlsOf(dataDir));
    },
    end: async () => {
      for (const server of servers.values()) await server.stop();
    },
  };
};

const folder = mkdtempSync(join(tmpdir(), 'propledger-backup-'));
chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ways: [string, (place: string) => Way][] = [['npm run backup, on the embedded server', () => embedded]];
if (bin !== null) ways.push(['docker/backup.sh, with pg_dump', (place) => dumped(place, bin)]);

describe.each(ways)('%s', (name, wayIn) => {
  const place = join(folder, name.replace(/\W+/g, '-'));
  const way = wayIn(place);
  const [source, backup, restored] = ['source', 'backup', 'restored'].map((part) => join(place, part)) as [string, string, string];
  let suite: SuiteProcess | undefined;
  let client: ApiClient;
  let administrator: { operator: string; password: string };
  /** By number: what was answered, where it was. */
  const acknowledged = new Map<string, string>();
  const numbers = (of: string, count: number): string[] => Array.from({ length: count }, (_, index) => `${of}-${index + 1}`);
  const open = async (dataDir: string): Promise<void> => {
    suite = await way.start(dataDir);
    administrator = suite.administrator ?? administrator;
    client = new ApiClient({ url: suite.url });
    await client.signIn(administrator.operator, administrator.password);
  };
  /** The same again with the same key, whoever sends it. */
  const receive = async (receiptNo: string, amount = '1.00'): Promise<string> => {
    const receipt = { receiptNo, customer: 'YT01-K00001', date: '2026-03-20', tenders: [{ method: '现金', amount }] };
    const { after: _, ...answer } = await client.command<{ after: string }>(`${AT}/receipts`, receipt, receiptNo);
    return JSON.stringify(answer);
  };
  const report = async (query: Record<string, string>): Promise<{ text: string; cut: string }> => {
    const { bytes, headers } = await client.download('/reports/v1/arrears-detail', { query: { asOf: '2026-03-31', format: 'csv', ...query }, accept: '*/*' });
    return { text: Buffer.from(bytes).toString(), cut: headers.get('propledger-cut') ?? '' };
  };
  let before: { text: string; cut: string };

  beforeAll(() => mkdirSync(place, { mode: 0o711 }));
  afterAll(async () => {
    await suite?.stop();
    await way.end();
  }, 60_000);

  it('is made while receipts are being booked', async () => {
    await open(source);
    const workbook = '初始化资料.xlsx';
    const order = { bytes: readFileSync(join(PACK, workbook)), fileName: workbook, dryRun: false, key: 'opening' };
    expect((await importWorkbook(client, order)).state).toBe('posted');
    for (const number of numbers('BEFORE', 20)) acknowledged.set(number, await receive(number));
    before = await report({});

    let going = true;
    let nth = 0;
    const counter = (async () => {
      while (going) {
        nth += 1;
        await receive(`DURING-${nth}`);
        await pause(5);
      }
    })();
    await pause(200);
    await way.backUp(source, backup);
    going = false;
    await counter;
    expect(nth).toBeGreaterThan(0);
    for (let number = 1; number <= nth; number += 1) acknowledged.set(`DURING-${number}`, '');
    for (const number of numbers('AFTER', 5)) {
      await receive(number);
      acknowledged.set(number, '');
    }
    await suite?.kill();
    suite = undefined;
  }, 240_000);

  it('has what was acknowledged before, once, with the answers of then', async () => {
    await way.restore(backup, restored);
    await open(restored);
    for (const [number, answer] of acknowledged) if (answer !== '') expect(await receive(number)).toBe(answer);
    const { text } = await report({ known: before.cut });
    expect(text).toBe(before.text);
  }, 240_000);

  it('takes again what was lost, once', async () => {
    // Something else first, and the lost ones in another order: who had seen them already would drop these.
    await receive('NEW', '7.00');
    for (const number of [...acknowledged.keys()].reverse()) await receive(number);
    const { text } = await (async () => {
      const { bytes } = await client.download('/reports/v1/cashbook', { query: { project: PROJECT, period: '2026-03', format: 'csv' }, accept: '*/*' });
      return { text: Buffer.from(bytes).toString() };
    })();
    expect(text).toContain(`${PROJECT},2026-03-20,现金,${acknowledged.size + 1},${acknowledged.size + 7}.00`);
  }, 120_000);

  it('has whole books, consumers that miss nothing, and reports that are what the books make', async () => {
    const events: RecordedEvent[] = [];
    for (;;) {
      const query = { after_position: String(events.length), limit: '1000' };
      const { items } = await client.get<{ items: RecordedEvent[] }>(`/billing/v1/books/${PROJECT}/events`, { query });
      if (items.length === 0) break;
      events.push(...items);
    }
    expect(await verifyBook(PROJECT, events)).toMatchObject({ intact: true, position: events.length });

    interface Replay {
      readonly replay: string;
      readonly state: string;
      readonly differing: readonly object[];
    }
    let replay = await client.command<Replay>('/reports/v1/replays', {}, 'after-the-restore');
    while (['folding', 'finishing'].includes(replay.state)) {
      await pause(200);
      replay = await client.get<Replay>(`/reports/v1/replays/${replay.replay}`);
    }
    expect(replay).toMatchObject({ state: 'ready', differing: [] });

    const status = await client.get<{ topics: { lag: number; parked: object[]; trouble: string | null }[] }>('/reports/v1/status');
    for (const topic of status.topics) expect(topic).toMatchObject({ lag: 0, parked: [], trouble: null });
    // The log of all books, which was backed up with them, finds every book as it was sealed.
    expect(await (await fetch(`${suite?.url}/health/ready`)).json()).toEqual({ status: 'ok', alarms: [] });
  }, 120_000);

  it('does not overwrite a backup', async () => {
    await expect(way.backUp(restored, backup)).rejects.toThrow();
  });
});
