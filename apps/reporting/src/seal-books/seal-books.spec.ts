import type { RecordedEvent, Topic } from '@propledger/contracts';
import { readStoredEvents, type StoredEvent } from '@propledger/event-log';
import {
  checkpointSigner,
  GENESIS_HASH,
  isConsistent,
  isIncluded,
  openBookHead,
  openCheckpoint,
  originOf,
  sealLeafHash,
  verifyReceiptProof,
  type Checkpoint,
} from '@propledger/proof';
import { Attempts, readerOf, serviceTokens } from '@propledger/service-kit';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { reporting as app } from '../reporting';
import { type Keeper, startKeeper } from '../spec-support/keeper';
import { type Answered, type RunningReporting, SERVICE_KEY, startReporting } from '../spec-support/running-reporting';
import type { Inclusion, KeptCheckpointView, LeavesPage } from './log-shapes';
import { LEAF_EVENTS } from './plan-round';
import { ReceiptProofsController, ReceiptSource } from './receipt-proofs.controller';
import { SealedLog } from './sealed-log';

const newKey = (): string =>
  generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

describe('the log of all books', () => {
  const databases: FreshDatabase[] = [];
  const sealKey = newKey();
  let ledger: Keeper;
  let customers: Keeper;
  let reporting: RunningReporting;
  let [token, vkey] = ['', ''];
  let pool: Pool;

  const database = async (label: string): Promise<FreshDatabase> => {
    const fresh = await freshDatabase(label);
    databases.push(fresh);
    return fresh;
  };
  const replica = (settings: object = {}): Promise<RunningReporting> =>
    startReporting(databases[0] as FreshDatabase, {
      sealKey,
      sealIntervalMs: 20,
      peers: { customers: customers.url, billing: ledger.url } as never,
      ...settings,
    });
  const get = (path: string, by = token): Promise<Answered> => reporting.get(by, path);
  const json = async <Body>(path: string): Promise<Body> => {
    const answer = await get(path);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.text}`);
    return answer.json as Body;
  };
  const inclusionOf = (topic: Topic, book: string, position: number): Promise<Inclusion> =>
    json(`/log/inclusion?topic=${topic}&book=${book}&position=${position}`);
  const until = async (holds: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 30_000; !(await holds()); await pause(20))
      if (Date.now() > end) throw new Error(`not in time: ${String(holds)}`);
  };
  /** Waits until a book is sealed up to its head. */
  const sealed = async (keeper: Keeper, topic: Topic, book: string): Promise<void> => {
    const { position } = await keeper.head(book);
    const path = `/log/inclusion?topic=${topic}&book=${book}&position=${position}`;
    await until(async () => (await get(path)).status === 200);
  };
  const opened = (checkpoint: string): Checkpoint => {
    const said = openCheckpoint(checkpoint, vkey);
    if (said === null) throw new Error(`not signed: ${checkpoint}`);
    return said;
  };
  const checkpoints = async (): Promise<KeptCheckpointView[]> => {
    const all: KeptCheckpointView[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: { items: KeptCheckpointView[]; nextCursor: string | null } = await json(
        `/log/checkpoints?limit=50${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all;
  };
  const eventsOf = async (keeper: Keeper, book: string): Promise<RecordedEvent[]> => {
    const { rows } = await keeper.owner.query<RecordedEvent>(
      `select book, position::int, encode(hash, 'hex') as hash from event where book = $1 order by position`,
      [book],
    );
    return rows;
  };
  const alarms = async (): Promise<unknown[]> =>
    (await json<{ sealing: { alarms: unknown[] } }>('/status')).sealing.alarms;

  beforeAll(async () => {
    const own = await database('reports');
    ledger = await startKeeper('billing', await database('ledger'), SERVICE_KEY);
    customers = await startKeeper('customers', await database('customers'), SERVICE_KEY);
    reporting = await replica();
    pool = new Pool({ connectionString: own.appUrl, max: 2 });
    pool.on('error', () => undefined);
    token = await serviceTokens({ serviceKey: SERVICE_KEY } as never, 'onboarding')();
    vkey = (await get('/log/key', '')).text.trim();
  });
  afterAll(async () => {
    await reporting?.close();
    await pool?.end();
    await ledger?.close();
    await Promise.all(databases.map((one) => one.drop()));
  });

  it('is empty before anything is recorded, and says so', async () => {
    expect(await get('/log/checkpoint', '')).toMatchObject({
      status: 404,
      json: { type: 'urn:propledger:problem:not-sealed-yet' },
    });
    expect((await get('/log/checkpoint', '')).headers.get('retry-after')).toBe('3');
    expect(vkey).toMatch(/^propledger\/local\+[0-9a-f]{8}\+/);
  });

  it('seals what was appended, and nothing when nothing moves', async () => {
    await ledger.append('YT01', 3);
    await customers.append('YT01', 2);
    await sealed(ledger, 'ledger', 'YT01');
    await sealed(customers, 'customers', 'YT01');
    const first = await get('/log/checkpoint', '');
    expect(first.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(opened(first.text)).toMatchObject({ origin: 'propledger/local', size: 2 });
    await pause(200);
    expect((await get('/log/checkpoint', '')).text).toBe(first.text);

    await ledger.append('YT01');
    await sealed(ledger, 'ledger', 'YT01');
    expect((await inclusionOf('ledger', 'YT01', 4)).leaf).toMatchObject({
      firstPosition: 4,
      lastPosition: 4,
      index: 2,
    });
    expect((await inclusionOf('ledger', 'YT01', 1)).leaf).toMatchObject({ firstPosition: 1, lastPosition: 3 });
  });

  it('cuts what a long run appended into leaves of bounded length', async () => {
    await ledger.append('LONG', 5);
    await sealed(ledger, 'ledger', 'LONG');
    await ledger.append('LONG', 2 * LEAF_EVENTS + 7);
    await sealed(ledger, 'ledger', 'LONG');
    const { items, checkpoint } = await json<LeavesPage>('/log/leaves?topic=ledger&book=LONG');
    const hashes = await eventsOf(ledger, 'LONG');
    expect(items.map(({ leaf: { firstPosition, lastPosition } }) => [firstPosition, lastPosition])).toEqual([
      [1, 5],
      [6, 5 + LEAF_EVENTS],
      [6 + LEAF_EVENTS, 5 + 2 * LEAF_EVENTS],
      [6 + 2 * LEAF_EVENTS, 12 + 2 * LEAF_EVENTS],
    ]);
    const { size, root } = opened(checkpoint);
    for (const { leaf, inclusion } of items) {
      expect(leaf.hash).toBe(hashes[leaf.lastPosition - 1]?.hash);
      expect(isIncluded(sealLeafHash(leaf), leaf.index, size, root, inclusion)).toBe(true);
    }
    const page = await json<LeavesPage>('/log/leaves?topic=ledger&book=LONG&limit=3');
    const rest = await json<LeavesPage>(`/log/leaves?topic=ledger&book=LONG&limit=3&cursor=${page.nextCursor}`);
    expect([...page.items, ...rest.items]).toEqual(items);
    expect(rest.nextCursor).toBeNull();
  });

  it('goes on while books are appended to, replicas take turns, connections are cut, and after a restart', async () => {
    const other = await replica();
    const books = ['YT01', 'YT02', 'YT03', '~group'];
    let isOver = false;
    const appending = books.map(async (book, lane) => {
      for (let round = 0; !isOver; round++) {
        await (round % 3 === 0 ? customers : ledger).append(book, 1 + ((round + lane) % 4));
        await pause(5);
      }
    });
    const cutting = (async () => {
      const admin = new Pool({ connectionString: databases[0]?.adminUrl, max: 1 });
      for (let cut = 0; cut < 8; cut++) {
        await pause(150);
        await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and application_name = 'propledger-reports'`,
        );
      }
      await admin.end();
    })();
    await cutting;
    await other.close();
    await reporting.close();
    await pause(50);
    reporting = await replica();
    const { length } = await checkpoints();
    await until(async () => (await checkpoints()).length > length + 5);
    isOver = true;
    await Promise.all(appending);
    for (const book of books) {
      await sealed(ledger, 'ledger', book);
      await sealed(customers, 'customers', book);
    }
    expect(await alarms()).toEqual([]);
  });

  it('has every position of every book in one leaf, in the tree of the latest checkpoint', async () => {
    const { size, root } = opened((await get('/log/checkpoint', '')).text);
    const indexes: number[] = [];
    for (const [topic, keeper] of [
      ['ledger', ledger],
      ['customers', customers],
    ] as const)
      for (const book of ['YT01', 'YT02', 'YT03', 'LONG', '~group']) {
        const hashes = await eventsOf(keeper, book);
        const covered: number[] = [];
        for (let cursor: string | null = ''; cursor !== null;) {
          const page: LeavesPage = await json(
            `/log/leaves?topic=${topic}&book=${book}&size=${size}&limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`,
          );
          for (const { leaf, inclusion } of page.items) {
            expect(isIncluded(sealLeafHash(leaf), leaf.index, size, root, inclusion)).toBe(true);
            expect(leaf.hash).toBe(hashes[leaf.lastPosition - 1]?.hash);
            for (let at = leaf.firstPosition; at <= leaf.lastPosition; at++) covered.push(at);
            indexes.push(leaf.index);
          }
          cursor = page.nextCursor;
        }
        expect(covered).toEqual(hashes.map(({ position }) => position));
        if (hashes.length === 0) continue;
        const at = 1 + Math.floor(hashes.length / 2);
        const { leaf, inclusion, checkpoint } = await inclusionOf(topic, book, at);
        const tree = opened(checkpoint);
        expect(isIncluded(sealLeafHash(leaf), leaf.index, tree.size, tree.root, inclusion)).toBe(true);
        expect(leaf.firstPosition <= at && at <= leaf.lastPosition).toBe(true);
      }
    expect(indexes.sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, index) => index));
  });

  it('has each checkpoint begin all later ones', async () => {
    const all = (await checkpoints()).reverse();
    expect(all.length).toBeGreaterThan(8);
    for (const { size, root, checkpoint } of all) expect(opened(checkpoint)).toMatchObject({ size, root });
    const last = all.at(-1) as KeptCheckpointView;
    for (const [i, { size, root }] of all.entries()) {
      for (const later of [all[i + 1] ?? last, last]) {
        const { consistency, checkpoint } = await json<{ consistency: string[]; checkpoint: string }>(
          `/log/consistency?from=${size}&to=${later.size}`,
        );
        expect(checkpoint).toBe(later.checkpoint);
        expect(isConsistent(size, root, later.size, later.root, consistency)).toBe(true);
      }
    }
  });

  it('refuses what it cannot prove', async () => {
    expect(await get('/log/inclusion?topic=ledger&book=YT01&position=1000000')).toMatchObject({
      status: 404,
      json: { type: 'urn:propledger:problem:not-sealed-yet' },
    });
    const { size } = opened((await get('/log/checkpoint', '')).text);
    expect(await get(`/log/consistency?from=1&to=${size + 1}`)).toMatchObject({
      status: 404,
      json: { type: 'urn:propledger:problem:checkpoint-not-found' },
    });
    for (const query of ['from=-1', `from=${size + 1}`, 'to=1', 'from=1&to=x'])
      expect((await get(`/log/consistency?${query}`)).status).toBe(400);
    for (const query of [
      'topic=other&book=YT01&position=1',
      'topic=ledger&position=1',
      'topic=ledger&book=Y&position=0',
    ])
      expect((await get(`/log/inclusion?${query}`)).status).toBe(400);
  });

  it('is open to auditors, within their projects, and only its key and latest checkpoint to everybody', async () => {
    const auditor = await reporting.peers.operator('zhao', { role: 'auditor', scope: { project: 'YT01' } });
    const cashier = await reporting.peers.operator('li', { role: 'cashier', scope: { project: 'YT01' } });
    for (const path of ['/log/checkpoints', '/log/consistency?from=1', '/log/leaves?topic=ledger&book=YT01']) {
      expect((await get(path, auditor)).status).toBe(200);
      expect((await get(path, cashier)).status).toBe(403);
      expect((await reporting.get('', path)).status).toBe(401);
    }
    expect((await get('/log/leaves?topic=ledger&book=YT02', auditor)).status).toBe(403);
    expect((await get('/log/inclusion?topic=ledger&book=~group&position=1', auditor)).status).toBe(403);
  });

  it('cannot be changed by the role that serves', async () => {
    for (const table of ['seal_leaf', 'seal_node', 'seal_checkpoint'])
      for (const sql of [
        `delete from ${table}`,
        `truncate ${table}`,
        `update ${table} set ${table === 'seal_checkpoint' ? 'size' : 'index'} = 0`,
      ])
        await expect(pool.query(sql)).rejects.toThrow('permission denied');
  });

  it('signs where a book stands in the tree of a checkpoint', async () => {
    await sealed(ledger, 'ledger', 'YT01');
    const before = (await inclusionOf('ledger', 'YT01', 1)).checkpoint;
    const { size } = opened(before);
    const head = await ledger.head('YT01');
    await ledger.append('YT01');
    await sealed(ledger, 'ledger', 'YT01');
    const query = '/log/head?topic=ledger&book=YT01';
    const then = openBookHead((await get(`${query}&size=${size}`)).text, vkey);
    expect(then).toMatchObject({ size, topic: 'ledger', book: 'YT01', position: head.position });
    expect(openBookHead((await get(query)).text, vkey)?.position).toBe(head.position + 1);

    expect((await get('/log/head?topic=ledger&book=NONE')).status).toBe(404);
    expect((await get(`${query}&size=${size + 9999}`)).status).toBe(404);
    const auditor = await reporting.peers.operator('zhou', { role: 'auditor', scope: { project: 'YT02' } });
    expect((await get(query, auditor)).status).toBe(403);
  });

  it('raises an alarm for a book that is not what was sealed of it, and seals the others', async () => {
    // Its head has another hash; its tail is cut off; its past is rewritten and it goes on from there.
    const other = Buffer.alloc(32, 7);
    await ledger.owner.query(`update book_head set hash = $1 where book = 'YT02'`, [other]);
    await ledger.owner.query(`update book_head set position = position - 1 where book = 'YT03'`);
    const { position } = await customers.head('YT02');
    await customers.owner.query(`update event set hash = $1 where book = 'YT02' and position = $2`, [other, position]);
    await customers.append('YT02', 3);
    await customers.append('YT04', 1);
    await sealed(customers, 'customers', 'YT04');
    await until(async () => (await alarms()).length === 3);
    expect(await alarms()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ topic: 'ledger', book: 'YT02', reason: 'changed' }),
        expect.objectContaining({ topic: 'ledger', book: 'YT03', reason: 'behind' }),
        { topic: 'customers', book: 'YT02', position, reason: 'changed' },
      ]),
    );
    const health = await get('/health/ready', '');
    expect(health).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(health.text).toContain('customers YT02');
    const auditor = await reporting.peers.operator('sun', { role: 'auditor', scope: { project: 'YT01' } });
    expect((await get('/status', auditor)).json).toMatchObject({ sealing: { alarms: [] } });

    await ledger.append('YT01', 2);
    await sealed(ledger, 'ledger', 'YT01');
    expect((await get(`/log/inclusion?topic=customers&book=YT02&position=${position + 1}`)).status).toBe(404);
    expect((await inclusionOf('customers', 'YT02', position)).leaf.lastPosition).toBe(position);
  });

  it('names a book that is gone, and what it could not reach', async () => {
    await ledger.owner.query(`delete from book_head where book = 'LONG'`);
    await until(async () => JSON.stringify(await alarms()).includes('LONG'));
    await customers.close();
    const trouble = async (): Promise<string | null> =>
      (await json<{ sealing: { trouble: string | null } }>('/status')).sealing.trouble;
    await until(async () => (await trouble()) !== null);
    expect(await trouble()).toContain('customers is not available');
    // Nobody looks at the status unless something tells him to.
    expect(await json('/health/ready')).toMatchObject({
      alarms: expect.arrayContaining([expect.stringContaining('books cannot be sealed now')]) as string[],
    });
    expect(JSON.stringify(await alarms())).toContain('"customers"');
    await ledger.append('YT01');
    await sealed(ledger, 'ledger', 'YT01');
  });

  it('proves no receipt in a tree that is younger than what it was told of the receipt', async () => {
    await reporting.close();
    await ledger.append('YT05');
    const evidence = async (): Promise<unknown> => {
      const [first, ...following] = await readStoredEvents(readerOf(ledger.owner), 'YT05', 0, 10);
      const { body: _body, contentHash: _content, hash: _hash, ...event } = first as StoredEvent;
      return { event, previousHash: GENESIS_HASH, followingContentHashes: following.map((one) => one.contentHash) };
    };
    let told = async (): Promise<unknown> => {
      const early = await evidence();
      await ledger.append('YT05', 2);
      reporting = await replica();
      await sealed(ledger, 'ledger', 'YT05');
      return early;
    };
    const proofs = new ReceiptProofsController(
      new SealedLog(readerOf(pool), checkpointSigner(originOf('local'), sealKey)),
      new ReceiptSource([{ call: () => told() } as never]),
      new Attempts({ most: 9, perSecond: 1 }, { most: 9, perSecond: 1 }),
    );
    await expect(proofs.get('code', '::1')).rejects.toMatchObject({ code: 'not-sealed-yet' });
    told = evidence;
    expect(verifyReceiptProof(await proofs.get('code', '::1'), vkey)).toMatchObject({ valid: true });
  });

  it('is not kept without a key, and a key that is none is named', async () => {
    await reporting.close();
    reporting = await replica({ sealKey: undefined });
    for (const path of ['/log/key', '/log/checkpoint', '/log/checkpoints'])
      expect(await get(path)).toMatchObject({ status: 404, json: { type: 'urn:propledger:problem:no-log' } });
    expect((await get('/status')).json).toMatchObject({ sealing: null });
    const build = (): unknown => app.build({ peers: {}, sealKey: 'no key at all' } as never, {} as never, {} as never);
    expect(build).toThrow(/^SEAL_KEY: not an Ed25519 private key/);
  });
});
