import { headsTopicName, topicName, type BookHeadMessage, type Topic } from '@propledger/contracts';
import type { Kafka, Message, Producer, RecordMetadata } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { ConsumerLog } from '../consumer-options';
import { reasonOf } from '../database-errors';
import { heads } from '../heads';
import type { Moves } from '../heads-watch';
import { HUNG_MS } from '../pool';
import { readSlices, type Slice } from '../read-slices';
import type { UnreadEvent } from '../read-events';
import type { Transact, Tx } from '../transaction';
import { messageOf, sizeOf } from './messages';
import {
  behindBooks,
  lockBooks,
  moveRelayCursors,
  publishedSoFar,
  rewindRelay,
  type BehindBooks,
} from './relay-cursors';
import { ensureTopics, type Had, type TopicSettings } from './topics';

export interface RelayOptions extends TopicSettings {
  readonly topic: Topic;
  readonly region: string;
  readonly kafka: Kafka;
  /** Of the owner's database, which has the table of `relayMigration`. */
  readonly transact: Transact;
  /** Says when a book moved in this process, so that its events go at once. */
  readonly moves?: Moves;
  readonly log: ConsumerLog;
}

export interface RelayStatus {
  readonly topic: Topic;
  /** Why nothing could be published last time; null: all is well. */
  readonly trouble: string | null;
  /** Events that were not published yet, and books that have some, when it looked last. */
  readonly lag: number;
  readonly books: number;
  /** Events that this process has published. */
  readonly published: number;
}

/**
 * So long after a round has begun the next one begins, unless there is much: what is appended meanwhile goes together, and is
 * applied together by those who consume it.
 */
const ROUND_EVERY_MS = 50;
/** Moves of other processes are seen this late at most; so is the death of one. */
const LOOK_MS = 1_000;
const ACK_MS = 5_000;
const CHECK_MS = 60_000;
const PAGE_EVENTS = 600;
const PAGES_A_ROUND = 10;
const BYTES_A_REQUEST = 900_000;
const HEADS_A_REQUEST = 3_000;
const ALL_REPLICAS = -1;
// Of an advisory lock in the owner's database.
const TOPICS_LOCK = 7_267_152;

/**
 * Publishes the events of a service's books, in order in each book. What was published is remembered after all replicas have
 * acknowledged it; so an event may be published twice, and is never left out. Several instances share the books: each holds those
 * that it publishes by the locks of their cursors, which the database lets go when it dies.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private producer: Producer | null = null;
  private wake: (() => void) | null = null;
  private moved = false;
  /** When the topics were looked at, in epoch milliseconds; 0: not since the last failure. */
  private checkedAt = 0;
  /** What they had had then. */
  private had: Had = { events: 0, heads: 0 };
  /** Of each partition, where it begins what was acknowledged last. */
  private readonly offsets = new Map<string, number>();
  /** Whether the topic of events has begun anew meanwhile. */
  private remade = false;
  private state: Omit<RelayStatus, 'topic'> = { trouble: null, lag: 0, books: 0, published: 0 };

  constructor(private readonly options: RelayOptions) {
    options.moves?.onMoved(() => this.nudge());
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Resolves when what was sent is acknowledged and remembered. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.nudge();
    await this.running;
    await this.disconnect();
  }

  status(): RelayStatus {
    return { topic: this.options.topic, ...this.state };
  }

  /**
   * Publishes everything again, of one book or of all: for a topic that has lost events. Consumers drop what they have.
   *
   * @returns whether there is such a book.
   */
  async refill(book?: string): Promise<boolean> {
    const { transact } = this.options;
    const isThere = await transact(async (tx) => {
      if (book !== undefined && (await heads(tx, [book])).length === 0) return false;
      await rewindRelay(tx, book ?? null);
      return true;
    });
    this.nudge();
    return isThere;
  }

  private async run(): Promise<void> {
    let failures = 0;
    let behind: BehindBooks = { books: 0, lag: 0, unknown: 0 };
    let lookedAt = 0;
    let published = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const begunAt = Date.now();
        // While there is something in every round, it need not be asked each time how much. Without a broker it is told, too.
        if (published === 0 || begunAt - lookedAt >= LOOK_MS) {
          behind = await this.look();
          lookedAt = begunAt;
        }
        const producer = (this.producer ??= await this.connect());
        if (Date.now() - this.checkedAt > CHECK_MS) {
          await this.checkTopics(producer);
          behind = await this.look();
        }
        published = behind.books === 0 ? 0 : await this.round(producer, behind);
        failures = 0;
        this.state = { ...this.state, trouble: null };
        // Those that others hold are looked at a little later.
        if (published === 0) await this.pause(behind.books === 0 ? LOOK_MS : LOOK_MS / 10);
        else if (published < PAGE_EVENTS) await this.rest(begunAt + ROUND_EVERY_MS - Date.now());
      } catch (error) {
        await this.disconnect();
        this.checkedAt = 0;
        published = 0;
        if (this.stopping.signal.aborted) return;
        failures += 1;
        const { topic, log } = this.options;
        const message = reasonOf(error);
        this.state = { ...this.state, trouble: `events cannot be published: ${message}` };
        if (failures === 1) log.warn({ topic, err: error }, 'events cannot be published');
        await this.pause(Math.min(5_000, 100 * 2 ** failures) * (0.5 + Math.random() / 2));
      }
    }
  }

  private async look(): Promise<BehindBooks> {
    const behind = await this.options.transact(behindBooks);
    this.state = { ...this.state, lag: behind.lag, books: behind.books };
    return behind;
  }

  /** Makes topics that are missing. One that has had less than was published, or than before, is not what it was: it is filled again. */
  private async checkTopics(producer: Producer): Promise<void> {
    const { kafka, region, topic, transact, log } = this.options;
    await transact(async (tx) => {
      // While nobody publishes: what is on its way may have gone with a topic, and is not among what was published yet.
      await tx.rows('select pg_advisory_xact_lock($1)', [TOPICS_LOCK]);
      const published = await publishedSoFar(tx);
      const had = await ensureTopics(kafka, region, topic, this.options);
      const before = this.had;
      this.had = had;
      if (this.remade || had.events < published || had.events < before.events) {
        log.warn({ topic, published, had }, 'a topic has lost events, and is filled again from the books');
        await rewindRelay(tx, null);
      } else if (this.checkedAt === 0 || had.heads < before.heads) await this.sendHeads(producer, await heads(tx));
    });
    this.checkedAt = Date.now();
    this.remade = false;
  }

  /** Says how far books have come: where that was lost, or where one that hung while another published said it late. */
  private async sendHeads(producer: Producer, all: readonly BookHead[]): Promise<void> {
    const { region, topic } = this.options;
    for (let from = 0; from < all.length; from += HEADS_A_REQUEST)
      await producer.send({
        acks: ALL_REPLICAS,
        timeout: ACK_MS,
        topic: headsTopicName(region, topic),
        messages: all.slice(from, from + HEADS_A_REQUEST).map(headMessageOf),
      });
  }

  private async connect(): Promise<Producer> {
    const { kafka } = this.options;
    // One request at a time: what is sent again can't overtake what was sent after it.
    const producer = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  }

  private async disconnect(): Promise<void> {
    const { producer } = this;
    this.producer = null;
    await producer?.disconnect().catch(() => undefined);
  }

  /** Publishes some of what books that nobody else holds are behind; how many events. */
  private async round(producer: Producer, { unknown }: BehindBooks): Promise<number> {
    let sent = 0;
    const failures: unknown[] = [];
    await this.options.transact(async (tx) => {
      void tx.rows(
        `select set_config('idle_in_transaction_session_timeout', $1, true), pg_advisory_xact_lock_shared($2)`,
        [String(HUNG_MS), TOPICS_LOCK],
      );
      const behind = await lockBooks(tx, unknown > 0);
      const ends = new Map(behind.map(({ book, upTo, hash }) => [book, { book, position: upTo, hash }]));
      let slices: readonly Slice[] = behind;
      let next = slices.length === 0 ? null : this.page(tx, slices);
      for (let nth = 1; next !== null; nth++) {
        const page: Page = await next;
        slices = page.rest;
        // Read while those before are on their way.
        next = slices.length > 0 && nth < PAGES_A_ROUND && !this.stopping.signal.aborted ? this.page(tx, slices) : null;
        next?.catch(() => undefined);
        try {
          await this.send(producer, page.events, ends);
        } catch (error) {
          failures.push(error); // What was acknowledged before is remembered all the same.
          break;
        }
        void moveRelayCursors(tx, endsOf(page.events));
        sent += page.events.length;
      }
    });
    this.state = { ...this.state, published: this.state.published + sent };
    for (const failure of failures) throw failure;
    return sent;
  }

  private async page(tx: Tx, slices: readonly Slice[]): Promise<Page> {
    const { now, rest } = shared(slices);
    const events = await readSlices(tx, now);
    const read = new Map(endsOf(events).map(({ book, position }) => [book, position]));
    for (const { book, upTo } of now)
      if (read.get(book) !== upTo) throw new Error(`the book ${book} does not hold event ${upTo}`);
    return { events, rest };
  }

  /** @param ends of their books: a book is said to be as long as it is, also before all of it is published. */
  private async send(
    producer: Producer,
    events: readonly UnreadEvent[],
    ends: ReadonlyMap<string, BookHead>,
  ): Promise<void> {
    const { region, topic } = this.options;
    const name = topicName(region, topic);
    let messages: Message[] = [];
    let bytes = 0;
    let from = 0;
    for (const [index, event] of events.entries()) {
      const message = messageOf(region, topic, event);
      bytes += sizeOf(message);
      messages.push(message);
      if (bytes < BYTES_A_REQUEST && index < events.length - 1) continue;
      const books = new Set(events.slice(from, index + 1).map(({ book }) => book));
      const heads = [...books].flatMap((book) => ends.get(book) ?? []).map(headMessageOf);
      const acknowledged = await producer.sendBatch({
        acks: ALL_REPLICAS,
        timeout: ACK_MS,
        topicMessages: [
          { topic: name, messages },
          { topic: headsTopicName(region, topic), messages: heads },
        ],
      });
      this.noteOffsets(acknowledged);
      messages = [];
      bytes = 0;
      from = index + 1;
    }
  }

  /** @throws Error where a topic has begun anew: somebody made it again between two requests, and both were acknowledged. */
  private noteOffsets(acknowledged: readonly RecordMetadata[]): void {
    const { region, topic } = this.options;
    const back = acknowledged.filter(({ topicName: name, partition, baseOffset }) => {
      const key = `${partition} ${name}`;
      const last = this.offsets.get(key) ?? -1;
      this.offsets.set(key, Number(baseOffset));
      return Number(baseOffset) <= last;
    });
    if (back.length === 0) return;
    this.remade ||= back.some((one) => one.topicName === topicName(region, topic));
    throw new Error(`${back[0]?.topicName ?? ''} was made anew`);
  }

  private nudge(): void {
    this.moved = true;
    this.wake?.();
  }

  /** Until the time is over, or it is to stop. */
  private async rest(ms: number): Promise<void> {
    if (ms > 0) await pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
  }

  /** Until the time is over or something moved here. */
  private async pause(ms: number): Promise<void> {
    if (!this.moved)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    this.wake = null;
    this.moved = false;
  }
}

interface BookHead extends BookHeadMessage {
  readonly book: string;
}

const headMessageOf = ({ book, position, hash }: BookHead): Message => ({
  key: book,
  value: JSON.stringify({ position, hash } satisfies BookHeadMessage),
});

interface Page {
  readonly events: readonly UnreadEvent[];
  /** What is left of the slices. */
  readonly rest: readonly Slice[];
}

/** What of these slices goes next: a share of each, so that a book with much keeps none with little from being published. */
const shared = (slices: readonly Slice[]): { now: Slice[]; rest: Slice[] } => {
  const now: Slice[] = [];
  const rest: Slice[] = [];
  let left = PAGE_EVENTS;
  for (const [index, { book, after, upTo }] of slices.entries()) {
    const share = Math.max(1, Math.floor(left / (slices.length - index)));
    const end = left <= 0 ? after : Math.min(upTo, after + share);
    left -= end - after;
    if (end > after) now.push({ book, after, upTo: end });
    if (end < upTo) rest.push({ book, after: end, upTo });
  }
  return { now, rest };
};

/** The last event of each book; events of one book lie together. */
const endsOf = (events: readonly UnreadEvent[]): UnreadEvent[] =>
  events.filter((event, index) => event.book !== events[index + 1]?.book);
