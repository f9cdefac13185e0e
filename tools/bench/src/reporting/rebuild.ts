import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { ApiClient } from '@propledger/cli';
import { startServices, type Services } from '../services';
import type { Row } from '../row';
import { BOOK_NAMES, eventsAfter, fillLedger, positionAfter } from './ledger-events';

const MONTHS = { two: 22, ten: 107 } as const;
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
  prepare: async (say) => {
    const bench = await ready(MONTHS.two, say);
    return {
      round: async (nth) => {
        const { seconds } = await rebuilt(bench, `rebuild-${nth}`);
        return { rebuild: { value: seconds, limit: await copied(bench) } };
      },
      close: () => bench.services.stop(),
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
  prepare: async (say) => {
    const bench = await ready(MONTHS.ten, say);
    const goTo = (months: number): Promise<void> => point(bench.services.postgres.url('propledger_reports'), months);
    return {
      round: async () => {
        await goTo(MONTHS.two);
        const short = await rebuilt(bench, 'short');
        await goTo(MONTHS.ten);
        const long = await rebuilt(bench, 'long');
        const aMillion = (seconds: number, months: number): number => (seconds * 1_000_000) / eventsAfter(months);
        return {
          linear: { value: aMillion(long.seconds, MONTHS.ten), limit: aMillion(short.seconds, MONTHS.two) },
          memory: { value: long.megabytes, limit: short.megabytes },
        };
      },
      close: () => bench.services.stop(),
    };
  },
};

interface Ready {
  readonly services: Services;
  readonly token: string;
}

const ready = async (months: number, say: (line: string) => void): Promise<Ready> => {
  const services = await startServices(['registry', 'billing', 'reports'], async ({ billing, reports }) => {
    await fillLedger(billing.ownerUrl, months);
    await point(reports.ownerUrl, months);
  });
  say(`${eventsAfter(months)} events are in ${BOOK_NAMES.length} books`);
  const { operator, password } = services.administrator;
  const { accessToken } = await new ApiClient({ url: services.urls.registry }).signIn(operator, password);
  return { services, token: accessToken };
};

/** The live tables are empty, and say that they have come to the end of so many months: a replay goes up to there. */
const point = (url: string, months: number): Promise<void> =>
  connected(url, async (client) => {
    await client.query(
      `insert into cursor (topic, book, position) select 'ledger', b, $2 from unnest($1::text[]) as b
       on conflict (topic, book) do update set position = excluded.position`,
      [BOOK_NAMES, positionAfter(months)],
    );
  });

/** From the command to the answer that it is ready: folded, indexed, analyzed, compared. */
const rebuilt = async ({ services, token }: Ready, key: string): Promise<{ seconds: number; megabytes: number }> => {
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

/** Seconds that the server takes to COPY the rebuilt rows from files into tables with the same indexes. */
const copied = ({ services }: Ready): Promise<number> =>
  connected(services.postgres.url('propledger_reports'), async (client) => {
    const { rows: tables } = await client.query<{ name: string; file: string }>(
      `select name, current_setting('data_directory') || '/bench-' || name as file from projection_table order by name`,
    );
    await client.query('drop schema if exists bench cascade; create schema bench');
    for (const { name, file } of tables) {
      await client.query(`create table bench.${name} (like public.${name} including all)`);
      await client.query(`copy rebuilding.${name} to '${file}'`);
    }
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
