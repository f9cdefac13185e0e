import { freshDatabase } from '@propledger/testkit';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

describe('late fees', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    const lateFee = { dailyRate: '0.5', graceDays: 5, capPercent: '10' };
    await post('/standards', { ...STANDARD, prices: [{ price: '10', from: '2010-01-01' }], lateFee });
    await post('/standards', { ...STANDARD, standard: 'LJ', item: '垃圾费' });
    for (const resource of ['R1', 'R2']) {
      await post('/bindings', { resource, standard: 'WY', from: '2020-01-01' });
      await post('/bindings', { resource, standard: 'LJ', from: '2020-01-01' });
    }
    await billing.runBills('YT01', '2026-03');
  });
  afterAll(() => billing.close());

  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const fees = async (): Promise<Item[]> =>
    (await billing.call('GET', '/projects/YT01/charges?item=违约金')).body['items'] as Item[];
  const raise = (asOf: string, key?: string): Promise<Answer> => post('/late-fees', { asOf }, key);
  const receipt = (receiptNo: string, customer: string, date: string, amount: string): Promise<Answer> =>
    post('/receipts', { receiptNo, customer, date, item: '物业费', tenders: [{ method: '现金', amount }] });

  it('are nothing before the first late day', async () => {
    expect(await raise('2026-03-15')).toMatchObject({ status: 201, body: { raised: { count: 0, amount: '0.00' } } });
  });

  it('count what is open at the end of each day, and are raised once', async () => {
    expect((await receipt('SJ1', 'K1', '2026-03-21', '600.00')).status).toBe(201);
    const first = await raise('2026-03-31', 'march');
    // R1: 5 days × 1000 + 11 days × 400; R2: 16 days × 885; at 0.5 ‰.
    expect(first).toMatchObject({ status: 201, body: { asOf: '2026-03-31', raised: { count: 2, amount: '11.78' } } });
    expect(await fees()).toMatchObject([
      {
        ...{ origin: 'late-fee', resource: 'R1', customer: 'K1', from: '2026-03-16', to: '2026-03-31' },
        ...{ dueOn: '2026-03-31', priority: 90, period: '2026-03', amount: '4.70', standard: null },
      },
      { resource: 'R2', customer: 'K2', amount: '7.08' },
    ]);
    expect(await raise('2026-03-31')).toMatchObject({ body: { raised: { count: 0 } } });
    expect(await raise('2026-03-31', 'march')).toEqual(first);
    expect(await raise('2026-03-30', 'march')).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:idempotency-key-reused' },
    });
  });

  it('name the late charge and the days that they are made of', async () => {
    const [fee] = await fees();
    const { body } = await billing.call('GET', `/projects/YT01/charges/${String(fee?.['charge'])}`);
    expect(body).toMatchObject({
      lateCharge: fee?.['lateCharge'],
      basis: {
        method: '违约金',
        late: {
          ...{ dailyRate: '0.5', graceDays: 5, capPercent: '10', amount: '1000.00', before: '0.00' },
          segments: [
            { from: '2026-03-16', to: '2026-03-20', days: 5, open: '1000.00' },
            { from: '2026-03-21', to: '2026-03-31', days: 11, open: '400.00' },
          ],
        },
      },
    });
  });

  it('of a receipt that is entered late count from its own date: what was raised is not raised again', async () => {
    // Paid on the 18th: 2 days × 885 come to less than was raised, and by the end of April to no more.
    expect((await receipt('SJ2', 'K2', '2026-03-18', '885.00')).status).toBe(201);
    expect(await raise('2026-04-30')).toMatchObject({ body: { raised: { count: 1, amount: '6.00' } } });
    expect(await fees()).toMatchObject([
      {},
      {},
      { resource: 'R1', from: '2026-03-16', to: '2026-04-30', amount: '6.00' },
    ]);
  });

  it('go on after a receipt is reversed, up to the cap', async () => {
    expect((await post('/receipts/SJ2/reversal', { date: '2026-05-01', reason: '-' })).status).toBe(201);
    // R1: 400 × 31 days more. R2: open until the 17th and again from May on: (2 + 31) days × 885, less 7.08.
    expect(await raise('2026-05-31')).toMatchObject({ body: { raised: { count: 2, amount: '13.72' } } });
    // The caps of 100.00 and 88.50, less 4.70 + 6.00 + 6.20 and 7.08 + 7.52.
    expect(await raise('2029-12-31')).toMatchObject({ body: { raised: { count: 2, amount: '157.00' } } });
    expect(await raise('2030-12-31')).toMatchObject({ body: { raised: { count: 0 } } });
    await billing.verifiedEvents('YT01');
  });

  it('of somebody else’s charge count from the day on which it came over', async () => {
    billing.neighbours.customer('YT01', 'K9');
    await billing.catchUp();
    await billing.runBills('YT01', '2026-06');
    const moved = await post('/resources/R2/transfers', {
      ...{ customer: 'K2', to: 'K9', date: '2026-06-21', reason: '-' },
    });
    expect(moved.status).toBe(201);
    await raise('2026-06-30');
    const ofJune = (await fees()).filter(({ from }) => from === '2026-06-16');
    // K2: 5 days × 885; K9: 10 days.
    expect(ofJune).toMatchObject([
      { customer: 'K1', amount: '7.50' },
      { customer: 'K2', amount: '2.21' },
      { customer: 'K9', amount: '4.43' },
    ]);
  });

  it('and what came over are explained by the charge that it was', async () => {
    const all = (await billing.call('GET', '/projects/YT01/charges?customer=K9&item=物业费')).body['items'] as Item[];
    const { body } = await billing.call('GET', `/projects/YT01/charges/${String(all[0]?.['charge'])}/explanation`);
    expect(body).toMatchObject({ amount: '885.00', recomputed: null });
    expect(body['zh']).toEqual([
      `过户自应收 ${String(all[0]?.['transferredFrom'])}, 当时未收 885.00 元; 该应收:`,
      '2026-03-01 – 2026-03-31 整月: 10 元 × 88.5 ㎡ = 885.00 元',
      '885.00 元四舍五入到分: 885.00 元',
      '应收 885.00 元',
    ]);
  });

  it('stay out of a closed period, and are for those who settle', async () => {
    expect((await post('/periods/2026-03/close')).status).toBe(201);
    expect(await raise('2026-03-31')).toMatchObject({
      status: 409,
      body: { type: 'urn:propledger:problem:period-closed' },
    });
    expect(await raise('2026-02-28')).toMatchObject({ status: 422 });
    const cashier = billing.as(await billing.neighbours.operator('li', 'cashier', { project: 'YT01' }));
    expect((await cashier('POST', '/projects/YT01/late-fees', { asOf: '2026-04-30' })).status).toBe(403);
  });

  it('may be counted from the due date, put off, and be none of small amounts', async () => {
    const lateFee = {
      ...{ dailyRate: '1', graceDays: 5, capPercent: null, countedFrom: '应收日', delay: { months: 1, day: 20 } },
      leastOpen: '80.00',
    };
    const changed = await post('/standards/LJ/changes', { lateFee });
    expect(changed.status).toBe(201);
    const { body } = await billing.call('GET', '/projects/YT01/standards/LJ');
    expect(body).toMatchObject({ lateFee: { ...lateFee, graceDays: 0 } });
    const before = (await fees()).length;
    await raise('2026-07-19');
    // 85.00 of R1 since 10 March, 131 days; June's are late on 20 July only, and the 75.23 of R2 are too little.
    const ofGarbage = (await fees()).slice(before).filter(({ from }) => from === '2026-03-11' || from === '2026-06-11');
    expect(ofGarbage).toMatchObject([{ customer: 'K1', from: '2026-03-11', amount: '11.14' }]);
    const wrong = async (over: object): Promise<number> =>
      (await post('/standards/LJ/changes', { lateFee: { ...lateFee, ...over } })).status;
    expect(await wrong({ leastOpen: '-1.00' })).toBe(422);
    expect(await wrong({ delay: { months: 25, day: 1 } })).toBe(400);
    expect(await wrong({ delay: { months: 1, day: 29 } })).toBe(400);
  });

  it('are frozen in a dispute, from a day on until it ends', async () => {
    await billing.runBills('YT01', '2026-08');
    const charges = (await billing.call('GET', '/projects/YT01/charges?period=2026-08&customer=K1')).body['items'];
    const [charge] = (charges as Item[]).filter(({ item }) => item === '物业费').map((of) => Number(of['charge']));
    const statement = async (asOf: string): Promise<Item | undefined> => {
      const { body } = await billing.call('GET', `/projects/YT01/late-fees?customer=K1&asOf=${asOf}`);
      return (body['items'] as Item[]).find((of) => of['charge'] === charge);
    };
    const frozen = await post('/late-fee-freezes', { charges: [charge], from: '2026-08-21', reason: '王五 有争议' });
    expect(frozen.status).toBe(201);
    const freeze = String(frozen.body['position']);
    // 16 to 20 August, 5 days × 1000 at 0.5 ‰.
    expect(await statement('2026-09-05')).toMatchObject({
      ...{ total: '2.50', raised: '0.00', toRaise: '2.50' },
      segments: [{ from: '2026-08-16', to: '2026-08-20', days: 5, open: '1000.00' }],
      frozen: [{ from: '2026-08-21', to: '2026-09-05', days: 16, open: '1000.00' }],
    });
    const end = { lastDay: '2026-08-31', reason: '已调解' };
    const ended = await post(`/late-fee-freezes/${freeze}/end`, end);
    expect(ended.status).toBe(201);
    expect(await post(`/late-fee-freezes/${freeze}/end`, end)).toMatchObject({ status: 409 });
    expect(await statement('2026-09-05')).toMatchObject({ total: '5.00', frozen: [{ days: 11 }] });
    const before = (await fees()).length;
    await raise('2026-09-05');
    const fee = (await fees()).slice(before).find(({ lateCharge }) => lateCharge === charge);
    expect(fee).toMatchObject({ amount: '5.00', from: '2026-08-16', to: '2026-09-05' });
    const told = await billing.call('GET', `/projects/YT01/charges/${String(fee?.['charge'])}/explanation`);
    expect(told.body).toMatchObject({ amount: '5.00', recomputed: '5.00' });
    expect(told.body['zh']).toContain('2026-08-21 – 2026-08-31: 争议冻结, 未收 1000.00 元不计违约金');

    const list = async (query: string): Promise<Item[]> =>
      (await billing.call('GET', `/projects/YT01/late-fee-freezes?${query}`)).body['items'] as Item[];
    expect(await list(`charge=${String(charge)}`)).toEqual([
      {
        ...{ freeze: Number(freeze), charges: [charge], from: '2026-08-21', lastDay: '2026-08-31' },
        ...{ endedAt: ended.body['position'], reason: '王五 有争议' },
      },
    ]);
    expect(await list('customer=K2')).toEqual([]);

    const withdraw = (record: unknown): Promise<Answer> =>
      post(`/late-fee-freezes/records/${String(record)}/withdrawal`, { reason: '录错' });
    expect((await withdraw(ended.body['position'])).status).toBe(201);
    expect(await list('open=true')).toMatchObject([{ lastDay: null, endedAt: null }]);
    // More stands than it comes to now: that is to be reversed by a person.
    expect(await statement('2026-09-05')).toMatchObject({ total: '2.50', raised: '5.00', toRaise: '0.00' });
    expect((await withdraw(freeze)).status).toBe(201);
    expect(await withdraw(freeze)).toMatchObject({ status: 404 });
    expect(await statement('2026-09-05')).toMatchObject({ total: '10.50', toRaise: '5.50', frozen: [] });
    expect(JSON.stringify(await billing.verifiedEvents('YT01'))).not.toContain('王五');
  });

  it('of all that a customer has open are frozen together', async () => {
    const all = await post('/late-fee-freezes', { customer: 'K1', from: '2026-09-06', reason: '-' });
    expect(all.status).toBe(201);
    const open = (await billing.call('GET', '/projects/YT01/charges?customer=K1&open=true')).body['items'] as Item[];
    const { body } = await billing.call('GET', '/projects/YT01/late-fee-freezes?customer=K1&open=true');
    const [{ charges }] = body['items'] as [{ charges: number[] }];
    const bearing = open.filter(({ origin }) => origin !== 'late-fee').map(({ charge }) => charge);
    expect([...charges].sort((one, other) => one - other)).toEqual(bearing);
    const both = { customer: 'K1', charges: [1], from: '2026-09-06', reason: '-' };
    expect((await post('/late-fee-freezes', both)).status).toBe(400);
    expect(await post('/late-fee-freezes', { customer: 'K3', from: '2026-09-06', reason: '-' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:nothing-open' },
    });
    const cashier = billing.as(await billing.neighbours.operator('wu', 'cashier', { project: 'YT01' }));
    expect((await cashier('POST', '/projects/YT01/late-fee-freezes', both)).status).toBe(403);
  });

  it('asked for twice at once are raised once', async () => {
    await billing.runBills('YT01', '2026-07');
    const before = (await fees()).length;
    const answers = await Promise.all(['a', 'b', 'c', 'c'].map((key) => raise('2026-07-31', key)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const after = await fees();
    const raised = after.slice(before);
    expect(new Set(raised.map(({ lateCharge }) => lateCharge)).size).toBe(raised.length);
    expect(raised.length).toBeGreaterThan(1);
  });
});
