import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeAfter } from '@propledger/contracts';
import { freshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import type { FaultView, ImportView } from '../archive/import-view';
import { Stand, workbookOf } from '../onboarding.fixture';

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

describe('importing a workbook', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await Stand.make(await freshDatabase('onboarding'));
    await stand.start();
  });
  afterAll(() => stand.end());
  beforeEach(() => {
    stand.others.calls.length = 0;
    stand.others.before = () => undefined;
    for (const topic of ['registry', 'customers', 'ledger'] as const) {
      delete stand.others.faults[topic];
      delete stand.others.blockers[topic];
    }
  });

  const asOwner = async (sql: string): Promise<void> => {
    const client = new Client({ connectionString: stand.database.ownerUrl });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  const faultsOf = async (id: string, query = ''): Promise<Page<FaultView>> =>
    (await stand.call<Page<FaultView>>(`imports/${id}/faults${query}`)).body;

  it('posts it, once every owner has found nothing wrong', async () => {
    const begun = await stand.upload(await workbookOf([{ project: 'A1', rooms: 3 }]), {
      query: '?fileName=%E5%BC%80%E8%B4%A6.xlsx',
    });
    expect(begun).toMatchObject({ status: 202, body: { fileName: '开账.xlsx', dryRun: false, operator: 'zhang' } });
    const done = await stand.settled(begun.body.import);
    expect(done).toMatchObject({
      state: 'posted',
      percent: 100,
      rows: 6,
      projects: ['A1'],
      faultCount: 0,
      warningCount: 0,
      reason: null,
    });
    expect(done.counts).toEqual([
      { sheet: '项目', added: 1, skipped: 0 },
      { sheet: '物业资源', added: 3, skipped: 0 },
      { sheet: '客户档案', added: 1, skipped: 0 },
      { sheet: '历史欠费', added: 1, skipped: 0 },
    ]);
    expect(done.totals).toEqual([
      { project: 'A1', arrears: '12.30', deposits: '0.00', prepayments: '0.00', receipts: '0.00' },
    ]);
    expect(decodeAfter(done.after ?? '')).toEqual({ registry: { A1: 10 }, customers: { A1: 10 }, ledger: { A1: 10 } });
    expect(stand.others.calls).toEqual([
      'registry rows',
      'registry rows',
      'customers rows',
      'ledger rows',
      'registry check',
      'customers check',
      'ledger check',
      'registry apply',
      'customers apply',
      'ledger apply',
    ]);
    expect(stand.others.applied('registry', done.import)).toBe(4);
    expect(stand.others.held).toEqual([]);
  });

  it('takes nothing when one owner finds a fault, and shows all of them in order', async () => {
    stand.others.faults.ledger = [{ sheet: '历史欠费', row: 3, column: '客户编码', code: 'unknown_reference' }];
    stand.others.faults.registry = [
      { sheet: '物业资源', row: 4, column: '资源编码', code: 'duplicate' },
      { sheet: '物业资源', row: 3, column: '楼栋', code: 'required' },
    ];
    const { body } = await stand.upload(await workbookOf([{ project: 'A2', nature: '茅屋' }]));
    const done = await stand.settled(body.import);
    expect(done).toMatchObject({
      state: 'refused',
      reason: { code: 'faults' },
      faultCount: 4,
      counts: [],
      totals: [],
      after: null,
    });
    const all = await faultsOf(body.import);
    expect(all.items.map(({ sheet, row, column, code }) => `${sheet} ${row} ${column} ${code}`)).toEqual([
      '物业资源 3 资源性质 invalid_choice',
      '物业资源 3 楼栋 required',
      '物业资源 4 资源编码 duplicate',
      '历史欠费 3 客户编码 unknown_reference',
    ]);
    expect(all.items[0]?.message).toBe('不在可选范围内 not one of the choices');
    expect(stand.others.calls.slice(-3)).toEqual(['registry drop', 'customers drop', 'ledger drop']);
    expect(stand.others.held).toEqual([]);

    const first = await faultsOf(body.import, '?limit=3');
    expect(first.items).toEqual(all.items.slice(0, 3));
    expect((await faultsOf(body.import, `?limit=3&cursor=${first.nextCursor}`)).items).toEqual(all.items.slice(3));
    const far = Buffer.from(JSON.stringify([0, Number.MAX_SAFE_INTEGER, 0, ''])).toString('base64url');
    expect((await stand.call(`imports/${body.import}/faults?cursor=${far}`)).status).toBe(200);
    expect((await stand.call(`imports/${body.import}/faults?cursor=W10`)).status).toBe(400);
  });

  it('only says what would happen in a dry run', async () => {
    const { body } = await stand.upload(await workbookOf([{ project: 'A3' }]), { query: '?dryRun=true' });
    const done = await stand.settled(body.import);
    expect(done).toMatchObject({
      state: 'checked',
      dryRun: true,
      totals: [{ project: 'A3', arrears: '12.30' }],
      after: null,
    });
    expect(done.counts).toHaveLength(4);
    expect(stand.others.stateOf('ledger', body.import)).toBe('dropped');
    expect(stand.others.held).toEqual([]);
  });

  it.each([
    ['a text', Buffer.from('hello'), 'not-a-workbook', undefined],
    ['an .xls', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]), 'old-format', undefined],
  ])('refuses %s with its reason', async (_, bytes, code) => {
    const { body } = await stand.upload(bytes);
    expect(await stand.settled(body.import)).toMatchObject({ state: 'refused', reason: { code } });
    expect(stand.others.calls).toEqual([]);
  });

  it('refuses a workbook that is spoilt in its last sheet before any owner hears of it', async () => {
    const whole = Buffer.from(await workbookOf([{ project: 'A4' }]));
    const at = whole.indexOf('xl/worksheets/sheet4.xml');
    whole.fill(0xff, at + 60, at + 90);
    const { body } = await stand.upload(whole);
    expect(await stand.settled(body.import)).toMatchObject({ state: 'refused', reason: { code: 'damaged' } });
    expect(stand.others.calls).toEqual([]);
  });

  it('begins one import however often it is sent with its key', async () => {
    const file = await workbookOf([{ project: 'A5' }]);
    const both = await Promise.all([stand.upload(file, { key: 'k-1' }), stand.upload(file, { key: 'k-1' })]);
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    expect(both[0].body.import).toBe(both[1].body.import);
    await stand.settled(both[0].body.import);
    expect((await stand.upload(file, { key: 'k-1' })).body).toMatchObject({
      import: both[0].body.import,
      state: 'posted',
    });
    expect(await stand.upload(await workbookOf([{ project: 'A6' }]), { key: 'k-1' })).toMatchObject({ status: 422 });
    expect(await stand.upload(file, { key: 'k-1', query: '?dryRun=true' })).toMatchObject({ status: 422 });
    expect(stand.others.calls.filter((call) => call === 'ledger apply')).toHaveLength(1);
  });

  it('waits for an import that has the project, and goes on after it', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    let checks = 0;
    stand.others.before = async (topic, step) => {
      if (topic === 'customers' && step === 'check' && checks++ === 0) await released;
    };
    const file = await workbookOf([{ project: 'A7' }]);
    const [first, second] = [(await stand.upload(file)).body, (await stand.upload(file)).body];
    while (stand.others.calls.filter((call) => call === 'registry check').length < 3)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect([
      (await stand.call(`imports/${first.import}`)).body.state,
      (await stand.call(`imports/${second.import}`)).body.state,
    ]).toEqual(['checking', 'checking']);
    release();
    expect([(await stand.settled(first.import)).state, (await stand.settled(second.import)).state]).toEqual([
      'posted',
      'posted',
    ]);
  });

  it('takes no more while too many wait', async () => {
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    stand.others.before = () => released;
    const file = await workbookOf([{ project: 'A11' }]);
    const answers = await Promise.all(Array.from({ length: 104 }, () => stand.upload(file)));
    const refused = answers.filter(({ status }) => status !== 202);
    expect(refused.length).toBeGreaterThan(0);
    for (const { status, headers } of refused) expect([status, headers.get('retry-after')]).toEqual([429, '10']);
    const closing = stand.close();
    release();
    await closing;
    await stand.start();
    for (const { status, body } of answers)
      if (status === 202) expect((await stand.settled(body.import)).state).toBe('abandoned');
  });

  it('outlasts an owner that is away for a moment, at every step', async () => {
    const seen = new Map<string, number>();
    stand.others.before = (topic, step) => {
      const key = `${topic} ${step}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return seen.get(key) === 1 ? 503 : undefined;
    };
    const { body } = await stand.upload(await workbookOf([{ project: 'A8' }]));
    expect(await stand.settled(body.import)).toMatchObject({ state: 'posted' });
    expect(stand.others.applied('registry', body.import)).toBe(2);
  });

  it('is abandoned when an owner answers what it never should, and begins anew with the same key', async () => {
    stand.others.before = (topic, step) => (topic === 'customers' && step === 'check' ? 400 : undefined);
    const file = await workbookOf([{ project: 'A9' }]);
    const { body } = await stand.upload(file, { key: 'k-9' });
    expect(await stand.settled(body.import)).toMatchObject({ state: 'abandoned', reason: { code: 'unexpected' } });
    expect(stand.others.held).toEqual([]);
    stand.others.before = () => undefined;
    const again = await stand.upload(file, { key: 'k-9' });
    expect(again.body.import).not.toBe(body.import);
    expect(await stand.settled(again.body.import)).toMatchObject({ state: 'posted' });
  });

  it('is abandoned when its own database takes nothing, and says so, not that the service has an error', async () => {
    await asOwner(`
      create function no_room() returns trigger language plpgsql as $$ begin
        raise exception using errcode = 'disk_full', message = 'could not extend file';
      end $$;
      create trigger no_room before update on import for each row when (new.state = 'checking') execute function no_room()`);
    const { body } = await stand.upload(await workbookOf([{ project: 'A11' }]));
    expect(await stand.settled(body.import)).toMatchObject({ state: 'abandoned', reason: { code: 'unavailable' } });
    await asOwner('drop trigger no_room on import');
  });

  it('says no before it reads: wrong type, no file, too large, no key, a text for a flag', async () => {
    const file = await workbookOf([{ project: 'A10' }]);
    expect(await stand.upload(file, { type: 'application/json' })).toMatchObject({ status: 400 });
    expect(await stand.upload(Buffer.from('{}'), { type: 'application/json' })).toMatchObject({ status: 415 });
    expect(await stand.upload(file, { type: 'text/csv' })).toMatchObject({ status: 415 });
    expect(await stand.upload(Buffer.alloc(0))).toMatchObject({ status: 400 });
    expect(await stand.call('imports', { method: 'POST' })).toMatchObject({ status: 400 });
    expect(await stand.upload(Buffer.alloc(20 * 1024 * 1024 + 1))).toMatchObject({ status: 413 });
    expect(await stand.upload(file, { key: ' ' })).toMatchObject({ status: 400 });
    expect(await stand.upload(file, { query: '?dryRun=maybe' })).toMatchObject({ status: 400 });
    expect(await stand.upload(file, { query: '?fileName=a%00b' })).toMatchObject({ status: 400 });
    expect(await stand.upload(file, { query: '?after=x' })).toMatchObject({ status: 400 });
    expect(stand.others.calls).toEqual([]);
  });

  it('counts bytes as they come where the client does not say how many', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)),
    });
    const answer = await stand
      .call('imports', {
        method: 'POST',
        body: stream,
        headers: { 'content-type': 'application/octet-stream' },
        duplex: 'half',
      })
      .catch((error: unknown) => error);
    // The answer may be lost on its way, since the client is still sending.
    if (!(answer instanceof Error)) expect(answer).toMatchObject({ status: 413 });
    expect((await stand.call<Page<ImportView>>('imports?limit=1')).status).toBe(200);
  });

  it('reads the bohai pack’s faulty workbook cell by cell', async () => {
    const pack = join(__dirname, '../../../../acceptance/bohai');
    const expected = JSON.parse(
      readFileSync(join(pack, 'expected/初始化资料-有错.errors.json'), 'utf8'),
    ) as FaultView[];
    const ofOwners = ['duplicate', 'unknown_reference', 'overlap'];
    const { body } = await stand.upload(readFileSync(join(pack, '初始化资料-有错.xlsx')));
    expect(await stand.settled(body.import)).toMatchObject({ state: 'refused', faultCount: 9 });
    const found = (await faultsOf(body.import)).items.map(({ sheet, row, column, code }) => ({
      sheet,
      row,
      column,
      code,
    }));
    expect(found).toEqual(expected.filter(({ code }) => !ofOwners.includes(code)));
  });
});
