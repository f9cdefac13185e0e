import { headsTopicName, topicName, type RecordedEvent } from '@propledger/contracts';
import { freshDatabase, kafkaBrokers, type FreshDatabase } from '@propledger/testkit';
import { randomBytes } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import {
  BookConsumer,
  heads,
  HeadsWatch,
  kafkaClient,
  kafkaTransport,
  readEvents,
  Relay,
  type BookConsumerOptions,
  type EventSource,
  type RelayOptions,
  type Tx,
} from '../index';
import { adding, openBooks, type Books, type TallyWriter } from '../tally.fixture';
import { eventOf } from './messages';

export const TRANSPORTS = ['local', 'kafka'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

const SILENT = { warn: () => undefined, error: () => undefined };

/** A ledger and a projection in databases of their own, and what goes between them. */
export interface Wired {
  readonly databases: readonly FreshDatabase[];
  readonly ledger: Books;
  readonly projection: Books;
  readonly writer: TallyWriter;
  readonly region: string;
  readonly kafka: Kafka;
  /** The events of the ledger, without HTTP in between. */
  source(): EventSource;
  relay(options?: Partial<RelayOptions>): Relay;
  consume(options?: Partial<BookConsumerOptions>): BookConsumer;
  add(book: string, ...amounts: number[]): Promise<void>;
  reached(): Promise<Record<string, number>>;
  /** What is on the region's topic of events, partition after partition, in order in each. */
  published(): Promise<RecordedEvent[]>;
  /** What the topic of heads says last of each book. */
  publishedHeads(): Promise<Record<string, { position: number; hash: string }>>;
  /** How far a book was ever said to have come, in the order in which it was. */
  headsSaidOf(book: string): Promise<number[]>;
  close(): Promise<void>;
}

/** Adds up tallies again; whatever is applied twice or left out shows. */
export const applyTallies = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
  const sum = events.reduce((total, event) => total + (event.body as { amount: number }).amount, 0);
  await tx.rows(
    'insert into tally values ($1, $2) on conflict (book) do update set amount = tally.amount + excluded.amount',
    [events[0]?.book, sum],
  );
};

export const unlessAborted = <V>(promise: Promise<V>, signal: AbortSignal): Promise<V> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

export const wire = async (transport: TransportName): Promise<Wired> => {
  const databases = [await freshDatabase('ledger'), await freshDatabase('projection')];
  const [ledger, projection] = (await Promise.all(databases.map(openBooks))) as [Books, Books];
  const writer = ledger.writer();
  const watch = new HeadsWatch(ledger.reader, writer);
  const region = `spec-${randomBytes(6).toString('hex')}`;
  const kafka = kafkaClient({
    brokers: transport === 'kafka' ? await kafkaBrokers() : '127.0.0.1:1',
    clientId: 'spec',
  });
  const consumers: BookConsumer[] = [];
  const relays: Relay[] = [];
  const source = (): EventSource => ({
    moved: (since, waitMs, signal) => unlessAborted(watch.moved(since, waitMs), signal),
    read: (book, after, limit) => readEvents(ledger.reader, book, after, limit),
  });
  const topic = topicName(region, 'ledger');

  const wired: Wired = {
    databases,
    ledger,
    projection,
    writer,
    region,
    kafka,
    source,
    relay: (options = {}) => {
      const relay = new Relay({
        ...{ topic: 'ledger', region, kafka, transact: ledger.transact, moves: writer, log: SILENT, partitions: 4 },
        ...options,
      });
      relays.push(relay);
      relay.start();
      return relay;
    },
    consume: (options = {}) => {
      const given = { topic: 'ledger', source: source(), transact: projection.transact, apply: applyTallies } as const;
      const own = options.source ?? given.source;
      const consumer = new BookConsumer({
        ...given,
        log: SILENT,
        ...(transport === 'kafka'
          ? {
              transport: kafkaTransport({
                ...{ kafka, groupId: `${region}.projection`, topics: [topic], home: topic, source: own, log: SILENT },
              }),
            }
          : {}),
        ...options,
      });
      consumers.push(consumer);
      consumer.start();
      return consumer;
    },
    add: async (book, ...amounts) => {
      await writer.submitAll(amounts.map((amount) => adding(book, `${book}:${Math.random()}`, { amount })));
    },
    reached: async () => Object.fromEntries((await heads(ledger.reader)).map(({ book, position }) => [book, position])),
    published: async () => {
      const events: RecordedEvent[] = [];
      await readTopic(kafka, topic, (message) => {
        const event = eventOf(message);
        if (event) events.push(event);
      });
      return events;
    },
    publishedHeads: async () => {
      const last: Record<string, { position: number; hash: string }> = {};
      await readTopic(kafka, headsTopicName(region, 'ledger'), ({ key, value }) => {
        last[key?.toString() ?? ''] = JSON.parse(value?.toString() ?? '') as { position: number; hash: string };
      });
      return last;
    },
    headsSaidOf: async (book) => {
      const said: number[] = [];
      await readTopic(kafka, headsTopicName(region, 'ledger'), ({ key, value }) => {
        if (key?.toString() === book) said.push((JSON.parse(value?.toString() ?? '') as { position: number }).position);
      });
      return said;
    },
    close: async () => {
      watch.close();
      await Promise.all([...consumers.map((consumer) => consumer.stop()), ...relays.map((relay) => relay.stop())]);
      await ledger.close();
      await projection.close();
      await Promise.all(databases.map((database) => database.drop()));
    },
  };
  return wired;
};

interface Message {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Parameters<typeof eventOf>[0]['headers'];
}

/** Reads a topic from its beginning to where it ends now. */
const readTopic = async (kafka: Kafka, topic: string, take: (message: Message) => void): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const open = new Map(
    ends.filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, BigInt(high)]),
  );
  if (open.size === 0) return;
  const groupId = `read-${randomBytes(6).toString('hex')}`;
  // The coordinator of a new broker takes a moment.
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, retry: { initialRetryTime: 100, retries: 10 } });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    void consumer.run({
      eachBatch: ({ batch }) => {
        for (const message of batch.messages) take(message);
        if (BigInt(batch.lastOffset()) + 1n >= (open.get(batch.partition) ?? 0n)) open.delete(batch.partition);
        if (open.size === 0) resolve();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
};
