import { ApiClient } from '@propledger/cli';
import { isConsistent, isIncluded, openCheckpoint, sealLeafHash, verifyReceiptProof } from '@propledger/proof';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { KeptState } from './kept-state';
import { startSuiteProcess, type SuiteProcess } from './suite-process';

interface Proven {
  readonly leaf: Parameters<typeof sealLeafHash>[0] & { readonly index: number };
  readonly inclusion: string[];
}

describe('the log of a suite, receipts and their proofs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'propledger-log-'));
  chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
  const dataDir = join(folder, 'data');
  const codes: string[] = [];
  let suite: SuiteProcess;
  let administrator: SuiteProcess['administrator'];
  let client: ApiClient;
  let [vkey, firstCheckpoint] = ['', ''];

  const signedIn = async (): Promise<void> => {
    client = new ApiClient({ url: suite.url, attempts: 2, timeoutMs: 30_000 });
    await client.signIn(administrator?.operator ?? '', administrator?.password ?? '');
  };
  const text = async (path: string): Promise<string> => (await fetch(suite.url + path)).text();
  const take = (number: number): Promise<{ receiptCode: string; position: number }> =>
    client.command(
      '/billing/v1/projects/P1/receipts',
      {
        ...{ receiptNo: `S${number}`, date: '2026-01-05', customer: 'K1' },
        tenders: [{ method: '微信', amount: `${number}.00` }],
      },
      `receipt-${number}`,
    );
  /** Asks until it is sealed. */
  const proofOf = async (code: string): Promise<string> => {
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(500)) {
      const answer = await fetch(`${suite.url}/reports/v1/receipt-proofs/${code}`);
      const body = await answer.text();
      if (answer.status === 200) return body;
      expect([answer.status, body]).toEqual([404, expect.stringContaining('not-sealed-yet')]);
      expect(answer.headers.get('retry-after')).toBe('3');
    }
    throw new Error('not sealed in time');
  };

  beforeAll(async () => {
    suite = await startSuiteProcess({ dataDir });
    ({ administrator } = suite);
    await signedIn();
    await client.command('/registry/v1/projects', {
      ...{ project: 'P1', name: '一号', region: '东', company: '公司', firstPeriod: '2026-01' },
    });
    await client.command('/customers/v1/projects/P1/customers', { customer: 'K1', name: '张三', kind: '个人' });
    vkey = (await text('/reports/v1/log/key')).trim();
  });
  afterAll(async () => {
    await suite.stop();
    rmSync(folder, { recursive: true });
  });

  it('gives a receipt a code, the same when it is sent again and when it is looked up', async () => {
    const { receiptCode } = await take(1);
    expect(receiptCode).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    expect((await take(1)).receiptCode).toBe(receiptCode);
    expect(await client.get('/billing/v1/projects/P1/receipts/S1')).toMatchObject({ receiptCode });
    codes.push(receiptCode);
    for (let number = 2; number <= 40; number++) codes.push((await take(number)).receiptCode);
    expect(new Set(codes).size).toBe(40);
  });

  it('proves a receipt to whoever has its code, and nothing of any other', async () => {
    const proof = await proofOf(codes[4] ?? '');
    expect(verifyReceiptProof(proof, vkey)).toMatchObject({
      valid: true,
      event: { book: 'P1', type: 'receipt.taken', bodyText: expect.stringContaining('"receiptNo":"S5"') as string },
    });
    expect(proof).not.toContain('"receiptNo":"S6"');
    for (const typed of [codes[4]?.toLowerCase(), codes[4]?.replaceAll('-', ''), codes[4]?.replaceAll('0', 'o')])
      expect(verifyReceiptProof(await proofOf(typed ?? ''), vkey).valid).toBe(true);

    const bytes = Buffer.from(proof);
    const standing = [...bytes.keys()].filter((at) => {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      return verifyReceiptProof(changed.toString(), vkey).valid;
    });
    expect(standing).toEqual([]);
  });

  it('answers the same for every code that is nobody’s, and only so often', async () => {
    const ask = (code: string): Promise<Response> => fetch(`${suite.url}/reports/v1/receipt-proofs/${code}`);
    const answers = new Set<string>();
    for (const code of ['x', 'AAAAA-AAAAA-AAAAA-AAAAA-AAAAA', '%00', '收据', 'S1']) {
      const answer = await ask(code);
      answers.add(`${answer.status} ${(await answer.text()).replace(/"correlationId":"[^"]*"/, '')}`);
    }
    expect([...answers]).toEqual([expect.stringContaining('receipt-not-found')]);
    const many = await Promise.all(Array.from({ length: 120 }, () => ask('x')));
    const limited = many.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(20);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${suite.url}/billing/v1/receipt-evidence/${codes[0]}`)).status).toBe(401);
    await expect(client.get(`/billing/v1/receipt-evidence/${codes[0]}`)).rejects.toThrow();
  });

  it('goes on after kill -9 in the midst of it; what was known before still begins the log', async () => {
    firstCheckpoint = await text('/reports/v1/log/checkpoint');
    for (let round = 0; round < 3; round++) {
      for (let number = 100 + round * 20; number < 120 + round * 20; number++) await take(number);
      await pause(1_500 + round * 700);
      await suite.kill();
      suite = await startSuiteProcess({ dataDir });
      await signedIn();
    }
    const { receiptCode } = await take(500);
    expect(verifyReceiptProof(await proofOf(receiptCode), vkey).valid).toBe(true);
    expect((await text('/reports/v1/log/key')).trim()).toBe(vkey);

    const earlier = openCheckpoint(firstCheckpoint, vkey);
    const { items } = await client.get<{ items: { checkpoint: string }[] }>('/reports/v1/log/checkpoints');
    for (const { checkpoint } of items) {
      const later = openCheckpoint(checkpoint, vkey);
      if (earlier === null || later === null) throw new Error('not signed');
      if (later.size < earlier.size) continue;
      const { consistency } = await client.get<{ consistency: string[] }>('/reports/v1/log/consistency', {
        query: { from: String(earlier.size), to: String(later.size) },
      });
      expect(isConsistent(earlier.size, earlier.root, later.size, later.root, consistency)).toBe(true);
    }
    for (const [topic, book] of [
      ['ledger', 'P1'],
      ['registry', 'P1'],
      ['registry', '~group'],
      ['customers', 'P1'],
    ] as const) {
      const query = { topic, book, limit: '500' };
      const page = await client.get<{ items: Proven[]; checkpoint: string }>('/reports/v1/log/leaves', { query });
      const tree = openCheckpoint(page.checkpoint, vkey);
      let next = 1;
      for (const { leaf, inclusion } of page.items) {
        expect(leaf.firstPosition).toBe(next);
        next = leaf.lastPosition + 1;
        expect(isIncluded(sealLeafHash(leaf), leaf.index, tree?.size ?? 0, tree?.root ?? '', inclusion)).toBe(true);
      }
      expect(next).toBeGreaterThan(1);
    }
  }, 180_000);

  it('raises an alarm for a book that was changed by who owns the tables', async () => {
    const { passwords } = JSON.parse(readFileSync(join(dataDir, 'secrets.json'), 'utf8')) as KeptState;
    const port = Number(readFileSync(join(dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n')[3]);
    const owner = new Client({
      ...{ host: '127.0.0.1', port, user: 'propledger_billing_owner', database: 'propledger_billing' },
      password: passwords.billing.owner,
    });
    await owner.connect();
    await owner.query(`update book_head set hash = decode(repeat('ab', 32), 'hex') where book = 'P1'`);
    await owner.end();
    for (const end = Date.now() + 30_000; !(await text('/health/ready')).includes('ledger P1'); await pause(300))
      if (Date.now() > end) throw new Error('no alarm');
    expect((await fetch(`${suite.url}/health/ready`)).status).toBe(200);
    expect(await client.get('/reports/v1/status')).toMatchObject({
      sealing: { alarms: [{ topic: 'ledger', book: 'P1', reason: 'changed' }] },
    });
    expect(suite.output()).toContain('ALARM ledger P1');
  });
});
