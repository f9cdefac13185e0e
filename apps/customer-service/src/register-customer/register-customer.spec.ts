import { decodeAfter, encodeAfter } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { startCustomers, type RunningCustomers } from '../spec-support/running-customers';

const YANG = {
  customer: 'YT01-K00001',
  kind: '个人',
  name: '杨红强',
  idType: '身份证',
  idNumber: '320463454139007357',
  phone: '18169105096',
};

describe('registering, changing and finding customers', () => {
  let database: FreshDatabase;
  let customers: RunningCustomers;
  beforeAll(async () => {
    database = await freshDatabase('customers');
    customers = await startCustomers(database);
    customers.registry.project('YT01', '山东', 'R1');
    customers.registry.project('YT02', '广西');
  });
  afterAll(async () => {
    await customers?.close();
    await database.drop();
  });
  const path = '/projects/YT01/customers';
  const seen = encodeAfter({ registry: { YT01: 2, YT02: 1 } });

  it('registers a customer of a project that it has heard of', async () => {
    const registered = await customers.admin('POST', `${path}?after=${seen}`, YANG, { key: 'k1' });
    expect(registered).toMatchObject({ status: 201, body: { customer: YANG.customer } });
    expect(decodeAfter(String(registered.body['after']))).toEqual({ customers: { YT01: 1 } });
    expect((await customers.admin('GET', `${path}/${YANG.customer}`)).body).toEqual({
      ...YANG,
      address: null,
      groups: [],
    });
  });

  it('tells others the code and the kind, and nothing personal', async () => {
    const { body } = await customers.admin('GET', '/books/YT01/events');
    expect(body['items']).toMatchObject([
      {
        position: 1,
        type: 'customer.registered',
        effectiveDate: '1900-01-01',
        body: { customer: YANG.customer, kind: '个人' },
      },
    ]);
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      for (const table of ['event', 'command', 'book_head', 'cursor']) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from ${table} t`);
        for (const { row } of rows) expect(row).not.toMatch(/杨红强|320463454139007357|18169105096/);
      }
    } finally {
      await client.end();
    }
  });

  it('gives the first answer again for the same key, and refuses another request with it', async () => {
    expect(await customers.admin('POST', path, YANG, { key: 'k1' })).toMatchObject({ status: 201 });
    expect(await customers.admin('POST', path, { ...YANG, phone: '1' }, { key: 'k1' })).toMatchObject({
      status: 422,
      body: { type: 'urn:propledger:problem:idempotency-key-reused' },
    });
  });

  it.each([
    ['customer-exists', 409, path, YANG],
    ['project-not-found', 404, '/projects/NOPE/customers', YANG],
    ['invalid-input', 400, path, { ...YANG, kind: '外星人' }],
    ['invalid-input', 400, path, { ...YANG, name: 'a\u0000' }],
    ['invalid-input', 400, path, { ...YANG, phone: 5 }],
    ['invalid-input', 400, path, { ...YANG, customer: ' x' }],
    ['invalid-input', 400, path, { ...YANG, more: 1 }],
  ])('answers %s (%i) to POST %s %j', async (code, status, to, body) => {
    const answer = await customers.admin('POST', to, body);
    expect(answer).toMatchObject({ status, body: { type: `urn:propledger:problem:${code}` } });
  });

  it('answers a lot of equal requests at once with one registration', async () => {
    const body = { ...YANG, customer: 'YT01-K00002' };
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => customers.admin('POST', path, body, { key: 'same' })),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
    expect(new Set(answers.map(({ body: answer }) => answer['after'])).size).toBe(1);
  });

  it('changes what is named, and records that something changed', async () => {
    const change = { phone: '139', address: '海边', kind: '单位' };
    expect(await customers.admin('POST', `${path}/${YANG.customer}/changes`, change)).toMatchObject({ status: 200 });
    expect((await customers.admin('GET', `${path}/${YANG.customer}`)).body).toEqual({ ...YANG, ...change, groups: [] });
    const events = (await customers.admin('GET', '/books/YT01/events')).body['items'] as unknown[];
    expect(events.at(-1)).toMatchObject({ type: 'customer.changed', body: { customer: YANG.customer, kind: '单位' } });
    await customers.admin('POST', `${path}/${YANG.customer}/changes`, { ...change, idNumber: null });
    expect((await customers.admin('GET', `${path}/${YANG.customer}`)).body).toMatchObject({ idNumber: null });
    const same = await customers.admin('POST', `${path}/${YANG.customer}/changes`, change);
    expect(decodeAfter(String(same.body['after']))).toEqual({ customers: { YT01: events.length + 1 } });
    expect(await customers.admin('POST', `${path}/NOPE/changes`, change)).toMatchObject({ status: 404 });
    expect(await customers.admin('POST', `${path}/${YANG.customer}/changes`, { name: null })).toMatchObject({
      status: 400,
    });
  });

  it('tells others the groups of a customer', async () => {
    const grouped = await customers.admin('POST', `${path}/${YANG.customer}/changes`, {
      groups: ['老业主', '员工', '员工'],
    });
    expect(grouped.status).toBe(200);
    expect((await customers.admin('GET', `${path}/${YANG.customer}`)).body).toMatchObject({
      groups: ['员工', '老业主'],
    });
    const events = (await customers.admin('GET', '/books/YT01/events')).body['items'] as unknown[];
    expect(events.at(-1)).toMatchObject({ type: 'customer.changed', body: { groups: ['员工', '老业主'] } });
    await customers.admin('POST', `${path}/${YANG.customer}/changes`, { groups: [] });
    expect((await customers.admin('GET', `${path}/${YANG.customer}`)).body).toMatchObject({ groups: [] });
  });

  it('lists by code, with filters, page by page', async () => {
    await customers.admin('POST', path, { customer: 'YT01-DEV', kind: '开发商', name: '置业有限公司' });
    const first = await customers.admin('GET', `${path}?limit=2`);
    expect(first.body['items']).toMatchObject([{ customer: 'YT01-DEV' }, { customer: 'YT01-K00001' }]);
    const second = await customers.admin('GET', `${path}?limit=2&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body).toMatchObject({ items: [{ customer: 'YT01-K00002' }], nextCursor: null });
    const developers = await customers.admin('GET', `${path}?kind=${encodeURIComponent('开发商')}&after=${seen}`);
    expect(developers.body['items']).toMatchObject([{ customer: 'YT01-DEV' }]);
    expect((await customers.admin('GET', `${path}?prefix=YT01-K`)).body['items']).toHaveLength(2);
    expect((await customers.admin('GET', '/projects/YT02/customers')).body['items']).toEqual([]);
    expect(await customers.admin('GET', '/projects/NOPE/customers')).toMatchObject({ status: 404 });
    expect(await customers.admin('GET', `${path}?kind=x`)).toMatchObject({ status: 400 });
    expect(await customers.admin('GET', `${path}/NOPE`)).toMatchObject({ status: 404 });
  });

  it('waits for what it is told to have seen, and says when it has not', async () => {
    customers.registry.project('YT03', '山东');
    const after = encodeAfter({ registry: { YT03: 1 } });
    const body = { customer: 'C1', kind: '个人', name: '一' };
    expect(await customers.admin('POST', `/projects/YT03/customers?after=${after}`, body)).toMatchObject({
      status: 201,
    });
    const never = encodeAfter({ registry: { YT03: 99 } });
    const answer = await customers.admin('GET', `${path}?after=${never}`);
    expect(answer).toMatchObject({ status: 503, body: { type: 'urn:propledger:problem:not-caught-up' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  it('lets nobody in without a token, or with a grant for another project', async () => {
    for (const to of [path, `${path}/${YANG.customer}`])
      expect(await customers.nobody('GET', to)).toMatchObject({ status: 401 });
    const manager = await customers.operator({ role: 'project-manager', scope: { project: 'YT02' } });
    expect(await manager('GET', '/projects/YT02/customers')).toMatchObject({ status: 200 });
    for (const to of [path, `${path}/${YANG.customer}`, `${path}/NOPE`])
      expect(await manager('GET', to)).toMatchObject({ status: 403 });
    expect(await manager('POST', path, YANG)).toMatchObject({ status: 403 });
    expect(await manager('POST', `${path}/${YANG.customer}/changes`, { name: 'x' })).toMatchObject({ status: 403 });
    expect(await manager('GET', '/books/YT01/events')).toMatchObject({ status: 403 });
    const region = await customers.operator({ role: 'cashier', scope: { region: '山东' } });
    expect(await region('GET', path)).toMatchObject({ status: 200 });
    expect(await region('GET', '/projects/YT02/customers')).toMatchObject({ status: 403 });
    expect(await region('POST', path, YANG)).toMatchObject({ status: 403 });
  });

  it('goes on while the registry is away', async () => {
    customers.registry.isAway = true;
    try {
      expect(await customers.admin('GET', path)).toMatchObject({ status: 200 });
      const body = { customer: 'YT01-K00009', kind: '个人', name: '九' };
      expect(await customers.admin('POST', path, body)).toMatchObject({ status: 201 });
    } finally {
      customers.registry.isAway = false;
    }
  });

  it('keeps events from its own role', async () => {
    const app = new Client({ connectionString: database.appUrl });
    await app.connect();
    try {
      for (const sql of [`update event set body = '{}'`, 'delete from event', 'truncate event', 'drop table event'])
        await expect(app.query(sql)).rejects.toThrow(/permission denied|must be owner/);
      await expect(app.query(`set role ${database.name}_owner`)).rejects.toThrow('permission denied');
    } finally {
      await app.end();
    }
  });
});
