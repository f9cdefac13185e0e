import { ApiClient, importWorkbook, playScenario, readScenario, type ImportFault } from '@propledger/cli';
import type { RecordedEvent } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { eventChecks } from '../../contracts/src/event-faults';
import { differences } from './compare-pack';

const ROOT = join(__dirname, '../../..');
const PACK = join(ROOT, 'acceptance/bohai');
const APPS = {
  registry: 'property-registry',
  customers: 'customer-service',
  billing: 'billing',
  reports: 'reporting',
  onboarding: 'onboarding',
} as const;
type Name = keyof typeof APPS;
const NAMES = Object.keys(APPS) as Name[];

const out = mkdtempSync(join(tmpdir(), 'propledger-separate-'));
const databases = new Map<Name, FreshDatabase>();
const processes: ChildProcess[] = [];
/** What each has written so far, and where its metrics are. */
const outputs = new Map<Name, string>();
const metricsPorts = new Map<Name, number>();
let ingress: Server;
let client: ApiClient;
let administrator: { operator: string; password: string };

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const socket = createSocketServer().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });

/** PROPLEDGER_BUILT: a folder with the services as docker/build.sh lays them out, instead of what is compiled here. */
const mainOf = (name: Name): string => {
  const built = process.env['PROPLEDGER_BUILT'];
  return built ? join(built, APPS[name], 'main.js') : join(ROOT, 'apps', APPS[name], 'dist/main.js');
};

/** Runs a service's main with these arguments; resolves with its output when `until` has come, or it has ended well. */
const run = (name: Name, env: NodeJS.ProcessEnv, args: readonly string[], until: RegExp | null): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [mainOf(name), ...args], { env: { ...process.env, ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        outputs.set(name, output);
        if (until?.test(output)) resolve(output);
      });
    child.once('exit', (code) => (code === 0 ? resolve(output) : reject(new Error(`${name} ended with ${code}:\n${output}`))));
    if (until) processes.push(child);
  });

/** One address for all services, as in production. */
const ingressTo = (ports: Readonly<Record<string, number>>): Promise<Server> => {
  const server = createServer((incoming, answer) => {
    const port = ports[(incoming.url ?? '').split('/')[1] ?? ''];
    const { url: path = '/', method = 'GET', headers } = incoming;
    const onward = request({ host: '127.0.0.1', port, path, method, headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    onward.once('error', () => answer.destroy());
    incoming.pipe(onward);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
};

beforeAll(async () => {
  await Promise.all(NAMES.map(async (name) => databases.set(name, await freshDatabase(name))));
  const ports = Object.fromEntries(await Promise.all(NAMES.map(async (name) => [name, await freePort()] as const)));
  for (const name of NAMES) metricsPorts.set(name, await freePort());
  const serviceKey = randomBytes(24).toString('hex');
  const env = (name: Name): NodeJS.ProcessEnv => ({
    ...Object.fromEntries(NAMES.map((peer) => [`${peer.toUpperCase()}_URL`, `http://127.0.0.1:${ports[peer]}`])),
    SERVICE_KEY: serviceKey,
    DATABASE_URL: databases.get(name)?.appUrl,
    HOST: '127.0.0.1',
    PORT: String(ports[name]),
    LOG_LEVEL: name === 'billing' || name === 'reports' ? 'debug' : 'warn',
    METRICS_PORT: String(metricsPorts.get(name)),
  });
  await Promise.all(
    NAMES.map((name) => run(name, { ...env(name), MIGRATION_DATABASE_URL: databases.get(name)?.ownerUrl }, ['migrate'], null)),
  );
  const outputs = await Promise.all(NAMES.map((name) => run(name, env(name), [], /\/v1\/docs/)));
  const [, operator = '', password = ''] = /administrator: (\S+) \/ (\S+)/.exec(outputs[0] ?? '') ?? [];

  administrator = { operator, password };
  ingress = await ingressTo(ports);
  client = new ApiClient({ url: `http://127.0.0.1:${(ingress.address() as AddressInfo).port}` });
  await client.signIn(operator, password);
}, 120_000);

afterAll(async () => {
  const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('exit', () => resolve()));
  await Promise.all(processes.filter((child) => child.exitCode === null && child.kill('SIGTERM')).map(ended));
  ingress.closeAllConnections();
  ingress.close();
  await Promise.all([...databases.values()].map((database) => database.drop()));
  rmSync(out, { recursive: true });
}, 60_000);

const query = async (url: string, ...statements: string[]): Promise<object[]> => {
  const connection = new Client({ connectionString: url });
  await connection.connect();
  try {
    let rows: object[] = [];
    for (const statement of statements) rows = (await connection.query<object>(statement)).rows;
    return rows;
  } finally {
    await connection.end();
  }
};

const writeFaults = (file: string, faults: readonly ImportFault[]): void =>
  writeFileSync(join(out, `${basename(file, '.xlsx')}.errors.json`), JSON.stringify(faults));

it('plays the bohai pack to the fen', async () => {
  // Whole and before anything else, so that nothing which it refers to is known: as on an empty system.
  const faulty = '初始化资料-有错.xlsx';
  const refused = await importWorkbook(client, { bytes: readFileSync(join(PACK, faulty)), fileName: faulty, dryRun: false, key: 'faulty' });
  expect(refused.state).toBe('refused');
  writeFaults(faulty, refused.faults);

  await playScenario(client, readScenario(PACK, 'scenario.json'), {
    refused: writeFaults,
    report: (name, csv) => writeFileSync(join(out, name), csv),
  });
  expect(differences(PACK, out)).toEqual([]);
}, 180_000);

it('recorded nothing that the published schemas do not describe', async () => {
  const checks = eventChecks();
  for (const [topic, service] of [['registry', 'registry'], ['customers', 'customers'], ['ledger', 'billing']] as const) {
    const { items: books } = await client.get<{ items: { book: string }[] }>(`/${service}/v1/books`, {});
    expect(books.length).toBeGreaterThan(0);
    for (const { book } of books)
      for (let after = 0; ;) {
        const query = { after_position: String(after), limit: '1000' };
        const { items } = await client.get<{ items: RecordedEvent[] }>(`/${service}/v1/books/${book}/events`, { query });
        for (const event of items) expect(checks.event(topic, event)).toEqual([]);
        if (items.length === 0) break;
        after += items.length;
      }
  }
  expect([...checks.seen]).toEqual(expect.arrayContaining(['registry/resource.registered', 'customers/occupancy.registered', 'ledger/receipt.taken']));
});

describe('May, as known in May, after late entries were posted in July', () => {
  type Row = Readonly<Record<string, string | number | null>>;
  const project = 'YT01';
  const FORMATS = ['json', 'csv', 'xlsx'] as const;
  const ask = async (report: string, query: Record<string, string>): Promise<{ bytes: Buffer; cut: string }> => {
    const { bytes, headers } = await client.download(`/reports/v1/${report}`, { query: { project, ...query }, accept: '*/*' });
    return { bytes: Buffer.from(bytes), cut: headers.get('propledger-cut') ?? '' };
  };
  const rowsOf = async (report: string, query: Record<string, string>): Promise<readonly Row[]> =>
    (JSON.parse((await ask(report, query)).bytes.toString()) as { rows: Row[] }).rows;
  const arrears = (query: Record<string, string> = {}): Record<string, string> => ({ asOf: '2026-05-31', ...query });
  const openFen = (rows: readonly Row[]): number => rows.reduce((sum, row) => sum + Math.round(Number(row['open']) * 100), 0);
  const close = (period: string): Promise<unknown> => client.command(`/billing/v1/projects/${project}/periods/${period}/close`, {});
  const MAY = ['receivable', 'cashbook', 'collection'] as const;

  const inMay = { cut: '', time: '', open: 0, arrears: new Map<string, Buffer>(), byPeriod: new Map<string, Buffer>() };
  const late: { position: number; type: string; amount: string }[] = [];

  it('is run in May', async () => {
    const debtor = (await rowsOf('arrears-detail', arrears())).find((row) => Number(row['open']) > 60);
    inMay.open = openFen(await rowsOf('arrears-detail', arrears()));
    inMay.cut = (await ask('arrears-detail', arrears())).cut;
    for (const format of FORMATS) inMay.arrears.set(format, (await ask('arrears-detail', arrears({ format }))).bytes);
    for (const report of MAY) inMay.byPeriod.set(report, (await ask(report, { period: '2026-05', format: 'csv' })).bytes);
    inMay.time = new Date().toISOString();

    for (const period of ['2026-05', '2026-06']) await close(period);
    const { resource, customer, item } = debtor ?? {};
    const post = async (what: string, type: string, amount: string, body: object): Promise<void> => {
      await client.command(`/billing/v1/projects/${project}/${what}`, { ...body, posting: 'first-open' });
      const { items } = await client.get<{ items: { position: number; type: string; accountingPeriod: string }[] }>(
        `/billing/v1/books/${project}/events`,
        { query: { after_position: String((await headOf()) - 1) } },
      );
      expect(items).toMatchObject([{ type, accountingPeriod: '2026-07' }]);
      late.push({ position: items[0]?.position ?? 0, type, amount });
    };
    await post('receipts', 'receipt.taken', '-60.00', {
      ...{ receiptNo: 'LATE-1', date: '2026-05-20', customer, resource, item },
      tenders: [{ method: '现金', amount: '60.00' }],
    });
    await post('charges', 'charge.raised', '33.00', {
      ...{ resource, customer, item: '补收', from: '2026-05-01', to: '2026-05-31', dueOn: '2026-05-10' },
      ...{ amount: '33.00', date: '2026-05-05' },
    });
  }, 60_000);

  const headOf = async (): Promise<number> => {
    const { items } = await client.get<{ items: { book: string; position: number }[] }>('/billing/v1/books');
    return items.find(({ book }) => book === project)?.position ?? 0;
  };

  it('is the same to the byte as known in May, by the cut and by the time', async () => {
    for (const known of [inMay.cut, inMay.time])
      for (const format of FORMATS) {
        const again = await ask('arrears-detail', arrears({ known, format }));
        expect(again.cut).toBe(inMay.cut);
        expect(again.bytes.equals(inMay.arrears.get(format) ?? Buffer.of())).toBe(true);
      }
  });

  it('differs as known now by exactly those entries, which the difference lists', async () => {
    expect((await ask('arrears-detail', arrears({ format: 'csv' }))).bytes).not.toEqual(inMay.arrears.get('csv'));
    expect(openFen(await rowsOf('arrears-detail', arrears()))).toBe(inMay.open - 60_00 + 33_00);
    for (const known of [inMay.cut, inMay.time]) {
      const entries = await rowsOf('arrears-detail/difference', arrears({ known }));
      expect(entries).toHaveLength(late.length);
      expect(entries).toMatchObject(late.map((entry) => ({ ...entry, project, knownTo: 'against', period: '2026-07' })));
    }
    const rows = await rowsOf('arrears-detail/difference/rows', arrears({ known: inMay.cut }));
    expect(openFen(rows.filter(({ knownTo }) => knownTo === 'against')) - openFen(rows.filter(({ knownTo }) => knownTo === 'known'))).toBe(
      -27_00,
    );
  });

  it('is unchanged where a period selects, and the late entries are in July with their own dates', async () => {
    for (const report of MAY)
      expect((await ask(report, { period: '2026-05', format: 'csv' })).bytes.toString()).toBe(inMay.byPeriod.get(report)?.toString());
    expect((await ask('cashbook', { period: '2026-07', format: 'csv' })).bytes.toString()).toContain(`${project},2026-05-20,现金,1,60.00`);
    expect(await rowsOf('receivable/difference', { period: '2026-05', known: inMay.cut })).toEqual([]);
    expect(await rowsOf('receivable/difference', { period: '2026-07', known: inMay.cut })).toHaveLength(late.length);
  });

  it('can be made as a job, with the same bytes', async () => {
    const { job } = await client.command<{ job: string }>('/reports/v1/report-jobs', {
      ...{ report: 'arrears-detail', asOf: '2026-05-31', project: [project], known: inMay.time },
    });
    for await (const event of client.events(`/reports/v1/report-jobs/${job}/progress`, AbortSignal.timeout(30_000)))
      if ((JSON.parse(event) as { state: string }).state === 'done') break;
    for (const format of FORMATS) {
      const { bytes } = await client.download(`/reports/v1/report-jobs/${job}/result`, { query: { format }, accept: '*/*' });
      expect(Buffer.from(bytes).equals(inMay.arrears.get(format) ?? Buffer.of())).toBe(true);
    }
  });
});

describe('what operations see', () => {
  const scrape = async (name: Name): Promise<string> => (await fetch(`http://127.0.0.1:${metricsPorts.get(name)}/metrics`)).text();
  const base = (): string => `http://127.0.0.1:${(ingress.address() as AddressInfo).port}`;
  const ready = async (name: Name): Promise<{ status: number; body: Record<string, unknown> }> => {
    const answer = await fetch(`${base()}/${name}/v1/health/ready`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };
  const sum = (text: string, metric: string, label = ''): number =>
    text
      .split('\n')
      .filter((line) => line.startsWith(`${metric}{`) && line.includes(label))
      .reduce((total, line) => total + Number(line.split(' ').at(-1)), 0);

  it('is what each service did, in few series, and nothing of what is in the books', async () => {
    const codes = ['YT01', 'YT02', '物业费', '微信', 'admin'];
    for (const name of NAMES) {
      const text = await scrape(name);
      for (const code of codes) expect(text).not.toContain(code);
      expect(text.split('\n').length).toBeLessThan(6_000);
      expect(sum(text, 'propledger_http_request_seconds_count')).toBeGreaterThan(0);
      expect(sum(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
    }
    const billing = await scrape('billing');
    expect(sum(billing, 'propledger_append_seconds_count')).toBeGreaterThan(10);
    expect(sum(billing, 'propledger_append_commands_sum')).toBeGreaterThanOrEqual(sum(billing, 'propledger_append_seconds_count'));
    expect(sum(billing, 'propledger_bill_runs_total', 'state="done"')).toBeGreaterThan(0);
    expect(sum(billing, 'propledger_bill_runs_unfinished')).toBe(0);
    const reports = await scrape('reports');
    for (const topic of ['ledger', 'registry']) {
      expect(sum(reports, 'propledger_consumer_parked_books', `topic="${topic}"`)).toBe(0);
      expect(sum(reports, 'propledger_consumer_reachable', `topic="${topic}"`)).toBe(1);
    }
    expect(reports).toContain('propledger_drift_books{state="differs",service="reports"} 0');
  });

  it('follows a request by its id into the event and into the projection, over the logs of two services', async () => {
    const id = `check-${randomBytes(6).toString('hex')}`;
    const at = `${base()}/billing/v1/projects/YT01`;
    const { items } = await client.get<{ items: { customer: string }[] }>('/billing/v1/projects/YT01/charges', { query: { limit: '1' } });
    const receipt = {
      ...{ receiptNo: id, customer: items[0]?.customer, date: '2026-07-10' },
      tenders: [{ method: '现金', amount: '10.00' }],
    };
    const signIn = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(administrator) };
    const { accessToken } = (await (await fetch(`${base()}/registry/v1/tokens`, signIn)).json()) as { accessToken: string };
    const answer = await fetch(`${at}/receipts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', 'idempotency-key': id, 'x-correlation-id': id },
      body: JSON.stringify(receipt),
    });
    expect(answer.headers.get('x-correlation-id')).toBe(id);
    const { after } = (await answer.json()) as { after: string };
    await client.get('/reports/v1/cashbook', { query: { period: '2026-07', after } });
    const linesOf = (name: Name): string[] => (outputs.get(name) ?? '').split('\n').filter((line) => line.includes(id));
    expect(linesOf('billing').map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ correlationId: id, method: 'POST', status: 201 }),
    );
    const applied = linesOf('reports').map((line) => JSON.parse(line) as object);
    expect(applied).toContainEqual(expect.objectContaining({ topic: 'ledger', book: 'YT01', correlationIds: [id] }));
  });

  it('is that a service is not ready while its database is away, and is again afterwards; others are', async () => {
    const { adminUrl, name } = databases.get('customers') ?? { adminUrl: '', name: '' };
    const server = new URL(adminUrl);
    server.pathname = '/postgres';
    expect((await ready('customers')).status).toBe(200);
    await query(server.href, `alter database ${name} allow_connections false`, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const away = await ready('customers');
    expect(away).toMatchObject({ status: 503, body: { detail: expect.stringContaining('database') as string } });
    expect(JSON.stringify(away.body)).not.toContain(name);
    expect((await ready('billing')).status).toBe(200);
    expect(await scrape('customers')).toContain('propledger_http_request_seconds_count');
    await query(server.href, `alter database ${name} allow_connections true`);
    expect((await ready('customers')).status).toBe(200);
  });
});

it('keeps every role out of the other services’ databases', async () => {
  for (const [name, own] of databases)
    for (const [other, { name: database }] of databases)
      for (const url of [own.appUrl, own.ownerUrl]) {
        const elsewhere = new URL(url);
        elsewhere.pathname = `/${database}`;
        if (name === other) await expect(query(elsewhere.href, 'select')).resolves.toHaveLength(1);
        else await expect(query(elsewhere.href, 'select')).rejects.toThrow(/permission denied/);
      }
});

describe.each(['registry', 'customers', 'billing'] as const)('the books of %s', (name) => {
  const asApplication = (...statements: string[]): Promise<object[]> => query(databases.get(name)?.appUrl ?? '', ...statements);

  it('hold events', async () => {
    expect(await asApplication('select from event limit 1')).toHaveLength(1);
  });

  it.each([
    ['update event set body = body', /permission denied/],
    ['delete from event', /permission denied/],
    ['truncate event', /permission denied/],
    ['alter table event disable trigger all', /must be owner/],
    ['alter table event add column note text', /must be owner/],
    ['alter table event owner to current_user', /must be owner/],
    ['drop table event', /must be owner/],
    ['create table copy as select * from event', /permission denied/],
    ['update command set answer = answer', /permission denied/],
    ['delete from command', /permission denied/],
    ['delete from book_head', /permission denied/],
  ])('refuse the application: %s', async (statement, refusal) => {
    await expect(asApplication(statement)).rejects.toThrow(refusal);
  });

  it('refuse the application the owner’s role', async () => {
    const owner = new URL(databases.get(name)?.ownerUrl ?? '').username;
    await expect(asApplication(`set role ${owner}`)).rejects.toThrow(/permission denied/);
    await expect(asApplication(`set session authorization ${owner}`)).rejects.toThrow(/permission denied/);
    await expect(asApplication(`grant ${owner} to current_user`)).rejects.toThrow(/permission denied/);
  });
});
