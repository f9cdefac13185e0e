import { envelopeOf, headsTopicName, topicName, type RecordedEvent } from '@propledger/contracts';
import { kafkaBrokers, kafkaIsHere, readWithJava } from '@propledger/testkit';
import type { Producer } from 'kafkajs';
import { Client } from 'pg';
import { kafkaClient, kafkaTransport } from '../index';
import { adding } from '../tally.fixture';
import { unlessAborted, wire, type Wired } from './wired.fixture';

const PATIENCE_MS = 30_000;

let wired: Wired;
let producers: Producer[];

const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
};
const positionsOf = (events: readonly RecordedEvent[], book: string): number[] =>
  events.filter((event) => event.book === book).map(({ position }) => position);
const oneTo = (last: number): number[] => Array.from({ length: last }, (_, i) => i + 1);
const cursorOfRelay = async (book: string): Promise<number> =>
  Number(
    (
      await wired.ledger.reader.rows<{ position: string }>('select position from relay_cursor where book = $1', [book])
    )[0]?.position ?? 0,
  );
const ledgerTopic = (): string => topicName(wired.region, 'ledger');

(kafkaIsHere() ? describe : describe.skip)('with a broker', () => {
  beforeEach(async () => {
    wired = await wire('kafka');
    producers = [];
  }, 60_000);
  afterEach(async () => {
    await Promise.all(producers.map((producer) => producer.disconnect()));
    await wired.close();
  }, 60_000);

  /** Publishes what is in the ledger by itself, in whatever order. */
  const publish = async (events: readonly RecordedEvent[]): Promise<void> => {
    const producer = wired.kafka.producer({ retry: { retries: 8 } }); // A new topic's leaders take a moment.
    producers.push(producer);
    await producer.connect();
    const messages = events.map((event) => ({
      key: event.book,
      value: JSON.stringify(event.body),
      headers: envelopeOf(wired.region, 'ledger', event),
    }));
    await producer.send({ topic: ledgerTopic(), messages, acks: -1 });
  };
  const makeTopics = async (...topics: string[]): Promise<void> => {
    const admin = wired.kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 4 })), waitForLeaders: false });
    // `waitForLeaders` fails where a busy broker has not heard yet of what it was told to make.
    const isThere = (topic: string): Promise<boolean> =>
      admin.fetchTopicOffsets(topic).then(
        () => true,
        () => false,
      );
    for (const topic of topics) await until(() => isThere(topic));
    await admin.disconnect();
  };

  describe('the relay', () => {
    it('publishes every event once and in order in each book, and how far each book has come', async () => {
      await wired.add('A', ...Array.from({ length: 1_500 }, () => 1));
      await wired.add('B', 1, 2, 3);
      const relay = wired.relay();
      await until(() => relay.status().published === 1_503);
      await wired.add('B', 4);
      await until(() => relay.status().published === 1_504);
      const events = await wired.published();
      expect(positionsOf(events, 'A')).toEqual(oneTo(1_500));
      expect(positionsOf(events, 'B')).toEqual(oneTo(4));
      const [last] = (await wired.ledger.stored('A')).slice(-1);
      const headsThen = await wired.publishedHeads();
      expect(headsThen['A']).toEqual({ position: 1_500, hash: last?.hash });
      expect(headsThen['B']).toMatchObject({ position: 4 });
      await until(() => relay.status().lag === 0);
      expect(relay.status()).toEqual({ topic: 'ledger', trouble: null, lag: 0, books: 0, published: 1_504 });
    });

    it('shares the books with others, in order in each whoever publishes', async () => {
      const relays = [wired.relay(), wired.relay(), wired.relay()];
      const books = Array.from({ length: 12 }, (_, i) => `B${i}`);
      for (let nth = 0; nth < 15; nth++) await Promise.all(books.map((book) => wired.add(book, 1, 1)));
      await until(async () => {
        const positions = await Promise.all(books.map(cursorOfRelay));
        return positions.every((position) => position === 30);
      });
      const events = await wired.published();
      for (const book of books) expect(positionsOf(events, book)).toEqual(oneTo(30));
      expect(relays.reduce((sum, relay) => sum + relay.status().published, 0)).toBe(360);
    });

    it('leaves the books of one that is gone to another', async () => {
      // Whoever holds a book's cursor and dies, before or after it published.
      const holder = new Client({ connectionString: wired.databases[0]?.appUrl });
      await holder.connect();
      await wired.add('A', 1, 2, 3);
      await wired.ledger.reader.rows(`insert into relay_cursor (book) values ('A')`);
      await holder.query('begin');
      await holder.query(`select from relay_cursor where book = 'A' for update`);
      const relay = wired.relay();
      await wired.add('B', 1);
      await until(async () => (await cursorOfRelay('B')) === 1);
      expect(await cursorOfRelay('A')).toBe(0);
      expect(relay.status()).toMatchObject({ trouble: null });
      await holder.end();
      await until(async () => (await cursorOfRelay('A')) === 3);
      expect(positionsOf(await wired.published(), 'A')).toEqual([1, 2, 3]);
    });

    it('remembers as published only what the broker has acknowledged', async () => {
      await wired.add('A', 1, 2, 3);
      const answers: (() => void)[] = [];
      const producer = (): Producer => {
        const real = wired.kafka.producer();
        return {
          ...real,
          sendBatch: async (batch) => {
            const answer = await real.sendBatch(batch);
            if (answers.length === 0) {
              // The acknowledgement is lost on its way.
              answers.push(() => undefined);
              throw new Error('no answer');
            }
            return answer;
          },
        };
      };
      const relay = wired.relay({
        kafka: Object.assign(Object.create(wired.kafka) as typeof wired.kafka, { producer }),
      });
      await until(async () => (await cursorOfRelay('A')) === 3);
      expect(relay.status().published).toBe(3);
      // Both times in order; who reads drops the second time.
      expect(positionsOf(await wired.published(), 'A')).toEqual([1, 2, 3, 1, 2, 3]);
      const consumer = wired.consume();
      await until(async () => (await wired.projection.tally('A')) === 6);
      expect(await consumer.caughtUp({ A: 3 }, PATIENCE_MS)).toBe(true);
    });

    it('says how much waits to be published while there is no broker', async () => {
      await wired.add('A', 1, 2);
      const relay = wired.relay({ kafka: kafkaClient({ brokers: '127.0.0.1:1', clientId: 'spec' }) });
      await until(() => relay.status().trouble !== null);
      await wired.add('B', 3);
      await until(() => relay.status().lag === 3);
      expect(relay.status()).toMatchObject({ books: 2, published: 0 });
    });

    it('publishes everything again when it is told to', async () => {
      await wired.add('A', 1, 2);
      await wired.add('B', 1);
      const relay = wired.relay();
      await until(() => relay.status().published === 3);
      await relay.refill('A');
      await until(() => relay.status().published === 5);
      await relay.refill();
      await until(() => relay.status().published === 8);
      expect(await relay.refill('C')).toBe(false);
      expect(positionsOf(await wired.published(), 'A')).toEqual([1, 2, 1, 2, 1, 2]);
    });

    it('refills a topic that was lost, and consumers go on', async () => {
      await wired.add('A', 1, 2, 3);
      const relay = wired.relay();
      const consumer = wired.consume();
      await until(async () => (await wired.projection.tally('A')) === 6);
      await until(async () => (await cursorOfRelay('A')) === 3);
      const admin = wired.kafka.admin();
      await admin.connect();
      await admin.deleteTopics({ topics: [ledgerTopic()] });
      await admin.disconnect();
      await wired.add('A', 4);
      await wired.add('B', 5);
      await until(async () => (await wired.projection.tally('B')) === 5);
      expect(await consumer.caughtUp(await wired.reached(), PATIENCE_MS)).toBe(true);
      expect(await wired.projection.tally('A')).toBe(10);
      await until(() => relay.status().trouble === null && relay.status().lag === 0);
      await until(async () => (await cursorOfRelay('A')) === 4);
      const events = await wired.published();
      expect(positionsOf(events, 'A').filter((position, index, all) => all.indexOf(position) === index)).toEqual(
        oneTo(4),
      );
      await wired.add('A', 6);
      await until(async () => (await wired.projection.tally('A')) === 16);
    });
  });

  it('fills a topic again that was lost with what another was just publishing', async () => {
    await wired.add('A', 1, 2, 3);
    let sent = false;
    let goOn = (): void => undefined;
    const gone = new Promise<void>((resolve) => (goOn = resolve));
    const producer: typeof wired.kafka.producer = (config) => {
      const real = wired.kafka.producer(config);
      return { ...real, sendBatch: (batch) => real.sendBatch(batch).finally(() => (sent = true)) };
    };
    // What it has sent is acknowledged, and it comes to remember that when the topic is gone.
    wired.relay({
      kafka: Object.assign(Object.create(wired.kafka) as typeof wired.kafka, { producer }),
      transact: (work) =>
        wired.ledger.transact(async (tx) => {
          const done = await work(tx);
          if (sent) await gone;
          return done;
        }),
    });
    await until(() => sent);
    const admin = wired.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [ledgerTopic()] });
    await until(async () => !(await admin.listTopics()).includes(ledgerTopic()));
    await admin.disconnect();
    wired.relay();
    setTimeout(goOn, 1_500);
    await gone;
    // While it is made, nobody leads it.
    await until(async () => positionsOf(await wired.published().catch(() => []), 'A').length === 3);
  }, 30_000);

  it('fills a topic again that somebody made anew between two of its requests', async () => {
    await wired.add('A', 1, 2, 3);
    const relay = wired.relay();
    await until(() => relay.status().published === 3);
    const admin = wired.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [ledgerTopic()] });
    await until(async () => !(await admin.listTopics()).includes(ledgerTopic()));
    await admin.disconnect();
    await makeTopics(ledgerTopic());
    await wired.add('A', 4);
    await until(async () => new Set(positionsOf(await wired.published(), 'A')).size === 4);
  }, 30_000);

  it('never says that a book has come less far than it has, also while everything is published again', async () => {
    await wired.add('A', ...Array.from({ length: 1_500 }, () => 1));
    const relay = wired.relay();
    await until(() => relay.status().published === 1_500);
    await relay.refill();
    await until(() => relay.status().published === 3_000);
    await relay.stop();
    const again = wired.relay();
    await until(() => again.status().trouble === null && again.status().lag === 0);
    const said = await wired.headsSaidOf('A');
    expect(said.length).toBeGreaterThan(4);
    expect(new Set(said)).toEqual(new Set([1_500]));
  }, 30_000);

  it('says again how far books have come when it begins: that may be lost, or late word of one that hung', async () => {
    await wired.add('A', 1, 2, 3);
    await wired.add('B', 1);
    const first = wired.relay();
    await until(() => first.status().published === 4);
    await first.stop();
    const topic = headsTopicName(wired.region, 'ledger');
    const admin = wired.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await until(async () => !(await admin.listTopics()).includes(topic));
    await admin.disconnect();
    await makeTopics(topic);
    const producer = wired.kafka.producer({ retry: { retries: 8 } });
    producers.push(producer);
    await producer.connect();
    const late = (position: number): { key: string; value: string } => ({
      key: 'A',
      value: JSON.stringify({ position, hash: '' }),
    });
    await producer.send({ topic, messages: [late(1), late(2)], acks: -1 });
    wired.relay();
    await until(async () => (await wired.publishedHeads())['B'] !== undefined);
    const heads = await wired.publishedHeads();
    const hashes = await Promise.all(['A', 'B'].map(async (book) => (await wired.ledger.stored(book)).at(-1)?.hash));
    expect(heads).toEqual({ A: { position: 3, hash: hashes[0] }, B: { position: 1, hash: hashes[1] } });
  }, 30_000);

  it('fills a topic again that somebody made anew while it was away', async () => {
    await wired.add('A', 1, 2, 3);
    const first = wired.relay();
    await until(() => first.status().published === 3);
    await first.stop();
    const admin = wired.kafka.admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [ledgerTopic()] });
    await admin.disconnect();
    await makeTopics(ledgerTopic());
    await wired.add('B', 1);
    const second = wired.relay();
    await until(() => second.status().published === 4);
    const events = await wired.published();
    expect(positionsOf(events, 'A')).toEqual([1, 2, 3]);
    expect(positionsOf(events, 'B')).toEqual([1]);
  });

  describe('the consumer', () => {
    it('is not misled by deliveries that are repeated, out of order, incomplete or no events at all', async () => {
      await makeTopics(ledgerTopic());
      await wired.add('A', ...oneTo(60));
      await wired.add('B', ...oneTo(20));
      const all = [...(await wired.ledger.stored('A')), ...(await wired.ledger.stored('B'))];
      const jumbled = [...all, ...all.slice(10, 40)]
        .filter(({ position }) => position % 7 !== 3)
        .map((event, index) => ({ event, at: (index * 7919) % 101 }))
        .sort((one, other) => one.at - other.at);
      await publish(jumbled.map(({ event }) => event));
      const [producer] = producers;
      const [first] = all;
      if (!first) throw new Error('no event');
      const claims = [
        { ...first, position: 1e12 },
        ...['nobody', 'A\u0000', 'x'.repeat(5_000)].map((book) => ({ ...first, book, position: 7 })),
      ];
      await producer?.send({
        topic: ledgerTopic(),
        messages: [
          { key: 'A', value: 'no JSON' },
          { key: 'A', value: '{}', headers: { ce_specversion: '1.0', ce_sequence: 'x' } },
          { key: null, value: null },
          ...claims.map((event) => ({ key: 'A', value: '{}', headers: envelopeOf(wired.region, 'ledger', event) })),
        ],
      });
      const consumer = wired.consume();
      await until(async () => (await wired.projection.tally('B')) === 210);
      await until(async () => (await wired.projection.tally('A')) === 1_830);
      expect(await consumer.caughtUp(await wired.reached(), PATIENCE_MS)).toBe(true);
      await until(() => consumer.status().lag === 0);
      expect(consumer.status()).toMatchObject({ trouble: null, parked: [] });
      await publish(all.slice(0, 30));
      await wired.add('A', 61);
      await publish((await wired.ledger.stored('A')).slice(-1));
      await until(async () => (await wired.projection.tally('A')) === 1_891);
      expect(await wired.projection.tally('B')).toBe(210);
    });

    it('reads nothing from the owner that is delivered', async () => {
      await makeTopics(ledgerTopic());
      await wired.add('A', ...oneTo(1_500));
      await publish(await wired.ledger.stored('A'));
      const read: string[] = [];
      const real = wired.source();
      wired.consume({ source: { ...real, read: (book, ...rest) => (read.push(book), real.read(book, ...rest)) } });
      await until(async () => (await wired.projection.tally('A')) === 1_125_750);
      expect(read).toEqual([]);
    });

    it('reads from the owner what the topic never had, also when nothing more comes, and says while it cannot ask', async () => {
      await makeTopics(ledgerTopic());
      await wired.add('A', 1, 2, 3);
      let away = true;
      const real = wired.source();
      const consumer = wired.consume({
        source: { ...real, moved: (...args) => (away ? Promise.reject(new Error('away')) : real.moved(...args)) },
      });
      await until(() => consumer.status().trouble?.includes('away') === true);
      away = false;
      await until(async () => (await wired.projection.tally('A')) === 6);
      expect(consumer.status()).toMatchObject({ trouble: null, lag: 0 });
    });

    it('goes on with other books while the owner of a book with a gap is away', async () => {
      await makeTopics(ledgerTopic());
      await wired.add('A', 1, 2, 3);
      await wired.add('B', 1);
      let away = true;
      const real = wired.source();
      const consumer = wired.consume({
        source: {
          moved: (...args) => (away ? Promise.reject(new Error('away')) : real.moved(...args)),
          read: (...args) => (away ? Promise.reject(new Error('away')) : real.read(...args)),
        },
      });
      const [a1, , a3] = await wired.ledger.stored('A');
      await publish([a1, a3].flatMap((event) => event ?? []));
      await until(async () => (await wired.projection.tally('A')) === 1);
      await publish(await wired.ledger.stored('B'));
      await until(async () => (await wired.projection.tally('B')) === 1);
      expect(await wired.projection.tally('A')).toBe(1);
      expect(consumer.status().trouble).toContain('away');
      away = false;
      await until(async () => (await wired.projection.tally('A')) === 6);
      await until(() => consumer.status().trouble === null);
    });

    it('answers who waits although the broker brings nothing', async () => {
      await makeTopics(ledgerTopic());
      const consumer = wired.consume({
        source: {
          ...wired.source(),
          moved: (_since, _wait, signal) => unlessAborted(new Promise(() => undefined), signal),
        },
      });
      await wired.add('A', 1, 2);
      expect(await consumer.caughtUp({ A: 2 }, PATIENCE_MS)).toBe(true);
      expect(await consumer.caughtUp({ A: 3 }, 50)).toBe(false);
      expect(await wired.projection.tally('A')).toBe(3);
    });

    it('keeps the group books of regions apart, and takes the projects of all', async () => {
      const other = `${wired.region}-other`;
      const [home, away] = [ledgerTopic(), topicName(other, 'ledger')];
      await makeTopics(home, away, headsTopicName(other, 'ledger'));
      await wired.add('~group', 1);
      await wired.add('A', 2);
      await publish([...(await wired.ledger.stored('~group')), ...(await wired.ledger.stored('A'))]);
      const [event] = await wired.ledger.stored('A');
      if (!event) throw new Error('no event');
      const [producer] = producers;
      await producer?.send({
        topic: away,
        messages: ['~group', 'Z'].map((book) => ({
          key: book,
          value: JSON.stringify({ amount: 50 }),
          headers: envelopeOf(other, 'ledger', { ...event, book }),
        })),
      });
      wired.consume({
        transport: kafkaTransport({
          ...{ kafka: wired.kafka, groupId: `${wired.region}.both`, topics: [home, away], home },
          ...{ source: wired.source(), log: { warn: () => undefined, error: () => undefined } },
        }),
      });
      await until(async () => (await wired.projection.tally('Z')) === 50);
      await until(async () => (await wired.projection.tally('A')) === 2);
      await until(async () => (await wired.projection.tally('~group')) === 1);
    });
  });

  it('is read by a client that is not ours: CloudEvents in binary mode', async () => {
    await wired.writer.submit(adding('YT-01', 'c1', { amount: 5, parts: 2 }));
    await wired.writer.submit(adding('YT-01', 'c2', { amount: 0, reverses: 1 }));
    const relay = wired.relay();
    await until(() => relay.status().published === 3);
    const lines = await readWithJava({ brokers: await kafkaBrokers(), settings: null }, ledgerTopic(), 3);
    const stored = await wired.ledger.stored('YT-01');
    expect(lines).toHaveLength(3);
    for (const [index, { headers, key, value }] of lines.entries()) {
      const event = stored[index];
      if (!event) throw new Error('more than was stored');
      expect(key).toBe('YT-01');
      expect(value).toBe(event.bodyText);
      expect(headers).toEqual({
        'content-type': 'application/json',
        ce_specversion: '1.0',
        ce_id: event.eventId,
        ce_source: `/${wired.region}/ledger`,
        ce_type: 'tally.added',
        ce_subject: 'YT-01',
        ce_partitionkey: 'YT-01',
        ce_region: wired.region,
        ce_sequence: String(index + 1),
        ce_time: event.recordedAt,
        ce_schemaversion: '1',
        ce_effectivedate: '2026-03-31',
        ce_accountingperiod: '2026-03',
        ce_commandid: index < 2 ? 'c1' : 'c2',
        ce_actor: 'tester',
        ce_origin: 'api',
        ce_correlationid: `correlation of ${index < 2 ? 'c1' : 'c2'}`,
        ce_contenthash: event.contentHash,
        ce_hash: event.hash,
        ...(index === 2 ? { ce_reverses: '1' } : {}),
      });
    }
  });
});
