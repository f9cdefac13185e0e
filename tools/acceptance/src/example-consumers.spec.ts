import { importWorkbook, type ApiClient } from '@propledger/cli';
import { topicName, type JournalLine, type RecordedEvent } from '@propledger/contracts';
import { freshDatabase, kafkaBrokers, kafkaIsHere, pythonWith, type FreshDatabase } from '@propledger/testkit';
import { buildSync } from 'esbuild';
import { Kafka, logLevel } from 'kafkajs';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { Cell } from './cell.fixture';

/*
 * The examples in examples/consumer, run against live services: they have what the books say after whatever happens to them.
 */

const ROOT = join(__dirname, '../../..');
const EXAMPLES = join(ROOT, 'examples/consumer');
const PROJECT = 'YT01';

/** What a consumer has: fen by `book channel`, and how far it has come. */
interface Kept {
  readonly received: Readonly<Record<string, number>>;
  readonly cursors: Readonly<Record<string, number>>;
}
interface Example {
  spawn(env: NodeJS.ProcessEnv): ChildProcess;
  kept(): Promise<Kept>;
  /** As before the first start. */
  forget(): Promise<void>;
}

const keptOf = (received: readonly (readonly [string, string, number])[], cursors: readonly (readonly [string, number])[]): Kept => ({
  received: Object.fromEntries(received.map(([book, channel, fen]) => [`${book} ${channel}`, fen])),
  cursors: Object.fromEntries(cursors),
});

const python = pythonWith(join(EXAMPLES, 'python/requirements.txt'));
const inPython = (folder: string, interpreter: string): Example => {
  const file = join(folder, 'received.db');
  const script = `import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
there = db.execute("select count(*) from sqlite_master where name = 'received'").fetchone()[0]
tables = ["select * from received", "select * from cursor"]
print(json.dumps([db.execute(sql).fetchall() if there else [] for sql in tables]))`;
  return {
    spawn: (env) => spawn(interpreter, [join(EXAMPLES, 'python/consumer.py')], { env: { ...process.env, ...env, DATABASE: file } }),
    kept: async () => {
      const [received, cursors] = JSON.parse(execFileSync(interpreter, ['-c', script, file], { encoding: 'utf8' })) as [
        [string, string, number][],
        [string, number][],
      ];
      return keptOf(received, cursors);
    },
    forget: async () => ['', '-wal', '-shm'].forEach((suffix) => rmSync(file + suffix, { force: true })),
  };
};

const inTypeScript = (database: FreshDatabase): Example => {
  // Beside the sources' node_modules, where its imports are found.
  const outfile = join(ROOT, `node_modules/.cache/propledger-example-${process.pid}/consumer.js`);
  buildSync({ entryPoints: [join(EXAMPLES, 'typescript/consumer.ts')], platform: 'node', packages: 'external', outfile });
  const rows = async (sql: string): Promise<unknown[][]> => {
    const client = new Client({ connectionString: database.ownerUrl });
    await client.connect();
    try {
      return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows;
    } finally {
      await client.end();
    }
  };
  return {
    spawn: (env) => spawn(process.execPath, [outfile], { env: { ...process.env, ...env, DATABASE_URL: database.ownerUrl } }),
    kept: async () => {
      const [there] = await rows(`select to_regclass('received') is not null`);
      if (there?.[0] !== true) return keptOf([], []);
      const received = await rows('select book, channel, fen::float8 from received');
      return keptOf(received as [string, string, number][], (await rows('select book, position::float8 from cursor')) as [string, number][]);
    },
    forget: async () => void (await rows('drop table if exists received, cursor')),
  };
};

(kafkaIsHere() ? describe : describe.skip)('the example consumers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'propledger-examples-'));
  const region = `spec-${randomBytes(6).toString('hex')}`;
  const children = new Map<string, ChildProcess>();
  const examples = new Map<string, Example>();
  const said = new Map<string, string>();
  let brokers: string;
  let cell: Cell;
  let client: ApiClient;
  let token: string;
  let database: FreshDatabase;

  beforeAll(async () => {
    brokers = await kafkaBrokers();
    cell = await Cell.start({ region, brokers, instances: { reports: 0 } });
    client = await cell.client();
    token = (await client.signIn(cell.administrator.operator, cell.administrator.password)).accessToken;
    database = await freshDatabase('example');
    examples.set('TypeScript', inTypeScript(database));
    mkdirSync(join(folder, 'python'));
    if (python !== null) examples.set('Python', inPython(join(folder, 'python'), python));
    const bytes = readFileSync(join(ROOT, 'acceptance/bohai/初始化资料.xlsx'));
    const order = { bytes, fileName: 'opening.xlsx', dryRun: false, key: 'opening' };
    expect((await importWorkbook(client, order)).state).toBe('posted');
    for (let nth = 1; nth <= 30; nth += 1) await receive(`EARLY-${nth}`);
  }, 240_000);
  afterAll(async () => {
    await kill();
    await cell.stop();
    await database.drop();
    rmSync(folder, { recursive: true });
  }, 60_000);

  const receive = (receiptNo: string): Promise<unknown> =>
    client.command(`/billing/v1/projects/${PROJECT}/receipts`, {
      ...{ receiptNo, date: '2026-03-20', customer: 'YT01-K00001' },
      tenders: [
        { method: '现金', amount: '1.00' },
        { method: '微信', amount: '2.50' },
      ],
    });
  const run = (group: string): void => {
    for (const [name, example] of examples) {
      const env = { BROKERS: brokers, REGION: region, API: cell.url, TOKEN: token, GROUP: `${group}.${name}.${region}` };
      const child = example.spawn(env);
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (chunk: Buffer) => said.set(name, `${said.get(name) ?? ''}${chunk.toString()}`.slice(-5_000)));
      children.set(env.GROUP, child);
    }
  };
  const kill = async (): Promise<void> => {
    for (const child of children.values()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
    }
    children.clear();
  };
  /** What the books say, by our own API. */
  const expected = async (): Promise<Kept> => {
    const { items: books } = await client.get<{ items: { book: string; position: number }[] }>('/billing/v1/books');
    const received = new Map<string, bigint>();
    for (const { book } of books)
      for (let after = 0; ;) {
        const query = { after_position: String(after), limit: '1000' };
        const { items } = await client.get<{ items: RecordedEvent<string, { lines?: JournalLine[] }>[] }>(`/billing/v1/books/${book}/events`, { query });
        for (const { body } of items)
          for (const { account, channel, amount } of body.lines ?? []) {
            const place = `${book} ${channel ?? ''}`;
            if (account === 'channel-clearing') received.set(place, (received.get(place) ?? 0n) + BigInt(amount.replace('.', '')));
          }
        if (items.length === 0) break;
        after += items.length;
      }
    return {
      received: Object.fromEntries([...received].map(([place, fen]) => [place, Number(fen)])),
      cursors: Object.fromEntries(books.filter(({ position }) => position > 0).map(({ book, position }) => [book, position])),
    };
  };
  /** Waits until both have applied these books to their ends. */
  const caughtUp = async (cursors: Kept['cursors']): Promise<void> => {
    for (const [name, example] of examples)
      for (let tries = 0; ; tries += 1) {
        const { cursors: at } = await example.kept();
        if (Object.entries(cursors).every(([book, position]) => at[book] === position)) break;
        if (tries > 400) throw new Error(`${name} is at ${JSON.stringify(at)} of ${JSON.stringify(cursors)}:\n${said.get(name) ?? ''}`);
        await pause(100);
      }
  };

  it.each([
    ['TypeScript', 'typescript/consumer.ts'],
    ['Python', 'python/consumer.py'],
  ])('in %s has less than a hundred lines', (_, file) => {
    expect(readFileSync(join(EXAMPLES, file), 'utf8').trimEnd().split('\n').length).toBeLessThan(100);
  });

  it('have what the books say, what was there and what comes', async () => {
    run('first');
    for (let nth = 1; nth <= 10; nth += 1) await receive(`LATER-${nth}`);
    const all = await expected();
    expect(all.received[`${PROJECT} 微信`]).toBeGreaterThanOrEqual(40 * 250);
    await caughtUp(all.cursors);
    for (const example of examples.values()) expect(await example.kept()).toEqual(all);
  }, 120_000);

  it('lose and double nothing when they are killed and started again', async () => {
    for (let round = 1; round <= 3; round += 1) {
      const counter = (async () => {
        for (let nth = 1; nth <= 15; nth += 1) await receive(`ROUND-${round}-${nth}`);
      })();
      await pause(150 * round);
      await kill();
      await counter;
      run('first');
    }
    const all = await expected();
    await caughtUp(all.cursors);
    for (const example of examples.values()) expect(await example.kept()).toEqual(all);
  }, 120_000);

  it('apply every event once where two of them are given it, as while a group is shared anew', async () => {
    run('other');
    for (let nth = 1; nth <= 30; nth += 1) await receive(`TWICE-${nth}`);
    const all = await expected();
    await caughtUp(all.cursors);
    await pause(1_000); // For the slower of the two.
    for (const example of examples.values()) expect(await example.kept()).toEqual(all);
  }, 120_000);

  it('fetch from the owner what Kafka does not have any more', async () => {
    await kill();
    for (const example of examples.values()) await example.forget();
    const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topic = topicName(region, 'ledger');
    const ends = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions: ends });
    await admin.disconnect();
    await receive('AFTER-THE-LOSS');
    run('second');
    const all = await expected();
    const own = { [PROJECT]: all.cursors[PROJECT] ?? 0 };
    await caughtUp(own);
    for (const example of examples.values()) {
      const { received } = await example.kept();
      for (const channel of ['现金', '微信']) expect(received[`${PROJECT} ${channel}`]).toBe(all.received[`${PROJECT} ${channel}`]);
    }
  }, 120_000);

  it('go on when their topic is deleted and made anew; who cannot notices it, and ends so that he is started again', async () => {
    const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topicName(region, 'ledger')] });
    await admin.disconnect();
    await receive('MADE-ANEW');
    if (python !== null) {
      const child = children.get(`second.Python.${region}`);
      for (let tries = 0; child?.exitCode === null && tries < 600; tries += 1) await pause(100);
      expect([child?.exitCode, said.get('Python')]).toEqual([1, expect.stringContaining('was made anew')]);
    }
    await kill();
    run('second');
    await receive('AFTER-IT-WAS-MADE-ANEW');
    const all = await expected();
    await caughtUp({ [PROJECT]: all.cursors[PROJECT] ?? 0 });
  }, 180_000);
});
