import { encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import fc from 'fast-check';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { LedgerBook } from '../spec-support/ledger-book';
import { anyHistory, play } from '../spec-support/random-history';
import { startReporting, type Answered, type RunningReporting } from '../spec-support/running-reporting';

const REPORTS = [
  'arrears-detail',
  'arrears-summary',
  'receivable',
  'deposits',
  'prepayments',
  'cashbook',
  'collection',
];
const PROJECTS = ['YT01', 'YT02', 'YT03', 'YT04'];

describe('replay', () => {
  let database: FreshDatabase;
  let reporting: RunningReporting;
  let books: LedgerBook[];
  const tokens = { finance: '', auditor: '' };
  const published = new Map<LedgerBook, number>();

  const publish = (book: LedgerBook): string => {
    reporting.peers.publish('billing', book.events.slice(published.get(book) ?? 0));
    published.set(book, book.events.length);
    return encodeAfter({ ledger: { [book.project]: book.events.length } });
  };
  const get = (path: string): Promise<Answered> => reporting.get(tokens.finance, path);
  const post = (path: string, key: string): Promise<Answered> => reporting.post(tokens.finance, path, {}, key);
  const until = async (replay: string, ...states: string[]): Promise<Record<string, unknown>> => {
    for (;;) {
      const { json } = await get(`/replays/${replay}`);
      if (states.includes(String(json['state']))) return json;
      if (json['state'] === 'failed') throw new Error(JSON.stringify(json));
      await pause(50);
    }
  };
  const everything = async (known: string): Promise<string[]> => {
    const all: string[] = [];
    for (const report of REPORTS) all.push((await get(`/${report}?format=csv&known=${known}`)).text);
    return all;
  };
  const asOwner = async (sql: string): Promise<void> => {
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    await owner.query(sql);
    await owner.end();
  };
  let keys = 0;
  const rebuilt = async (): Promise<Record<string, unknown>> => {
    const { json, status } = await post('/replays', `replay-${++keys}`);
    expect(status).toBe(202);
    return until(String(json['replay']), 'ready');
  };

  beforeAll(async () => {
    database = await freshDatabase('replay');
    reporting = await startReporting(database);
    const { peers } = reporting;
    for (const project of PROJECTS)
      peers.project(project, '山东', [
        { resource: 'R0', building: '01' },
        { resource: 'R1', building: '02' },
        { resource: 'R2', building: null },
      ]);
    tokens.finance = await peers.operator('li', { role: 'group-finance', scope: { group: true } });
    tokens.auditor = await peers.operator('zhao', { role: 'auditor', scope: { project: 'YT02' } });
    const histories = fc.sample(fc.array(anyHistory, { minLength: 4, maxLength: 4 }), { numRuns: 1, seed: 7 })[0] ?? [];
    books = PROJECTS.map((project, i) => play(project, histories[i] ?? []));
    for (const book of books) book.raise({ on: '2026-03-01', resource: 'R1', fen: 10_00 });
    for (const book of books) await get(`/collection?after=${publish(book)}`);
  });
  afterAll(async () => {
    await reporting?.close();
    await database.drop();
  });

  it('makes the same tables beside the live ones, takes their place, and goes back, while reports go on', async () => {
    const cut = (await get('/collection')).headers.get('propledger-cut') ?? '';
    const before = await everything(cut);
    const { replay, differing, books: counted } = await rebuilt();
    expect(differing).toEqual([]);
    expect(counted).toEqual({ folded: 5, total: 5 });

    // While it waits, the books go on; and whoever asks is answered, while they change places and afterwards.
    const [book] = books as [LedgerBook];
    const charge = book.raise({ on: '2026-05-01', fen: 77_00 });
    await get(`/collection?after=${publish(book)}`);
    const statuses = new Set<number>();
    let asking = true;
    const asked = (async () => {
      while (asking) statuses.add((await get('/arrears-summary')).status);
    })();
    expect((await post(`/replays/${String(replay)}/take`, 'take')).status).toBe(202);
    await until(String(replay), 'live');
    expect(await everything(cut)).toEqual(before);
    book.take({ on: '2026-05-02', receiptNo: 'S-after', tenders: { 微信: 77_00 }, settle: [{ charge, fen: 77_00 }] });
    expect((await get(`/cashbook?period=2026-05&format=csv&after=${publish(book)}`)).text).toContain('77.00');

    expect((await post(`/replays/${String(replay)}/leave`, 'leave')).status).toBe(202);
    await until(String(replay), 'kept');
    expect((await get('/cashbook?period=2026-05&format=csv')).text).toContain('77.00');
    expect(await everything(cut)).toEqual(before);
    expect((await post(`/replays/${String(replay)}/take`, 'again')).status).toBe(202);
    await until(String(replay), 'live');
    expect(await everything(cut)).toEqual(before);
    asking = false;
    await asked;
    expect([...statuses]).toEqual([200]);
  });

  it('names the book and the tables of a row that was changed by hand, and is right where it is taken', async () => {
    const summary = '/arrears-summary?format=csv&asOf=2026-12-31';
    const right = (await get(summary)).text;
    await asOwner(
      `update arrears_sum set open_fen = open_fen + 1 where ctid = (select min(ctid) from arrears_sum where book = 'YT02')`,
    );
    expect((await get(summary)).text).not.toBe(right);
    const { replay, differing } = await rebuilt();
    const ledger = books[1]?.events.length;
    expect(differing).toEqual([{ book: 'YT02', ledger, registry: 4, tables: ['arrears_sum'] }]);
    await post(`/replays/${String(replay)}/take`, 'take-2');
    await until(String(replay), 'live');
    expect((await get(summary)).text).toBe(right);
  });

  it('goes on with the books that are left when its process dies', async () => {
    const release = reporting.peers.holdStreams();
    reporting.peers.streamed.length = 0;
    const { json } = await post('/replays', 'dies');
    const replay = String(json['replay']);
    while (reporting.peers.streamed.length < 2) await pause(20);
    // What PostgreSQL sees of kill -9: connections that are gone, transactions that are not.
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'propledger-reports-replay' and datname = current_database()`);
    await admin.end();
    release();
    const { service } = await startReporting(database, {}, reporting.peers);
    const { differing, books: counted } = await until(replay, 'ready');
    expect({ differing, counted }).toEqual({ differing: [], counted: { folded: 5, total: 5 } });
    await service.close();
  });

  it('is for those who audit the whole group, one at a time, once a key', async () => {
    for (const path of ['/replays', '/replays/00000000-0000-7000-8000-000000000000'])
      expect((await reporting.get(tokens.auditor, path)).status).toBe(403);
    expect((await reporting.post(tokens.auditor, '/replays', {}, 'k')).status).toBe(403);
    expect((await get('/replays/00000000-0000-7000-8000-000000000000')).status).toBe(404);
    expect((await post('/replays/00000000-0000-7000-8000-000000000000/take', 'k')).status).toBe(404);
    const release = reporting.peers.holdStreams();
    const { json } = await post('/replays', 'one');
    expect((await post('/replays', 'one')).json['replay']).toBe(json['replay']);
    expect((await post('/replays', 'two')).status).toBe(409);
    expect((await post(`/replays/${String(json['replay'])}/take`, 'k2')).status).toBe(409);
    release();
    await until(String(json['replay']), 'ready');
    expect((await post(`/replays/${String(json['replay'])}/leave`, 'k3')).status).toBe(409);
    const { items } = (await get('/replays')).json as { items: { state: string }[] };
    expect(items.map(({ state }) => state)).toContain('dropped');
  });

  it('has a list of the tables that is complete', async () => {
    const owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const { rows } = await owner.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename not in (select name from projection_table)
         and tablename !~ '^access_' order by 1`,
    );
    await owner.end();
    // None of these is made of events by the projections. Add a projection's table to projection_table, any other here.
    expect(rows.map(({ name }) => name)).toEqual([
      ...['cut', 'drift_check', 'migrations', 'projection_table', 'replay', 'replay_book'],
      ...['report_job', 'report_job_rows', 'seal_checkpoint', 'seal_leaf', 'seal_node'],
    ]);
  });
});

describe('the watch for drift', () => {
  it('finds a row that was changed by hand, and says where', async () => {
    const database = await freshDatabase('drift');
    const reporting = await startReporting(database, { driftPauseSeconds: 1 });
    try {
      reporting.peers.project('YT01', '山东', [{ resource: 'R1', building: '01' }]);
      const token = await reporting.peers.operator('li', { role: 'group-finance', scope: { group: true } });
      const book = play('YT01', fc.sample(anyHistory, { numRuns: 1, seed: 3 })[0] ?? []);
      book.raise({ on: '2026-01-01', fen: 12_00 });
      reporting.peers.publish('billing', book.events);
      const drift = async (): Promise<{ checked: number; drifted: object[] }> =>
        (await reporting.get(token, '/status')).json['drift'] as { checked: number; drifted: object[] };
      await reporting.get(token, `/collection?after=${encodeAfter({ ledger: { YT01: book.events.length } })}`);
      while ((await drift()).checked < 2) await pause(200);
      expect((await drift()).drifted).toEqual([]);
      const owner = new Client({ connectionString: database.ownerUrl });
      await owner.connect();
      await owner.query(`update charge set amount_fen = amount_fen + 1 where position = ${book.events.length}`);
      await owner.end();
      while ((await drift()).drifted.length === 0) await pause(200);
      expect((await drift()).drifted).toEqual([
        {
          book: 'YT01',
          ledger: book.events.length,
          registry: 2,
          tables: ['charge'],
          checkedAt: expect.any(String) as string,
        },
      ]);
    } finally {
      await reporting.close();
      await database.drop();
    }
  }, 90_000);
});
