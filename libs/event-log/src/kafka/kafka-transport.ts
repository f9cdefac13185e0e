import { GROUP_BOOK, type RecordedEvent } from '@propledger/contracts';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import { abortedWith } from '../aborted-with';
import type { ConsumerLog } from '../consumer-options';
import type { EventSource, Moved } from '../event-source';
import type { Receiver, Transport } from '../transport';
import { eventOf } from './messages';

export interface KafkaTransportOptions {
  readonly kafka: Kafka;
  /** The instances of one service share the books of its group. */
  readonly groupId: string;
  /** The names of the topics, one a region. */
  readonly topics: readonly string[];
  /** Of these topics, the one whose group book is followed; that of other regions is passed over. */
  readonly home: string;
  /** Tells how far books have come, whatever the broker does. */
  readonly source: EventSource;
  readonly log: ConsumerLog;
}

/** A member that is silent this long is dead: 6 s is what brokers allow at the least. */
const SESSION_MS = 6_000;
const HEARTBEAT_MS = 1_500;
const REBALANCE_MS = 6_000;
/** Offsets only save work after a restart: the cursors say what was applied. */
const COMMIT_MS = 2_000;
/** What a broker did not deliver within two of these is read from the owner. */
const COMPARE_MS = 5_000;
const CLOSE_MS = 5_000;
/** More than there are: what one fetch brought is delivered at once, so that few events of many books are applied together. */
const PARTITIONS_AT_ONCE = 100;
/** Much of few partitions, and not little of many: the more of a book comes at once, the less is read and written for each event. */
const FETCH_BYTES = 16 * 1024 * 1024;
const PARTITION_BYTES = 8 * 1024 * 1024;
const FETCH_WAIT_MS = 1_000;
/** Partitions that a topic was given, or that it has since it was made anew, are seen this late. */
const METADATA_MS = 30_000;

/** Delivered and not applied yet, at most, before more is fetched: while this is applied, the next is on its way. */
const BACKLOG_BYTES = 32 * 1024 * 1024;
/** A batch smaller than this is waited for: what comes meanwhile comes together, and not in many fetches. */
const SMALL_BYTES = 64 * 1024;
/** Of a message, beside its value. */
const HEADER_BYTES = 1024;

/**
 * With a broker: its batches are handed to the receiver, and the next are fetched when few of these are not applied yet, so what
 * waits in memory is limited. Every few seconds the owner is asked how far books have come: a topic may have lost events, or never had them.
 */
export const kafkaTransport = (options: KafkaTransportOptions): Transport => ({
  shared: true,
  follow: async (to, signal) => {
    const { controller: ended, letGo } = abortedWith(signal);
    const comparing = compareRegularly(options, to, ended.signal);
    try {
      await consume(options, to, signal);
    } finally {
      ended.abort();
      await comparing;
      letGo();
    }
  },
});

const consume = async (options: KafkaTransportOptions, to: Receiver, signal: AbortSignal): Promise<void> => {
  const { kafka, groupId, topics } = options;
  const consumer = kafka.consumer({
    groupId,
    sessionTimeout: SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    rebalanceTimeout: REBALANCE_MS,
    maxBytes: FETCH_BYTES,
    maxBytesPerPartition: PARTITION_BYTES,
    maxWaitTimeInMs: FETCH_WAIT_MS,
    metadataMaxAge: METADATA_MS,
    allowAutoTopicCreation: false,
    // It is made anew by whoever follows.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3, restartOnFailure: () => Promise.resolve(false) },
  });
  const topicOfBook = new Map<string, string>();
  const offsets = new Offsets(consumer);
  const backlog = new Backlog();
  const crashed = new Promise<never>((_, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
  });
  crashed.catch(() => undefined);
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  consumer.on('consumer.group_join', () => {
    offsets.forget();
    to.sees({});
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: PARTITIONS_AT_ONCE,
      eachBatch: (payload) => deliver(payload, options, to, offsets, backlog, topicOfBook),
    });
    if (!signal.aborted) await Promise.race([crashed, stopped]);
  } finally {
    await offsets.commit();
    await closed(consumer);
  }
};

const deliver = async (
  payload: EachBatchPayload,
  { home, log }: KafkaTransportOptions,
  to: Receiver,
  offsets: Offsets,
  backlog: Backlog,
  topicOfBook: Map<string, string>,
): Promise<void> => {
  const { batch } = payload;
  const books = new Map<string, RecordedEvent[]>();
  let unreadable = 0;
  let misplaced = 0;
  for (const message of batch.messages) {
    const event = eventOf(message);
    if (event === null) unreadable += 1;
    else if (event.book === GROUP_BOOK && batch.topic !== home) continue;
    else if (placeOf(topicOfBook, event.book, batch.topic) !== batch.topic) misplaced += 1;
    else {
      const events = books.get(event.book);
      if (events) events.push(event);
      else books.set(event.book, [event]);
    }
  }
  if (misplaced > 0) log.error({ topic: batch.topic, misplaced }, 'events of books that another region has, too');
  // What they should have said is missed in their books, and read from the owner.
  if (unreadable > 0)
    log.error({ topic: batch.topic, partition: batch.partition, unreadable }, 'messages are no events');
  const applied = offsets.done(batch, Promise.all([...books].map(([book, events]) => to.takes(book, events))));
  const bytes = batch.messages.reduce((sum, { value }) => sum + HEADER_BYTES + (value?.length ?? 0), 0);
  await beating(backlog.add(bytes, applied), () => payload.heartbeat());
  if (payload.isRunning() && !payload.isStale()) payload.resolveOffset(batch.lastOffset());
};

/** The topic on which a book was seen first. */
const placeOf = (topicOfBook: Map<string, string>, book: string, topic: string): string => {
  const known = topicOfBook.get(book);
  if (known === undefined) topicOfBook.set(book, topic);
  return known ?? topic;
};

/** Tells the broker that this instance lives until the work is done. @throws what a heartbeat does: the group is shared anew. */
const beating = async (work: Promise<unknown>, heartbeat: () => Promise<void>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<never>((_, reject) => {
    timer = setInterval(() => void heartbeat().catch(reject), HEARTBEAT_MS);
  });
  work.catch(() => undefined);
  try {
    await Promise.race([work, lost]);
  } finally {
    clearInterval(timer);
  }
};

/** What was delivered and is not applied yet. */
class Backlog {
  private bytes = 0;
  private readonly waiting = new Set<Promise<void>>();

  /** Resolves when there is room for more. @throws what one of those that are not applied yet does. */
  async add(bytes: number, applied: Promise<void>): Promise<void> {
    this.bytes += bytes;
    this.waiting.add(applied);
    const done = (): void => {
      this.bytes -= bytes;
      this.waiting.delete(applied);
    };
    applied.then(done, done);
    if (bytes < SMALL_BYTES) await applied;
    while (this.bytes > BACKLOG_BYTES) await Promise.race(this.waiting);
  }
}

/** What was applied of each partition, told to the broker every now and then. */
class Offsets {
  private readonly next = new Map<string, { topic: string; partition: number; offset: string }>();
  /** Of each partition, the batch before the next: what comes later may be applied earlier. */
  private last = new Map<string, Promise<void>>();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly consumer: Consumer) {}

  /** Resolves when this batch is applied and everything of its partition before it. */
  done(batch: EachBatchPayload['batch'], taken: Promise<unknown>): Promise<void> {
    const { topic, partition } = batch;
    const key = `${partition} ${topic}`;
    const { last } = this;
    const applied = Promise.all([last.get(key), taken]).then(() => {
      if (this.last !== last) return;
      this.next.set(key, { topic, partition, offset: String(BigInt(batch.lastOffset()) + 1n) });
      this.timer ??= setTimeout(() => void this.commit(), COMMIT_MS).unref();
    });
    last.set(key, applied);
    return applied;
  }

  /** Partitions may be somebody else's now. */
  forget(): void {
    this.next.clear();
    this.last = new Map();
  }

  async commit(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const offsets = [...this.next.values()];
    this.next.clear();
    // Lost: those batches are delivered again after a restart, and dropped.
    if (offsets.length > 0) await within(this.consumer.commitOffsets(offsets), CLOSE_MS);
  }
}

const closed = (consumer: Consumer): Promise<void> => within(consumer.disconnect(), CLOSE_MS);

/** Whatever comes of it. */
const within = async (work: Promise<unknown>, ms: number): Promise<void> => {
  const enough = new AbortController();
  const late = pause(ms, undefined, { signal: enough.signal });
  await Promise.race([work, late]).catch(() => undefined);
  enough.abort();
  late.catch(() => undefined);
};

const compareRegularly = async (
  { source }: KafkaTransportOptions,
  to: Receiver,
  signal: AbortSignal,
): Promise<void> => {
  const known: Record<string, number> = {};
  let since: string | null = null;
  while (!signal.aborted) {
    try {
      const moved: Moved = await source.moved(since, 0, signal);
      since = moved.since;
      Object.assign(known, moved.heads);
      await to.compares(known);
      to.misses(moved.away ?? null);
    } catch (error) {
      if (!signal.aborted) to.misses(error);
    }
    await pause(COMPARE_MS * (0.8 + 0.4 * Math.random()), undefined, { signal }).catch(() => undefined);
  }
};
