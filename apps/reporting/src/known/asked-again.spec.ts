import { encodeAfter, type RecordedEvent } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { cutOf } from './cut';
import { keepCut } from './cut-store';
import { LedgerBook, recorded } from '../spec-support/ledger-book';
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
describe('an answer and what it knew', () => {
  let database: FreshDatabase;
  let reporting: RunningReporting;
  const tokens = { finance: '', manager: '', auditor: '', nobody: '' };
  const book = new LedgerBook('YT01');
  const other = new LedgerBook('YT02');
  const published = new Map<LedgerBook, number>();

  /** Sends what was written since, and answers the `after` token of it. */
  const publish = (of: LedgerBook): string => {
    reporting.peers.publish('billing', of.events.slice(published.get(of) ?? 0));
    published.set(of, of.events.length);
    return encodeAfter({ ledger: { [of.project]: of.events.length } });
  };
  const get = (path: string, headers?: Record<string, string>, token = tokens.finance): Promise<Answered> =>
    reporting.get(token, path, headers);

  beforeAll(async () => {
    database = await freshDatabase('reports');
    reporting = await startReporting(database);
    const { peers } = reporting;
    peers.project('YT01', '山东', [
      { resource: 'R1', building: '01' },
      { resource: 'P1', building: null },
    ]);
    peers.project('YT02', '广西');
    tokens.finance = await peers.operator('li', { role: 'group-finance', scope: { group: true } });
    tokens.manager = await peers.operator('wang', { role: 'project-manager', scope: { region: '山东' } });
    tokens.auditor = await peers.operator('zhao', { role: 'auditor', scope: { project: 'YT02' } });
    tokens.nobody = await peers.operator('sun');
    const charge = book.raise({ on: '2026-03-01', to: '2026-03-31', dueOn: '2026-03-10', fen: 100_00 });
    book.raise({
      on: '2026-03-01',
      to: '2026-03-31',
      dueOn: '2026-03-10',
      resource: 'P1',
      item: '车位,费"甲"',
      fen: 80_00,
    });
    book.take({ on: '2026-03-12', receiptNo: 'S1', tenders: { 微信: 40_00 }, settle: [{ charge, fen: 30_00 }] });
    other.raise({ on: '2026-03-01', dueOn: '2026-03-10', item: '=1+1', fen: 5_00 });
    await get(`/collection?after=${publish(other)}`);
    await get(`/collection?after=${publish(book)}`);
  });
  afterAll(async () => {
    await reporting?.close();
    await database.drop();
  });

  it('gives the same bytes for the same cut, whatever is posted or registered afterwards', async () => {
    const ask = async (query: string): Promise<string[]> => {
      const all = [];
      for (const report of REPORTS)
        for (const format of ['json', 'csv', 'xlsx']) all.push((await get(`/${report}?format=${format}${query}`)).text);
      return all;
    };
    const { headers } = await get('/collection');
    const cut = headers.get('propledger-cut') ?? '';
    const before = [await ask(''), await ask('&asOf=2026-03-31&period=2026-03')];
    expect((await get('/collection')).headers.get('propledger-cut')).toBe(cut);

    const late = new LedgerBook('YT03');
    late.raise({ on: '2026-03-01', fen: 1_00 });
    reporting.peers.project('YT03', '山东');
    publish(late);
    reporting.peers.publish('registry', [
      recorded('YT01', 4, 'resource.changed', '2026-01-01', null, null, {
        resource: 'R1',
        building: '99',
        kind: 'room',
      }),
    ]);
    book.take({ on: '2026-03-02', receiptNo: 'S2', tenders: { 现金: 20_00 }, settle: [{ charge: 2, fen: 5_00 }] });
    book.receiveDeposit({ on: '2026-01-02', receiptNo: 'Y1', fen: 5_00 });
    const after = publish(book);
    const registryAfter = encodeAfter({ registry: { YT01: 4, YT03: 1 } });
    await get(`/deposits?after=${registryAfter}`);
    const now = await get(`/collection?after=${after}`);
    expect(now.headers.get('propledger-cut')).not.toBe(cut);
    expect(now.json['projects']).toEqual(['YT01', 'YT02', 'YT03']);

    expect([await ask(`&known=${cut}`), await ask(`&known=${cut}&asOf=2026-03-31&period=2026-03`)]).toEqual(before);
    expect((await get('/arrears-summary?asOf=2026-03-31&format=csv')).text).toContain('YT01,99,物业费');
  });

  it('knows a cut by its positions, and keeps to its projects', async () => {
    const { json: answer } = await get('/deposits?project=YT02');
    const cut = String(answer['cut']);
    const view = await get(`/cuts/${cut}`);
    expect(view.json).toMatchObject({ cut, positions: { ledger: { YT02: 2 }, registry: { YT02: 1 } } });
    expect(await get(`/cuts/${cut}`, {}, tokens.manager)).toMatchObject({ status: 403 });
    expect(await get(`/deposits?known=${cut}`, {}, tokens.manager)).toMatchObject({ status: 403 });
    expect(await get(`/deposits?known=${cut}&project=YT01`)).toMatchObject({ status: 400 });
    expect(await get(`/deposits?known=${cut}&project=YT02`, {}, tokens.manager)).toMatchObject({ status: 403 });
    expect((await get(`/deposits?known=${cut}`, {}, tokens.auditor)).json).toEqual(answer);
    const unknown = 'f'.repeat(32);
    expect(await get(`/deposits?known=${unknown}`)).toMatchObject({
      status: 404,
      json: { type: 'urn:propledger:problem:cut-not-found', detail: `known: ${unknown}` },
    });
    for (const strange of ['abc', '%F0%9F%92%A9']) expect((await get(`/deposits?known=${strange}`)).status).toBe(404);
    expect((await get(`/cuts/${unknown}`)).status).toBe(404);
    expect((await get('/cuts/abc')).status).toBe(400);
  });

  it('names a cut of the part that was asked for, which gives the same again, to who may view that part alone', async () => {
    const whole = String((await get('/arrears-detail')).json['cut']);
    const path = `/arrears-detail?asOf=2026-03-31&known=${whole}&project=YT01`;
    const part = await get(path);
    expect(part.json['projects']).toEqual(['YT01']);
    const own = `/arrears-detail?asOf=2026-03-31&known=${String(part.json['cut'])}`;
    for (const format of ['json', 'csv', 'xlsx'])
      expect((await get(`${own}&format=${format}`, {}, tokens.manager)).text).toBe(
        (await get(`${path}&format=${format}`)).text,
      );
    const { nextCursor } = (await get(`${path}&limit=1`)).json;
    const rest = (await get(`${path}&cursor=${String(nextCursor)}`)).json['rows'];
    expect(rest).toEqual((part.json['rows'] as unknown[]).slice(1));
    expect((await get(`${own}&cursor=${String(nextCursor)}`)).json['rows']).toEqual(rest);
  });

  it('takes the day of the cut where none is given, and waits for books that are behind it', async () => {
    const pool = new Pool({ connectionString: database.appUrl });
    const keep = async (takenOn: string, ledger: number): Promise<string> => {
      const cut = cutOf(takenOn, [{ book: 'YT01', ledger, registry: 1 }]);
      await keepCut({ rows: async (sql, params) => (await pool.query(sql, [...(params ?? [])])).rows as never }, cut);
      return cut.id;
    };
    const old = await keep('2026-03-20', 2);
    expect((await get(`/deposits?known=${old}`)).json).toMatchObject({
      asOf: '2026-03-20',
      cut: old,
      projects: ['YT01'],
    });
    expect((await get(`/receivable?known=${old}`)).json).toMatchObject({ asOf: '2026-03-31', period: '2026-03' });
    const ahead = await keep('2026-03-20', book.events.length + 1);
    const asked = get(`/deposits?known=${ahead}`);
    await pause(100);
    book.receiveDeposit({ on: '2026-03-03', receiptNo: 'Y-ahead', fen: 6_00 });
    publish(book);
    expect((await asked).text).toContain('Y-ahead');
    await pool.end();
  });

  it('keeps cuts from being changed by the role that serves', async () => {
    const pool = new Pool({ connectionString: database.appUrl });
    for (const sql of ['update cut set taken_on = now()', 'delete from cut', 'truncate cut'])
      await expect(pool.query(sql)).rejects.toThrow('permission denied');
    await pool.end();
  });

  it('pages JSON with a cursor that belongs to one question', async () => {
    const many = new LedgerBook('YT02');
    many.events.push(...other.events.slice(1));
    for (let i = 0; i < 25; i++) many.raise({ on: '2026-04-01', resource: `R${i}`, fen: 1_00 + i });
    reporting.peers.publish('billing', many.events.slice(2));
    const after = encodeAfter({ ledger: { YT02: 27 } });
    const path = '/arrears-detail?asOf=2026-04-30&project=YT02';
    const whole = await get(`${path}&after=${after}`);
    const rows: unknown[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: Answered = await get(`${path}&limit=10${cursor === null ? '' : `&cursor=${cursor}`}`);
      rows.push(...(page.json['rows'] as unknown[]));
      cursor = page.json['nextCursor'] as string | null;
      pages++;
      // Later pages know what the first knew.
      if (pages === 1) {
        many.raise({ on: '2026-04-01', resource: 'A', fen: 9_00 });
        reporting.peers.publish('billing', many.events.slice(27));
        await get(`/deposits?after=${encodeAfter({ ledger: { YT02: 28 } })}`);
      }
    } while (cursor !== null);
    expect(pages).toBe(3);
    expect(rows).toEqual(whole.json['rows']);
    const first = (await get(`${path}&limit=10`)).json['nextCursor'];
    expect((await get(`${path}&limit=10&cursor=${String(first)}`)).status).toBe(200);
    for (const question of [
      '/arrears-detail?asOf=2026-04-29&project=YT02',
      '/arrears-detail?asOf=2026-04-30&project=YT01',
      '/deposits?asOf=2026-04-30&project=YT02',
    ])
      expect((await get(`${question}&cursor=${String(first)}`)).status).toBe(400);
  });

  it('waits for what the caller has seen, and says so when it does not come', async () => {
    book.receiveDeposit({ on: '2026-03-05', receiptNo: 'Y-late', fen: 7_00 });
    const after = encodeAfter({ ledger: { YT01: book.events.length } });
    const asked = get(`/deposits?project=YT01&after=${after}`);
    await pause(100);
    publish(book);
    expect((await asked).text).toContain('Y-late');
    const never = await get(`/deposits?after=${encodeAfter({ ledger: { YT01: 10_000 } })}`);
    expect(never.status).toBe(503);
    expect(never.headers.get('retry-after')).not.toBeNull();
  }, 30_000);

  it('stands before an event that it cannot place, shows that, and goes on with other books', async () => {
    const poison: RecordedEvent = recorded('YT02', 29, 'charge.written-off', '2026-04-01', '2026-04', null, {
      charge: 999,
      lines: [{ account: 'receivable', amount: '-1.00', charge: 999 }],
    });
    reporting.peers.publish('billing', [poison]);
    book.receiveDeposit({ on: '2026-03-06', receiptNo: 'Y-other', fen: 7_00 });
    expect((await get(`/deposits?after=${publish(book)}`)).text).toContain('Y-other');
    const waited = await get(`/deposits?after=${encodeAfter({ ledger: { YT02: 29 } })}`);
    expect(waited.status).toBe(503);
    const { json } = await get('/status');
    expect(json['topics']).toEqual([
      expect.objectContaining({ topic: 'ledger', parked: [expect.objectContaining({ book: 'YT02', position: 28 })] }),
      expect.objectContaining({ topic: 'registry', lag: 0, trouble: null, parked: [] }),
    ]);
    expect((await get('/status', {}, tokens.manager)).status).toBe(403);
    expect((await get('/deposits?project=YT02')).status).toBe(200);
  }, 30_000);
});
