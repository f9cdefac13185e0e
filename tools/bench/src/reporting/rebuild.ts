import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { ApiClient } from '@propledger/cli';
import { startServices, type Services } from '../services';
import { median } from '../result';
import { type Row, Shared } from '../row';
import { BOOK_NAMES, eventsAfter, fillLedger, positionAfter, tellHeads } from './ledger-events';

const MONTHS = { two: 22, ten: 107 } as const;

interface Rebuilt {
  readonly seconds: number;
  readonly megabytes: number;
}

interface Books {
  readonly services: Services;
  readonly token: string;
  /** Every rebuild from the first two million events. */
  readonly short: Rebuilt[];
  close(): Promise<void>;
}

/** Books of two million events, of which reporting knows. */
const books = new Shared<Books>(async (say) => {
  const services = await startServices(['registry', 'billing', 'reports']);
  await goOn(services, 0, MONTHS.two);
  say(`${eventsAfter(MONTHS.two)} events are in ${BOOK_NAMES.length} books`);
  const { operator, password } = services.administrator;
  const { accessToken } = await new ApiClient({ url: services.urls.registry }).signIn(operator, password);
  return { services, token: accessToken, short: [], close: () => services.stop() };
});

/** Rebuilds all projections of reporting, over HTTP from billing's books, and COPYs the rows that came of it beside it. */
export const rebuild: Row<'rebuild'> = {
  name: 'rebuild',
  rounds: 3,
  figures: {
    rebuild: {
      work: 'rebuild all reporting projections from 2 million events',
      unit: 's',
      target: { ratioAtMost: 4 },
    },
  },
  shares: books,
  prepare: async (say) => {
    const bench = await books.get(say);
    return {
      round: async (nth) => {
        const short = await rebuilt(bench, `rebuild-${nth}`);
        bench.short.push(short);
        if (nth === 1) await writeFiles(bench); // Each rebuild makes the same rows.
        return { rebuild: { value: short.seconds, limit: await copied(bench) } };
      },
      close: () => Promise.resolve(),
    };
  },
};

/** The same with five times the events: as fast by the event, in as much memory. */
export const rebuildLong: Row<'linear' | 'memory'> = {
  name: 'rebuild-10m',
  rounds: 1,
  figures: {
    linear: {
      work: 'rebuild from 10 million events, a million (limit: of the first 2 million)',
      unit: 's',
      target: { ratioAtMost: 1.25 },
    },
    memory: {
      work: 'rebuild from 10 million events, most memory of the service (limit: of the first 2 million)',
      unit: 'MB',
      target: { ratioAtMost: 1.25 },
    },
  },
  shares: books,
  prepare: async (say) => {
    const bench = await books.get(say);
    if (bench.short.length === 0) bench.short.push(await rebuilt(bench, 'rebuild-1'));
    await goOn(bench.services, MONTHS.two, MONTHS.ten);
    say(`rebuild-10m: ${eventsAfter(MONTHS.ten)} events are in`);
    return {
      round: async () => {
        const long = await rebuilt(bench, 'long');
        const aMillion = (seconds: number, months: number): number => (seconds * 1_000_000) / eventsAfter(months);
        const short = (of: (one: Rebuilt) => number): number => median(bench.short.map(of));
        return {
          linear: {
            value: aMillion(long.seconds, MONTHS.ten),
            limit: aMillion(
              short(({ seconds }) => seconds),
              MONTHS.two,
            ),
          },
          memory: { value: long.megabytes, limit: short(({ megabytes }) => megabytes) },
        };
      },
      close: () => Promise.resolve(),
    };
  },
};

/**
 * Adds events of these months, from the first to before the second. The live tables are empty, and say that they have come to
 * the end of them: a replay goes up to there.
 */
const goOn = async ({ postgres }: Services, from: number, to: number): Promise<void> => {
  await fillLedger(postgres.url('propledger_billing'), from, to);
  await connected(postgres.url('propledger_reports'), async (client) => {
    await client.query(
      `insert into cursor (topic, book, position) select 'ledger', b, $2 from unnest($1::text[]) as b
       on conflict (topic, book) do update set position = excluded.position`,
      [BOOK_NAMES, positionAfter(to)],
    );
  });
  await connected(postgres.url('propledger_billing'), (client) => tellHeads(client, to));
};

/** From the command to the answer that it is ready: folded, indexed, analyzed, compared. */
const rebuilt = async ({ services, token }: Books, key: string): Promise<Rebuilt> => {
  const pid = services.processes.reports?.pid ?? 0;
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
  ): Promise<{ replay: string; state: string; failure: unknown }> => {
    const answer = await fetch(`${services.urls.reports}/reports/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'idempotency-key': key },
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { replay: string; state: string; failure: unknown };
  };
  const begunAt = performance.now();
  let megabytes = 0;
  let job = await ask('POST', '/replays');
  while (job.state === 'folding' || job.state === 'finishing') {
    megabytes = Math.max(megabytes, residentMegabytes(pid));
    await pause(100);
    job = await ask('GET', `/replays/${job.replay}`);
  }
  if (job.state !== 'ready') throw new Error(`the rebuild is ${job.state}: ${String(job.failure)}`);
  return { seconds: (performance.now() - begunAt) / 1_000, megabytes };
};

const residentMegabytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

const TABLES = `select name, current_setting('data_directory') || '/bench-' || name as file from projection_table order by name`;

interface Table {
  readonly name: string;
  readonly file: string;
}

/** Writes the rebuilt rows into files of the server. */
const writeFiles = ({ services }: Books): Promise<void> =>
  connected(services.postgres.url('propledger_reports'), async (client) => {
    const { rows } = await client.query<Table>(TABLES);
    for (const { name, file } of rows) await client.query(`copy rebuilding.${name} to '${file}'`);
  });

/** Seconds that the server takes to COPY the rebuilt rows from files into tables with the same indexes. */
const copied = ({ services }: Books): Promise<number> =>
  connected(services.postgres.url('propledger_reports'), async (client) => {
    const { rows: tables } = await client.query<Table>(TABLES);
    await client.query('drop schema if exists bench cascade; create schema bench');
    for (const { name } of tables) await client.query(`create table bench.${name} (like public.${name} including all)`);
    await client.query('checkpoint');
    const begunAt = performance.now();
    for (const { name, file } of tables) await client.query(`copy bench.${name} from '${file}'`);
    const seconds = (performance.now() - begunAt) / 1_000;
    await client.query('drop schema bench cascade');
    return seconds;
  });

const connected = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};
