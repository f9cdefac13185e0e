import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { copyOut } from './copy-out';
import { factsCopier, factsReader, type Fact } from './index';
import { adding, openBooks, type Books } from './tally.fixture';

let database: FreshDatabase;
let books: Books;
beforeAll(async () => {
  database = await freshDatabase('facts');
  books = await openBooks(database);
  const writer = books.writer();
  for (const book of ['A', `it's "B" \\`, 'C'])
    for (let nth = 0; nth < 4; nth++)
      await writer.submit(
        adding(book, `${book}-${nth}`, nth === 3 ? { amount: -1, reverses: 1 } : { amount: 1, parts: 3 }),
      );
});
afterAll(async () => {
  await books.close();
  await database.drop();
});

const PARTS = [
  ['A', 0, 500],
  ['A', 4, 3],
  ['A', 10, 500],
  [`it's "B" \\`, 1, 2],
  ['nobody has it', 0, 10],
] as const;

it('gives what the events say, whether by rows or by COPY', async () => {
  const { pool, reader } = books;
  for (const [book, after, limit] of PARTS) {
    const read = await factsReader(reader)(book, after, limit);
    const copied = await factsCopier(pool)(book, after, limit);
    expect(copied.toString()).toBe(read);
    const expected = (await books.stored(book)).slice(after, after + limit).map((event): Fact => {
      const { position, type, effectiveDate, accountingPeriod, reversesPosition, body } = event;
      return { book, position, type, effectiveDate, accountingPeriod, reversesPosition, body };
    });
    expect(JSON.parse(copied.toString())).toEqual(expected);
  }
});

it('copies more than a message of the network holds, and many at the same time', async () => {
  const writer = books.writer();
  for (let nth = 0; nth < 4; nth++) await writer.submit(adding('D', `D-${nth}`, { amount: 1, parts: 500 }));
  const read = factsCopier(books.pool);
  const all = (await read('D', 0, 2_000)).toString();
  expect((JSON.parse(all) as Fact[]).map(({ position }) => position)).toEqual(
    Array.from({ length: 2_000 }, (_, i) => i + 1),
  );
  const again = await Promise.all(Array.from({ length: 12 }, () => read('D', 0, 2_000)));
  for (const one of again) expect(one.toString()).toBe(all);
});

it('fails with what the database says, or with the connection, and others read on', async () => {
  const { pool } = books;
  const read = factsCopier(pool);
  await expect(read('A', 0, -1)).rejects.toThrow(/LIMIT must not be negative/);
  const client = await pool.connect();
  client.on('error', () => undefined);
  await expect(copyOut(client, 'select pg_terminate_backend(pg_backend_pid())::text')).rejects.toThrow(/terminat/);
  client.release(true);
  expect(JSON.parse((await read('A', 0, 500)).toString())).toHaveLength(10);
});
