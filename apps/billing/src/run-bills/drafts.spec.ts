import { BookWriter, pgTransact } from '@propledger/event-log';
import { freshDatabase } from '@propledger/testkit';
import { Ledger } from '../ledger-store/ledger';
import { ledgerHandler } from '../ledger-store/ledger-handler';
import { Reader } from '../ledger-store/reader';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';
import { CarriedOutRuns } from './carry-out-runs';

type Members = Record<string, unknown>;

describe('a draft of a bill run', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    await post('/standards', STANDARD);
    await post('/standards', { ...STANDARD, standard: 'LJ', name: '垃圾费', item: '垃圾费', method: '固定金额' });
    await post('/bindings', { resource: 'R1', standard: 'WY', from: '2026-01-01' });
    await post('/bindings', { resource: 'R2', standard: 'WY', from: '2026-03-11', to: '2026-03-31' });
    await billing.runBills('YT01', '2026-03');
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const charges = async (query: string): Promise<Members[]> =>
    (await billing.call('GET', `/projects/YT01/charges?${query}`)).body['items'] as Members[];
  const drafted = async (period: string, more: Members = {}): Promise<string> => {
    const asked = await post('/bill-runs', { period, date: `${period}-01`, draft: true, ...more });
    expect(asked).toMatchObject({ status: 202 });
    const run = String(asked.body['run']);
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'drafted', result: null });
    return run;
  };
  const draftOf = async (run: string): Promise<Members> =>
    (await billing.call('GET', `/projects/YT01/bill-runs/${run}/draft`)).body;
  const decided = async (run: string, what: string, body: Members = {}): Promise<Members> => {
    const answer = await post(`/bill-runs/${run}/${what}`, body);
    expect(answer).toMatchObject({ status: 202 });
    return billing.endOf('YT01', run);
  };

  it('is at what is asked of it when a thread takes it, not what was when the thread looked for it', async () => {
    const asked = await post('/bill-runs', { period: '2026-03', date: '2026-03-01' });
    const run = String(asked.body['run']);
    await billing.endOf('YT01', run);
    const wait = (task: string) =>
      billing.pool.query(`update bill_run set task = $2, state = 'waiting' where run = $1`, [run, task]);
    // Between this thread's look and its turn another one has raised the charges, and their reversal was asked for.
    class SlowReader extends Reader {
      override async rows<Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> {
        const rows = await super.rows<Row>(sql, params);
        if (sql.includes('order by asked_at, run') && rows.length > 0) await wait('reverse');
        return rows;
      }
    }
    const reader = new SlowReader(billing.pool);
    const writer = new BookWriter(pgTransact(billing.pool), ledgerHandler, { writers: 1 });
    const nothing = (): void => undefined;
    const hearer = { moved: nothing, ended: nothing, rests: nothing, trouble: nothing };
    const runs = new CarriedOutRuns(billing.pool, reader, new Ledger(writer, reader), hearer);
    await wait('raise');
    runs.wake();
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'reversed' });
    await runs.stop();
    await writer.close();
  });

  it('shows what would be raised against the month before, and posts nothing', async () => {
    await post('/bindings', { resource: 'R1', standard: 'LJ', from: '2026-04-01' });
    const run = await drafted('2026-04');
    expect(await charges('period=2026-04')).toEqual([]);
    expect(await draftOf(run)).toMatchObject({
      toRaise: { count: 2 },
      byItem: [
        { item: '垃圾费', toRaise: { count: 1 }, previous: { count: 0, amount: '0.00' } },
        {
          item: '物业费',
          toRaise: { count: 1, amount: '85.00' },
          standing: { count: 0, amount: '0.00' },
          previous: { count: 2, amount: '135.96' },
          difference: '-50.96',
        },
      ],
      unusual: {
        added: { count: 1, listed: [{ resource: 'R1', standard: 'LJ', before: null }] },
        gone: { count: 1, listed: [{ resource: 'R2', standard: 'WY', before: '50.96', now: null }] },
        changed: { count: 0 },
        zero: { count: 0 },
        skipped: { count: 0, byReason: {} },
      },
      samples: expect.arrayContaining([
        expect.objectContaining({ resource: 'R1', amount: '85.00', zh: expect.any(Array) as unknown }),
      ]) as unknown,
    });
    expect(await decided(run, 'discard')).toMatchObject({ state: 'discarded' });
    expect((await post(`/bill-runs/${run}/post`)).body).toMatchObject({
      type: 'urn:propledger:problem:run-not-at-this-point',
    });
  });

  it('is narrowed, posted as it was shown, and then what it left out is raised by another run', async () => {
    const run = await drafted('2026-04', { items: ['物业费'] });
    expect(await draftOf(run)).toMatchObject({ toRaise: { count: 1, amount: '85.00' } });
    expect(await decided(run, 'post')).toMatchObject({
      state: 'done',
      scope: { items: ['物业费'] },
      result: { raised: { count: 1, amount: '85.00' } },
    });
    expect(await decided(run, 'post')).toMatchObject({ state: 'done' });
    const rest = await drafted('2026-04');
    expect(await draftOf(rest)).toMatchObject({
      toRaise: { count: 1 },
      byItem: [{}, { standing: { amount: '85.00' } }],
    });
    expect(await decided(rest, 'recompute', { resources: ['R2'] })).toMatchObject({ state: 'drafted' });
    expect(await draftOf(rest)).toMatchObject({ toRaise: { count: 0 } });
    await decided(rest, 'discard');
    const one = await post('/bill-runs', { period: '2026-04', date: '2026-04-01', resources: ['R1'] });
    expect(await billing.endOf('YT01', String(one.body['run']))).toMatchObject({ result: { raised: { count: 1 } } });
  });

  it('is not narrowed to what the project does not have: it would end with nothing', async () => {
    const codeOf = async (asked: object): Promise<unknown> =>
      (await post('/bill-runs', { period: '2026-04', date: '2026-04-01', ...asked })).body['type'];
    for (const [what, known] of Object.entries({ item: '物业费', standard: 'WY', resource: 'R1' }))
      expect(await codeOf({ [`${what}s`]: [known, 'X99'] })).toBe(`urn:propledger:problem:unknown-${what}`);
    const run = await drafted('2026-04');
    expect((await post(`/bill-runs/${run}/recompute`, { resources: ['R99'] })).body).toMatchObject({
      type: 'urn:propledger:problem:unknown-resource',
      detail: 'resource: R99',
    });
    await decided(run, 'discard');
  });

  it('posts nothing when it would be something else by now, and says which standard; computed again, it does', async () => {
    const run = await drafted('2026-05');
    await post('/standards/WY/prices', { price: '1.2', from: '2026-05-16' });
    expect(await decided(run, 'post')).toMatchObject({ state: 'drafted', failure: 'draft-outdated' });
    expect(await charges('period=2026-05')).toEqual([]);
    expect((await draftOf(run))['changed']).toEqual([
      {
        standard: 'WY',
        drafted: { count: 1, amount: '85.00' },
        now: { count: 1, amount: expect.any(String) as string },
      },
    ]);
    expect(await decided(run, 'recompute')).toMatchObject({ state: 'drafted', failure: null });
    expect(await decided(run, 'post')).toMatchObject({ state: 'done', result: { raised: { count: 2 } } });
  });

  it('is reversed as a whole, with what it settled itself, unless somebody paid', async () => {
    const taken = {
      receiptNo: 'SJ9',
      date: '2026-06-01',
      customer: 'K1',
      tenders: [{ method: '现金', amount: '500.00' }],
    };
    expect((await post('/receipts', taken)).status).toBe(201);
    const run = await drafted('2026-06');
    expect(await decided(run, 'post')).toMatchObject({ state: 'done', result: { raised: { count: 2 } } });
    expect(await decided(run, 'reversal')).toMatchObject({ state: 'reversed', failure: null });
    expect((await charges('period=2026-06')).every(({ open }) => open === '0.00')).toBe(true);
    expect(await decided(run, 'reversal')).toMatchObject({ state: 'reversed' });
    const events = await billing.verifiedEvents('YT01');
    const own = events.filter(({ source }) => source === `run:${run}`).map(({ type }) => type);
    expect(own.slice(-3)).toEqual(['prepayment.released', 'entry.reversed', 'entry.reversed']);
    expect(own.filter((type) => type === 'prepayment.applied')).toHaveLength(1);

    // What was reversed is raised again by the next run, and of that somebody pays a part.
    await post('/bindings', { resource: 'R2', standard: 'LJ', from: '2026-06-01' });
    const again = await billing.runBills('YT01', '2026-06');
    expect(again).toMatchObject({ result: { raised: { count: 3 } } });
    const paid = {
      receiptNo: 'SJ10',
      date: '2026-06-02',
      customer: 'K2',
      tenders: [{ method: '现金', amount: '0.50' }],
    };
    expect((await post('/receipts', { ...paid, resource: 'R2', item: '垃圾费' })).status).toBe(201);
    expect(await post(`/bill-runs/${String(again['run'])}/reversal`, {})).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:run-is-settled', count: 1, settled: [{ resource: 'R2', customer: 'K2' }] },
    });
  });

  it('goes on after a crash with what is missing, and does nothing twice', async () => {
    const run = await drafted('2026-09');
    const before = await decided(run, 'post');
    // As if the service had ended before it could write down that it was done.
    await billing.pool.query(`update bill_run set state = 'running', result = null where run = $1`, [run]);
    await billing.restart();
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'done', result: before['result'] });
  });

  it('is drafted and posted for every project of a region at once', async () => {
    await smallProject(billing, 'YT02');
    await billing.call('POST', '/projects/YT02/standards', STANDARD);
    await billing.call('POST', '/projects/YT02/bindings', { resource: 'R1', standard: 'WY', from: '2026-01-01' });
    const ask = (key: string, body: Members): Promise<Answer> => billing.call('POST', '/bill-runs', body, key);
    const order = { period: '2026-10', date: '2026-10-01', draft: true };
    const asked = await ask('all', order);
    expect(asked).toMatchObject({
      status: 202,
      body: { refused: {}, runs: [{ project: 'YT01' }, { project: 'YT02' }] },
    });
    expect((await ask('all', order)).body).toMatchObject({ batch: asked.body['batch'] });
    expect((await ask('all', { ...order, period: '2026-11' })).status).toBe(422);
    const settled = async (): Promise<Members> => {
      for (const { project, run } of asked.body['runs'] as { project: string; run: string }[])
        await billing.endOf(project, run);
      return (await billing.call('GET', `/bill-runs/${String(asked.body['batch'])}`)).body;
    };
    expect(await settled()).toMatchObject({ states: { drafted: 2 }, charges: { count: 4 } });
    const posted = await billing.call('POST', `/bill-runs/${String(asked.body['batch'])}/post`, {});
    expect(posted).toMatchObject({ status: 202, body: { refused: {} } });
    expect(await settled()).toMatchObject({ states: { done: 2 }, charges: { count: 4 } });
    const manager = billing.as(await billing.neighbours.operator('wu', 'project-manager', { project: 'YT01' }));
    expect((await manager('POST', '/bill-runs', order)).status).toBe(403);
  });

  it('is decided once for a key, and another decision with that key is refused', async () => {
    const run = await drafted('2026-08');
    const of = (what: string, body: Members, key: string): Promise<Answer> =>
      post(`/bill-runs/${run}/${what}`, body, key);
    const reused = { status: 422, body: { type: 'urn:propledger:problem:idempotency-key-reused' } };
    expect(await of('recompute', { items: ['物业费'] }, 'narrow')).toMatchObject({ status: 202 });
    expect(await of('recompute', { items: ['物业费'] }, 'narrow')).toMatchObject({ status: 202 });
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'drafted', scope: { items: ['物业费'] } });
    expect(await of('recompute', { items: ['垃圾费'] }, 'narrow')).toMatchObject(reused);
    expect(await of('discard', {}, 'narrow')).toMatchObject(reused);
    // Asked for again long after it was done, it is answered and not done again.
    expect(await of('recompute', { items: ['物业费'] }, 'narrow')).toMatchObject({
      status: 202,
      body: { state: 'drafted' },
    });
    expect(await of('post', {}, 'post')).toMatchObject({ status: 202 });
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'done' });
    const reversal = { date: '2026-08-20' };
    expect(await of('reversal', reversal, 'reverse')).toMatchObject({ status: 202 });
    expect(await billing.endOf('YT01', run)).toMatchObject({ state: 'reversed' });
    expect(await of('reversal', reversal, 'reverse')).toMatchObject({ status: 202, body: { state: 'reversed' } });
    expect(await of('reversal', { date: '2026-08-21' }, 'reverse')).toMatchObject(reused);
    expect(await of('post', {}, 'reverse')).toMatchObject(reused);
  });

  it('that was narrowed is the whole project again when asked for', async () => {
    const run = await drafted('2026-11', { resources: ['R2'] });
    const narrow = (await draftOf(run))['toRaise'] as { count: number };
    expect((await post(`/bill-runs/${run}/recompute`, { whole: true, resources: ['R1'] })).status).toBe(400);
    expect(await decided(run, 'recompute', { whole: true })).toMatchObject({ state: 'drafted', scope: null });
    expect(((await draftOf(run))['toRaise'] as { count: number }).count).toBeGreaterThan(narrow.count);
    await decided(run, 'discard');
  });

  it('that fails as nobody foresaw is tried a few times, shows its error, and is begun again when asked for', async () => {
    const body = (text: string) =>
      billing.pool.query(`update standard set body = $1 where book = 'YT01' and standard = 'LJ'`, [text]);
    const { rows } = await billing.pool.query<{ body: object }>(
      `select body from standard where book = 'YT01' and standard = 'LJ'`,
    );
    await body('{"standard":"LJ"}');
    const asked = await post('/bill-runs', { period: '2026-12', date: '2026-12-01', draft: true });
    const run = String(asked.body['run']);
    const shown = async (): Promise<Members> => (await billing.call('GET', `/projects/YT01/bill-runs/${run}`)).body;
    while ((await shown())['trouble'] === null) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await shown()).toMatchObject({
      state: 'running',
      attempts: 1,
      trouble: expect.stringMatching(/Error/) as string,
    });
    await billing.pool.query('update bill_run set attempts = 5, next_attempt_at = null where run = $1', [run]);
    expect(await billing.endOf('YT01', run)).toMatchObject({
      ...{ state: 'failed', failure: 'unexpected', attempts: 6 },
      trouble: expect.stringMatching(/Error/) as string,
    });
    await body(JSON.stringify(rows[0]?.body));
    expect(await decided(run, 'retry')).toMatchObject({ state: 'drafted', failure: null, attempts: 1, trouble: null });
    expect((await post(`/bill-runs/${run}/retry`)).body).toMatchObject({
      type: 'urn:propledger:problem:run-not-at-this-point',
    });
    await decided(run, 'discard');
  });

  it('is for those who settle', async () => {
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    const run = await drafted('2026-08');
    for (const what of ['post', 'discard', 'recompute', 'reversal', 'retry'])
      expect((await cashier('POST', `/projects/YT01/bill-runs/${run}/${what}`, {})).status).toBe(403);
  });
});
