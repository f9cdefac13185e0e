import { encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { readWorkbook } from '@propledger/workbook';
import { readFileSync } from 'node:fs';
import { lastDayOf } from './moment';
import { LedgerBook } from './spec-support/ledger-book';
import { startReporting, type Answered, type RunningReporting } from './spec-support/running-reporting';

const REPORTS = [
  'arrears-detail',
  'arrears-summary',
  'receivable',
  'deposits',
  'prepayments',
  'cashbook',
  'collection',
];
const HEADER =
  '项目编码,资源编码,客户编码,收费项目,费用开始日期,费用结束日期,应收日期,应收金额,已收金额,核销金额,欠费金额,逾期天数';

describe('reports over HTTP', () => {
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
    publish(other);
    await get(`/collection?after=${publish(book)}`);
  });
  afterAll(async () => {
    await reporting?.close();
    await database.drop();
  });

  it('serves CSV that is exactly header and rows', async () => {
    const answer = await get('/arrears-detail?asOf=2026-03-31&project=YT01', { accept: 'text/csv' });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      `${HEADER}\n` +
        'YT01,P1,K1,"车位,费""甲""",2026-03-01,2026-03-31,2026-03-10,80.00,0.00,0.00,80.00,21\n' +
        'YT01,R1,K1,物业费,2026-03-01,2026-03-31,2026-03-10,100.00,30.00,0.00,70.00,21\n',
    );
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('propledger-as-of')).toBe('2026-03-31');
    expect(answer.headers.get('propledger-period')).toBeNull();
    expect(answer.headers.get('propledger-cut')).toMatch(/^[0-9a-f]{32}$/);
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="arrears-detail-2026-03-31.csv"');
    expect((await get('/arrears-detail?asOf=2020-01-01&format=csv')).text).toBe(`${HEADER}\n`);
  });

  it('begins with a BOM only where that is asked for, and disarms texts that spreadsheets would run', async () => {
    const path = '/arrears-detail?asOf=2026-03-31&project=YT02&format=csv';
    const plain = await fetch(reporting.baseUrl + path, { headers: { authorization: `Bearer ${tokens.finance}` } });
    expect(
      Buffer.from(await plain.arrayBuffer())
        .toString('utf8')
        .split('\n')[1],
    ).toMatch(/^YT02,R1,K1,'=1\+1,2026/);
    const marked = await fetch(`${reporting.baseUrl}${path}&bom=true`, {
      headers: { authorization: `Bearer ${tokens.finance}` },
    });
    expect(Buffer.from(await marked.arrayBuffer()).subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  });

  it('serves JSON with English keys, money as text, its moment and its cut', async () => {
    const { json, headers } = await get('/arrears-detail?asOf=2026-03-31&project=YT01');
    expect(json).toEqual({
      ...{
        report: 'arrears-detail',
        asOf: '2026-03-31',
        period: null,
        cut: headers.get('propledger-cut'),
        projects: ['YT01'],
      },
      columns: expect.arrayContaining([{ key: 'overdueDays', header: '逾期天数' }]) as unknown,
      rows: [
        expect.objectContaining({ resource: 'P1', item: '车位,费"甲"', amount: '80.00' }),
        {
          ...{ project: 'YT01', resource: 'R1', customer: 'K1', item: '物业费', from: '2026-03-01', to: '2026-03-31' },
          ...{
            dueOn: '2026-03-10',
            amount: '100.00',
            received: '30.00',
            writtenOff: '0.00',
            open: '70.00',
            overdueDays: 21,
          },
        },
      ],
      nextCursor: null,
    });
    const prepaid = await get('/prepayments?asOf=2026-03-31');
    expect(prepaid.json['rows']).toEqual([{ project: 'YT01', customer: 'K1', resource: null, balance: '10.00' }]);
  });

  it('serves a workbook with the moment and the cut in its title', async () => {
    const answer = await fetch(`${reporting.baseUrl}/receivable?period=2026-03&format=xlsx`, {
      headers: { authorization: `Bearer ${tokens.finance}` },
    });
    expect(answer.headers.get('content-type')).toBe(
      'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    );
    const rows: unknown[] = [];
    for await (const part of readWorkbook(new Uint8Array(await answer.arrayBuffer())))
      rows.push(...part.rows.map(({ cells }) => [...cells]));
    const text = JSON.stringify(rows);
    expect(text).toContain(
      `应收实收 Receivables of a period · 账期 period 2026-03 · 截至 as of 2026-03-31 · 切片 cut ${answer.headers.get('propledger-cut')}`,
    );
    expect(text).toContain('预交冲抵往期');
    expect(rows).toHaveLength(2 + 3);
  });

  it.each(REPORTS)('serves %s in every format, with the moment that it goes by', async (report) => {
    const byPeriod = ['receivable', 'cashbook', 'collection'].includes(report);
    for (const format of ['json', 'csv', 'xlsx']) {
      const { status, headers } = await get(`/${report}?asOf=2026-03-31&period=2026-03&format=${format}`);
      expect(status).toBe(200);
      expect(headers.get('propledger-as-of')).toBe('2026-03-31');
      expect(headers.get('propledger-period')).toBe(byPeriod ? '2026-03' : null);
    }
    const file = `${__dirname}/../../../acceptance/bohai/expected/${report}-2026-03.csv`;
    if (report === 'collection') return;
    const { text } = await get(`/${report}?asOf=2026-03-31&period=2026-03&format=csv`);
    expect(text.split('\n')[0]).toBe(readFileSync(file, 'utf8').split('\n')[0]);
  });

  it('takes today in China, the month of the day, and the last day of the period where they are not given', async () => {
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
    expect((await get('/deposits')).json).toMatchObject({ asOf: today, period: null });
    expect((await get('/receivable')).json).toMatchObject({
      asOf: lastDayOf(today.slice(0, 7)),
      period: today.slice(0, 7),
    });
    expect((await get('/receivable?asOf=2026-02-28')).json).toMatchObject({ asOf: '2026-02-28', period: '2026-02' });
    expect((await get('/deposits?period=2024-02')).json).toMatchObject({ asOf: '2024-02-29' });
    expect((await get('/collection')).json).toMatchObject({ asOf: today, period: null });
    expect((await get('/collection?period=2026-03')).json).toMatchObject({ asOf: '2026-03-31', period: '2026-03' });
  });

  it('counts by period what was effective by asOf, and answers with both', async () => {
    const ask = (report: string, asOf: string): Promise<Answered> =>
      get(`/${report}?period=2026-03&asOf=${asOf}&project=YT01&format=csv`);
    const lines = async (report: string, asOf: string): Promise<string[]> =>
      (await ask(report, asOf)).text.split('\n').slice(1, -1);
    expect(await lines('cashbook', '2026-03-11')).toEqual([]);
    expect(await lines('cashbook', '2026-03-12')).toEqual(['YT01,2026-03-12,微信,1,40.00']);
    expect((await lines('receivable', '2026-03-11'))[0]).toMatch(/^YT01,物业费,0.00,100.00,0.00,/);
    expect((await lines('receivable', '2026-03-12'))[0]).toMatch(/^YT01,物业费,0.00,100.00,30.00,/);
    expect(await lines('collection', '2026-03-11')).toEqual(['YT01,180.00,0.00,0.00,0.00,180.00,0.00']);
    expect(await lines('collection', '2026-03-31')).toEqual(['YT01,180.00,30.00,0.00,0.00,150.00,16.67']);
    const { headers } = await ask('receivable', '2026-03-11');
    expect([headers.get('propledger-as-of'), headers.get('propledger-period')]).toEqual(['2026-03-11', '2026-03']);
    expect(headers.get('content-disposition')).toContain('"receivable-2026-03-as-of-2026-03-11.csv"');
  });

  it('follows the Accept header where no format is given', async () => {
    const typeOf = async (accept: string): Promise<string | null> =>
      (await get('/deposits', { accept })).headers.get('content-type');
    expect(await typeOf('*/*')).toMatch('application/json');
    expect(await typeOf('text/*')).toMatch('text/csv');
    expect(await typeOf('application/json;q=0.1, text/csv;q=0.5')).toMatch('text/csv');
    expect(await typeOf('application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')).toMatch('spreadsheetml');
    expect(await get('/deposits', { accept: 'image/png' })).toMatchObject({
      status: 406,
      json: { type: 'urn:propledger:problem:not-acceptable' },
    });
    expect((await get('/deposits?format=csv', { accept: 'image/png' })).status).toBe(200);
  });

  it('shows to everybody the projects that he may view, and refuses the others', async () => {
    const projects = async (token: string, query = ''): Promise<unknown> =>
      (await get(`/collection${query}`, {}, token)).json['projects'];
    expect(await projects(tokens.finance)).toEqual(['YT01', 'YT02']);
    expect(await projects(tokens.manager)).toEqual(['YT01']);
    expect(await projects(tokens.auditor)).toEqual(['YT02']);
    expect(await projects(tokens.finance, '?project=YT02&project=YT01&project=YT02')).toEqual(['YT01', 'YT02']);
    expect(await get('/collection?project=YT01&project=YT02', {}, tokens.manager)).toMatchObject({ status: 403 });
    expect(await get('/collection?project=NOPE', {}, tokens.manager)).toMatchObject({ status: 403 });
    expect(await get('/collection?project=NOPE')).toMatchObject({
      status: 404,
      json: { type: 'urn:propledger:problem:project-not-found', detail: 'NOPE' },
    });
    expect(await get('/collection', {}, tokens.nobody)).toMatchObject({ status: 403 });
    expect(await get('/collection', {}, 'no token')).toMatchObject({ status: 401 });
  });

  it.each([
    ['asOf=2026-02-30', 'asOf'],
    ['asOf=2026-3-1', 'asOf'],
    ['asOf=%00', 'asOf'],
    ['period=2026-13', 'period'],
    ['project=~group', 'project'],
    ['project=', 'project'],
    ['project=a%00b', 'project'],
    [`project=${'x'.repeat(65)}`, 'project'],
    ['project[a]=b', 'project[a]'],
    ['format=pdf', 'format'],
    ['limit=0', 'limit'],
    ['limit=10001', 'limit'],
    ['limit=99999999999999', 'limit'],
    ['bom=maybe', 'bom'],
    ['cursor=abc', 'cursor'],
    ['cursor=WzEsMiwzXQ', 'cursor'],
    ['after=abc', 'after'],
    ['after=W10', 'after'],
    ['unknown=1', 'unknown'],
    ['known=a%00b', 'known'],
    ['known=2026-13-01T00:00:00Z', 'known'],
    ['known=2026-03-31', 'known'],
    ['known=2026-03-31T24:00:00%2B08:00', 'known'],
    ['known=2199-01-01T00:00:00Z', 'known'],
    ['asOf=2026-01-01&asOf=2026-01-02', 'asOf'],
  ])('refuses %s', async (query, member) => {
    const answer = await get(`/arrears-detail?${query}`);
    expect(answer).toMatchObject({ status: 400, headers: expect.anything() as unknown });
    expect(answer.json).toMatchObject({
      type: 'urn:propledger:problem:invalid-input',
      errors: [{ pointer: `/query/${member}` }],
    });
  });

  it('documents every report with its own rows', () => {
    const { paths } = reporting.service.openapi;
    for (const report of REPORTS) {
      const { get: operation } = paths[`/reports/v1/${report}`] ?? {};
      expect(Object.keys(operation?.responses ?? {})).toEqual(
        expect.arrayContaining(['200', '400', '401', '403', '404', '406', '503']),
      );
      expect(operation?.parameters?.map((parameter) => ('name' in parameter ? parameter.name : '')).sort()).toEqual([
        'after',
        'asOf',
        'bom',
        'cursor',
        'format',
        'known',
        'limit',
        'period',
        'project',
      ]);
    }
    const detail = JSON.stringify(paths['/reports/v1/arrears-detail']);
    for (const key of ['dueOn', 'writtenOff', 'overdueDays']) expect(detail).toContain(`"${key}"`);
  });
});
