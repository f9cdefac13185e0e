import type { RecordedEvent } from '@propledger/contracts';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import {
  BookConsumer,
  heads,
  HeadsWatch,
  readEvents,
  readUnreadOfBooks,
  type BookConsumerOptions,
  type EventSource,
  type Transport,
  type Tx,
} from './index';
import { adding, openBooks, type Books, type TallyWriter } from './tally.fixture';

let databases: FreshDatabase[];
let ledger: Books;
let writer: TallyWriter;
let watch: HeadsWatch;
let projection: Books;
let consumers: BookConsumer[];

beforeEach(async () => {
  databases = [await freshDatabase('ledger'), await freshDatabase('projection')];
  [ledger, projection] = (await Promise.all(databases.map(openBooks))) as [Books, Books];
  writer = ledger.writer();
  watch = new HeadsWatch(ledger.reader, writer);
  consumers = [];
});
afterEach(async () => {
  watch.close();
  await Promise.all(consumers.map((consumer) => consumer.stop()));
  await ledger.close();
  await projection.close();
  await Promise.all(databases.map((database) => database.drop()));
});

const unlessAborted = <V>(promise: Promise<V>, signal: AbortSignal): Promise<V> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

/** The events of the ledger, without HTTP in between. */
const source = (): EventSource => ({
  moved: (since, waitMs, signal) => unlessAborted(watch.moved(since, waitMs), signal),
  read: (book, after, limit) => readEvents(ledger.reader, book, after, limit),
});

const amountOf = (event: RecordedEvent): number => (event.body as { amount: number }).amount;
/** Adds up tallies again; whatever is applied twice or left out shows. */
const apply = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
  const sum = events.reduce((total, event) => total + amountOf(event), 0);
  await tx.rows(
    'insert into tally values ($1, $2) on conflict (book) do update set amount = tally.amount + excluded.amount',
    [events[0]?.book, sum],
  );
};

const consume = (options: Partial<BookConsumerOptions> = {}): BookConsumer => {
  const log = { warn: () => undefined, error: () => undefined };
  const consumer = new BookConsumer({
    topic: 'ledger',
    source: source(),
    transact: projection.transact,
    apply,
    log,
    ...options,
  });
  consumers.push(consumer);
  consumer.start();
  return consumer;
};

const add = async (book: string, ...amounts: number[]): Promise<void> => {
  for (const amount of amounts) await writer.submit(adding(book, `${book}:${Math.random()}`, { amount }));
};
const reached = async (): Promise<Record<string, number>> =>
  Object.fromEntries((await heads(ledger.reader)).map(({ book, position }) => [book, position]));
const cursorOf = async (book: string): Promise<number> =>
  Number(
    (await projection.reader.rows<{ position: string }>('select position from cursor where book = $1', [book]))[0]
      ?.position ?? 0,
  );
/** Waits for a condition that no caughtUp can express. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

it('applies every event of every book once and in order, what is there and what comes', async () => {
  await writer.submitAll(Array.from({ length: 1_200 }, (_, i) => adding('A', `a${i}`, { amount: i })));
  await add('B', 1, 2, 3);
  const applied: RecordedEvent[] = [];
  const consumer = consume({ apply: (tx, events) => (applied.push(...events), apply(tx, events)) });
  expect(await consumer.caughtUp(await reached(), 20_000)).toBe(true);
  expect(applied.filter(({ book }) => book === 'A').map(({ position }) => position)).toEqual(
    Array.from({ length: 1_200 }, (_, i) => i + 1),
  );
  await add('B', 4);
  await add('C', 5);
  expect(await consumer.caughtUp(await reached(), 20_000)).toBe(true);
  expect(await Promise.all(['A', 'B', 'C'].map((book) => projection.tally(book)))).toEqual([719_400, 10, 5]);
  expect(consumer.status()).toEqual({
    topic: 'ledger',
    trouble: null,
    lag: 0,
    lagSeconds: 0,
    behind: [],
    parked: [],
    ahead: [],
  });
});

it('goes on where it was after a restart, even one in the middle of an event', async () => {
  await add('A', 1, 2, 3);
  const first = consume();
  await first.caughtUp(await reached(), 20_000);
  await first.stop();
  await add('A', 4);

  // The connection breaks after the projection changed, before the commit.
  let breaks = 1;
  const second = consume({
    apply: async (tx, events) => {
      await apply(tx, events);
      if (breaks-- > 0) await terminate(databases[1]);
    },
  });
  expect(await second.caughtUp(await reached(), 20_000)).toBe(true);
  expect(breaks).toBeLessThan(1);
  expect(await projection.tally('A')).toBe(10);
});

const terminate = async (database: FreshDatabase | undefined): Promise<void> => {
  const client = new Client({ connectionString: database?.adminUrl });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and pid <> pg_backend_pid()`,
  );
  await client.end();
};

it('drops what was applied already', async () => {
  await add('A', 1, 2, 3, 4, 5);
  const repeating: EventSource = {
    ...source(),
    read: (book, after, limit) => readEvents(ledger.reader, book, Math.max(0, after - 3), Math.min(limit, 4)),
  };
  const consumer = consume({ source: repeating });
  expect(await consumer.caughtUp(await reached(), 20_000)).toBe(true);
  expect(await projection.tally('A')).toBe(15);
});

it('applies nothing twice when two replicas consume', async () => {
  const both = [consume(), consume()];
  await Promise.all(['A', 'B', 'C'].map((book) => add(book, ...Array.from({ length: 30 }, () => 1))));
  for (const consumer of both) expect(await consumer.caughtUp(await reached(), 20_000)).toBe(true);
  expect(await Promise.all(['A', 'B', 'C'].map((book) => projection.tally(book)))).toEqual([30, 30, 30]);
});

it('asks for what is missing in a gap, and applies nothing behind it before', async () => {
  await add('A', 1, 2, 3, 4, 5);
  const asked: number[] = [];
  const consumer = consume({
    source: {
      ...source(),
      read: async (book, after, limit) => {
        asked.push(after);
        const events = await readEvents(ledger.reader, book, after, limit);
        return after === 0 ? events.filter(({ position }) => position !== 3) : events;
      },
    },
  });
  expect(await consumer.caughtUp(await reached(), 20_000)).toBe(true);
  expect(asked).toEqual([0, 2]);
  expect(await projection.tally('A')).toBe(15);
});

it('waits at a gap for as long as it stays, while other books go on', async () => {
  await add('A', 1, 2, 3);
  await add('B', 1);
  let hidden = true;
  const consumer = consume({
    source: {
      ...source(),
      read: async (book, after, limit) =>
        (await readEvents(ledger.reader, book, after, limit)).filter(
          (one) => !hidden || one.book === 'B' || one.position !== 2,
        ),
    },
  });
  expect(await consumer.caughtUp({ B: 1 }, 20_000)).toBe(true);
  await until(() => consumer.status().trouble !== null);
  expect(await consumer.caughtUp({ A: 3 }, 50)).toBe(false);
  expect(consumer.status()).toMatchObject({ lag: 2, behind: [{ book: 'A', position: 1, head: 3 }], parked: [] });
  expect(consumer.status().trouble).toContain('does not give event 2 of A');
  hidden = false;
  expect(await consumer.caughtUp({ A: 3 }, 20_000)).toBe(true);
  expect(await projection.tally('A')).toBe(6);
});

describe('few events of several books that are delivered at once', () => {
  /** As a broker would, all at once, and nothing after that. */
  const delivering = (...deliveries: readonly RecordedEvent[][]): Transport => ({
    shared: true,
    follow: async (to, signal) => {
      await Promise.all(deliveries.map((events) => to.takes(events[0]?.book ?? '', events)));
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  const booksOf = (events: readonly RecordedEvent[]): string => [...new Set(events.map(({ book }) => book))].join('');

  it('are applied in one transaction, what is missing after that', async () => {
    await add('A', 1, 2);
    await add('B', 4, 8, 16);
    await add('C', 32);
    const [a = [], b = [], c = []] = await Promise.all(['A', 'B', 'C'].map((book) => ledger.stored(book)));
    const together: string[] = [];
    const consumer = consume({
      transport: delivering(a, b.slice(1), c),
      booksTogether: 10,
      apply: async (tx, events) => {
        together.push(booksOf(events));
        for (const event of events) await apply(tx, [event]);
      },
    });
    await until(() => together.join('').includes('C'));
    expect(await consumer.caughtUp({ A: 2, C: 1 }, 20_000)).toBe(true);
    expect(together).toContain('AC');
    expect(await consumer.caughtUp({ B: 3 }, 20_000)).toBe(true);
    expect([await projection.tally('A'), await projection.tally('B'), await projection.tally('C')]).toEqual([
      3, 28, 32,
    ]);
    expect([await cursorOf('A'), await cursorOf('B'), await cursorOf('C')]).toEqual([2, 3, 1]);
  });

  it('go on without the one that has a poison event', async () => {
    await add('A', 1, 2);
    await add('B', 4, 666, 16);
    await add('C', 32);
    const deliveries = await Promise.all(['A', 'B', 'C'].map((book) => ledger.stored(book)));
    const consumer = consume({
      transport: delivering(...deliveries),
      booksTogether: 10,
      apply: async (tx, events) => {
        for (const event of events) await apply(tx, [event]);
        if (events.some((event) => amountOf(event) === 666)) throw new Error('cannot swallow this');
      },
    });
    await until(() => consumer.status().parked.length > 0);
    expect(await consumer.caughtUp({ A: 2, C: 1 }, 20_000)).toBe(true);
    expect(await consumer.caughtUp({ B: 2 }, 20_000)).toBe(false);
    expect([await projection.tally('A'), await projection.tally('B'), await projection.tally('C')]).toEqual([3, 4, 32]);
    expect([await cursorOf('A'), await cursorOf('B'), await cursorOf('C')]).toEqual([2, 1, 1]);
    expect(consumer.status().parked).toMatchObject([{ book: 'B', position: 1, reason: '2: cannot swallow this' }]);
  });
});

it('goes back to where the cursor is when its database has lost the last moments', async () => {
  await add('A', 1, 2, 4);
  const consumer = consume();
  expect(await consumer.caughtUp({ A: 3 }, 20_000)).toBe(true);
  await projection.transact(async (tx) => {
    await tx.rows(`update cursor set position = 1 where book = 'A'`);
    await tx.rows(`update tally set amount = 1 where book = 'A'`);
  });
  await add('A', 8);
  expect(await consumer.caughtUp({ A: 4 }, 20_000)).toBe(true);
  expect([await projection.tally('A'), await cursorOf('A')]).toEqual([15, 4]);
});

it('answers nobody by what its database has lost, also when no event comes after it', async () => {
  await add('A', 1, 2, 4);
  const consumer = consume();
  projection.pool.on('error', () => consumer.doubt());
  expect(await consumer.caughtUp({ A: 3 }, 20_000)).toBe(true);
  await projection.transact(async (tx) => {
    await tx.rows(`update cursor set position = 1 where book = 'A'`);
    await tx.rows(`update tally set amount = 1 where book = 'A'`);
  });
  const broken = new Promise((resolve) => projection.pool.once('error', resolve));
  await terminate(databases[1]);
  await broken;
  expect(await consumer.caughtUp({ A: 3 }, 20_000)).toBe(true);
  expect([await projection.tally('A'), await cursorOf('A')]).toEqual([7, 3]);
  expect(consumer.status()).toMatchObject({ trouble: null, lag: 0 });
});

it('is in trouble no longer when what it tried turns out to be done', async () => {
  await add('A', 1, 2);
  const events = await ledger.stored('A');
  let transactions = 0;
  const consumer = consume({
    transport: {
      shared: true,
      follow: async (to, signal) => {
        await to.takes('A', events);
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    },
    transact: async (work) => {
      const done = await projection.transact(work);
      // The first reads the cursors. The second is committed, and its answer lost.
      if (++transactions === 2) throw Object.assign(new Error('the server goes'), { code: '57P01' });
      return done;
    },
  });
  await until(() => consumer.status().trouble !== null);
  await until(() => consumer.status().trouble === null);
  expect([await projection.tally('A'), await cursorOf('A')]).toEqual([3, 2]);
});

it('is behind since what another instance has not applied yet was seen, and not since it was behind first', async () => {
  let now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
  const behindFor: number[] = [];
  let compared = (): void => undefined;
  const all = new Promise<void>((resolve) => (compared = resolve));
  const consumer = consume({
    transport: {
      shared: true,
      follow: async (to, signal) => {
        for (let nth = 1; nth <= 3; nth++) {
          await to.compares({ A: 10 * nth });
          now += 5_000;
          behindFor.push(consumer.status().lagSeconds);
          // The other instance has nearly come to where the head was, and then to where it was and further.
          await projection.reader.rows(
            `insert into cursor (topic, book, position) values ('ledger', 'A', $1)
             on conflict (topic, book) do update set position = excluded.position`,
            [10 * nth + (nth === 1 ? -1 : 5)],
          );
        }
        compared();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    },
  });
  await all;
  expect(behindFor).toEqual([5, 10, 5]);
  clock.mockRestore();
});

it('tells of books of which it has applied more than their owner has, as after a restore', async () => {
  await projection.reader.rows(
    `insert into cursor (topic, book, position) values ('ledger', 'A', 10), ('ledger', 'B', 10)`,
  );
  const told: unknown[] = [];
  let compared = (): void => undefined;
  const all = new Promise<void>((resolve) => (compared = resolve));
  const consumer = consume({
    transport: {
      shared: true,
      follow: async (to, signal) => {
        // What the owner said while it was being applied may be less by a moment.
        for (const heads of [
          { A: 7, B: 10 },
          { A: 7, B: 10 },
          { A: 9, B: 11 },
          { A: 12, B: 11 },
        ]) {
          await to.compares(heads);
          told.push(consumer.status().ahead);
        }
        compared();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    },
  });
  await all;
  expect(told).toEqual([[], [{ book: 'A', position: 10, head: 7 }], [{ book: 'A', position: 10, head: 9 }], []]);
});

describe('few events of several books that are to be read', () => {
  const applied = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
    for (const event of events) await apply(tx, [event]);
  };

  it('are read at once and applied in one transaction; a book that is far behind is read by itself', async () => {
    for (const [book, amount] of [
      ['A', 1],
      ['B', 2],
      ['C', 4],
    ] as const)
      await add(book, amount, 8);
    await add('D', ...Array.from({ length: 101 }, () => 1));
    const asked: string[][] = [];
    const together: number[] = [];
    const consumer = consume({
      source: {
        ...source(),
        readTogether: async (places, limit) => {
          asked.push(places.map(({ book, after }) => `${after}:${book}`));
          return (await readUnreadOfBooks(ledger.reader, places, limit)).map(({ bodyText, ...event }) => ({
            ...event,
            body: JSON.parse(bodyText) as unknown,
          }));
        },
      },
      booksTogether: 10,
      apply: async (tx, events) => {
        together.push(new Set(events.map(({ book }) => book)).size);
        await applied(tx, events);
      },
    });
    await until(() => consumer.status().lag === 0 && asked.length > 0);
    expect(asked).toEqual([['0:A', '0:B', '0:C']]);
    expect(Math.max(...together)).toBe(3);
    expect(await consumer.caughtUp({ A: 2, B: 2, C: 2, D: 101 }, 20_000)).toBe(true);
    expect(await Promise.all(['A', 'B', 'C', 'D'].map((book) => projection.tally(book)))).toEqual([9, 10, 12, 101]);
  });

  it('do not wait for a book of which nothing is given', async () => {
    await add('A', 1);
    await add('B', 2);
    await add('C', 4);
    const consumer = consume({
      source: {
        ...source(),
        read: (book, after, limit) =>
          book === 'B' ? Promise.resolve([]) : readEvents(ledger.reader, book, after, limit),
        readTogether: async (places, limit) => {
          const found = places.filter(({ book }) => book !== 'B');
          return (
            await Promise.all(found.map(({ book, after }) => readEvents(ledger.reader, book, after, limit)))
          ).flat();
        },
      },
      booksTogether: 10,
      apply: applied,
    });
    expect(await consumer.caughtUp({ A: 1 }, 20_000)).toBe(true);
    await until(() => consumer.status().trouble !== null);
    expect(consumer.status().behind).toEqual([{ book: 'B', position: 0, head: 1 }]);
    expect(await Promise.all(['A', 'C'].map((book) => projection.tally(book)))).toEqual([1, 4]);
  });
});

describe('a poison event', () => {
  const choking = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
    if (events.some((event) => amountOf(event) === 666)) throw new Error('cannot swallow this');
    await apply(tx, events);
  };

  it('parks its book right before it, shows, and leaves other books running', async () => {
    await add('A', 1, 2, 666, 4);
    const consumer = consume({ apply: choking });
    expect(await consumer.caughtUp({ A: 2 }, 20_000)).toBe(true);
    expect(await consumer.caughtUp({ A: 4 }, 20_000)).toBe(false);
    await add('B', 7);
    expect(await consumer.caughtUp({ B: 1 }, 20_000)).toBe(true);
    expect(await projection.tally('A')).toBe(3);
    expect(await cursorOf('A')).toBe(2);
    expect(consumer.status().parked).toEqual([
      { book: 'A', position: 2, reason: '3: cannot swallow this', at: expect.stringMatching(/Z$/) as string },
    ]);
    await until(() => consumer.status().lag === 2 && consumer.status().lagSeconds > 0); // The source may tell of heads later than caughtUp asked for them.
  });

  it('and every event that is applied can be followed by the id of the request that led to it', async () => {
    await writer.submit({ ...adding('A', 'a', { amount: 1 }), correlationId: 'request-one' });
    await writer.submit({ ...adding('A', 'b', { amount: 666 }), correlationId: 'request-two' });
    const lines: object[] = [];
    const keep = (fields: object): void => void lines.push(fields);
    const log = { debug: keep, warn: () => undefined, error: keep, isLevelEnabled: () => true };
    const consumer = consume({ apply: choking, log });
    expect(await consumer.caughtUp({ A: 2 }, 20_000)).toBe(false);
    expect(lines).toEqual([
      { topic: 'ledger', book: 'A', from: 1, to: 1, correlationIds: ['request-one'] },
      expect.objectContaining({ topic: 'ledger', book: 'A', position: 2, correlationId: 'request-two' }),
    ]);
  });

  it('keeps its book parked for replicas, too', async () => {
    await add('A', 666);
    const [one, other] = [consume({ apply: choking }), consume({ apply: choking })];
    expect(await one.caughtUp({ A: 1 }, 20_000)).toBe(false);
    expect(await other.caughtUp({ A: 1 }, 20_000)).toBe(false);
    expect(other.status().parked).toHaveLength(1);
    const rows = await projection.reader.rows('select book, parked_reason from cursor where parked_at is not null');
    expect(rows).toEqual([{ book: 'A', parked_reason: '1: cannot swallow this' }]);
  });

  it('is tried again after a restart', async () => {
    await add('A', 1, 666, 3);
    const first = consume({ apply: choking });
    expect(await first.caughtUp({ A: 3 }, 20_000)).toBe(false);
    await first.stop();
    const mended = consume();
    expect(await mended.caughtUp({ A: 3 }, 20_000)).toBe(true);
    expect(await projection.tally('A')).toBe(670);
    expect(mended.status().parked).toEqual([]);
  });
});

it('tries again while the source is away, and says so', async () => {
  await add('A', 1, 2);
  let away = true;
  const real = source();
  const failing: EventSource = {
    moved: (...args) => (away ? Promise.reject(new Error('nobody there')) : real.moved(...args)),
    read: (...args) => (away ? Promise.reject(new Error('nobody there')) : real.read(...args)),
  };
  const consumer = consume({ source: failing });
  await until(() => consumer.status().trouble !== null);
  expect(consumer.status().trouble).toContain('nobody there');
  expect(await consumer.caughtUp({ A: 2 }, 50)).toBe(false);
  away = false;
  expect(await consumer.caughtUp({ A: 2 }, 20_000)).toBe(true);
  await until(() => consumer.status().trouble === null);
});

it('says that a region is away while the others go on, and no longer than it is', async () => {
  await add('A', 1);
  let away = true;
  const moved: EventSource['moved'] = async (...asked) => ({
    ...(await source().moved(...asked)),
    ...(away ? { away: 'no answer from south' } : {}),
  });
  const consumer = consume({ source: { ...source(), moved } });
  expect(await consumer.caughtUp({ A: 1 }, 20_000)).toBe(true);
  await until(() => consumer.status().trouble?.includes('south') === true);
  away = false;
  await add('A', 2);
  await until(() => consumer.status().trouble === null);
});

it('reads at once what somebody waits for, before the source has told of it', async () => {
  const silent: EventSource = {
    ...source(),
    moved: (_since, _waitMs, signal) => unlessAborted(new Promise(() => undefined), signal),
  };
  const consumer = consume({ source: silent });
  await add('A', 1, 2);
  expect(await consumer.caughtUp({ A: 2 }, 20_000)).toBe(true);
  expect(await consumer.caughtUp({ A: 3 }, 50)).toBe(false);
  expect(await consumer.caughtUp({ nowhere: 1 }, 50)).toBe(false);
});

it('applies two books at a time at most', async () => {
  await Promise.all(['A', 'B', 'C', 'D', 'E'].map((book) => add(book, 1)));
  let now = 0;
  let most = 0;
  const consumer = consume({
    apply: async (tx, events) => {
      most = Math.max(most, ++now);
      await apply(tx, events);
      await new Promise((resolve) => setTimeout(resolve, 150));
      now -= 1;
    },
  });
  expect(await consumer.caughtUp(await reached(), 20_000)).toBe(true);
  expect(most).toBe(2);
});

it('tells who waits that it stops', async () => {
  const consumer = consume();
  const waiting = consumer.caughtUp({ A: 1 }, 3_600_000);
  await consumer.stop();
  expect(await waiting).toBe(false);
  expect(await consumer.caughtUp({ A: 1 }, 3_600_000)).toBe(false);
});
