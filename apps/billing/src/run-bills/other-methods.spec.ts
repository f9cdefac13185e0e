import { freshDatabase } from '@propledger/testkit';
import { formatMoney, recompute } from '@propledger/ledger-core';
import type { ChargeRaised } from '@propledger/contracts';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { STANDARD } from '../spec-support/small-project';

type Item = Record<string, unknown>;

describe('charging by cycles, usage and shares', () => {
  let billing: RunningBilling;
  const post = (path: string, body?: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const done = async (path: string, body?: unknown): Promise<void> => {
    const { status, body: answer } = await post(path, body);
    if (status !== 201) throw new Error(`${path} ${status} ${JSON.stringify(answer)}`);
  };
  const charges = async (query = ''): Promise<Item[]> =>
    (await billing.call('GET', `/projects/YT01/charges?limit=500${query}`)).body['items'] as Item[];
  const shown = (items: Item[]): unknown[] =>
    items.map(({ resource, customer, from, to, dueOn, amount }) => [resource, customer, from, to, dueOn, amount]);

  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    const { neighbours } = billing;
    neighbours.project('YT01', '2026-03');
    for (const [resource, area, entrance] of [
      ['R1', '100', '1'],
      ['R2', '88.5', '1'],
      ['R3', '60', '2'],
    ] as const) {
      neighbours.resource('YT01', resource, area, { building: '01', entrance });
      neighbours.customer('YT01', resource.replace('R', 'K'));
      neighbours.occupancy('YT01', { resource, customer: resource.replace('R', 'K') });
    }
    await billing.catchUp();
  });
  afterAll(() => billing.close());

  describe('a quarter', () => {
    beforeAll(async () => {
      const standard = { ...STANDARD, standard: 'CW', item: '车位费', method: '固定金额', dueDay: 5, cycle: '季' };
      await done('/standards', { ...standard, prices: [{ price: '60', from: '2010-01-01' }] });
      await done('/bindings', { resource: 'R1', standard: 'CW', from: '2020-01-01' });
    });

    it('is charged in advance, once, from the month of the run on', async () => {
      await billing.runBills('YT01', '2026-03');
      expect(await billing.runBills('YT01', '2026-04')).toMatchObject({
        result: { raised: { count: 1, amount: '180.00' } },
      });
      expect(await billing.runBills('YT01', '2026-05')).toMatchObject({
        result: { raised: { count: 0 }, standing: 1, differences: { count: 0 } },
      });
      expect(shown(await charges('&item=车位费'))).toEqual([
        ['R1', 'K1', '2026-03-01', '2026-03-31', '2026-03-05', '60.00'],
        ['R1', 'K1', '2026-04-01', '2026-06-30', '2026-04-05', '180.00'],
      ]);
    });
  });

  describe('usage', () => {
    beforeAll(async () => {
      const water = { ...STANDARD, standard: 'SF', item: '水费', method: '用量阶梯', dueDay: 28, meterKind: '水表' };
      await done('/standards', {
        ...water,
        prices: [{ price: '0', from: '2010-01-01' }],
        tiers: [
          { above: '0', price: '2.75' },
          { above: '15', price: '4.15' },
          { above: '25', price: '7.85' },
        ],
      });
      for (const [resource, meter] of [
        ['R1', 'W1'],
        ['R2', 'W2'],
      ] as const) {
        await done('/bindings', { resource, standard: 'SF', from: '2026-01-01' });
        await done('/meters', {
          meter,
          kind: '水表',
          resource,
          multiplier: '1',
          from: '2026-02-20',
          reading: '100',
          range: '1000',
        });
      }
    });

    it('of a reading is charged once, in tiers over all of it, from the day after the reading before', async () => {
      await done('/meters/W1/readings', { period: '2026-03', on: '2026-03-26', reading: '130.5' });
      const run = await billing.runBills('YT01', '2026-03');
      // 15 × 2.75 + 10 × 4.15 + 5.5 × 7.85
      expect(run).toMatchObject({ result: { byItem: [{ item: '水费', count: 1, amount: '125.93' }] } });
      expect(shown(await charges('&item=水费'))).toEqual([
        ['R1', 'K1', '2026-02-21', '2026-03-26', '2026-03-28', '125.93'],
      ]);
      expect(await charges('&item=水费')).toMatchObject([{ meter: 'W1', pool: null, lateCharge: null }]);
      expect(await billing.runBills('YT01', '2026-03')).toMatchObject({ result: { raised: { count: 0 } } });
    });

    it('waits for the run of its own 账期, and covers a month without a reading', async () => {
      await done('/meters/W2/readings', { period: '2026-05', on: '2026-05-25', reading: '90', confirmed: true });
      expect(await billing.runBills('YT01', '2026-04')).toMatchObject({ result: { raised: { count: 0 } } });
      await billing.runBills('YT01', '2026-05');
      // Past the end of the dial: 990.
      expect(shown(await charges('&item=水费&resource=R2'))).toEqual([
        ['R2', 'K2', '2026-02-21', '2026-05-25', '2026-05-28', '7658.00'],
      ]);
    });

    it('is not charged, and told, on a day without a payer', async () => {
      billing.neighbours.tell('customers', 'YT01', 'occupancy.changed', {
        occupancy: 'R1/K1',
        resource: 'R1',
        customer: 'K1',
        relation: '业主',
        from: '2020-01-01',
        to: '2026-04-20',
        payer: true,
      });
      await done('/meters/W1/readings', { period: '2026-04', on: '2026-04-26', reading: '140' });
      expect(await billing.runBills('YT01', '2026-04')).toMatchObject({
        result: {
          byItem: [],
          daysWithoutPayer: {
            listed: expect.arrayContaining([
              { resource: 'R1', standard: 'SF', from: '2026-04-26', to: '2026-04-26' },
            ]) as unknown,
          },
        },
      });
    });

    it('keeps a reading that is charged', async () => {
      const { body } = await billing.call('GET', '/projects/YT01/meters/W2');
      const record = (body['records'] as { position: number }[])[0]?.position ?? 0;
      expect(await post(`/meters/W2/records/${record}/withdrawal`)).toMatchObject({
        status: 409,
        body: { type: 'urn:propledger:problem:reading-in-use' },
      });
    });
  });

  describe('a pool', () => {
    beforeAll(async () => {
      const shared = {
        ...STANDARD,
        item: '公摊电费',
        method: '公摊',
        dueDay: 28,
        prices: [{ price: '0', from: '2010-01-01' }],
      };
      await done('/standards', { ...shared, standard: 'GT' });
      await done('/standards', { ...shared, standard: 'GS', meterKind: '水表' });
      for (const resource of ['R1', 'R2', 'R3'])
        for (const standard of ['GT', 'GS']) await done('/bindings', { resource, standard, from: '2026-01-01' });
      const pool = { standard: 'GT', scope: '单元', building: '01', entrance: '1', sharing: '户数' };
      await done('/pools', { ...pool, pool: 'P-unit' });
      await done('/pools', { ...pool, pool: 'P-house', scope: '楼栋', sharing: '面积' });
      await done('/pools', { ...pool, pool: 'P-use', standard: 'GS', scope: '项目', sharing: '用量' });
    });

    it('is shared to the fen over its scope, beside others of the binding, once', async () => {
      await done('/pools/P-unit/amounts', { period: '2026-03', amount: '10.01' });
      await done('/pools/P-house/amounts', { period: '2026-03', amount: '100.00' });
      await done('/pools/P-use/amounts', { period: '2026-03', amount: '5.00' });
      const run = await billing.runBills('YT01', '2026-03');
      expect(run).toMatchObject({ result: { byItem: [{ item: '公摊电费', count: 6, amount: '115.01' }] } });
      const all = await charges('&item=公摊电费');
      const of = (pool: string): unknown[] =>
        all.filter((charge) => charge['pool'] === pool).map(({ resource, amount }) => [resource, amount]);
      // The fen that is left of 10.01 goes to the smaller code.
      expect(of('P-unit')).toEqual([
        ['R1', '5.01'],
        ['R2', '5.00'],
      ]);
      // 100 × 100 ÷ 248.5 = 40.2414…, 35.6136…, 24.1448…
      expect(of('P-house')).toEqual([
        ['R1', '40.24'],
        ['R2', '35.61'],
        ['R3', '24.15'],
      ]);
      // Only W1 was read for the period.
      expect(of('P-use')).toEqual([['R1', '5.00']]);
      expect(await billing.runBills('YT01', '2026-03')).toMatchObject({
        result: { raised: { count: 0 }, differences: { count: 0 } },
      });
    });

    it('shows everyone who took part, with weights', async () => {
      const { body } = await billing.call('GET', '/projects/YT01/pools/P-use/shares/2026-03');
      expect(body).toEqual({
        period: '2026-03',
        amount: '5.00',
        sharing: '用量',
        participants: [
          { resource: 'R1', customer: 'K1', weight: '30.5', amount: '5.00' },
          { resource: 'R2', customer: 'K2', weight: '0', amount: '0.00' },
          { resource: 'R3', customer: 'K3', weight: '0', amount: '0.00' },
        ],
      });
      expect((await billing.call('GET', '/projects/YT01/pools/P-use/shares/2026-04')).status).toBe(404);
    });

    it('that would be shared otherwise now is listed, and nothing is raised', async () => {
      await done('/meters/W2/replacements', {
        on: '2026-06-01',
        oldReading: '90',
        newReading: '0',
        newMultiplier: '1',
      });
      billing.neighbours.tell(
        'registry',
        'YT01',
        'resource.changed',
        {
          ...{ resource: 'R3', billableArea: '70', building: '01', entrance: '2' },
        },
        '2026-03-01',
      );
      expect(await billing.runBills('YT01', '2026-03')).toMatchObject({
        result: {
          raised: { count: 0 },
          differences: {
            count: 3,
            listed: [
              { resource: 'R1', standing: [{ amount: '40.24' }], computed: [{ amount: '38.68' }] },
              { resource: 'R2', computed: [{ amount: '34.24' }] },
              { resource: 'R3', computed: [{ amount: '27.08' }] },
            ],
          },
        },
      });
    });

    it('with nothing to share it by is told', async () => {
      await done('/pools/P-use/amounts', { period: '2026-06', amount: '5.00' });
      expect(await billing.runBills('YT01', '2026-06')).toMatchObject({
        result: { poolsNotShared: { count: 1, listed: [{ pool: 'P-use', amount: '5.00', reason: 'no-weight' }] } },
      });
    });
  });

  it('gives every charge a basis from which its amount follows', async () => {
    const events = await billing.verifiedEvents('YT01');
    const raised = events.filter(({ type }) => type === 'charge.raised').map(({ body }) => body as ChargeRaised);
    expect(new Set(raised.map(({ basis }) => basis.method)).size).toBe(3);
    for (const { basis, amount } of raised) expect(formatMoney(recompute(basis) ?? 0n)).toBe(amount);
    for (const { charge, amount } of await charges()) {
      const { body } = await billing.call('GET', `/projects/YT01/charges/${String(charge)}/explanation`);
      expect(body).toMatchObject({ charge, amount, recomputed: amount });
      expect((body['zh'] as string[]).at(-1)).toBe(`应收 ${String(amount)} 元`);
    }
    expect((await billing.call('GET', '/projects/YT01/charges/1/explanation')).status).toBe(404);
  });
});
