import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { STANDARD } from '../spec-support/small-project';

/*
 * A thousand rooms, charged for two months of which one is closed; some of it paid, prepaid or waived. Then the price turns out to have been otherwise.
 */

const ROOMS = 1_000;
const room = (n: number): string => `R${n.toString().padStart(4, '0')}`;
const owner = (n: number): string => `K${n.toString().padStart(4, '0')}`;
const PERIODS = ['2026-03', '2026-04'];

type Item = Record<string, unknown>;
const fen = (money: unknown): number => Math.round(Number(money) * 100);

describe('a correction', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    const { neighbours } = billing;
    neighbours.project('YT01', '2026-03');
    for (let n = 1; n <= ROOMS; n += 1) {
      neighbours.resource('YT01', room(n), (60 + (n % 41) + (n % 7) / 4).toFixed(2));
      neighbours.customer('YT01', owner(n));
      neighbours.occupancy('YT01', { resource: room(n), customer: owner(n) });
      if (n % 250 === 0) await billing.catchUp();
    }
    await post('/standards', { ...STANDARD, prices: [{ price: '2.15', from: '2010-01-01' }] });
    // More at once than a socket keeps waiting would be turned away when the machine is busy.
    for (let at = 0; at < ROOMS; at += 200)
      await Promise.all(
        Array.from({ length: Math.min(200, ROOMS - at) }, (_, n) =>
          post('/bindings', { resource: room(at + n + 1), standard: 'WY', from: '2020-01-01' }),
        ),
      );
    for (const period of PERIODS) await billing.runBills('YT01', period);
  }, 60_000);
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const get = async (path: string): Promise<Item> => (await billing.call('GET', `/projects/YT01${path}`)).body;
  const preview = async (body: object = {}, query = ''): Promise<Item> => {
    const answer = await post(`/corrections/preview${query}`, { from: '2026-03', to: '2026-04', ...body });
    if (answer.status !== 200) throw new Error(JSON.stringify(answer));
    return answer.body;
  };
  const receive = (receiptNo: string, n: number, amount: string, date = '2026-03-12'): Promise<Answer> =>
    post('/receipts', { receiptNo, customer: owner(n), date, tenders: [{ method: '现金', amount }] });
  const chargesOf = async (n: number): Promise<Item[]> =>
    (await get(`/charges?customer=${owner(n)}`))['items'] as Item[];
  const correction = {
    ...{ from: '2026-03', to: '2026-04', fact: 'price', of: 'WY', reason: '合同单价应为 2.05', date: '2026-04-20' },
  };

  it('finds nothing where everything was charged as it is computed', async () => {
    expect(await preview()).toMatchObject({
      totals: { count: 0, credited: '0.00', charged: '0.00' },
      items: [],
      notBilled: [],
      notCompared: [],
    });
    expect(await preview({ to: '2026-06' })).toMatchObject({ notBilled: ['2026-05', '2026-06'] });
  });

  it('of a supposed price is previewed: what should have been different, what of it is paid, closed or held, and nothing is kept', async () => {
    // Room 1 has paid all, room 2 a part, room 3 ahead, and room 4 was waived in full; March is closed.
    const [first] = await chargesOf(1);
    expect((await receive('SJ1', 1, '1000.00')).status).toBe(201);
    expect((await receive('SJ2', 2, '50.00')).status).toBe(201);
    const [waived] = await chargesOf(4);
    await post(`/charges/${String(waived?.['charge'])}/waivers`, {
      ...{ amount: waived?.['amount'], date: '2026-03-15', reason: '-' },
    });
    expect((await post('/periods/2026-03/close')).status).toBe(201);

    const supposing = { prices: [{ standard: 'WY', price: '2.05', from: '2026-03-16' }] };
    const before = await preview({ supposing }, '?limit=500');
    const items = before['items'] as Item[];
    const area = fen(first?.['amount']) / 215;
    // 16 of 31 days at ten cents less.
    expect(items[0]).toMatchObject({
      ...{ resource: room(1), customer: owner(1), period: '2026-03', standing: first?.['amount'], held: null },
      charges: [{ charge: first?.['charge'], received: first?.['amount'], open: '0.00', closed: true }],
    });
    expect(Math.abs(fen(items[0]?.['difference']) + (area * 10 * 16) / 31)).toBeLessThanOrEqual(1);
    expect(items[0]?.['givenBack']).toBe(String(items[0]?.['difference']).slice(1));
    expect(items[1]).toMatchObject({ resource: room(2), givenBack: '0.00' });
    expect(items[3]).toMatchObject({ resource: room(4), held: 'charge-is-settled' });
    expect(before).toMatchObject({
      ...{ held: 1, byItem: [{ item: '物业费', count: PERIODS.length * ROOMS - 1 }] },
      byPeriod: [
        { period: '2026-03', closed: true, count: ROOMS - 1 },
        { period: '2026-04', closed: false, count: ROOMS },
      ],
    });
    expect(String(before['nextCursor'])).not.toBe('null');
    const next = await preview({ supposing }, `?limit=500&cursor=${String(before['nextCursor'])}`);
    expect((next['items'] as Item[])[0]).toMatchObject({ resource: room(501) });
    expect(await preview()).toMatchObject({ totals: { count: 0 } });
  });

  it('posts the differences and nothing else, once, and only what was previewed', async () => {
    await post('/standards/WY/prices', { price: '2.05', from: '2026-03-16' });
    const before = await preview();
    const hash = before['preview'];
    expect((await post('/corrections', { ...correction, preview: '0'.repeat(64) })).body).toMatchObject({
      type: 'urn:propledger:problem:inputs-changed',
    });
    const posted = await post('/corrections', { ...correction, preview: hash }, 'april');
    const { credited } = before['totals'] as Item;
    expect(posted).toMatchObject({
      status: 201,
      body: { count: PERIODS.length * ROOMS - 1, credited, charged: '0.00' },
    });
    expect(await post('/corrections', { ...correction, preview: hash }, 'april')).toEqual(posted);
    expect(await preview()).toMatchObject({ totals: { count: 0 }, held: 1 });
    expect(await post('/corrections', correction)).toMatchObject({ status: 201, body: { position: null, count: 0 } });
    const listed = { fact: 'price', of: 'WY', date: '2026-04-20', period: '2026-04', credited, charged: '0.00' };
    expect(await get('/corrections')).toMatchObject({
      items: [{ ...listed, count: PERIODS.length * ROOMS - 1, position: posted.body['position'] }],
      nextCursor: null,
    });
  });

  it('ties out: every charge is what its month computes to, and money is neither made nor lost', async () => {
    const [march, april] = await chargesOf(1);
    expect(march).toMatchObject({ open: '0.00' });
    expect(fen(march?.['received'])).toBe(fen(march?.['amount']) - fen(march?.['corrected']));
    expect(fen(april?.['amount']) - fen(april?.['corrected'])).toBe(Math.round((fen(april?.['amount']) / 215) * 205));
    const events = await billing.verifiedEvents('YT01');
    const corrected = events.filter(({ type }) => type === 'charge.corrected');
    expect(corrected).toHaveLength(PERIODS.length * ROOMS - 1);
    expect(new Set(corrected.map(({ accountingPeriod }) => accountingPeriod))).toEqual(new Set(['2026-04']));
    expect(corrected[0]?.body).toMatchObject({ cause: { fact: 'price', of: 'WY' } });
    const run = await billing.runBills('YT01', '2026-04');
    expect(run).toMatchObject({ state: 'done', result: { raised: { count: 0 }, differences: { count: 0 } } });
  });

  it('of a correction explains both computations, the charge and what was taken back of it', async () => {
    const [charge] = await chargesOf(2);
    const explained = await get(`/charges/${String(charge?.['charge'])}/explanation`);
    expect((explained['zh'] as string[]).join('\n')).toMatch(
      /应收 [\d.]+ 元\n红冲于 2026-04-20[\s\S]*2.05 元[\s\S]*红冲 [\d.]+ 元$/,
    );
    expect(await get(`/charges/${String(charge?.['charge'])}`)).toMatchObject({
      entries: [{ kind: 'receipt' }, { kind: 'correction', date: '2026-04-20', amount: charge?.['corrected'] }],
    });
  });

  it('of area and payer goes both ways, and again: what one owes less another owes', async () => {
    const { neighbours } = billing;
    neighbours.customer('YT01', 'K9');
    neighbours.tell('customers', 'YT01', 'occupancy.changed', {
      ...{ occupancy: `${room(5)}/${owner(5)}`, resource: room(5), customer: owner(5), relation: '业主' },
      ...{ from: '2020-01-01', to: '2026-04-10', payer: true },
    });
    neighbours.occupancy('YT01', { resource: room(5), customer: 'K9', from: '2026-04-11' });
    neighbours.tell('registry', 'YT01', 'resource.changed', {
      ...{ resource: room(6), billableArea: '200.00', building: null, entrance: null, kind: 'room', nature: '高层' },
    });
    await billing.catchUp();
    const found = await preview();
    expect(found['items']).toMatchObject([
      { resource: room(4), held: 'charge-is-settled' },
      { resource: room(6), period: '2026-03', customer: owner(6) },
      { resource: room(5), period: '2026-04', customer: owner(5) },
      { resource: room(5), period: '2026-04', customer: 'K9', standing: '0.00', charges: [] },
      { resource: room(6), period: '2026-04' },
    ]);
    const { credited, charged } = found['totals'] as Item;
    expect(await post('/corrections', { ...correction, fact: 'other' })).toMatchObject({
      status: 201,
      body: { count: 4, credited, charged },
    });
    const [additional] = ((await get('/charges?customer=K9'))['items'] as Item[]).filter(
      ({ from }) => from === '2026-04-11',
    );
    expect(additional).toMatchObject({
      origin: 'correction',
      to: '2026-04-30',
      dueOn: '2026-04-20',
      period: '2026-04',
    });
    expect(await preview()).toMatchObject({ totals: { count: 0 } });
  });

  it('above the limit waits for a second person', async () => {
    await post('/limits', { writeOff: null, waiver: null, refund: null, correction: '10.00', date: '2026-04-20' });
    await post('/standards/WY/prices', { price: '2.10', from: '2026-04-01' });
    const [li, wang] = [
      await billing.neighbours.operator('li', 'project-manager', { project: 'YT01' }),
      await billing.neighbours.operator('wang', 'project-manager', { project: 'YT01' }),
    ];
    const body = { ...correction, reason: '单价调整' };
    const asked = await billing.as(li)('POST', '/projects/YT01/corrections', body, 'limit');
    expect(asked).toMatchObject({ status: 202, body: { state: 'waiting' } });
    const approval = String(asked.body['approval']);
    expect(await billing.as(wang)('POST', `/projects/YT01/approvals/${approval}/approve`)).toMatchObject({
      status: 201,
    });
    expect(await billing.as(li)('POST', '/projects/YT01/corrections', body, 'limit')).toMatchObject({
      status: 201,
      body: { count: ROOMS + 1 },
    });
    expect(await preview()).toMatchObject({ totals: { count: 0 } });
  });

  it('is listed with others by fact, day and page, latest first', async () => {
    const counts = async (query: string): Promise<unknown[]> =>
      ((await get(`/corrections?${query}`))['items'] as Item[]).map(({ count }) => count);
    const all = [ROOMS + 1, 4, PERIODS.length * ROOMS - 1];
    expect(await counts('')).toEqual(all);
    expect(await counts('fact=other')).toEqual([4]);
    expect(await counts('fact=price&of=WY&from=2026-04-20&to=2026-04-20')).toEqual([all[0], all[2]]);
    expect(await counts('to=2026-04-19')).toEqual([]);
    const first = await get('/corrections?limit=1');
    expect(await counts(`limit=2&cursor=${String(first['nextCursor'])}`)).toEqual(all.slice(1));
  });

  it('is refused with its reason: nobody’s project, months the wrong way round, what does not exist', async () => {
    const ask = async (path: string, body: object): Promise<unknown> => {
      const { status, body: answer } = await billing.call('POST', path, body);
      return [status, answer['type']];
    };
    const problem = (code: string): string => `urn:propledger:problem:${code}`;
    const at = '/projects/YT01/corrections/preview';
    const span = { from: '2026-03', to: '2026-04' };
    expect(await ask('/projects/XX/corrections/preview', span)).toEqual([404, problem('unknown-project')]);
    expect(await ask(at, { from: '2026-05', to: '2026-03' })).toEqual([422, problem('range-reversed')]);
    expect(await ask(at, { from: '2020-01', to: '2026-03' })).toEqual([422, problem('range-reversed')]);
    expect(await ask(at, { from: '2026-02', to: '2026-03' })).toEqual([422, problem('before-first-period')]);
    const prices = [{ standard: 'XX', price: '1', from: '2026-03-01' }];
    expect(await ask(at, { ...span, supposing: { prices } })).toEqual([422, problem('unknown-standard')]);
    const cashier = billing.as(await billing.neighbours.operator('zhao', 'cashier', { project: 'YT01' }));
    expect((await cashier('POST', '/projects/YT01/corrections', correction)).status).toBe(403);
  });
});
