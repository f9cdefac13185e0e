import { freshDatabase } from '@propledger/testkit';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { RunningBilling } from '../spec-support/running-billing';

const BOOKS = Array.from({ length: 30 }, (_, i) => `YT${i + 10}`);
const [BOOK = ''] = BOOKS;
const CLIENTS = 16;

/** What PostgreSQL was told of the tables when they were small. */
const TOLD = { nothing: null, sizes: 'vacuum', all: 'analyze' } as const;

/** Index entries that 300 receipts read of a book that has some 2,000, and had a few when plans were first made. */
const entriesReadBy300 = async (told: keyof typeof TOLD): Promise<number> => {
  const database = await freshDatabase('billing');
  const billing = await RunningBilling.start(database);
  const admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  let taken = 0;
  const take = async (receipts: number, books: readonly string[]): Promise<void> => {
    const until = taken + receipts;
    const client = async (): Promise<void> => {
      while (taken < until) {
        const nth = (taken += 1);
        const tenders = [{ method: '微信', amount: '1.00', reference: `W${nth}` }];
        const body = { receiptNo: `SJ${nth}`, date: '2026-03-15', customer: 'K1', tenders };
        const { status } = await billing.call('POST', `/projects/${books[nth % books.length]}/receipts`, body);
        expect(status).toBe(201);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
  };
  /** Since the tables were made; connections tell some seconds later. */
  const entriesRead = async (): Promise<number> => {
    for (;;) {
      const { rows } = await admin.query<{ told: string; read: string }>(
        `select (select n_tup_ins from pg_stat_user_tables where relname = 'receipt') as told,
                (select sum(idx_tup_read) from pg_stat_user_indexes where relname in ('receipt', 'receipt_transaction')) as read`,
      );
      if (Number(rows[0]?.told) >= taken) return Number(rows[0]?.read);
      await pause(200);
    }
  };
  try {
    for (const book of BOOKS) {
      billing.neighbours.project(book);
      billing.neighbours.customer(book, 'K1');
    }
    await billing.catchUp();
    await take(60, BOOKS);
    if (TOLD[told] !== null) await admin.query(TOLD[told]);
    await take(2_000, [BOOK]); // Plans are made again now and then: by these, some that hold.
    const before = await entriesRead();
    await take(300, [BOOK]);
    return (await entriesRead()) - before;
  } finally {
    await admin.end();
    await billing.close();
  }
};

describe('the plans of appends', () => {
  it('come to lead to a row by its key, whatever was known when they were first made', async () => {
    const read = await Promise.all((Object.keys(TOLD) as (keyof typeof TOLD)[]).map(entriesReadBy300));
    // One that reads the book reads 2,000 entries a receipt.
    expect(Math.max(...read)).toBeLessThan(300);
  }, 300_000);
});
