import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { setTimeout as pause } from 'node:timers/promises';
import { positionsRecordedBy } from './index';
import { adding, openBooks, type Books } from './tally.fixture';

let database: FreshDatabase;
let books: Books;
beforeAll(async () => {
  database = await freshDatabase('ledger');
  books = await openBooks(database);
});
afterAll(async () => {
  await books.close();
  await database.drop();
});

/** The database's own clock, to the microsecond. */
const now = async (): Promise<string> => {
  const [row] = await books.reader.rows<{ now: string }>(
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
  );
  return row?.now ?? '';
};
const microsecondsFrom = (time: string, count: bigint): string => {
  const micros = BigInt(Date.parse(time)) * 1000n + BigInt(time.slice(23, 26)) + count;
  const rest = (micros % 1000n).toString().padStart(3, '0');
  return `${new Date(Number(micros / 1000n)).toISOString().slice(0, -1)}${rest}Z`;
};

it('is, for every time, what counting the events one by one gives', async () => {
  const writer = books.writer();
  for (let round = 0; round < 12; round++)
    await Promise.all(
      ['A', 'B', 'C'].flatMap((book, of) =>
        Array.from({ length: 1 + ((round * (of + 3)) % 5) }, (_, i) =>
          writer.submit(adding(book, `${book}${round}-${i}`, { amount: 1, parts: 1 + (i % 3) })),
        ),
      ),
    );
  const events = (await Promise.all(['A', 'B', 'C'].map((book) => books.stored(book)))).flat();
  const moments = [...new Set(events.map(({ recordedAt }) => recordedAt))];
  expect(moments.length).toBeGreaterThan(20);
  expect(moments.length).toBeLessThan(events.length); // Events of one append have one time.
  const times = moments.flatMap((time) => [-1n, 0n, 1n].map((step) => microsecondsFrom(time, step)));
  for (const time of ['2020-01-01T00:00:00Z', ...times, await now()]) {
    const expected = ['A', 'B', 'C'].flatMap((book): [string, number][] => {
      const count = events.filter((event) => event.book === book && event.recordedAt <= time).length;
      return count === 0 ? [] : [[book, count]];
    });
    expect([...((await positionsRecordedBy(books.reader, time)) ?? [])]).toEqual(expected);
  }
});

it('stays as it was, whatever is appended later', async () => {
  const time = await now();
  const before = await positionsRecordedBy(books.reader, time);
  await books.writer().submit(adding('A', 'later', { amount: 1 }));
  await books.writer().submit(adding('new', 'first', { amount: 1 }));
  expect(await positionsRecordedBy(books.reader, time)).toEqual(before);
});

it('waits for an append that took its time by then and is not committed yet', async () => {
  const before = await positionsRecordedBy(books.reader, await now());
  let commit = (): void => undefined;
  const held = new Promise<void>((resolve) => (commit = resolve));
  let reached = (): void => undefined;
  const underWay = new Promise<void>((resolve) => (reached = resolve));
  const slow = books.writer(
    {},
    {
      load: () => Promise.resolve(new Map()),
      decide: () => ({
        accepted: true,
        events: [
          {
            type: 'tally.added',
            effectiveDate: '2026-03-31',
            accountingPeriod: null,
            reversesPosition: null,
            body: {},
          },
        ],
        answer: {},
      }),
      flush: async () => {
        reached();
        await held;
      },
    },
  );
  const submitted = slow.submit(adding('A', 'slow', { amount: 1 }));
  await underWay;
  const asked = positionsRecordedBy(books.reader, await now());
  expect(await Promise.race([asked, pause(150)])).toBeUndefined();
  commit();
  await submitted;
  expect((await asked)?.get('A')).toBe((before?.get('A') ?? 0) + 1);
});

it('does not know a time that is still to come', async () => {
  expect(await positionsRecordedBy(books.reader, microsecondsFrom(await now(), 60_000_000n))).toBeNull();
});
