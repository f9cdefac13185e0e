import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import {
  BookWriter,
  cursorMigration,
  eventLogMigration,
  relayMigration,
  pgTransact,
  pipelinedTransact,
  readStoredEvents,
  type BatchHandler,
  type BookWriterOptions,
  type ProjectionTx,
  type StoredEvent,
  type Submission,
  type Transact,
  type Tx,
} from './index';
import { requestHash, verifyBook, type Verification } from '@propledger/proof';

/** Adds to a book's tally, in `parts` events; a tally never goes below zero. */
export interface Add {
  readonly amount: number;
  readonly parts?: number;
  readonly reverses?: number;
  /** Goes wrong when it is decided, in the database, or after everything was written. */
  readonly fault?: 'handler' | 'database' | 'flush';
}
export type AddRefused = { readonly code: 'BelowZero'; readonly tally: number };
type Tallies = Map<string, number>;
const FAULTY = 'faulty';

/** The smallest service that keeps books: one number a book. */
export const tallies: BatchHandler<Add, Tallies, AddRefused> = {
  load: async (tx, asked, undecided) => {
    const rows = tx.rows<{ book: string; amount: string }>('select book, amount from tally where book = any($1)', [
      [...new Set(asked.map(({ book }) => book))],
    ]);
    const locked = new Set((await undecided).map(({ submission }) => submission.book));
    return new Map((await rows).flatMap(({ book, amount }) => (locked.has(book) ? [[book, Number(amount)]] : [])));
  },
  decide: (state, { book, command }) => {
    if (command.fault === 'handler') throw new Error('a fault in the handler');
    const tally = state.get(book) ?? 0;
    if (command.fault === 'flush') state.set(FAULTY, 0);
    if (tally + command.amount < 0) return { accepted: false, rejection: { code: 'BelowZero', tally } };
    state.set(book, command.fault === 'database' ? Number.NaN : tally + command.amount);
    const events = Array.from({ length: command.parts ?? 1 }, (_, part) => ({
      type: 'tally.added',
      effectiveDate: '2026-03-31',
      accountingPeriod: '2026-03',
      reversesPosition: command.reverses ?? null,
      body: { amount: part === 0 ? command.amount : 0, part, 备注: '"\\ ✓' },
    }));
    return { accepted: true, events, answer: { tally: tally + command.amount } };
  },
  flush: async (tx, state) => {
    await tx.rows(
      `insert into tally (book, amount) select * from unnest($1::text[], $2::bigint[])
       on conflict (book) do update set amount = excluded.amount`,
      [[...state.keys()], [...state.values()]],
    );
    if (state.has(FAULTY)) throw new Error('a fault in the handler');
  },
};

export interface Books {
  readonly pool: Pool;
  readonly transact: Transact<ProjectionTx>;
  /** As writers use it: pipelined. */
  readonly append: Transact<ProjectionTx>;
  readonly reader: Tx;
  writer(options?: BookWriterOptions, handler?: BatchHandler<Add, Tallies, AddRefused>): TallyWriter;
  stored(book: string): Promise<StoredEvent[]>;
  verify(book: string): Promise<Verification>;
  tally(book: string): Promise<number>;
  close(): Promise<void>;
}
export type TallyWriter = BookWriter<Add, Tallies, AddRefused>;

/** Books with tallies and cursors in a fresh database, used as the application's role. */
export const openBooks = async ({ ownerUrl, appUrl }: { ownerUrl: string; appUrl: string }): Promise<Books> => {
  const owner = new DataSource({
    type: 'postgres',
    url: ownerUrl,
    migrations: [eventLogMigration, cursorMigration, relayMigration],
  });
  await owner.initialize();
  await owner.runMigrations();
  await owner.query('create table tally (book text primary key, amount bigint not null check (amount >= 0))');
  await owner.destroy();

  const pool = new Pool({ connectionString: appUrl, max: 8 });
  pool.on('error', () => undefined);
  const transact = pgTransact(pool);
  const appendPool = new Pool({ connectionString: appUrl, max: 8, pipeline: true });
  appendPool.on('error', () => undefined);
  const append = pipelinedTransact(appendPool);
  const reader: Tx = { rows: async (sql, params) => (await pool.query(sql, [...(params ?? [])])).rows as never };
  const stored = (book: string): Promise<StoredEvent[]> => readStoredEvents(reader, book, 0, 100_000);
  const writers: TallyWriter[] = [];
  return {
    pool,
    transact,
    append,
    reader,
    writer: (options, handler = tallies) => {
      const writer = new BookWriter(append, handler, options);
      writers.push(writer);
      return writer;
    },
    stored,
    verify: async (book) => verifyBook(book, await stored(book)),
    tally: async (book) =>
      Number(
        (await reader.rows<{ amount: string }>('select amount from tally where book = $1', [book]))[0]?.amount ?? 0,
      ),
    close: async () => {
      await Promise.all(writers.map((writer) => writer.close()));
      await Promise.all([pool.end(), appendPool.end()]);
    },
  };
};

/** A submission; its request is its command. */
export const adding = (book: string, commandId: string, command: Add, source = 'api'): Submission<Add> => ({
  book,
  commandId,
  requestHash: requestHash(command),
  actor: 'tester',
  source,
  correlationId: `correlation of ${commandId}`,
  command,
});
