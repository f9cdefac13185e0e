import { BookWriter, eventLogMigration, HeadsWatch, pgTransact, type Submission, type Tx } from '@propledger/event-log';
import {
  eventFeedController,
  migrate,
  readerOf,
  ServiceConfig,
  type ServiceName,
  startService,
} from '@propledger/service-kit';
import { plainToInstance } from 'class-transformer';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'pg';

/** A neighbour with real books and the real event API, whose books hold nothing of interest. */
export interface Keeper {
  readonly url: string;
  /** As the owner of the tables: who may do what the application may not. */
  readonly owner: Pool;
  /** Appends so many events to a book. */
  append(book: string, events?: number): Promise<void>;
  head(book: string): Promise<{ readonly position: number; readonly hash: string }>;
  close(): Promise<void>;
}

export const startKeeper = async (
  name: ServiceName,
  database: { readonly ownerUrl: string; readonly appUrl: string },
  serviceKey: string,
): Promise<Keeper> => {
  await migrate(database.ownerUrl, [eventLogMigration]);
  const pool = new Pool({ connectionString: database.appUrl, max: 6 });
  const owner = new Pool({ connectionString: database.ownerUrl, max: 2 });
  for (const one of [pool, owner]) one.on('error', () => undefined);
  const tx = readerOf(pool);
  const writer = new BookWriter<number, null, never, Tx>(pgTransact(pool), {
    load: () => Promise.resolve(null),
    decide: (_state, { command }) => ({
      accepted: true,
      events: Array.from({ length: command }, (_, index) => ({
        ...{ type: 'tally.added', effectiveDate: '2026-03-31', accountingPeriod: '2026-03', reversesPosition: null },
        body: { index },
      })),
      answer: {},
    }),
    flush: () => Promise.resolve(),
  });
  const watch = new HeadsWatch(tx, writer);
  const config = plainToInstance(
    ServiceConfig,
    { databaseUrl: database.appUrl, peers: { registry: 'http://nowhere.invalid' }, serviceKey, logLevel: 'silent' },
    { exposeDefaultValues: true },
  );
  const service = await startService(
    {
      ...{ name, title: name, description: name, migrations: [] },
      build: () => ({
        module: { module: class KeeperModule {}, controllers: [eventFeedController({ tx, watch })] },
        access: { reachOf: () => Promise.resolve(null) },
        start: () => Promise.resolve(),
        notReady: () => Promise.resolve({}),
        stop: async () => {
          watch.close();
          await writer.close();
          await pool.end();
        },
      }),
    },
    config,
  );
  let commands = 0;
  const submissionOf = (book: string, events: number): Submission<number> => ({
    ...{ book, command: events, requestHash: '0'.repeat(64), commandId: `key:spec:${(commands += 1)}` },
    ...{ actor: 'spec', source: 'api', correlationId: 'spec' },
  });
  const server = createServer((request, response) => service.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    owner,
    append: async (book, events = 1) => {
      const outcome = await writer.submit(submissionOf(book, events));
      if (outcome.kind !== 'accepted') throw new Error(outcome.kind);
    },
    head: async (book) => {
      const [row] = await tx.rows<{ position: string; hash: string }>(
        `select position, encode(hash, 'hex') as hash from book_head where book = $1`,
        [book],
      );
      return { position: Number(row?.position ?? 0), hash: row?.hash ?? '' };
    },
    close: async () => {
      // Those that were opened and never used, too: nothing else ends them before a minute is over.
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      await owner.end();
    },
  };
};
