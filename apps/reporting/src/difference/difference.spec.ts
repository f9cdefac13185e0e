import { encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { readWorkbook } from '@propledger/workbook';
import { LedgerBook, recorded } from '../spec-support/ledger-book';
import { startReporting, type Answered, type RunningReporting } from '../spec-support/running-reporting';

describe('what differs between two cuts', () => {
  let database: FreshDatabase;
  let reporting: RunningReporting;
  const tokens = { finance: '', manager: '' };
  const book = new LedgerBook('YT01');
  let may = '';
  let july = '';
  const get = (path: string, token = tokens.finance): Promise<Answered> => reporting.get(token, path);
  const publish = (from: number): Promise<Answered> => {
    reporting.peers.publish('billing', book.events.slice(from));
    return get(
      `/collection?after=${encodeAfter({ ledger: { YT01: book.events.length }, registry: { YT01: 2, YT02: 1 } })}`,
    );
  };

  beforeAll(async () => {
    database = await freshDatabase('difference');
    reporting = await startReporting(database);
    reporting.peers.project('YT01', '山东', [{ resource: 'R1', building: '01' }]);
    reporting.peers.project('YT02', '广西');
    tokens.finance = await reporting.peers.operator('li', { role: 'group-finance', scope: { group: true } });
    tokens.manager = await reporting.peers.operator('wang', { role: 'project-manager', scope: { project: 'YT02' } });
    book.recordedAt = '2026-05-31T10:00:00.000000Z';
    const charge = book.raise({ on: '2026-05-01', dueOn: '2026-05-10', fen: 100_00 });
    book.raise({ on: '2026-05-01', dueOn: '2026-05-10', resource: 'R2', fen: 70_00 });
    may = String((await publish(0)).json['cut']);
    book.recordedAt = '2026-07-02T08:30:00.000000Z';
    const late = { on: '2026-05-20', period: '2026-07' };
    book.take({ ...late, receiptNo: 'S1', tenders: { 微信: 30_00 }, settle: [{ charge, fen: 30_00 }] });
    book.take({ on: '2026-06-20', receiptNo: 'S2', tenders: { 现金: 20_00 }, settle: [{ charge, fen: 20_00 }] });
    book.raise({ ...late, on: '2026-05-02', dueOn: '2026-05-12', resource: 'R3', fen: 5_00 });
    july = String((await publish(3)).json['cut']);
  });
  afterAll(async () => {
    await reporting?.close();
    await database.drop();
  });

  const ENTRIES = [
    {
      ...{ project: 'YT01', position: 4, knownTo: 'against', type: 'receipt.taken', effectiveDate: '2026-05-20' },
      ...{ period: '2026-07', amount: '-30.00', reverses: null, recordedAt: '2026-07-02T08:30:00.000000Z' },
      ...{ actor: 'spec', source: 'api' },
    },
    {
      ...{ project: 'YT01', position: 6, knownTo: 'against', type: 'charge.raised', effectiveDate: '2026-05-02' },
      ...{ period: '2026-07', amount: '5.00', reverses: null, recordedAt: '2026-07-02T08:30:00.000000Z' },
      ...{ actor: 'spec', source: 'api' },
    },
  ];

  it('lists the entries that one knows and the other does not, as far as they count by then', async () => {
    const path = '/arrears-detail/difference?asOf=2026-05-31';
    const { json, headers } = await get(`${path}&known=${may}&against=${july}`);
    expect(json).toMatchObject({
      ...{ report: 'arrears-detail', part: 'difference', asOf: '2026-05-31', period: null, cut: may, against: july },
      ...{ projects: ['YT01', 'YT02'], rows: ENTRIES, nextCursor: null },
    });
    expect([headers.get('propledger-cut'), headers.get('propledger-against')]).toEqual([may, july]);
    expect((await get(`${path}&known=${may}`)).json['rows']).toEqual(ENTRIES);
    expect((await get(`${path}&known=2026-06-30T00:00:00%2B08:00`)).json['rows']).toEqual(ENTRIES);
    expect((await get(`${path}&known=${july}&against=${may}`)).json['rows']).toEqual(
      ENTRIES.map((entry) => ({ ...entry, knownTo: 'known' })),
    );
    expect((await get(`${path}&known=${may}&against=${may}`)).json['rows']).toEqual([]);
    expect((await get(`/receivable/difference?period=2026-05&known=${may}`)).json['rows']).toEqual([]);
    expect((await get(`/cashbook/difference?period=2026-07&known=${may}`)).json['rows']).toMatchObject([
      { position: 4, amount: '30.00' },
    ]);
  });

  it('lists the rows that are not the same, of both sides', async () => {
    const rows = await get(`/arrears-detail/difference/rows?asOf=2026-05-31&known=${may}&against=${july}&format=csv`);
    expect(rows.text).toBe(
      '切片,项目编码,资源编码,客户编码,收费项目,费用开始日期,费用结束日期,应收日期,应收金额,已收金额,核销金额,欠费金额,逾期天数\n' +
        'known,YT01,R1,K1,物业费,2026-05-01,2026-05-01,2026-05-10,100.00,0.00,0.00,100.00,21\n' +
        'against,YT01,R1,K1,物业费,2026-05-01,2026-05-01,2026-05-10,100.00,30.00,0.00,70.00,21\n' +
        'against,YT01,R3,K1,物业费,2026-05-02,2026-05-02,2026-05-12,5.00,0.00,0.00,5.00,19\n',
    );
    expect(rows.headers.get('content-disposition')).toContain('"arrears-detail-difference-rows-2026-05-31.csv"');
    const { json } = await get(`/collection/difference/rows?asOf=2026-05-31&known=${may}`);
    expect(json['rows']).toMatchObject([
      { knownTo: 'known', project: 'YT01', open: '170.00' },
      { knownTo: 'against', project: 'YT01', open: '145.00' },
    ]);
  });

  it('shows rows that differ because a resource lies elsewhere, though no entry does', async () => {
    const before = String((await get('/collection')).json['cut']);
    reporting.peers.publish('registry', [
      recorded('YT01', 3, 'resource.changed', '2026-01-01', null, null, {
        resource: 'R1',
        building: '9',
        kind: 'room',
      }),
    ]);
    await get(`/collection?after=${encodeAfter({ registry: { YT01: 3 } })}`);
    const ask = async (part: string): Promise<unknown> =>
      (await get(`/arrears-summary/${part}?asOf=2026-05-31&known=${before}`)).json['rows'];
    expect(await ask('difference')).toEqual([]);
    expect(await ask('difference/rows')).toMatchObject([
      { knownTo: 'known', building: '01' },
      { knownTo: 'against', building: '9' },
    ]);
  });

  it('is the same in every format, asked again, and page by page', async () => {
    const query = `asOf=2026-05-31&known=${may}&against=${july}`;
    const csv = await get(`/arrears-detail/difference?${query}&format=csv`);
    expect(csv.text.split('\n')).toEqual([
      '项目编码,记账位置,切片,类型,生效日期,入账期,影响金额,红冲位置,录入时间,操作人,来源',
      'YT01,4,against,receipt.taken,2026-05-20,2026-07,-30.00,,2026-07-02T08:30:00.000000Z,spec,api',
      'YT01,6,against,charge.raised,2026-05-02,2026-07,5.00,,2026-07-02T08:30:00.000000Z,spec,api',
      '',
    ]);
    const rows: unknown[] = [];
    for await (const part of readWorkbook((await get(`/arrears-detail/difference?${query}&format=xlsx`)).bytes))
      rows.push(...part.rows.map(({ cells }) => [...cells]));
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows[0])).toContain(`切片 cut ${may} · 对照 against ${july}`);

    for (const part of ['difference', 'difference/rows']) {
      const first = await get(`/arrears-detail/${part}?${query}&limit=1`);
      const cursor = String(first.json['nextCursor']);
      const second = await get(`/arrears-detail/${part}?asOf=2026-05-31&known=${may}&limit=1&cursor=${cursor}`);
      const whole = await get(`/arrears-detail/${part}?${query}`);
      expect([first.json['rows'], second.json['rows']].flat()).toEqual((whole.json['rows'] as unknown[]).slice(0, 2));
      expect((await get(`/arrears-detail/${part}?asOf=2026-05-30&known=${may}&cursor=${cursor}`)).status).toBe(400);
      expect((await get(`/arrears-detail?asOf=2026-05-31&cursor=${cursor}`)).status).toBe(400);
    }
    book.take({ on: '2026-05-03', receiptNo: 'S9', tenders: { 微信: 1_00 }, settle: [{ charge: 3, fen: 1_00 }] });
    await publish(book.events.length - 1);
    expect((await get(`/arrears-detail/difference?${query}&format=csv`)).text).toBe(csv.text);
  });

  it('is for those who may view all projects of both, and about reports that there are', async () => {
    expect((await get(`/deposits/difference?known=${may}`, tokens.manager)).status).toBe(403);
    const own = String((await get('/collection', tokens.manager)).json['cut']);
    expect((await get(`/deposits/difference?known=${own}&against=${may}`, tokens.manager)).status).toBe(403);
    expect((await get(`/deposits/difference?known=${own}`, tokens.manager)).status).toBe(200);
    expect((await get(`/nothing/difference?known=${may}`)).status).toBe(404);
    for (const part of ['difference', 'difference/rows'])
      for (const [lacking, cuts] of [
        ['against', `known=${july}&against=${own}`],
        ['known', `known=${own}&against=${july}`],
      ] as const)
        expect(await get(`/arrears-detail/${part}?asOf=2026-05-31&${cuts}`)).toMatchObject({
          status: 400,
          json: { errors: [{ pointer: `/query/${lacking}`, message: expect.stringContaining('YT01') as string }] },
        });
    expect((await get(`/deposits/difference?known=${july}&against=${own}&project=YT02`)).status).toBe(200);
    expect((await get(`/deposits/difference?known=${july}&against=${own}&project=YT01`)).status).toBe(400);
    for (const against of ['2199-01-01T00:00:00Z', '2026-13-01T00:00:00Z'])
      expect((await get(`/deposits/difference?known=${may}&against=${against}`)).json).toMatchObject({
        errors: [{ pointer: '/query/against' }],
      });
  });
});
