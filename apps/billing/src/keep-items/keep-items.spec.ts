import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@propledger/testkit';
import { rowsOf, SpokenImport } from '../spec-support/import-rows';
import { RunningBilling, type Answer } from '../spec-support/running-billing';
import { smallProject, STANDARD } from '../spec-support/small-project';

type Members = Record<string, unknown>;

const FEE = { item: '物业费', from: '2026-01-01', class: '收入', taxRate: '0.06' };

describe('charge items', () => {
  let billing: RunningBilling;
  beforeAll(async () => {
    billing = await RunningBilling.start(await freshDatabase('billing'));
    await smallProject(billing);
    await post('/standards', STANDARD);
    await post('/standards', { ...STANDARD, standard: 'SD', name: '水电代收', item: '代收水电', method: '固定金额' });
    await post('/standards', { ...STANDARD, standard: 'YJ', name: '装修押金', item: '装修押金', method: '固定金额' });
    for (const standard of ['WY', 'SD', 'YJ'])
      await post('/bindings', { resource: 'R1', standard, from: '2026-03-01' });
  });
  afterAll(() => billing.close());

  const post = (path: string, body: unknown, key?: string): Promise<Answer> =>
    billing.call('POST', `/projects/YT01${path}`, body, key);
  const group = (path: string, body: unknown): Promise<Answer> => billing.call('POST', `/items${path}`, body);
  const items = async (path: string): Promise<Members[]> =>
    (await billing.call('GET', path)).body['items'] as Members[];
  const charges = (query: string): Promise<Members[]> => items(`/projects/YT01/charges?${query}`);

  it('are kept by the group and by projects, by who may', async () => {
    expect(await group('', { ...FEE, taxRate: '0.09' })).toMatchObject({ status: 201, body: { position: 1 } });
    expect(await group('', { ...FEE, item: '代收水电', class: '代收', taxRate: '0' })).toMatchObject({ status: 201 });
    expect(await group('', { ...FEE, item: '装修押金', class: '押金', taxRate: '0' })).toMatchObject({ status: 201 });
    expect(await group('', { ...FEE, class: '代收' })).toMatchObject({
      status: 422,
      body: { type: expect.stringContaining('item-bears-no-tax') as string },
    });
    expect(await post('/items', { ...FEE, from: '2026-02-01', priority: 7 })).toMatchObject({ status: 201 });

    const manager = billing.as(await billing.neighbours.operator('chen', 'project-manager', { project: 'YT01' }));
    expect(await manager('POST', '/items', FEE)).toMatchObject({ status: 403 });
    expect(await manager('POST', '/items/withdrawal', { item: '物业费', from: '2026-01-01' })).toMatchObject({
      status: 403,
    });
    expect(await manager('GET', '/items')).toMatchObject({ status: 200 });
    expect(await manager('POST', '/projects/YT01/items', { ...FEE, item: '停车费' })).toMatchObject({ status: 201 });
    expect(
      await manager('POST', '/projects/YT01/items/withdrawal', { item: '停车费', from: '2026-01-01' }),
    ).toMatchObject({ status: 201 });

    const [first, ...others] = await items('/projects/YT01/items?item=物业费');
    expect(first).toEqual({
      ...FEE,
      ...{ taxRate: '0.09', scope: 'group', priceWithoutTax: false, priority: null, payer: '付费人' },
      unsoldToDeveloper: false,
      spacesWithRooms: false,
    });
    expect(others).toMatchObject([{ from: '2026-02-01', scope: 'project', taxRate: '0.06', priority: 7 }]);
    const paged = await billing.call('GET', '/projects/YT01/items?limit=1&item=物业费');
    const next = await billing.call(
      'GET',
      `/projects/YT01/items?item=物业费&cursor=${String(paged.body['nextCursor'])}`,
    );
    expect(next.body['items']).toEqual(others);
  });

  it('say what a run raises: tax, place, whose it is; a deposit is never charged', async () => {
    const run = await billing.runBills('YT01', '2026-03');
    expect(run).toMatchObject({
      state: 'done',
      result: { notComputed: { count: 1, listed: [{ resource: 'R1', standard: 'YJ', reason: 'deposit-item' }] } },
    });
    const raised = await charges('period=2026-03');
    expect(raised).toMatchObject([
      { item: '代收水电', amount: '0.85', net: '0.85', tax: '0.00', forOthers: true, priority: 1 },
      { item: '物业费', amount: '85.00', net: '80.19', tax: '4.81', forOthers: false, priority: 7 },
    ]);
    const charge = String(raised[1]?.['charge']);
    const { body } = await billing.call('GET', `/projects/YT01/charges/${charge}`);
    expect(body).toMatchObject({ taxRate: '0.06', tax: '4.81' });
    const explained = await billing.call('GET', `/projects/YT01/charges/${charge}/explanation`);
    expect((explained.body['zh'] as string[]).at(-1)).toContain('不含税 80.19 元, 税额 4.81 元 (税率 6%');
    const events = await billing.verifiedEvents('YT01');
    const lines = events.flatMap(({ type, body: raisedBody }) =>
      type === 'charge.raised' ? (raisedBody as { lines: { account: string; amount: string }[] }).lines : [],
    );
    expect(lines.filter(({ account }) => account !== 'receivable').map((line) => [line.account, line.amount])).toEqual([
      ['agency-payable', '-0.85'],
      ['income', '-80.19'],
      ['output-tax', '-4.81'],
    ]);
    expect(await billing.runBills('YT01', '2026-03')).toMatchObject({
      state: 'done',
      result: { raised: { count: 0 } },
    });
  });

  it('settle in their order where the receipt names no charge', async () => {
    const tenders = [{ method: '现金', amount: '0.85' }];
    const receipt = { receiptNo: 'SJ1', customer: 'K1', date: '2026-03-20', tenders };
    expect(await post('/receipts', receipt)).toMatchObject({ status: 201 });
    expect(await charges('period=2026-03')).toMatchObject([{ received: '0.85' }, { received: '0.00' }]);
  });

  it('hold for a charge by hand, which may say otherwise, and not if it is a deposit', async () => {
    const one = {
      resource: 'R2',
      customer: 'K2',
      from: '2026-03-01',
      to: '2026-03-31',
      dueOn: '2026-03-31',
      amount: '106.00',
      date: '2026-03-05',
    };
    await post('/charges', { ...one, item: '物业费' });
    await post('/charges', { ...one, item: '物业费', taxRate: '0', priority: 3 });
    await post('/charges', { ...one, item: '代收水电' });
    expect(await charges('resource=R2')).toMatchObject([
      { tax: '6.00', priority: 7 },
      { tax: '0.00', priority: 3 },
      { tax: '0.00', forOthers: true, priority: 99 },
    ]);
    const refused = await post('/charges', { ...one, item: '装修押金' });
    expect(refused).toMatchObject({
      status: 422,
      body: { type: expect.stringContaining('deposit-not-charged') as string },
    });
  });

  it('change from a day on, and a correction is right with the tax of its period', async () => {
    expect(await post('/items', { ...FEE, from: '2026-04-01', priceWithoutTax: true })).toMatchObject({ status: 201 });
    await billing.runBills('YT01', '2026-04');
    const [april] = await charges('period=2026-04&item=物业费');
    // 85.00 and 6 % on top; of March nothing changes.
    expect(april).toMatchObject({ amount: '90.10', net: '85.00', tax: '5.10', priority: 1 });
    const scope = { from: '2026-03', to: '2026-04' };
    const preview = await post('/corrections/preview', scope);
    expect(preview.body).toMatchObject({ totals: { count: 0 } });
    const prices = [{ standard: 'WY', price: '0.95', from: '2026-04-01' }];
    const supposed = await post('/corrections/preview', { ...scope, supposing: { prices } });
    expect(supposed.body).toMatchObject({ totals: { count: 1, charged: '10.60' } });
    await post('/standards/WY/prices', { price: '0.95', from: '2026-04-01' });
    const reason = { fact: 'price', reason: '调价', date: '2026-04-20' };
    expect(await post('/corrections', { ...scope, ...reason })).toMatchObject({
      status: 201,
      body: { charged: '10.60' },
    });
    const [, more] = await charges('period=2026-04&item=物业费');
    expect(more).toMatchObject({ origin: 'correction', amount: '10.60', net: '10.00', tax: '0.60' });
  });

  describe('and who pays', () => {
    const PROJECT = 'YT02';
    const at = (path: string, body: unknown): Promise<Answer> =>
      billing.call('POST', `/projects/${PROJECT}${path}`, body);
    const raised = async (query: string): Promise<unknown[]> =>
      (await items(`/projects/${PROJECT}/charges?${query}`)).map((one) => [
        one['customer'],
        one['from'],
        one['to'],
        one['amount'],
      ]);
    const differences = async (period: string, supposing?: object): Promise<unknown[]> => {
      const { body } = await at('/corrections/preview', { from: period, to: period, supposing });
      return (body['items'] as Members[]).map((one) => [one['customer'], one['standing'], one['computed']]).sort();
    };
    let binding = '';

    beforeAll(async () => {
      const { neighbours } = billing;
      neighbours.project(PROJECT, '2026-03');
      neighbours.resource(PROJECT, 'R1', '100');
      neighbours.resource(PROJECT, 'R2', '60', { handedOverOn: '2026-03-11' });
      neighbours.resource(PROJECT, 'R3', '80');
      for (const customer of ['Y1', 'Z1', 'Y2', 'D1', 'D2']) neighbours.customer(PROJECT, customer);
      neighbours.occupancy(PROJECT, { resource: 'R1', customer: 'Y1', payer: true });
      neighbours.occupancy(PROJECT, {
        resource: 'R1',
        customer: 'Z1',
        relation: '租户',
        payer: false,
        from: '2026-03-16',
        to: '2026-04-15',
      });
      neighbours.occupancy(PROJECT, { resource: 'R2', customer: 'Y2', payer: true });
      await billing.catchUp();
      const fee = { ...STANDARD, prices: [{ price: '3.10', from: '2010-01-01', to: null }], bindingPrices: true };
      await at('/standards', fee);
      for (const resource of ['R1', 'R2', 'R3']) {
        const { body } = await at('/bindings', { resource, standard: 'WY', from: '2026-03-01' });
        if (resource === 'R1') binding = String(body['binding']);
      }
      await at('/items', { item: '物业费', from: '2026-01-01', class: '收入', payer: '租户', unsoldToDeveloper: true });
    });

    it('is the tenant, the owner where there is none, and the developer of what is not sold, or handed over, yet', async () => {
      const first = await at('/bill-runs', { period: '2026-03', date: '2026-03-01', draft: true });
      await billing.endOf(PROJECT, String(first.body['run']));
      const draft = await billing.call('GET', `/projects/${PROJECT}/bill-runs/${String(first.body['run'])}/draft`);
      const passedOver = [{ resource: 'R3', from: '2026-03-01', to: '2026-03-31', reason: 'no-payer' }];
      expect(draft.body).toMatchObject({ unusual: { skipped: { count: 1, listed: passedOver } } });
      expect(await at('/developers', { customer: 'K9', from: '2026-01-01' })).toMatchObject({ status: 422 });
      await at('/developers', { customer: 'D1', from: '2026-01-01' });
      await at('/developers', { customer: 'D2', from: '2026-03-21' });
      expect(await billing.runBills(PROJECT, '2026-03')).toMatchObject({ result: { daysWithoutPayer: { count: 0 } } });
      expect(await raised('resource=R1')).toEqual([
        ['Y1', '2026-03-01', '2026-03-15', '150.00'],
        ['Z1', '2026-03-16', '2026-03-31', '160.00'],
      ]);
      expect(await raised('resource=R2')).toEqual([
        ['D1', '2026-03-01', '2026-03-10', '60.00'],
        ['Y2', '2026-03-11', '2026-03-31', '126.00'],
      ]);
      expect(await raised('resource=R3')).toEqual([
        ['D1', '2026-03-01', '2026-03-20', '160.00'],
        ['D2', '2026-03-21', '2026-03-31', '88.00'],
      ]);
    });

    it('is, and at which price, as one binding has it, and corrections are right with that', async () => {
      expect(await at(`/bindings/${binding}/prices`, { price: '2.17', from: '2026-03-11' })).toMatchObject({
        status: 201,
      });
      expect(await at(`/bindings/${binding}/payers`, { payer: '业主', from: '2026-03-26' })).toMatchObject({
        status: 201,
      });
      expect(await at(`/bindings/none/prices`, { price: '2.17', from: '2026-03-11' })).toMatchObject({ status: 422 });
      const { body } = await billing.call('GET', `/projects/${PROJECT}/bindings/${binding}`);
      expect(body).toMatchObject({
        prices: [{ price: '2.17', from: '2026-03-11', to: null }],
        payers: [{ payer: '业主', from: '2026-03-26', to: null }],
      });
      // Y1: 10 days at 10.00, 5 and 6 days at 7.00; Z1: 10 days at 7.00.
      expect(await differences('2026-03')).toEqual([
        ['Y1', '150.00', '177.00'],
        ['Z1', '160.00', '70.00'],
      ]);
      // Who pays is supposed to be another: he is the owner of these days, as the payer was.
      const supposing = { payers: [{ resource: 'R1', customer: 'Y2', from: '2026-03-01' }] };
      expect(await differences('2026-03', supposing)).toEqual([
        ['Y1', '150.00', '0.00'],
        ['Y2', '0.00', '177.00'],
        ['Z1', '160.00', '70.00'],
      ]);
      const reason = { fact: 'binding', reason: '约定单价', date: '2026-03-31' };
      expect(await at('/corrections', { from: '2026-03', to: '2026-03', ...reason })).toMatchObject({ status: 201 });
      expect(await differences('2026-03')).toEqual([]);
      await billing.runBills(PROJECT, '2026-04');
      expect(await raised('resource=R1&period=2026-04')).toEqual([['Y1', '2026-04-01', '2026-04-30', '217.00']]);
      billing.neighbours.tell('customers', PROJECT, 'occupancy.changed', {
        ...{ occupancy: 'R2/Y2', resource: 'R2', customer: 'Y2', relation: '业主', payer: true },
        ...{ from: '2020-01-01', to: '2026-04-10' },
      });
      await billing.catchUp();
      expect(await differences('2026-04')).toEqual([
        ['D2', '0.00', '124.00'],
        ['Y2', '186.00', '62.00'],
      ]);
    });

    it('comes by workbook: a price where the standard allows it, and a payer', async () => {
      await at('/standards', { ...STANDARD, standard: 'GD', method: '固定金额' });
      const row = { 项目编码: PROJECT, 资源编码: 'R3', 标准编码: 'WY', 开始日期: '2026-05-01', 结束日期: '2026-12-31' };
      const ended = await items(`/projects/${PROJECT}/bindings?resource=R3`);
      await at(`/bindings/${String(ended[0]?.['binding'])}/end`, { lastDay: '2026-04-30' });
      const faulty = new SpokenImport(billing, randomUUID());
      await faulty.stage('收费绑定', rowsOf({ ...row, 标准编码: 'GD', 单价: '2' }));
      expect(await faulty.faults()).toEqual(['收费绑定 3 单价 conflict']);
      const good = new SpokenImport(billing, randomUUID());
      await good.stage('收费绑定', rowsOf({ ...row, 单价: '1.550', 付费对象: '开发商' }));
      expect((await good.check()).faults).toEqual([]);
      await good.say('apply');
      const again = new SpokenImport(billing, randomUUID());
      await again.stage('收费绑定', rowsOf({ ...row, 单价: '1.55', 付费对象: '开发商' }));
      expect((await again.check()).counts).toMatchObject([{ skipped: 1 }]);
      await again.say('drop');
      await billing.runBills(PROJECT, '2026-05');
      expect(await raised('resource=R3&period=2026-05')).toEqual([['D2', '2026-05-01', '2026-05-31', '124.00']]);
    });
  });

  /* C1 goes with room R1, which an owner and then a tenant have; C2 and C4 are let by the month, C3 goes with a room that nobody has. */
  describe('and who pays a parking space', () => {
    const PROJECT = 'YT03';
    const at = (path: string, body: unknown): Promise<Answer> =>
      billing.call('POST', `/projects/${PROJECT}${path}`, body);
    const raised = async (query: string): Promise<unknown[]> =>
      (await items(`/projects/${PROJECT}/charges?${query}`)).map((one) => [
        ...[one['customer'], one['from'], one['to'], one['amount']],
      ]);
    const differences = async (supposing?: object): Promise<unknown[]> => {
      const { body } = await at('/corrections/preview', { from: '2026-03', to: '2026-03', supposing });
      return (body['items'] as Members[])
        .map((one) => [one['resource'], one['customer'], one['standing'], one['computed']])
        .sort();
    };
    const byMonth = (resource: string, customer: string, more: object): object => ({
      ...{ occupancy: `${resource}/${customer}`, resource, customer, relation: '月租', payer: true, to: null, ...more },
    });

    beforeAll(async () => {
      const { neighbours } = billing;
      neighbours.project(PROJECT, '2026-03');
      neighbours.resource(PROJECT, 'R1', '100');
      neighbours.resource(PROJECT, 'R2', '60');
      const space = { kind: 'parking', nature: '地下车位' } as const;
      neighbours.resource(PROJECT, 'C1', null, { ...space, parentRoom: 'R1' });
      neighbours.resource(PROJECT, 'C2', null, { ...space, parentRoom: 'R1' });
      neighbours.resource(PROJECT, 'C3', '12', { ...space, parentRoom: 'R2' });
      neighbours.resource(PROJECT, 'C4', '12', space);
      for (const customer of ['Y1', 'Z1', 'M1', 'M2']) neighbours.customer(PROJECT, customer);
      neighbours.occupancy(PROJECT, { resource: 'R1', customer: 'Y1', payer: true });
      const tenant = { resource: 'R1', customer: 'Z1', relation: '租户', payer: false, from: '2026-03-16' } as const;
      neighbours.occupancy(PROJECT, tenant);
      neighbours.tell(
        'customers',
        PROJECT,
        'occupancy.registered',
        byMonth('C2', 'M1', { from: '2026-03-10', price: '280' }),
      );
      neighbours.tell(
        'customers',
        PROJECT,
        'occupancy.registered',
        byMonth('C4', 'M2', { from: '2026-03-10', price: '280' }),
      );
      await billing.catchUp();
      const fee = { ...STANDARD, item: '车位费', method: '固定金额' };
      await at('/standards', {
        ...fee,
        standard: 'YZ',
        prices: [{ price: '300', from: '2010-01-01', to: null }],
        bindingPrices: true,
      });
      await at('/standards', { ...fee, standard: 'GL', prices: [{ price: '62', from: '2010-01-01', to: null }] });
      for (const [resource, standard] of Object.entries({ C1: 'GL', C2: 'YZ', C3: 'GL', C4: 'GL' }))
        await at('/bindings', { resource, standard, from: '2026-03-01' });
      const terms = { item: '车位费', from: '2026-01-01', class: '收入', payer: '租户', spacesWithRooms: true };
      expect(await at('/items', terms)).toMatchObject({ status: 201 });
    });

    it('is who lets it by the month at his price, else its room’s; who is nobody’s is passed over, and a price that nothing takes shown', async () => {
      const first = await at('/bill-runs', { period: '2026-03', date: '2026-03-01', draft: true });
      const run = String(first.body['run']);
      await billing.endOf(PROJECT, run);
      const draft = await billing.call('GET', `/projects/${PROJECT}/bill-runs/${run}/draft`);
      expect(draft.body).toMatchObject({
        unusual: {
          skipped: {
            listed: [
              { resource: 'C3', standard: 'GL', from: '2026-03-01', to: '2026-03-31', reason: 'no-payer' },
              { resource: 'C4', standard: 'GL', from: '2026-03-01', to: '2026-03-09', reason: 'no-payer' },
              { resource: 'C4', standard: '', from: '2026-03-10', to: '2026-03-31', reason: 'no-price' },
            ],
          },
        },
      });
      expect(await at(`/bill-runs/${run}/post`, undefined)).toMatchObject({ status: 202 });
      expect(await billing.endOf(PROJECT, run)).toMatchObject({ state: 'done' });
      expect(await raised('resource=C1')).toEqual([
        ['Y1', '2026-03-01', '2026-03-15', '30.00'],
        ['Z1', '2026-03-16', '2026-03-31', '32.00'],
      ]);
      // 300 × 9/31 = 87.096…; 280 × 22/31 on top: 285.806… in all.
      expect(await raised('resource=C2')).toEqual([
        ['Y1', '2026-03-01', '2026-03-09', '87.10'],
        ['M1', '2026-03-10', '2026-03-31', '198.71'],
      ]);
      expect(await raised('resource=C4')).toEqual([['M2', '2026-03-10', '2026-03-31', '44.00']]);
    });

    it('changes within the month: previewed as supposed, and posted as differences once it is so', async () => {
      const supposing = {
        rooms: [{ resource: 'C1', room: null, from: '2026-03-21' }],
        lets: [
          { resource: 'C2', customer: null, from: '2026-03-16' },
          { resource: 'C2', customer: 'M2', price: '310', from: '2026-03-21' },
        ],
      };
      // C1: nobody from the 21st on. C2: M1 six days at 280, the room’s tenant five at 300, M2 eleven at 310.
      const expected = [
        ['C1', 'Z1', '32.00', '10.00'],
        ['C2', 'M1', '198.71', '54.19'],
        ['C2', 'M2', '0.00', '110.00'],
        ['C2', 'Z1', '0.00', '48.39'],
      ];
      expect(await differences(supposing)).toEqual(expected);
      for (const unknown of [
        { rooms: [{ resource: 'C1', room: 'R9', from: '2026-03-21' }] },
        { lets: [{ resource: 'C2', customer: 'M9', from: '2026-03-21' }] },
      ])
        expect(await at('/corrections/preview', { from: '2026-03', to: '2026-03', supposing: unknown })).toMatchObject({
          status: 422,
        });
      const untied = { resource: 'C1', kind: 'parking', nature: '地下车位', billableArea: null, parentRoom: null };
      const { neighbours } = billing;
      neighbours.tell('registry', PROJECT, 'resource.changed', untied, '2026-03-21');
      const ended = byMonth('C2', 'M1', { from: '2026-03-10', to: '2026-03-15', price: '280' });
      neighbours.tell('customers', PROJECT, 'occupancy.changed', ended);
      const next = byMonth('C2', 'M2', { from: '2026-03-21', price: '310' });
      neighbours.tell('customers', PROJECT, 'occupancy.registered', next);
      await billing.catchUp();
      expect(await differences()).toEqual(expected);
      const reason = { fact: 'payer', reason: '车位改租', date: '2026-03-31' };
      expect(await at('/corrections', { from: '2026-03', to: '2026-03', ...reason })).toMatchObject({ status: 201 });
      expect(await differences()).toEqual([]);
      await billing.runBills(PROJECT, '2026-04');
      expect(await raised('resource=C2&period=2026-04')).toEqual([['M2', '2026-04-01', '2026-04-30', '310.00']]);
      expect(await raised('resource=C1&period=2026-04')).toEqual([]);
    });
  });

  describe('and rooms that are vacant', () => {
    const PROJECT = 'YT04';
    const at = (path: string, body: unknown): Promise<Answer> =>
      billing.call('POST', `/projects/${PROJECT}${path}`, body);
    const vacancies = (query = ''): Promise<Members[]> => items(`/projects/${PROJECT}/vacancies${query}`);
    const raised = async (query: string): Promise<unknown[]> =>
      (await items(`/projects/${PROJECT}/charges?${query}`)).map((one) => [
        ...[one['customer'], one['from'], one['to'], one['amount']],
      ]);
    const differences = async (supposing?: object): Promise<unknown[]> => {
      const { body } = await at('/corrections/preview', { from: '2026-03', to: '2026-03', supposing });
      return (body['items'] as Members[]).map((one) => [
        one['resource'],
        one['customer'],
        one['standing'],
        one['computed'],
      ]);
    };
    let declared = '';

    beforeAll(async () => {
      const { neighbours } = billing;
      neighbours.project(PROJECT, '2026-03');
      for (const customer of ['Y1', 'Z1', 'K2']) neighbours.customer(PROJECT, customer);
      neighbours.resource(PROJECT, 'R1', '100');
      neighbours.resource(PROJECT, 'R2', '60');
      neighbours.occupancy(PROJECT, { resource: 'R1', customer: 'Y1', payer: false });
      neighbours.occupancy(PROJECT, { resource: 'R1', customer: 'Z1', relation: '租户', payer: true });
      neighbours.occupancy(PROJECT, { resource: 'R2', customer: 'K2', payer: true });
      await billing.catchUp();
      const prices = [{ price: '3.10', from: '2010-01-01', to: null }];
      const vacancyRates = [{ from: '2026-01-01', percent: '70', payer: '业主' }];
      await at('/standards', { ...STANDARD, prices, vacancyRates });
      await at('/standards', { ...STANDARD, standard: 'GT', item: '公摊费', method: '公摊', prices });
      for (const resource of ['R1', 'R2'])
        for (const standard of ['WY', 'GT']) await at('/bindings', { resource, standard, from: '2026-03-01' });
      await at('/pools', { pool: 'P', standard: 'GT', scope: '项目', sharing: '户数', vacant: '计入', byDays: true });
      await at('/pools/P/amounts', { period: '2026-03', amount: '6.20' });
    });

    it('are charged by the rate of their standard, to whom it says, and are vacant to pools, too', async () => {
      const { body } = await at('/vacancies', { resource: 'R1', from: '2026-03-05', to: null });
      declared = String(body['vacancy']);
      expect(await at('/vacancies', { resource: 'R1', from: '2026-02-01', to: '2026-03-05' })).toMatchObject({
        status: 409,
        body: { type: 'urn:propledger:problem:vacancies-overlap' },
      });
      expect(await at('/vacancies', { resource: 'R9', from: '2026-02-01' })).toMatchObject({ status: 422 });
      expect(await at(`/vacancies/${declared}/days`, { from: '2026-03-05', to: '2026-03-15' })).toMatchObject({
        status: 201,
      });
      expect(await vacancies('?on=2026-03-15')).toEqual([
        { vacancy: declared, resource: 'R1', from: '2026-03-05', to: '2026-03-15' },
      ]);
      const first = await at('/bill-runs', { period: '2026-03', date: '2026-03-01', draft: true });
      await billing.endOf(PROJECT, String(first.body['run']));
      const vacantDays = {
        count: 1,
        listed: [{ resource: 'R1', standard: 'WY', from: '2026-03-05', to: '2026-03-15', percent: '70' }],
      };
      const draft = await billing.call('GET', `/projects/${PROJECT}/bill-runs/${String(first.body['run'])}/draft`);
      expect(draft.body).toMatchObject({ unusual: { vacantDays } });
      expect(await billing.runBills(PROJECT, '2026-03')).toMatchObject({ state: 'done', result: { vacantDays } });
      expect(await raised('resource=R1&item=物业费')).toEqual([
        ['Z1', '2026-03-01', '2026-03-04', '40.00'],
        ['Y1', '2026-03-05', '2026-03-15', '77.00'],
        ['Z1', '2026-03-16', '2026-03-31', '160.00'],
      ]);
      // 6.20 of 62 days: eleven of them are counted, and charged to nobody.
      const shares = await billing.call('GET', `/projects/${PROJECT}/pools/P/shares/2026-03`);
      expect(shares.body).toMatchObject({
        participants: [
          { resource: 'R1', days: 4, amount: '0.40' },
          { resource: 'R1', days: 16, amount: '1.60' },
          { resource: 'R2', days: 31, amount: '3.10' },
        ],
        vacant: [{ resource: 'R1', days: 11, amount: '1.10' }],
      });
    });

    it('are declared and corrected later, and differences alone are posted', async () => {
      const other = { resource: 'R2', from: '2026-03-22', to: null };
      const expected = [
        ['R2', 'K2', '3.10', '2.10'],
        ['R2', 'K2', '186.00', '168.00'],
      ];
      expect(await differences()).toEqual([]);
      expect(await differences({ vacancies: [{ ...other, vacant: true }] })).toEqual(expected);
      expect(await differences({ vacancies: [{ resource: 'R1', vacant: false, from: '2026-03-15' }] })).toEqual([
        ['R1', 'Z1', '2.00', '2.10'],
        ['R1', 'Y1', '77.00', '70.00'],
        ['R1', 'Z1', '200.00', '210.00'],
      ]);
      await at('/vacancies', other);
      expect(await differences()).toEqual(expected);
      const reason = { fact: 'vacancy', reason: '空置', date: '2026-03-31' };
      expect(await at('/corrections', { from: '2026-03', to: '2026-03', ...reason })).toMatchObject({
        status: 201,
        body: { count: 2, credited: '19.00', charged: '0.00' },
      });
      expect(await differences()).toEqual([]);
    });

    it('take two people where the project says so, and then do not come by workbook', async () => {
      const limits = { writeOff: null, waiver: null, refund: null, vacancies: true, date: '2026-03-31' };
      expect(await at('/limits', limits)).toMatchObject({ status: 201 });
      const manager = billing.as(await billing.neighbours.operator('song', 'project-manager', { project: PROJECT }));
      const other = billing.as(await billing.neighbours.operator('zhao', 'project-manager', { project: PROJECT }));
      const cashier = billing.as(await billing.neighbours.operator('liu', 'cashier', { project: PROJECT }));
      const one = { resource: 'R1', from: '2026-04-01', to: '2026-04-30' };
      expect(await cashier('POST', `/projects/${PROJECT}/vacancies`, one)).toMatchObject({ status: 403 });
      const waiting = await manager('POST', `/projects/${PROJECT}/vacancies`, one);
      expect(waiting).toMatchObject({ status: 202, body: { state: 'waiting' } });
      const approve = `/projects/${PROJECT}/approvals/${String(waiting.body['approval'])}/approve`;
      expect(await manager('POST', approve, {})).toMatchObject({ status: 409 });
      expect(await other('POST', approve, {})).toMatchObject({ status: 201 });
      expect(await vacancies('?resource=R1&on=2026-04-15')).toMatchObject([one]);
      // Fewer vacant days take one.
      expect(await at(`/vacancies/${declared}/days`, { from: '2026-03-05', to: '2026-03-14' })).toMatchObject({
        status: 201,
      });
      // Limits that say nothing of vacancies leave the rule as it is, and a row that stands already asks for nothing.
      const others = { writeOff: '9.00', waiver: null, refund: null, date: '2026-03-31' };
      expect(await at('/limits', others)).toMatchObject({ status: 201 });
      const row = { 项目编码: PROJECT, 资源编码: 'R1' };
      const stands = { ...row, 开始日期: '2026-04-01', 结束日期: '2026-04-30' };
      const refused = new SpokenImport(billing, randomUUID());
      await refused.stage('空置申报', rowsOf({ ...row, 开始日期: '2026-05-01' }, stands));
      expect(await refused.faults()).toEqual(['空置申报 3 项目编码 needs_approval']);
      const looser = await at('/limits', { ...limits, vacancies: false });
      expect(looser).toMatchObject({ status: 202, body: { state: 'waiting' } });
      const finance = billing.as(await billing.neighbours.operator('qian', 'group-finance', { group: true }));
      const byAnother = `/projects/${PROJECT}/approvals/${String(looser.body['approval'])}/approve`;
      expect(await finance('POST', byAnother, {})).toMatchObject({ status: 201 });
    });

    it('come by workbook, are faulty at their cells, and are undone', async () => {
      const row = { 项目编码: PROJECT, 资源编码: 'R1', 开始日期: '2026-05-01', 结束日期: '2026-05-31' };
      const faulty = new SpokenImport(billing, randomUUID());
      await faulty.stage(
        '空置申报',
        rowsOf(row, { ...row, 开始日期: '2026-05-31' }, { ...row, 资源编码: 'R9' }, { ...row, 开始日期: '2026-04-30' }),
      );
      expect(await faulty.faults()).toEqual([
        '空置申报 4 开始日期 overlap',
        '空置申报 5 资源编码 unknown_reference',
        '空置申报 6 开始日期 overlap',
      ]);
      const fee = {
        ...{ 项目编码: PROJECT, 标准编码: 'SP', 标准名称: '商铺物业费', 收费项目: '物业费', 计费方式: '固定金额' },
        ...{ 单价: '100', 应收日: '10', 取整: '分', 优先级: '1', 生效日期: '2026-05-01' },
      };
      const unfit = new SpokenImport(billing, randomUUID());
      await unfit.stage(
        '收费标准',
        rowsOf({ ...fee, 空置比例: '100.5' }, { ...fee, 标准编码: 'SQ', 空置付费对象: '业主' }),
      );
      expect(await unfit.faults()).toEqual(['收费标准 3 空置比例 out_of_range', '收费标准 4 空置比例 required']);
      const good = new SpokenImport(billing, randomUUID());
      await good.stage('收费标准', rowsOf({ ...fee, 空置比例: '50', 空置付费对象: '业主' }));
      await good.stage('空置申报', rowsOf(row));
      expect((await good.check()).faults).toEqual([]);
      await good.say('apply');
      const { body } = await billing.call('GET', `/projects/${PROJECT}/standards/SP`);
      expect(body).toMatchObject({ vacancyRates: [{ from: '2026-05-01', percent: '50', payer: '业主' }] });
      expect(await vacancies('?resource=R1&on=2026-05-15')).toMatchObject([{ from: '2026-05-01', to: '2026-05-31' }]);
      const again = new SpokenImport(billing, randomUUID());
      await again.stage('空置申报', rowsOf(row));
      expect((await again.check()).counts).toMatchObject([{ skipped: 1 }]);
      await again.say('drop');
      await good.say('hold-undo');
      await good.say('undo');
      expect(await vacancies('?resource=R1&on=2026-05-15')).toEqual([]);
    });
  });

  it('come by workbook, with the developer, are faulty at their cells, and are undone', async () => {
    const row = { 项目编码: 'YT01', 收费项目: '停车费', 类别: '收入', 税率: '5', 生效日期: '2026-03-01' };
    const developer = { 项目编码: 'YT01', 客户编码: 'K2', 开始日期: '2026-03-01' };
    const faulty = new SpokenImport(billing, randomUUID());
    const rows = [
      row,
      { ...row, 税率: '6' },
      { ...row, 收费项目: '水费', 类别: '代收' },
      { ...row, 收费项目: '电费', 税率: '100' },
    ];
    await faulty.stage('收费项目', rowsOf(...rows));
    await faulty.stage(
      '开发商',
      rowsOf(developer, developer, { ...developer, 客户编码: 'K7', 开始日期: '2027-01-01' }),
    );
    const oneOff = {
      项目编码: 'YT01',
      资源编码: 'R1',
      客户编码: 'K1',
      日期: '2026-04-05',
      应收日期: '2026-04-15',
      金额: '105.00',
    };
    await faulty.stage('临时费用', rowsOf({ ...oneOff, 收费项目: '装修押金' }));
    expect(await faulty.faults()).toEqual([
      '收费项目 4 生效日期 duplicate',
      '收费项目 5 税率 conflict',
      '收费项目 6 税率 out_of_range',
      '开发商 4 开始日期 duplicate',
      '开发商 5 客户编码 unknown_reference',
      '临时费用 3 收费项目 conflict',
    ]);
    const good = new SpokenImport(billing, randomUUID());
    await good.stage(
      '收费项目',
      rowsOf({ ...row, 优先级: '2', 未售由开发商付: '是', 车位随房: '是', 付费对象: '业主' }),
    );
    await good.stage('开发商', rowsOf(developer));
    await good.stage('临时费用', rowsOf({ ...oneOff, 收费项目: '停车费' }));
    expect((await good.check()).faults).toEqual([]);
    await good.say('apply');
    expect(await items('/projects/YT01/items?item=停车费')).toMatchObject([
      { taxRate: '0.05', priority: 2, payer: '业主', unsoldToDeveloper: true, spacesWithRooms: true },
    ]);
    expect(await items('/projects/YT01/developers')).toEqual([{ customer: 'K2', from: '2026-03-01' }]);
    expect(await charges('item=停车费')).toMatchObject([{ amount: '105.00', net: '100.00', tax: '5.00', priority: 2 }]);

    const again = new SpokenImport(billing, randomUUID());
    await again.stage(
      '收费项目',
      rowsOf({ ...row, 优先级: '2', 未售由开发商付: '是', 车位随房: '是', 付费对象: '业主' }),
    );
    await again.stage('开发商', rowsOf(developer));
    expect((await again.check()).counts).toMatchObject([{ skipped: 1 }, { skipped: 1 }]);
    await again.say('drop');
    await good.say('hold-undo');
    await good.say('undo');
    expect(await items('/projects/YT01/items?item=停车费')).toEqual([]);
    expect(await items('/projects/YT01/developers')).toEqual([]);
  });
});
