import { isPassing, Overloaded, type AppendedBatch, type Submission } from '@propledger/event-log';
import { appendPoolConfigOf, migrate, ServiceConfig } from '@propledger/service-kit';
import { freshDatabase, type FreshDatabase } from '@propledger/testkit';
import { plainToInstance } from 'class-transformer';
import { pino } from 'pino';
import type { Worker } from 'node:worker_threads';
import { billing } from '../index';
import { AppendThread } from './append-thread';
import type { LedgerOutcome } from './ledger';
import type { LedgerTask } from './task';

const opening = (book: string, commandId = 'open'): Submission<LedgerTask> => ({
  book,
  commandId,
  requestHash: 'a'.repeat(64),
  actor: 'zhao',
  source: 'api',
  correlationId: 'c-1',
  command: { command: { type: 'OpenBook', project: book, firstPeriod: '2026-01' } },
});

const accepted = (replayed: boolean): Partial<LedgerOutcome> => ({ kind: 'accepted', firstPosition: 1, replayed });

describe('the thread that appends', () => {
  let database: FreshDatabase;
  let thread: AppendThread;
  beforeAll(async () => {
    database = await freshDatabase('billing');
    await migrate(database.ownerUrl, billing.migrations);
  });
  afterAll(() => database.drop());

  beforeEach(() => {
    const config = plainToInstance(ServiceConfig, { databaseUrl: database.appUrl }, { exposeDefaultValues: true });
    thread = new AppendThread(appendPoolConfigOf(config, 'billing', 2), pino({ level: 'silent' }));
  });
  afterEach(() => thread.close());

  /** As a thread ends that runs out of memory. */
  const kill = async (): Promise<void> => {
    await (thread as unknown as { worker: Worker }).worker.terminate();
  };

  it('answers each command, and tells of every commit', async () => {
    const moved: string[] = [];
    const batches: AppendedBatch[] = [];
    thread.onMoved((book, position) => moved.push(`${book} ${position}`));
    thread.onAppended((batch) => batches.push(batch));

    const [first, other] = await Promise.all([thread.submit(opening('A1')), thread.submit(opening('A2'))]);
    expect(first).toMatchObject(accepted(false));
    expect(other).toMatchObject(accepted(false));
    expect(await thread.submitAll([opening('A1'), opening('A3')])).toMatchObject([accepted(true), accepted(false)]);
    const { command } = opening('A1').command;
    const late = { ...opening('A1', 'late'), command: { command: { ...command, firstPeriod: '2026-02' } } };
    expect(await thread.submit(late as Submission<LedgerTask>)).toMatchObject({
      kind: 'refused',
      rejection: { code: 'book-already-open' },
    });

    expect(moved.sort()).toEqual(['A1 1', 'A2 1', 'A3 1']);
    expect(batches.reduce((sum, { commands }) => sum + commands, 0)).toBe(5);
    expect(thread.connections).toMatchObject({ totalCount: 1, waitingCount: 0 });
  });

  it('says what the database refused, of that command alone', async () => {
    const bad = thread.submit(opening('B1\u0000'));
    const good = thread.submit(opening('B2'));
    await expect(bad).rejects.toMatchObject({ name: 'error', code: '22021' });
    expect(await good).toMatchObject(accepted(false));
  });

  it('what it had taken when it ended may be asked again, and is booked once', async () => {
    await thread.submit(opening('C1'));
    const books = Array.from({ length: 40 }, (_, i) => opening(`C${i + 2}`));
    const asked = books.map((submission) => thread.submit(submission));
    const unknown = Promise.allSettled(asked);
    await new Promise((resolve) => setImmediate(resolve)); // They are on their way.
    await kill();
    const lost = (await unknown).flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(lost.every(isPassing)).toBe(true);
    expect(lost).not.toHaveLength(0);
    expect(thread.connections).toMatchObject({ totalCount: 0 });

    const again = await Promise.all(books.map((submission) => thread.submit(submission)));
    expect(again.every((outcome) => outcome.kind === 'accepted' && outcome.lastPosition === 1)).toBe(true);
  });

  it('ends what it has taken, and takes no more', async () => {
    const taken = thread.submit(opening('E1'));
    const closed = thread.close();
    await expect(thread.submit(opening('E2'))).rejects.toBeInstanceOf(Overloaded);
    await closed;
    expect(await taken).toMatchObject(accepted(false));
  });
});
