import { ApiClient } from '@propledger/cli';
import { requestHash } from '@propledger/proof';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Figure, Row } from '../row';
import { startServices } from '../services';
import { projectCodes, type Scale } from '../workload/group';
import { loadWorkload } from '../workload/load';
import { dayOf, fillProjection } from './projected-rows';

const MONTHS = 48;
/** Four years of two charges a month for each of 93,750 resources: nine million. */
const GROUP: Scale = { seed: 'reports', projects: 41, resources: 93_750, charges: 93_750, months: 0 };
/** The day and the period of two years ago; the cut of a year ago. */
const THEN = { asOf: dayOf(23, '31'), period: dayOf(23).slice(0, 7) };
const CUT_MONTHS = 36;
const ASKED = 40;
const ASKED_THEN = 3;

const below = (what: string, ms: number): Figure => ({
  work: `${what}, at 9 million charges`,
  unit: 'ms',
  target: { valueBelow: ms },
});

/**
 * Arrears and receivables of one project and of the group, over HTTP, as JSON. The limit of each is an indexed scan of the
 * charges that the answer is about, which have something open then, in the same database; the targets are times by themselves.
 */
export const reports: Row<'project' | 'group' | 'projectThen' | 'groupThen' | 'cut'> = {
  name: 'reports',
  rounds: 1,
  figures: {
    project: below('arrears and receivable of a project, current: p95', 150),
    group: below('arrears and receivable of the group, current: p95', 150),
    projectThen: below('arrears and receivable of a project as of two years ago: slowest', 3_000),
    groupThen: below('arrears and receivable of the group as of two years ago: slowest', 3_000),
    cut: below('arrears of the group as known a year ago, as a job', 30_000),
  },
  prepare: async (say) => {
    const books = projectCodes(GROUP);
    let positions: Awaited<ReturnType<typeof fillProjection>>['positions'] = new Map();
    const services = await startServices(['registry', 'billing', 'reports'], async ({ registry, reports }) => {
      await loadWorkload({ registry: registry.ownerUrl, reports: reports.ownerUrl }, GROUP, say);
      const filled = await fillProjection(reports.ownerUrl, books, MONTHS);
      positions = filled.positions;
      say(`reports: ${filled.charges} charges are in`);
    });
    const { operator, password } = services.administrator;
    const { accessToken } = await new ApiClient({ url: services.urls.registry }).signIn(operator, password);
    const client = new ApiClient({ url: services.urls.reports, token: accessToken });
    const database = new Client({ connectionString: services.postgres.url('propledger_reports') });
    database.on('error', () => undefined); // Whoever asks next hears of it.
    await database.connect();

    const project = books[7] ?? '';
    const ask = async (report: string, query: Record<string, string>): Promise<number> => {
      const startedAt = performance.now();
      await client.download(`/reports/v1/${report}`, { query, accept: 'application/json' });
      return performance.now() - startedAt;
    };
    const both = async (query: Record<string, string>, times: number): Promise<number[]> => {
      const took: number[] = [];
      for (let nth = 0; nth < times; nth++)
        took.push(await ask('arrears-summary', query), await ask('receivable', query));
      return took.sort((one, other) => one - other);
    };
    const quantile = (sorted: readonly number[], part: number): number =>
      sorted[Math.ceil(part * sorted.length) - 1] ?? NaN;
    const scan = async (of: readonly string[], asOf: string): Promise<number> => {
      const startedAt = performance.now();
      await database.query(OPEN_THEN, [of, asOf]);
      return performance.now() - startedAt;
    };
    const today = dayOf(MONTHS - 1, '28');
    const current = { asOf: today, period: today.slice(0, 7) };
    return {
      round: async () => {
        await both({ ...current, project }, 3); // Nobody's first question of the day is measured.
        await both(current, 3);
        const known = await keepCut(database, books, (book) => positions.get(book)?.(CUT_MONTHS) ?? 0);
        const figures = {
          project: {
            value: quantile(await both({ ...current, project }, ASKED), 0.95),
            limit: await scan([project], today),
          },
          group: { value: quantile(await both(current, ASKED), 0.95), limit: await scan(books, today) },
          projectThen: {
            value: quantile(await both({ ...THEN, project }, ASKED_THEN), 1),
            limit: await scan([project], THEN.asOf),
          },
          groupThen: { value: quantile(await both(THEN, ASKED_THEN), 1), limit: await scan(books, THEN.asOf) },
        };
        const asOf = dayOf(CUT_MONTHS - 1, '28');
        return {
          ...figures,
          cut: {
            value: await jobTime(client, { report: 'arrears-summary', asOf, known }),
            limit: await scan(books, asOf),
          },
        };
      },
      close: async () => {
        await database.end();
        await services.stop();
      },
    };
  },
};

/** Charges with something open on a day, found by the index that is made for it. */
const OPEN_THEN = `
  select count(*), sum(c.amount_fen) from unnest($1::text[]) as b(book)
  cross join generate_series(date '2022-01-01', $2::date, interval '1 month') as m(month)
  cross join lateral (
    select amount_fen from charge
    where book = b.book and starts_month = m.month::date and open_until > $2::date offset 0
  ) c`;

/** A cut as reporting would have kept it then. @returns its id. */
const keepCut = async (
  database: Client,
  books: readonly string[],
  ledgerAt: (book: string) => number,
): Promise<string> => {
  const { rows } = await database.query<{ book: string; position: string }>(
    `select book, position from cursor where topic = 'registry' and book = any($1)`,
    [books],
  );
  const registry = new Map(rows.map(({ book, position }) => [book, Number(position)]));
  const positions = books.map((book) => ({ book, ledger: ledgerAt(book), registry: registry.get(book) ?? 0 }));
  const takenOn = dayOf(CUT_MONTHS - 1, '28');
  const id = requestHash({ takenOn, positions }).slice(0, 32);
  await database.query('insert into cut (cut, taken_on, positions) values ($1, $2, $3)', [
    id,
    takenOn,
    JSON.stringify(positions),
  ]);
  return id;
};

interface Job {
  readonly job: string;
  readonly state: string;
  readonly reason?: unknown;
}

/** Milliseconds from asking for a job to its end. */
const jobTime = async (client: ApiClient, body: Record<string, string>): Promise<number> => {
  const startedAt = performance.now();
  let job = await client.command<Job>('/reports/v1/report-jobs', body, randomUUID());
  while (job.state === 'waiting' || job.state === 'running') {
    await pause(100);
    job = await client.get<Job>(`/reports/v1/report-jobs/${job.job}`);
  }
  if (job.state !== 'done') throw new Error(`the job is ${JSON.stringify(job)}`);
  return performance.now() - startedAt;
};
