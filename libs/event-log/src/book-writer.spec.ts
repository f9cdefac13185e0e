import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { Client } from 'pg';
import { BookWriter, heads, holdBook, Overloaded, releaseBook, type Outcome, type Transact, type Tx } from './index';
import { adding, openBooks, tallies, type Add, type AddRefused, type Books, type TallyWriter } from './tally.fixture';

let database: FreshDatabase;
let books: Books;
beforeAll(async () => {
  database = await freshDatabase('writer');
  books = await openBooks(database);
});
afterAll(async () => {
  await books.close();
  await database.drop();
});

let named = 0;
const newBook = (): string => `book-${++named}`;
const accepted = (first: number, last: number, tally: number, replayed = false): Outcome<AddRefused> => ({
  kind: 'accepted',
  firstPosition: first,
  lastPosition: last,
  answer: { tally },
  replayed,
});
const commandsOf = async (book: string): Promise<number> =>
  (await books.reader.rows(`select from command where book = $1`, [book])).length;

describe('an append', () => {
  it('gives events dense positions and chains them', async () => {
    const writer = books.writer();
    const book = newBook();
    expect(await writer.submit(adding(book, 'a', { amount: 5, parts: 2 }))).toEqual(accepted(1, 2, 5));
    expect(await writer.submit(adding(book, 'b', { amount: -3 }))).toEqual(accepted(3, 3, 2));

    const stored = await books.stored(book);
    expect(stored.map(({ position, commandId }) => [position, commandId])).toEqual([
      [1, 'a'],
      [2, 'a'],
      [3, 'b'],
    ]);
    expect(stored[0]).toMatchObject({ type: 'tally.added', schemaVersion: 1, actor: 'tester', source: 'api' });
    expect(stored[0]?.recordedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
    expect(stored[0]?.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(await books.verify(book)).toEqual({ intact: true, position: 3, hash: stored[2]?.hash });
    expect(await heads(books.reader, [book])).toEqual([
      { book, position: 3, hash: stored[2]?.hash, closedThrough: null, heldBy: null },
    ]);
  });

  it('accepts a command that needs no event, once', async () => {
    const writer = books.writer();
    const book = newBook();
    await writer.submit(adding(book, 'a', { amount: 1 }));
    expect(await writer.submit(adding(book, 'b', { amount: 0, parts: 0 }))).toEqual(accepted(2, 1, 1));
    expect(await writer.submit(adding(book, 'b', { amount: 0, parts: 0 }))).toEqual(accepted(2, 1, 1, true));
    expect(await heads(books.reader, [book])).toMatchObject([{ position: 1 }]);
  });

  it('never goes back in time, even when the clock does', async () => {
    const writer = books.writer();
    const book = newBook();
    await writer.submit(adding(book, 'a', { amount: 1 }));
    await books.pool.query(`update book_head set recorded_at = '2999-01-01T00:00:00.123456Z' where book = $1`, [book]);
    await writer.submit(adding(book, 'b', { amount: 1 }));
    expect((await books.stored(book))[1]?.recordedAt).toBe('2999-01-01T00:00:00.123456Z');
  });

  it('tells who listens where the book has come, after the commit', async () => {
    const writer = books.writer();
    const book = newBook();
    const moves: [string, number][] = [];
    writer.onMoved((moved, position) => moves.push([moved, position]));
    await writer.submit(adding(book, 'a', { amount: 1, parts: 3 }));
    await writer.submit(adding(book, 'a', { amount: 1, parts: 3 }));
    expect(moves).toEqual([[book, 3]]);
  });

  it('tells who listens what each transaction was like', async () => {
    const writer = books.writer();
    const seen: { commands: number; committed: boolean }[] = [];
    writer.onAppended(({ commands, committed, tookMs, waitedMs }) => {
      expect(tookMs).toBeGreaterThan(0);
      expect(waitedMs).toBeGreaterThanOrEqual(0);
      seen.push({ commands, committed });
    });
    const book = newBook();
    await Promise.all(['a', 'b', 'c'].map((id) => writer.submit(adding(book, id, { amount: 1 }))));
    await writer.submit(adding(book, 'd', { amount: -1, reverses: 1 }));
    await expect(writer.submit(adding(book, 'e', { amount: -1, reverses: 1 }))).rejects.toThrow();
    expect(seen).toEqual([
      { commands: 3, committed: true },
      { commands: 1, committed: true },
      { commands: 1, committed: false },
    ]);
  });

  it('reverses an event once', async () => {
    const writer = books.writer();
    const book = newBook();
    await writer.submit(adding(book, 'a', { amount: 1 }));
    await writer.submit(adding(book, 'b', { amount: -1, reverses: 1 }));
    await expect(writer.submit(adding(book, 'c', { amount: 0, reverses: 1 }))).rejects.toThrow(/event_reversed_once/);
    expect(await books.stored(book)).toHaveLength(2);
  });
});

describe('after many were answered', () => {
  const turns = async (count: number): Promise<void> => {
    for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  /** Each asks, and asks again so many turns after it was answered; what the transactions were like. */
  const asking = async (writer: TallyWriter, clients: number, again: number): Promise<number[]> => {
    const commands: number[] = [];
    writer.onAppended((batch) => commands.push(batch.commands));
    const client = async (nth: number): Promise<void> => {
      const book = newBook();
      await writer.submit(adding(book, 'a', { amount: 1 }));
      if (nth >= again) return;
      await turns(nth);
      expect(await writer.submit(adding(book, 'b', { amount: 1 }))).toMatchObject({ kind: 'accepted' });
    };
    await Promise.all(Array.from({ length: clients }, (_, nth) => client(nth)));
    return commands;
  };

  it('those who ask again go together, as many as before', async () => {
    expect(await asking(books.writer({ restMs: 30_000 }), 10, 10)).toEqual([10, 10]);
  });

  it('fewer go when the rest is over', async () => {
    expect(await asking(books.writer({ restMs: 200 }), 10, 3)).toEqual([10, 3]);
  });

  it('whoever asks alone does not wait, nor what comes by the many', async () => {
    const writer = books.writer({ restMs: 30_000 });
    expect(await asking(writer, 1, 1)).toEqual([1, 1]);
    await asking(writer, 10, 0);
    await writer.submitAll([adding(newBook(), 'a', { amount: 1 })]);
  });
});

describe('a command sent again', () => {
  it('gets its first answer, whatever happened since', async () => {
    const writer = books.writer();
    const book = newBook();
    await writer.submit(adding(book, 'a', { amount: 5 }));
    await writer.submit(adding(book, 'b', { amount: 5 }));
    expect(await writer.submit(adding(book, 'a', { amount: 5 }))).toEqual(accepted(1, 1, 5, true));
    expect(await books.tally(book)).toBe(10);
  });

  it('is booked once when both arrive together, at one writer or at two', async () => {
    const [one, other] = [books.writer(), books.writer()];
    for (let round = 0; round < 10; round++) {
      const book = newBook();
      const command = adding(book, 'a', { amount: 5 });
      const outcomes = await Promise.all([one.submit(command), one.submit(command), other.submit(command)]);
      expect(outcomes.filter((outcome) => outcome.kind === 'accepted' && !outcome.replayed)).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome.kind === 'accepted' && outcome.replayed)).toHaveLength(2);
      expect(await books.tally(book)).toBe(5);
    }
  });

  it('costs no transaction more when it is in the same batch', async () => {
    let transactions = 0;
    const writer = new BookWriter<Add, Map<string, number>, AddRefused>((work) => {
      transactions += 1;
      return books.append(work);
    }, tallies);
    const book = newBook();
    const same = Array.from({ length: 10 }, () => writer.submit(adding(book, 'a', { amount: 5 })));
    expect((await Promise.all(same)).map(({ kind }) => kind)).toEqual(same.map(() => 'accepted'));
    expect(transactions).toBe(1);
  });

  it('is refused with other content, in the same batch and later', async () => {
    const writer = books.writer();
    const book = newBook();
    const outcomes = await Promise.all([
      writer.submit(adding(book, 'a', { amount: 5 })),
      writer.submit(adding(book, 'a', { amount: 6 })),
    ]);
    expect(outcomes).toEqual([accepted(1, 1, 5), { kind: 'key-reused' }]);
    expect(await writer.submit(adding(book, 'a', { amount: 6 }))).toEqual({ kind: 'key-reused' });
    expect(await books.tally(book)).toBe(5);
  });

  it('may use the same id in another book', async () => {
    const writer = books.writer();
    expect(await writer.submit(adding(newBook(), 'a', { amount: 5 }))).toEqual(accepted(1, 1, 5));
    expect(await writer.submit(adding(newBook(), 'a', { amount: 6 }))).toEqual(accepted(1, 1, 6));
  });
});

describe('a refused command', () => {
  it('leaves nothing, so that its id is free', async () => {
    const writer = books.writer();
    const book = newBook();
    expect(await writer.submit(adding(book, 'a', { amount: -1 }))).toEqual({
      kind: 'refused',
      rejection: { code: 'BelowZero', tally: 0 },
    });
    expect(await commandsOf(book)).toBe(0);
    expect(await books.stored(book)).toEqual([]);
    expect(await heads(books.reader, [book])).toEqual([]);
    expect(await writer.submit(adding(book, 'a', { amount: 1 }))).toEqual(accepted(1, 1, 1));
  });

  it('does not hold up others of its batch, which see one another', async () => {
    const writer = books.writer();
    const book = newBook();
    const amounts = [3, -5, 4, -6];
    const outcomes = await Promise.all(amounts.map((amount, i) => writer.submit(adding(book, `a${i}`, { amount }))));
    expect(outcomes).toEqual([
      accepted(1, 1, 3),
      { kind: 'refused', rejection: { code: 'BelowZero', tally: 3 } },
      accepted(2, 2, 7),
      accepted(3, 3, 1),
    ]);
  });
});

describe('a command that goes wrong', () => {
  it.each(['handler', 'database', 'flush'] as const)('in the %s fails alone', async (fault) => {
    const writer = books.writer();
    const [book, other] = [newBook(), newBook()];
    const sent = Array.from({ length: 20 }, (_, i) =>
      writer.submit(adding(i % 2 ? book : other, `a${i}`, i === 11 ? { amount: 1, fault } : { amount: 1 })),
    );
    const outcomes = await Promise.allSettled(sent);
    expect(outcomes.flatMap(({ status }, i) => (status === 'rejected' ? [i] : []))).toEqual([11]);
    expect([await books.tally(book), await books.tally(other)]).toEqual([9, 10]);
    expect(await books.verify(book)).toMatchObject({ intact: true, position: 9 });
    expect(await commandsOf(book)).toBe(9);
  });
});

describe('a held book', () => {
  it('takes commands of its holder alone, and answers those that were accepted before', async () => {
    const writer = books.writer();
    const book = newBook();
    await writer.submit(adding(book, 'a', { amount: 5 }));
    expect(await books.transact((tx) => holdBook(tx, book, 'undo:7'))).toBe(true);
    expect(await books.transact((tx) => holdBook(tx, book, 'undo:7'))).toBe(true);
    expect(await books.transact((tx) => holdBook(tx, book, 'undo:8'))).toBe(false);

    expect(await writer.submit(adding(book, 'b', { amount: 5 }))).toEqual({ kind: 'held', by: 'undo:7' });
    expect(await writer.submit(adding(book, 'a', { amount: 5 }))).toEqual(accepted(1, 1, 5, true));
    expect(await writer.submit(adding(book, 'c', { amount: 1 }, 'undo:7'))).toEqual(accepted(2, 2, 6));

    await books.transact((tx) => releaseBook(tx, book, 'undo:8'));
    expect(await writer.submit(adding(book, 'b', { amount: 5 }))).toEqual({ kind: 'held', by: 'undo:7' });
    await books.transact((tx) => releaseBook(tx, book, 'undo:7'));
    expect(await writer.submit(adding(book, 'b', { amount: 5 }))).toEqual(accepted(3, 3, 11));
  });
});

describe('many at once', () => {
  it('from 32 clients over 5 books, with everything sent twice: nothing twice, nothing lost, chains intact', async () => {
    const writers = [books.writer({ maxBatch: 7 }), books.writer({ maxBatch: 50 })];
    const five = Array.from({ length: 5 }, newBook);
    const client = async (number: number): Promise<void> => {
      for (let i = 0; i < 20; i++) {
        const book = five[(number + i) % 5] ?? '';
        const command = adding(book, `client-${number}:${i}`, { amount: 1 + (i % 3), parts: 1 + (i % 2) });
        const twice = await Promise.all([writers[i % 2]?.submit(command), writers[(i + 1) % 2]?.submit(command)]);
        expect(twice.map((outcome) => outcome?.kind)).toEqual(['accepted', 'accepted']);
      }
    };
    await Promise.all(Array.from({ length: 32 }, (_, number) => client(number)));

    let tally = 0;
    let events = 0;
    for (const book of five) {
      const verified = await books.verify(book);
      expect(verified).toMatchObject({ intact: true });
      expect(await heads(books.reader, [book])).toMatchObject([{ position: verified.position }]);
      events += verified.position;
      tally += await books.tally(book);
    }
    // Each client: amounts 1, 2, 3, 1 … over 20 commands, every other one with two events.
    expect([tally, events]).toEqual([32 * 39, 32 * 30]);
  });

  it('from two processes to one book never get in each other’s way', async () => {
    const [one, other] = [books.writer({ maxBatch: 1 }), books.writer({ maxBatch: 1 })];
    const book = newBook();
    await Promise.all(
      Array.from({ length: 100 }, (_, i) => (i % 2 ? one : other).submit(adding(book, `a${i}`, { amount: 1 }))),
    );
    expect(await books.verify(book)).toMatchObject({ intact: true, position: 100 });
    expect(await books.tally(book)).toBe(100);
  });

  it('in one call are appended in order, each book by itself', async () => {
    const writer = books.writer({ maxBatch: 100 });
    const [book, other] = [newBook(), newBook()];
    const submissions = Array.from({ length: 1_000 }, (_, i) =>
      adding(i % 3 ? book : other, `bulk:${i}`, { amount: i }),
    );
    const outcomes = await writer.submitAll(submissions);
    expect(outcomes.map(({ kind }) => kind)).toEqual(submissions.map(() => 'accepted'));
    const stored = await books.stored(book);
    expect(stored.map(({ commandId }) => commandId)).toEqual(
      submissions.filter((one) => one.book === book).map(({ commandId }) => commandId),
    );
    expect(await books.verify(book)).toMatchObject({ intact: true });

    const again = await writer.submitAll(submissions);
    expect(again).toEqual(outcomes.map((outcome) => ({ ...outcome, replayed: true })));
  });

  it('leave room for single commands, also of the same book', async () => {
    const writer = books.writer({ maxBatch: 50 });
    const book = newBook();
    let bulksDone = 0;
    const bulkOf = async (name: string): Promise<void> => {
      await writer.submitAll(Array.from({ length: 1_000 }, (_, i) => adding(book, `${name}:${i}`, { amount: 1 })));
      bulksDone += 1;
    };
    const bulks = Promise.all(['one', 'two', 'three'].map(bulkOf));
    for (let i = 0; i < 10; i++) {
      await writer.submit(adding(i % 2 ? book : newBook(), `single:${i}`, { amount: 1 }));
      expect(bulksDone).toBe(0);
    }
    await bulks;
    expect(await books.tally(book)).toBe(3_005);
  });

  it('of one book are appended in the order in which they came', async () => {
    const writer = books.writer({ maxBatch: 3 });
    const book = newBook();
    const names = Array.from({ length: 100 }, (_, i) => `a${i}`);
    await Promise.all(names.map((name) => writer.submit(adding(book, name, { amount: 1 }))));
    expect((await books.stored(book)).map(({ commandId }) => commandId)).toEqual(names);
  });

  it('beyond what may wait are refused at once, and nothing is done about them', async () => {
    const writer = books.writer({ maxQueue: 10, maxBatch: 5 });
    const book = newBook();
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, i) => writer.submit(adding(book, `a${i}`, { amount: 1 }))),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBe(20);
    expect(refused.every(({ reason }) => reason instanceof Overloaded)).toBe(true);
    expect(await books.tally(book)).toBe(10);
  });
});

describe('a book that somebody else has locked', () => {
  const lockedElsewhere = async (book: string, whileLocked: () => Promise<void>): Promise<void> => {
    const client = new Client({ connectionString: database.appUrl });
    await client.connect();
    await client.query('begin');
    await client.query('select from book_head where book = $1 for update', [book]);
    try {
      await whileLocked();
    } finally {
      await client.query('commit');
      await client.end();
    }
  };

  it('does not hold up other books, and gets its turn, in order', async () => {
    const writer = books.writer();
    const [locked, free] = [newBook(), newBook()];
    await writer.submit(adding(locked, 'a', { amount: 1 }));
    const waiting: Promise<unknown>[] = [];
    await lockedElsewhere(locked, async () => {
      for (const name of ['b', 'c', 'd']) {
        waiting.push(writer.submit(adding(locked, name, { amount: 1 })));
        expect(await writer.submit(adding(free, name, { amount: 1 }))).toMatchObject({ kind: 'accepted' });
      }
    });
    await Promise.all(waiting);
    expect((await books.stored(locked)).map(({ commandId }) => commandId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('is queued for in the database after a while, since it may be free for moments only', async () => {
    const writer = books.writer();
    const book = newBook();
    await writer.submit(adding(book, 'a', { amount: 1 }));
    let waiting: Promise<unknown> = Promise.resolve();
    await lockedElsewhere(book, async () => {
      waiting = writer.submit(adding(book, 'b', { amount: 1 }));
      const queued = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
      while ((await books.reader.rows(queued)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    });
    expect(await waiting).toEqual(accepted(2, 2, 2));
  });

  it('is given up in the end', async () => {
    const writer = books.writer({ patienceMs: 100, limits: { lockMs: 50 } });
    const book = newBook();
    await writer.submit(adding(book, 'a', { amount: 1 }));
    await lockedElsewhere(book, () => expect(writer.submit(adding(book, 'b', { amount: 1 }))).rejects.toThrow());
    expect(await writer.submit(adding(book, 'b', { amount: 1 }))).toEqual(accepted(2, 2, 2));
  });
});

it('a transaction that does nothing for too long lets its books go, and is made again', async () => {
  let hangs = 1;
  const handler = {
    ...tallies,
    flush: async (tx: Tx, state: Map<string, number>): Promise<void> => {
      if (hangs-- > 0) await new Promise((resolve) => setTimeout(resolve, 500));
      await tallies.flush(tx, state);
    },
  };
  const book = newBook();
  const hanging = books.writer({ limits: { idleMs: 100 } }, handler).submit(adding(book, 'a', { amount: 1 }));
  expect(await hanging).toEqual(accepted(1, 1, 1));
  expect(hangs).toBe(-1);
});

describe('when the connection is lost', () => {
  const killed = async (): Promise<void> => {
    const client = new Client({ connectionString: database.adminUrl });
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where usename like 'writer%app' and pid <> pg_backend_pid() and state = 'idle in transaction'`,
    );
    await client.end();
  };

  it('in the middle of a batch, everything of it is done over again, once', async () => {
    let kills = 2;
    const writer = books.writer(
      {},
      {
        ...tallies,
        flush: async (tx, state) => {
          if (kills-- > 0) await killed();
          await tallies.flush(tx, state);
        },
      },
    );
    const book = newBook();
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => writer.submit(adding(book, `a${i}`, { amount: 1 }))),
    );
    expect(outcomes.every((outcome) => outcome.kind === 'accepted' && !outcome.replayed)).toBe(true);
    expect(kills).toBeLessThan(1);
    expect(await books.tally(book)).toBe(20);
    expect(await books.verify(book)).toMatchObject({ intact: true, position: 20 });
  });

  it('after the commit, before the answer, the command is still booked once', async () => {
    let losses = 1;
    const losing: Transact = async (work) => {
      const result = await books.append(work);
      if (losses-- > 0) throw new Error('Connection terminated unexpectedly');
      return result;
    };
    const writer = new BookWriter(losing, tallies);
    const book = newBook();
    expect(await writer.submit(adding(book, 'a', { amount: 5 }))).toEqual(accepted(1, 1, 5, true));
    expect(await books.tally(book)).toBe(5);
  });
});

it('closes when everything taken is done, and takes no more', async () => {
  const writer = books.writer();
  const book = newBook();
  const sent = Array.from({ length: 10 }, (_, i) => writer.submit(adding(book, `a${i}`, { amount: 1 })));
  await writer.close();
  expect(await books.tally(book)).toBe(10);
  await Promise.all(sent);
  await expect(writer.submit(adding(book, 'late', { amount: 1 }))).rejects.toThrow(Overloaded);
});
