import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { encodeAfter } from '@propledger/contracts';
import { LedgerBook, recorded } from '../spec-support/ledger-book';
import { startReporting, type Answered, type RunningReporting } from '../spec-support/running-reporting';

describe('what was known at a time', () => {
  let database: FreshDatabase;
  let reporting: RunningReporting;
  let token = '';
  let manager = '';
  const book = new LedgerBook('YT01');
  const get = (path: string, of = token): Promise<Answered> => reporting.get(of, path);

  beforeAll(async () => {
    database = await freshDatabase('known');
    reporting = await startReporting(database);
    reporting.peers.project('YT01', '山东');
    token = await reporting.peers.operator('li', { role: 'group-finance', scope: { group: true } });
    manager = await reporting.peers.operator('wang', { role: 'project-manager', scope: { region: '山东' } });
    book.recordedAt = '2026-05-31T10:00:00.000001Z';
    const charge = book.raise({ on: '2026-05-01', dueOn: '2026-05-10', fen: 100_00 });
    book.take({ on: '2026-05-20', receiptNo: 'S1', tenders: { 微信: 40_00 }, settle: [{ charge, fen: 40_00 }] });
    book.recordedAt = '2026-07-05T10:00:00.000000Z';
    book.take({ on: '2026-05-21', receiptNo: 'S2', tenders: { 微信: 10_00 }, settle: [{ charge, fen: 10_00 }] });
    reporting.peers.publish('billing', book.events);
    reporting.peers.publish('registry', [
      {
        ...recorded('YT09', 1, 'project.registered', '2026-06-01', null, null, {
          ...{ project: 'YT09', name: '', region: '广西', company: '', firstPeriod: '2026-06' },
        }),
        recordedAt: '2026-06-01T00:00:00.000000Z',
      },
    ]);
    const after = encodeAfter({ ledger: { YT01: book.events.length }, registry: { YT01: 1, YT09: 1 } });
    expect((await get(`/collection?after=${after}`)).status).toBe(200);
  });
  afterAll(async () => {
    await reporting?.close();
    await database.drop();
  });
  const openAt = async (time: string): Promise<unknown> =>
    ((await get(`/arrears-detail?asOf=2026-05-31&known=${time}`)).json['rows'] as { open: string }[]).map(
      ({ open }) => open,
    );

  it('is what had been recorded at or before it, to the microsecond, in whatever zone it is written', async () => {
    for (const [time, open] of [
      ['2026-05-31T10:00:00Z', []],
      ['2026-05-31T10:00:00.000001Z', ['60.00']],
      ['2026-05-31T10:00:00.0000019Z', ['60.00']],
      ['2026-05-31T18:00:01%2B08:00', ['60.00']],
      ['2026-05-31T18:00:01+08:00', ['60.00']],
      ['2026-07-05t09:59:59.999999z', ['60.00']],
      ['2026-07-05T10:00:00Z', ['50.00']],
      ['2026-07-05T05:00:00-05:00', ['50.00']],
    ] as const)
      expect([time, await openAt(time)]).toEqual([time, open]);
  });

  it('is settled as a cut, with which the answer has the same bytes in every format', async () => {
    const path = '/arrears-summary?asOf=2026-05-31';
    const { json } = await get(`${path}&known=2026-06-30T00:00:00Z`);
    const cut = String(json['cut']);
    for (const format of ['json', 'csv', 'xlsx']) {
      const [byTime, byCut] = [
        await get(`${path}&known=2026-06-30T00:00:00Z&format=${format}`),
        await get(`${path}&known=${cut}&format=${format}`),
      ];
      expect(byTime.status).toBe(200);
      expect(byTime.bytes.equals(byCut.bytes)).toBe(true);
      expect(byTime.headers.get('propledger-cut')).toBe(cut);
    }
    const view = await get(`/cuts/${cut}`);
    expect(view.json).toMatchObject({ takenOn: '2026-06-30', positions: { ledger: { YT01: 3, YT09: 0 } } });
  });

  it('means the business day of that time where no day is asked for', async () => {
    const asOfAt = async (time: string): Promise<unknown> => (await get(`/deposits?known=${time}`)).json['asOf'];
    expect(await asOfAt('2026-06-30T15:59:59Z')).toBe('2026-06-30');
    expect(await asOfAt('2026-06-30T16:00:00Z')).toBe('2026-07-01');
    expect((await get('/receivable?known=2026-06-30T16:00:00Z')).json).toMatchObject({
      asOf: '2026-07-31',
      period: '2026-07',
    });
  });

  it('holds only the projects that were there then, and only those that one may view', async () => {
    const projects = async (time: string, of = token): Promise<unknown> =>
      (await get(`/collection?known=${time}`, of)).json['projects'];
    expect(await projects('2026-05-31T12:00:00Z')).toEqual(['YT01']);
    expect(await projects('2026-06-01T00:00:00Z')).toEqual(['YT01', 'YT09']);
    expect(await projects('2026-06-01T00:00:00Z', manager)).toEqual(['YT01']);
  });

  it('goes on with a page, though the time is asked again', async () => {
    book.recordedAt = '2026-07-06T00:00:00.000000Z';
    const from = book.events.length;
    for (let i = 0; i < 5; i++) book.raise({ on: '2026-05-01', resource: `Q${i}`, fen: 1_00 });
    reporting.peers.publish('billing', book.events.slice(from));
    const path = '/arrears-detail?asOf=2026-05-31&limit=4&known=2026-07-06T00:00:00Z';
    const first = await get(path);
    expect(first.json['rows']).toHaveLength(4);
    const second = await get(`${path}&cursor=${String(first.json['nextCursor'])}`);
    expect(second.json).toMatchObject({ cut: first.json['cut'], nextCursor: null });
    expect(second.json['rows']).toHaveLength(2);
    const otherCut = (await get('/deposits?known=2026-05-31T12:00:00Z')).json['cut'];
    expect(
      (
        await get(
          `/arrears-detail?asOf=2026-05-31&known=${String(otherCut)}&cursor=${String(first.json['nextCursor'])}`,
        )
      ).status,
    ).toBe(400);
  });

  it('says so when nothing was known then, and when the owner of the books cannot be asked', async () => {
    for (const query of ['known=2025-01-01T00:00:00Z', 'known=2026-05-31T12:00:00Z&project=YT01&project=YT09'])
      expect(await get(`/deposits?${query}`)).toMatchObject({
        status: 404,
        json: { type: 'urn:propledger:problem:nothing-known-then' },
      });
    await reporting.peers.close();
    const answer = await get('/deposits?known=2026-06-02T00:00:00Z');
    expect(answer).toMatchObject({ status: 503, json: { type: 'urn:propledger:problem:unavailable' } });
    expect(answer.headers.get('retry-after')).not.toBeNull();
  });
});
