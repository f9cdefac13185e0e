import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { isPassing } from './database-errors';
import { openBooks, type Books } from './tally.fixture';
import { copyLine } from './copy-in';
import type { ProjectionTx, Transact } from './transaction';

let database: FreshDatabase;
let books: Books;
beforeAll(async () => {
  database = await freshDatabase('transaction');
  books = await openBooks(database);
});
afterAll(async () => {
  await books.close();
  await database.drop();
});

const asOwner = async (sql: string): Promise<void> => {
  const client = new Client({ connectionString: database.ownerUrl });
  await client.connect();
  await client.query(sql);
  await client.end();
};
const insert = `insert into tally (book, amount) values ($1, $2)`;

describe.each(['transact', 'append'] as const)('a transaction (%s)', (kind) => {
  const transact: Transact<ProjectionTx> = (work) => books[kind](work);

  it('runs statements in the order in which they are asked, waited for or not', async () => {
    const seen = await transact((tx) => {
      void tx.rows(insert, [`${kind} order`, 1]);
      void tx.rows('update tally set amount = amount * 10 where book = $1', [`${kind} order`]);
      void tx.rows('update tally set amount = amount + 1 where book = $1', [`${kind} order`]);
      return tx.rows<{ amount: string }>('select amount from tally where book = $1', [`${kind} order`]);
    });
    expect(seen).toEqual([{ amount: '11' }]);
    expect(await books.tally(`${kind} order`)).toBe(11);
  });

  it('copies rows in their turn among the statements', async () => {
    const lines = [1, 2, 3].map((nth) => copyLine([`${kind} copied ${nth}`, nth]));
    const seen = await transact((tx) => {
      void tx.rows(insert, [`${kind} copied`, 10]);
      void tx.copy('tally (book, amount)', lines);
      return tx.rows<{ sum: string }>('select sum(amount) from tally where book like $1', [`${kind} copied%`]);
    });
    expect(seen).toEqual([{ sum: '16' }]);
    const failing = transact(async (tx) => {
      void tx.rows(insert, [`${kind} more`, 1]);
      void tx.copy('tally (book, amount)', lines);
      void tx.rows(insert, [`${kind} later`, 1]);
      return Promise.resolve('done');
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(await books.tally(`${kind} more`)).toBe(0);
    expect(await transact((tx) => tx.rows('select 1 as one'))).toEqual([{ one: 1 }]);
  });

  it('fails with a statement that nobody waited for, and keeps nothing', async () => {
    const failing = transact(async (tx) => {
      void tx.rows(insert, [`${kind} kept`, 1]);
      void tx.rows(insert, [`${kind} faulty`, -1]);
      void tx.rows(insert, [`${kind} later`, 1]);
      return Promise.resolve('done');
    });
    await expect(failing).rejects.toMatchObject({ constraint: 'tally_amount_check' });
    expect(await books.tally(`${kind} kept`)).toBe(0);
  });

  it('says what failed first, not what failed because of it', async () => {
    const failing = transact(async (tx) => {
      void tx.rows(insert, [`${kind} faulty`, -1]);
      await tx.rows(insert, [`${kind} later`, 1]);
    });
    await expect(failing).rejects.toMatchObject({ constraint: 'tally_amount_check' });
  });

  it('leaves its connection fit for the next', async () => {
    await expect(transact(() => Promise.reject(new Error('a fault in the work')))).rejects.toThrow(
      'a fault in the work',
    );
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => transact((tx) => tx.rows(insert, [`${kind} next ${i}`, 1]))),
    );
    expect(await books.tally(`${kind} next 19`)).toBe(1);
  });
});

it('prepares anew what a migration made stale', async () => {
  await asOwner('create table shape (a int); insert into shape values (1); grant select on shape to public');
  const read = (): Promise<object[]> => books.append((tx) => tx.rows<object>('select * from shape'));
  expect(await read()).toEqual([{ a: 1 }]);
  await asOwner('alter table shape add b int default 2');
  const answer = await read().catch((error: unknown) => {
    expect(isPassing(error)).toBe(true);
    return read();
  });
  expect(answer).toEqual([{ a: 1, b: 2 }]);
});
