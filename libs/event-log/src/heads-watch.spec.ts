import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { HeadsWatch } from './index';
import { adding, openBooks, type Books } from './tally.fixture';

let database: FreshDatabase;
let books: Books;
const watches: HeadsWatch[] = [];
beforeEach(async () => {
  database = await freshDatabase('watch');
  books = await openBooks(database);
});
afterEach(async () => {
  watches.splice(0).forEach((watch) => watch.close());
  await books.close();
  await database.drop();
});

const watching = (...args: ConstructorParameters<typeof HeadsWatch>): HeadsWatch => {
  const watch = new HeadsWatch(...args);
  watches.push(watch);
  return watch;
};

it('gives all heads to who has no token, and nothing to who has the last', async () => {
  const writer = books.writer();
  await writer.submit(adding('A', 'a', { amount: 1, parts: 2 }));
  await writer.submit(adding('B', 'b', { amount: 1 }));
  const watch = watching(books.reader, writer);
  const { since, heads } = await watch.moved(null, 10_000);
  expect(heads).toEqual({ A: 2, B: 1 });
  expect(await watch.moved(since, 50)).toEqual({ since, heads: {} });
});

it('waits from an empty beginning, too', async () => {
  const writer = books.writer();
  const watch = watching(books.reader, writer);
  const { since, heads } = await watch.moved(null, 0);
  expect(heads).toEqual({});
  const waiting = watch.moved(since, 10_000);
  await writer.submit(adding('A', 'a', { amount: 1 }));
  expect((await waiting).heads).toEqual({ A: 1 });
});

it('tells of a move in this process without asking the database', async () => {
  const writer = books.writer();
  await writer.submit(adding('A', 'a', { amount: 1 }));
  let asked = 0;
  const watch = watching({ rows: (sql, params) => (asked++, books.reader.rows(sql, params)) }, writer);
  const { since } = await watch.moved(null, 0);
  const waiting = watch.moved(since, 10_000);
  const askedBefore = asked;
  await writer.submit(adding('B', 'b', { amount: 1 }));
  expect((await waiting).heads).toEqual({ B: 1 });
  expect(asked).toBe(askedBefore);
});

it('sees moves of other processes', async () => {
  const watch = watching(books.reader);
  const { since } = await watch.moved(null, 0);
  const waiting = watch.moved(since, 10_000);
  await books.writer().submit(adding('A', 'a', { amount: 1 }));
  expect((await waiting).heads).toEqual({ A: 1 });
});

it('gives a token that replicas understand, also after a restart', async () => {
  const writer = books.writer();
  await writer.submit(adding('A', 'a', { amount: 1 }));
  await writer.submit(adding('B', 'b', { amount: 1 }));
  const { since } = await watching(books.reader).moved(null, 0);
  const replica = watching(books.reader, writer);
  expect(await replica.moved(since, 50)).toEqual({ since, heads: {} });
  await writer.submit(adding('B', 'c', { amount: 1 }));
  expect((await replica.moved(since, 10_000)).heads).toEqual({ B: 2 });
});

it('gives all heads for a token that it cannot place', async () => {
  await books.writer().submit(adding('A', 'a', { amount: 1 }));
  expect((await watching(books.reader).moved('nonsense', 10_000)).heads).toEqual({ A: 1 });
});

it('answers who waits when it is closed', async () => {
  const watch = watching(books.reader);
  const { since } = await watch.moved(null, 0);
  const waiting = watch.moved(since, 3_600_000);
  setImmediate(() => watch.close());
  expect(await waiting).toEqual({ since, heads: {} });
});
