import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose';
import { Client } from 'pg';
import { ensureFirstAdministrator } from '../index';
import { ADMIN_PASSWORD, callsAs, startRegistry, type RunningRegistry } from '../spec-support/running-registry';

describe('signing in', () => {
  let database: FreshDatabase;
  let registry: RunningRegistry;
  beforeAll(async () => {
    database = await freshDatabase('registry');
    registry = await startRegistry(database);
  });
  afterAll(async () => {
    await registry?.close();
    await database.drop();
  });

  it('answers a token that the published keys check, for twelve hours, with what the group book has reached', async () => {
    const { status, body } = await registry.nobody('POST', '/tokens', { operator: 'admin', password: ADMIN_PASSWORD });
    expect({ status, body }).toMatchObject({ status: 200, body: { tokenType: 'Bearer', expiresIn: 43_200 } });
    const token = String(body['accessToken']);
    const keys = await registry.nobody('GET', '/jwks');
    expect(JSON.stringify(keys.body)).not.toContain('"d"');
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys.body as unknown as JSONWebKeySet), {
      issuer: 'propledger',
      audience: 'propledger',
    });
    expect(payload).toMatchObject({ sub: 'admin', pos: 3 });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(43_200);
    expect(decodeProtectedHeader(token).alg).toBe('ES256');
  });

  it('answers a wrong password and an unknown operator alike', async () => {
    const wrong = await registry.nobody('POST', '/tokens', { operator: 'admin', password: 'wrong wrong' });
    const unknown = await registry.nobody('POST', '/tokens', { operator: 'nobody', password: 'wrong wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { type: 'urn:propledger:problem:wrong-password' } });
    // Only the id of the request differs.
    expect(unknown).toMatchObject({
      status: 401,
      body: { ...wrong.body, correlationId: expect.any(String) as string },
    });
  });

  it.each([
    [{}],
    [{ operator: 'admin' }],
    [{ operator: 'admin', password: 5 }],
    [{ operator: 'admin', password: 'x'.repeat(201) }],
    [{ operator: 'admin', password: 'x\u0000' }],
    [{ operator: ['admin'], password: 'x' }],
  ])('refuses %j as input', async (body) => {
    expect(await registry.nobody('POST', '/tokens', body)).toMatchObject({ status: 400 });
  });

  it('makes an operator wait who has guessed ten times, and nobody else', async () => {
    const call = await registry.operator({ role: 'cashier', scope: { group: true } });
    const guess = { operator: call.operator, password: 'guess' };
    const answers = await Promise.all(Array.from({ length: 12 }, () => registry.nobody('POST', '/tokens', guess)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(2);
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    const right = { operator: call.operator, password: 'a long password' };
    expect(await registry.nobody('POST', '/tokens', right)).toMatchObject({ status: 429 });
    expect(await registry.signedIn('admin', ADMIN_PASSWORD)).toBeDefined();
  });

  it('never counts those who know their password', async () => {
    for (let i = 0; i < 12; i += 1) await registry.signedIn('admin', ADMIN_PASSWORD);
  });

  it('refuses a token that was changed, and one of another key', async () => {
    const { body } = await registry.nobody('POST', '/tokens', { operator: 'admin', password: ADMIN_PASSWORD });
    const [header, , signature] = String(body['accessToken']).split('.');
    const forged = Buffer.from(JSON.stringify({ sub: 'admin', iss: 'propledger', aud: 'propledger', exp: 9e9 }));
    const call = callsAs(registry.baseUrl, `${header}.${forged.toString('base64url')}.${signature}`);
    expect(await call('GET', '/projects')).toMatchObject({ status: 401 });
  });

  it('makes the first administrator once, and says his password that one time', async () => {
    expect(await ensureFirstAdministrator(registry.config, undefined)).toBeNull();
    const { body } = await registry.admin('GET', '/operators/admin');
    expect(body['grants']).toEqual([
      { role: 'administrator', scope: { group: true } },
      { role: 'group-finance', scope: { group: true } },
    ]);
  });

  it('keeps no password, and writes none into events and commands', async () => {
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    try {
      for (const table of ['operator', 'event', 'command']) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from ${table} t`);
        expect(rows.length).toBeGreaterThan(0);
        for (const { row } of rows) expect(row).not.toMatch(/correct horse|a long password/);
      }
    } finally {
      await client.end();
    }
  });
});

describe('the first start', () => {
  it('makes a password of 20 characters, once among several starts', async () => {
    const database = await freshDatabase('registry');
    const registry = await startRegistry(database);
    try {
      const client = new Client({ connectionString: database.adminUrl });
      await client.connect();
      await client.query(`truncate operator, operator_grant, event, command, book_head`);
      await client.end();
      const starts = await Promise.all([1, 2, 3].map(() => ensureFirstAdministrator(registry.config, undefined)));
      const made = starts.filter((first) => first !== null);
      expect(made).toHaveLength(1);
      expect(made[0]?.password).toHaveLength(20);
      expect(await registry.signedIn('admin', made[0]?.password ?? '')).toBeDefined();
      await expect(ensureFirstAdministrator(registry.config, 'short')).rejects.toThrow('PROPLEDGER_ADMIN_PASSWORD');
    } finally {
      await registry.close();
      await database.drop();
    }
  });
});
