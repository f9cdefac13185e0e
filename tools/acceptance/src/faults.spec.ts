import { importWorkbook, type ApiClient } from '@propledger/cli';
import { kafkaClient } from '@propledger/event-log';
import { envelopeOf, type RecordedEvent } from '@propledger/contracts';
import { startKafka, type LocalKafka } from '@propledger/local-kafka';
import { startPostgres, type LocalPostgres } from '@propledger/local-postgres';
import { ownKafkaIsHere } from '@propledger/testkit';
import { randomInt } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { KafkaJSNonRetriableError } from 'kafkajs';
import { Cell, type Name } from './cell.fixture';

/*
 * Services, their broker and their PostgreSQL die or hang at random points under load, or say that they are full. Afterwards every acknowledged receipt is booked once, the reports are
 * what a fresh replay makes, and no event is missing anywhere.
 *
 * npm test                           each fault once or more, a few seconds a kind
 * npm run soak                       again and again for ten minutes (SOAK_MINUTES)
 * SOAK_SEED=123 npm run soak         beginning with that seed; every round prints its own
 */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 0);
const SEED = Number(process.env['SOAK_SEED'] ?? randomInt(1_000_000));
/** At the least: every fault of a storm happens once, then others until this is over. */
const STORM_MS = MINUTES > 0 ? 20_000 : 5_000;
const CASHIERS = 4;
const PACK = join(__dirname, '../../../acceptance/bohai');
const TOPICS = [
  ['registry', 'registry'],
  ['customers', 'customers'],
  ['ledger', 'billing'],
] as const;

const isUnknownTopic = (error: unknown): boolean =>
  error instanceof KafkaJSNonRetriableError && (error.cause as { type?: string } | undefined)?.type === 'UNKNOWN_TOPIC_OR_PARTITION';

type Dice = (below: number) => number;
/** mulberry32: the same seed gives the same throws. */
const diceOf = (seed: number): Dice => {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

(ownKafkaIsHere() ? describe : describe.skip)('services and a broker that die', () => {
  const region = 'storm';
  const folder = mkdtempSync(join(tmpdir(), 'propledger-faults-'));
  const dataDir = join(folder, 'broker');
  const server = { dataDir: join(folder, 'pg') };
  let postgres: LocalPostgres;
  let broker: LocalKafka;
  let cell: Cell;
  let client: ApiClient;
  let debtors: { project: string; resource: string; customer: string; item: string; open: string }[] = [];
  const acknowledged = new Set<string>();
  let receipts = 0;

  beforeAll(async () => {
    chmodSync(folder, 0o711); // As root, PostgreSQL runs as another user, who must pass.
    [broker, postgres] = await Promise.all([startKafka({ dataDir }), startPostgres(server)]);
    const instances = { billing: 2, reports: 2 };
    cell = await Cell.start({ region, brokers: broker.brokers, instances, postgres: postgres.adminUrl });
    client = await cell.client();
    const fileName = '初始化资料.xlsx';
    const posted = await importWorkbook(client, {
      ...{ bytes: readFileSync(join(PACK, fileName)), fileName, dryRun: false, key: 'opening' },
    });
    expect(posted.state).toBe('posted');
    const { bytes } = await client.download('/reports/v1/arrears-detail', { query: { asOf: '2026-07-31' }, accept: '*/*' });
    const { rows } = JSON.parse(Buffer.from(bytes).toString()) as { rows: typeof debtors };
    debtors = rows.filter(({ open }) => Number(open) > 100).slice(0, 50);
    expect(debtors.length).toBeGreaterThan(0);
  }, 180_000);
  afterAll(async () => {
    await cell.stop();
    await Promise.all([broker.stop(), postgres.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  /** Takes receipts one after the other until told to stop; each is sent again until it is acknowledged. */
  const cashier = async (dice: Dice, signal: AbortSignal): Promise<void> => {
    const own = await cell.client({ attempts: 500, timeoutMs: 10_000 });
    while (!signal.aborted) {
      const receiptNo = `S${SEED}-${++receipts}`;
      const { project, resource, customer, item } = debtors[dice(debtors.length)] ?? { project: '' };
      const tenders = [{ method: '现金', amount: '0.01' }];
      const body = { receiptNo, date: '2026-07-01', customer, resource, item, tenders };
      await own.command(`/billing/v1/projects/${project}/receipts`, body, receiptNo);
      acknowledged.add(receiptNo);
    }
  };

  /** Takes receipts while faults happen, then lets all come to rest. */
  const storm = async (seed: number, faults: readonly Fault[]): Promise<void> => {
    const dice = diceOf(seed);
    const over = new AbortController();
    const before = acknowledged.size;
    const cashiers = Array.from({ length: CASHIERS }, (_, nth) => cashier(diceOf(seed + nth), over.signal));
    const ended = Promise.all(cashiers);
    ended.catch(() => undefined);
    const happened: string[] = [];
    const first = faults.map((fault) => ({ fault, at: dice(1_000_000) })).sort((one, other) => one.at - other.at);
    try {
      for (const until = Date.now() + STORM_MS; first.length > 0 || Date.now() < until;) {
        await pause(200 + dice(1_500));
        const fault = first.shift()?.fault ?? faults[dice(faults.length)];
        if (fault) happened.push(await FAULTS[fault](dice));
      }
      await pause(1_000); // What was lost last is missed by what comes after it.
    } finally {
      over.abort(); // Also of a fault that failed: the next storm has its own cashiers.
    }
    await ended;
    process.stderr.write(`SOAK_SEED=${seed}: ${acknowledged.size - before} receipts through ${happened.join(', ')}\n`);
  };

  const killed = async (name: Name, dice: Dice): Promise<string> => {
    const instances = cell.of(name);
    const instance = instances[dice(instances.length)];
    if (!instance) return 'nobody there';
    await cell.kill(instance);
    await pause(dice(3_000));
    await cell.revive(instance);
    return `${name} killed`;
  };

  /** A process that is there and does nothing, its connections open, goes on later as if nothing had been. */
  const hung = async (pid: number | undefined, dice: Dice): Promise<number> => {
    const ms = 2_000 + dice(9_000);
    if (pid === undefined) return 0;
    process.kill(pid, 'SIGSTOP');
    await pause(ms);
    process.kill(pid, 'SIGCONT');
    return ms;
  };

  const either = (dice: Dice): 'billing' | 'reports' => (dice(2) === 0 ? 'billing' : 'reports');
  const lose = (name: Name): Promise<unknown> =>
    cell.query(
      name,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      'admin',
    );

  const FAULTS = {
    billing: (dice: Dice) => killed('billing', dice),
    reports: (dice: Dice) => killed('reports', dice),
    hungService: async (dice: Dice) => {
      const name = either(dice);
      const instances = cell.of(name);
      return `${name} hung for ${await hung(instances[dice(instances.length)]?.child.pid, dice)} ms`;
    },
    hungBroker: async (dice: Dice) => `broker hung for ${await hung(broker.pid, dice)} ms`,
    broker: async (dice: Dice) => {
      await broker.kill();
      await pause(dice(4_000));
      broker = await startKafka({ dataDir });
      return 'broker killed';
    },
    database: async (dice: Dice) => {
      const name = either(dice);
      await lose(name);
      return `connections of ${name} lost`;
    },
    postgres: async (dice: Dice) => {
      const [pid] = readFileSync(join(server.dataDir, 'cluster/postmaster.pid'), 'utf8').split('\n');
      process.kill(Number(pid), 'SIGKILL');
      await pause(dice(2_000));
      await postgres.stop().catch(() => undefined); // Only its lock is left to be let go.
      postgres = await startPostgres(server);
      return 'PostgreSQL killed';
    },
    full: async (dice: Dice) => {
      const name = either(dice);
      const table = { billing: 'event', reports: 'receivable_movement' }[name];
      // The answer of a disk that is full, at the table that grows most.
      await cell.query(
        name,
        `create or replace function disk_full() returns trigger language plpgsql as $$ begin
           raise exception using errcode = 'disk_full', message = 'could not extend file: No space left on device';
         end $$;
         create trigger disk_full before insert on ${table} for each statement execute function disk_full()`,
        'admin',
      );
      await pause(dice(3_000));
      await cell.query(name, `drop trigger disk_full on ${table}`, 'admin');
      return `disk of ${name} full`;
    },
    crowded: async (dice: Dice) => {
      const name = either(dice);
      const role = `${cell.databases.get(name)?.name ?? ''}_app`;
      await cell.query(name, `alter role ${role} connection limit 0`, 'admin');
      await lose(name);
      await pause(dice(3_000));
      await cell.query(name, `alter role ${role} connection limit -1`, 'admin');
      return `no connection to be had by ${name}`;
    },
    deliveries: async (dice: Dice) => {
      // Somebody sends events again, late, and in no order.
      const project = debtors[dice(debtors.length)]?.project ?? '';
      const from = dice(200);
      const { items } = await client.get<{ items: RecordedEvent[] }>(`/billing/v1/books/${project}/events`, {
        query: { after_position: String(from), limit: '100' },
      });
      const jumbled = items.map((event) => ({ event, at: dice(1_000_000) })).sort((one, other) => one.at - other.at);
      const producer = kafkaClient({ brokers: broker.brokers, clientId: 'faults' }).producer();
      await producer.connect();
      const messages = jumbled.map(({ event }) => ({
        ...{ key: event.book, value: JSON.stringify(event.body), headers: envelopeOf(region, 'ledger', event) },
      }));
      try {
        // A topic lost a moment ago is not back yet: who sends to it is refused, and sends again.
        for (const until = Date.now() + 30_000, topic = `${region}.ledger.v1`; ; await pause(100))
          try {
            await producer.send({ topic, messages });
            break;
          } catch (error) {
            if (!isUnknownTopic(error) || Date.now() > until) throw error;
          }
      } finally {
        await producer.disconnect();
      }
      return `${messages.length} deliveries repeated in disorder`;
    },
    topic: async () => {
      const admin = kafkaClient({ brokers: broker.brokers, clientId: 'faults' }).admin();
      await admin.connect();
      const topics = (await admin.listTopics()).filter((topic) => topic === `${region}.ledger.v1`);
      await admin.deleteTopics({ topics });
      // It goes a moment after it was told to; what is sent until then goes with it.
      for (const until = Date.now() + 3_000; topics.length > 0 && Date.now() < until; await pause(50))
        if (!(await admin.listTopics()).includes(`${region}.ledger.v1`)) break;
      await admin.disconnect();
      return topics.length > 0 ? 'topic lost' : 'topic not back yet';
    },
  } as const;
  type Fault = keyof typeof FAULTS;

  /** Waits until nothing is on its way. */
  const rest = async (): Promise<void> => {
    for (const [, service] of TOPICS) {
      const behind = async (): Promise<number> =>
        (
          await cell.query<{ lag: string }>(
            service,
            `select coalesce(sum(h.position - coalesce(c.position, 0)), 0)::text as lag from book_head h left join relay_cursor c using (book)`,
          )
        ).reduce((sum, { lag }) => sum + Number(lag), 0);
      while ((await behind()) > 0) await pause(200);
    }
  };

  const published = async (topic: string): Promise<Map<string, Set<number>>> => {
    const kafka = kafkaClient({ brokers: broker.brokers, clientId: 'faults' });
    const admin = kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const open = new Map(ends.filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, BigInt(high)]));
    const positions = new Map<string, Set<number>>();
    if (open.size === 0) return positions;
    const retry = { initialRetryTime: 100, retries: 10 };
    const consumer = kafka.consumer({ groupId: `faults-${randomInt(1_000_000_000)}`, maxWaitTimeInMs: 100, retry });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachBatch: ({ batch }) => {
          for (const { key, headers } of batch.messages) {
            const book = key?.toString() ?? '';
            const own = positions.get(book) ?? new Set();
            positions.set(book, own.add(Number(headers?.['ce_sequence']?.toString())));
          }
          if (BigInt(batch.lastOffset()) + 1n >= (open.get(batch.partition) ?? 0n)) open.delete(batch.partition);
          if (open.size === 0) resolve();
          return Promise.resolve();
        },
      });
    });
    await consumer.disconnect();
    return positions;
  };

  const expectAllIsWell = async (): Promise<void> => {
    await rest();
    // Every acknowledged receipt is booked once, and nothing else.
    const booked = await cell.query<{ no: string; times: number }>(
      'billing',
      `select body::jsonb->>'receiptNo' as no, count(*)::int as times from event
       where type = 'receipt.taken' and body::jsonb->>'receiptNo' like 'S${SEED}-%' group by 1`,
    );
    expect(booked.filter(({ times }) => times !== 1)).toEqual([]);
    expect(booked.map(({ no }) => no).sort()).toEqual([...acknowledged].sort());

    // Nothing is missing on the topics.
    for (const [topic, service] of TOPICS) {
      const heads = await cell.query<{ book: string; position: string }>(service, 'select book, position from book_head');
      const positions = await published(`${region}.${topic}.v1`);
      for (const { book, position } of heads)
        expect([book, positions.get(book)?.size ?? 0]).toEqual([book, Number(position)]);
    }

    // Reporting comes to the end of every book by itself, and stands nowhere.
    for (;;) {
      const cursors = await cell.query<{ topic: string; book: string; position: string; parked_reason: string | null }>(
        'reports',
        'select topic, book, position, parked_reason from cursor',
      );
      expect(cursors.filter(({ parked_reason }) => parked_reason !== null)).toEqual([]);
      const heads = await cell.query<{ book: string; position: string }>('billing', 'select book, position from book_head where position > 0');
      const reached = new Map(cursors.filter(({ topic }) => topic === 'ledger').map(({ book, position }) => [book, position]));
      if (heads.every(({ book, position }) => reached.get(book) === position)) break;
      await pause(200);
    }

    // The reports are what a fresh replay makes.
    const { replay } = await client.command<{ replay: string }>('/reports/v1/replays', {});
    for (;;) {
      const job = await client.get<{ state: string; failure: string | null; differing: unknown[]; events: number }>(
        `/reports/v1/replays/${replay}`,
      );
      if (['ready', 'failed', 'dropped'].includes(job.state)) {
        expect(job).toMatchObject({ state: 'ready', failure: null, differing: [] });
        expect(job.events).toBeGreaterThan(acknowledged.size);
        break;
      }
      await pause(200);
    }
    const cents = await cell.query<{ fen: string }>(
      'reports',
      `select coalesce(sum(amount_fen), 0)::text as fen from receipt_movement where effective_on = '2026-07-01'`,
    );
    expect(Number(cents[0]?.fen)).toBe(acknowledged.size);
  };

  const KINDS: readonly (readonly [string, readonly Fault[]])[] = [
    ['billing, reporting, their relays and consumers', ['billing', 'reports', 'hungService']],
    ['the broker, the topic, the order and number of deliveries', ['broker', 'hungBroker', 'topic', 'deliveries']],
    ['PostgreSQL, its connections, and room for either', ['postgres', 'database', 'full', 'crowded']],
  ];

  if (MINUTES > 0) {
    it(`lose nothing in ${MINUTES} minutes`, async () => {
      let seed = SEED;
      for (const until = Date.now() + MINUTES * 60_000; Date.now() < until; seed++) {
        const all = KINDS.flatMap(([, faults]) => faults);
        await storm(seed, KINDS[seed % (KINDS.length + 1)]?.[1] ?? all);
        await expectAllIsWell();
      }
    }, (MINUTES + 10) * 60_000);
  } else {
    it.each(KINDS)('lose nothing when they lose %s', async (_what, faults) => {
      await storm(SEED, faults);
      await expectAllIsWell();
    }, 180_000);
  }
});
