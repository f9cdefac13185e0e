import { encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { LedgerBook } from '../spec-support/ledger-book';
import { startReporting, type Answered, type RunningReporting } from '../spec-support/running-reporting';

const REPORT_JOBS = 4_002;

describe('a report as a job', () => {
  let database: FreshDatabase;
  let reporting: RunningReporting;
  let owner: Client;
  const tokens = { finance: '', other: '' };
  const get = (path: string, token = tokens.finance): Promise<Answered> => reporting.get(token, path);
  const ask = (body: object, key: string, token = tokens.finance): Promise<Answered> =>
    reporting.post(token, '/report-jobs', body, key);
  const jobIn = (answer: Answered): string => String(answer.json['job']);
  const until = async (job: string, state: string): Promise<Answered> => {
    for (let tries = 0; tries < 400; tries++) {
      const answer = await get(`/report-jobs/${job}`);
      if (answer.json['state'] === state) return answer;
      await pause(50);
    }
    throw new Error(`job ${job} does not come to be ${state}`);
  };

  beforeAll(async () => {
    database = await freshDatabase('jobs');
    reporting = await startReporting(database);
    owner = new Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const heads: Record<string, number> = {};
    for (const project of ['YT01', 'YT02', 'YT03']) {
      reporting.peers.project(project, '山东');
      const book = new LedgerBook(project);
      for (let i = 0; i < (project === 'YT02' ? 5_000 : 30); i++)
        book.raise({ on: '2026-03-01', resource: `R${10_000 + i}`, fen: 1_00 + i });
      reporting.peers.publish('billing', book.events);
      heads[project] = book.events.length;
    }
    tokens.finance = await reporting.peers.operator('li', { role: 'group-finance', scope: { group: true } });
    tokens.other = await reporting.peers.operator('wang', { role: 'group-finance', scope: { group: true } });
    const after = encodeAfter({ ledger: heads, registry: { YT01: 1, YT02: 1, YT03: 1 } });
    expect((await get(`/collection?after=${after}`)).status).toBe(200);
  }, 60_000);
  afterAll(async () => {
    await owner?.end();
    await reporting?.close();
    await database.drop();
  });

  it('has, once made, the bytes that asking directly has, in every format and page by page', async () => {
    const asked = await ask({ report: 'arrears-detail', asOf: '2026-03-31' }, 'one');
    expect(asked).toMatchObject({
      status: 202,
      json: { report: 'arrears-detail', part: 'report', asOf: '2026-03-31' },
    });
    const { json } = await until(jobIn(asked), 'done');
    expect(json).toMatchObject({ rows: 5_060, failure: null, progress: { done: 5_066, total: 5_066 } });
    expect(json['expiresAt']).toEqual(expect.stringMatching(/Z$/));
    const direct = `/arrears-detail?asOf=2026-03-31&known=${String(json['cut'])}`;
    const result = `/report-jobs/${jobIn(asked)}/result?`;
    for (const form of ['format=csv', 'format=csv&bom=true', 'format=xlsx', 'format=json', 'limit=2100']) {
      const [made, answered] = [await get(`${result}${form}`), await get(`${direct}&${form}`)];
      expect(made.status).toBe(200);
      expect(made.bytes.equals(answered.bytes)).toBe(true);
      for (const header of ['content-type', 'content-disposition', 'propledger-cut', 'propledger-as-of'])
        expect(made.headers.get(header)).toBe(answered.headers.get(header));
    }
    const first = await get(`${result}limit=2100`);
    const cursor = String(first.json['nextCursor']);
    expect((await get(`${result}limit=2100&cursor=${cursor}`)).text).toBe(
      (await get(`${direct}&limit=2100&cursor=${cursor}`)).text,
    );
  }, 60_000);

  it('is made once for a key, and is its asker’s alone', async () => {
    const body = { report: 'deposits', project: ['YT01'] };
    const [one, again] = [await ask(body, 'two'), await ask(body, 'two')];
    expect(jobIn(again)).toBe(jobIn(one));
    expect(await ask({ report: 'prepayments' }, 'two')).toMatchObject({
      status: 422,
      json: { type: 'urn:propledger:problem:idempotency-key-reused' },
    });
    for (const path of ['', '/progress', '/result'])
      expect((await get(`/report-jobs/${jobIn(one)}${path}`, tokens.other)).status).toBe(404);
    expect(jobIn(await ask(body, 'two', tokens.other))).not.toBe(jobIn(one));
    expect((await ask({ report: 'nothing' }, 'three')).status).toBe(400);
    expect(await ask({ report: 'deposits', known: '2199-01-01T00:00:00Z' }, 'three')).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/body/known' }] },
    });
    expect((await ask({ report: 'deposits', project: null }, 'three')).status).toBe(400);
    expect(await ask({ report: 'deposits', against: '2026-01-01T00:00:00Z' }, 'three')).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/body/against' }] },
    });
    expect((await ask({ report: 'deposits', known: 'f'.repeat(32) }, 'three')).status).toBe(404);
  });

  it('tells of its progress until it ends', async () => {
    const job = jobIn(await ask({ report: 'receivable', period: '2026-03' }, 'followed'));
    const { text } = await get(`/report-jobs/${job}/progress`);
    const events = text
      .split('\n')
      .flatMap((line) => (line.startsWith('data: ') ? [JSON.parse(line.slice(6)) as object] : []));
    expect(events.at(-1)).toMatchObject({ job, state: 'done', rows: 3, progress: { done: 5_066, total: 5_066 } });
  });

  it('makes differences, too', async () => {
    const { json } = await get('/collection?project=YT01');
    const asked = await ask(
      { report: 'collection', part: 'difference-rows', known: json['cut'], against: json['cut'] },
      'difference',
    );
    await until(jobIn(asked), 'done');
    expect((await get(`/report-jobs/${jobIn(asked)}/result`)).json).toMatchObject({
      part: 'difference-rows',
      against: json['cut'],
      rows: [],
    });
  });

  it('is left to the process that works on it, and taken up when that one has gone, after what it had made', async () => {
    const [last] = (await owner.query<{ number: number }>('select max(number) as number from report_job')).rows;
    // Numbers are not dense: a key that was found took one, too.
    for (let number = last?.number ?? 0; number < (last?.number ?? 0) + 5; number++)
      await owner.query('select pg_advisory_lock($1, $2)', [REPORT_JOBS, number + 1]);
    const asked = await ask({ report: 'arrears-detail', asOf: '2026-03-31' }, 'interrupted');
    await pause(1_500);
    expect((await get(`/report-jobs/${jobIn(asked)}`)).json).toMatchObject({ state: 'waiting' });
    expect(await get(`/report-jobs/${jobIn(asked)}/result`)).toMatchObject({
      status: 409,
      json: { type: 'urn:propledger:problem:report-not-made' },
    });
    // As a process leaves it that ends in the middle of the second project.
    const made = jobIn(await ask({ report: 'arrears-detail', asOf: '2026-03-31' }, 'one'));
    await owner.query(
      `insert into report_job_rows select $1, step, part, first_row, count, cells from report_job_rows
       where job = $2 and (step = 0 or (step = 1 and part = 0))`,
      [jobIn(asked), made],
    );
    await owner.query(
      `update report_job set state = 'running', next_step = 1, done = 32, rows = 30, version = 3 where job = $1`,
      [jobIn(asked)],
    );
    await owner.query('select pg_advisory_unlock_all()');
    expect((await until(jobIn(asked), 'done')).json).toMatchObject({ rows: 5_060, progress: { done: 5_066 } });
    const [taken, whole] = [
      await get(`/report-jobs/${jobIn(asked)}/result?format=csv`),
      await get(`/report-jobs/${made}/result?format=csv`),
    ];
    expect(taken.bytes.equals(whole.bytes)).toBe(true);
  }, 60_000);

  it('does not wait for an older one that cannot be made', async () => {
    const { rows } = await owner.query<{ job: string }>(
      `insert into report_job (operator, key, request_hash, question, total)
       select operator, 'hopeless', request_hash, jsonb_set(question::jsonb, '{report}', '"no such report"'), total
       from report_job limit 1 returning job`,
    );
    await until(jobIn(await ask({ report: 'deposits', project: ['YT01'] }, 'hopeful')), 'done');
    const hopeless = String(rows[0]?.job);
    expect((await get(`/report-jobs/${hopeless}`)).json).toMatchObject({
      ...{ state: 'waiting', failure: null, trouble: 'Error: not-found' },
    });
    // After its last attempt it has failed, and is begun again when asked for.
    await owner.query('update report_job set attempts = 9, next_attempt_at = null where job = $1', [hopeless]);
    expect((await until(hopeless, 'failed')).json).toMatchObject({ failure: 'not-found', attempts: 10 });
    await owner.query(`update report_job set question = jsonb_set(question, '{report}', '"deposits"') where job = $1`, [
      hopeless,
    ]);
    expect((await reporting.post(tokens.other, `/report-jobs/${hopeless}/retry`, {}, 'again')).status).toBe(404);
    expect((await reporting.post(tokens.finance, `/report-jobs/${hopeless}/retry`, {}, 'again')).status).toBe(202);
    expect((await until(hopeless, 'done')).json).toMatchObject({ failure: null, attempts: 1, trouble: null });
  });

  it('is given whole or not at all, also when it is forgotten while somebody reads it', async () => {
    const job = jobIn(await ask({ report: 'arrears-detail', asOf: '2026-03-31' }, 'whole'));
    await until(job, 'done');
    await owner.query('delete from report_job_rows where job = $1 and step > 0', [job]);
    const result = `/report-jobs/${job}/result`;
    for (const form of ['format=json', 'format=xlsx']) expect((await get(`${result}?${form}`)).status).toBe(404);
    await expect(get(`${result}?format=csv`)).rejects.toThrow();
    expect((await get(`${result}?limit=30`)).status).toBe(404);
    expect((await get(`${result}?limit=29`)).json['rows']).toHaveLength(29);
  });

  it('is not made about no project', async () => {
    expect(await ask({ report: 'deposits', project: [] }, 'none')).toMatchObject({
      status: 400,
      json: { errors: [{ pointer: '/body/project' }] },
    });
  });

  it('is forgotten after a day', async () => {
    const job = jobIn(await ask({ report: 'deposits' }, 'old'));
    await until(job, 'done');
    await owner.query(`update report_job set ended_at = now() - interval '25 hours' where job = $1`, [job]);
    await pause(1_500);
    expect((await get(`/report-jobs/${job}`)).status).toBe(404);
    expect(jobIn(await ask({ report: 'deposits' }, 'old'))).not.toBe(job);
  });

  it('makes room for others where one operator has asked for more than is kept: his own oldest go first', async () => {
    const others = jobIn(await ask({ report: 'deposits' }, 'of-another', tokens.other));
    const his: string[] = [];
    for (const key of ['his-first', 'his-second', 'his-third']) his.push(jobIn(await ask({ report: 'deposits' }, key)));
    for (const job of his) await until(job, 'done');
    await owner.query('update report_job set bytes = 300e6 where job = $1', [others]);
    await owner.query('update report_job set bytes = 700e6 where job = any ($1)', [his]);
    await pause(1_500);
    const statuses = await Promise.all(his.map(async (job) => (await get(`/report-jobs/${job}`)).status));
    expect(statuses).toEqual([404, 404, 200]);
    expect((await get(`/report-jobs/${others}`, tokens.other)).status).toBe(200);
  });
});
