import type { Tx } from '@propledger/event-log';
import type { Moment } from '../report';
import type { Part } from '../question';
import type { Cell } from '../report';

/** A settled question, as it is kept: asked again it is the same. */
export interface KeptQuestion {
  readonly part: Part;
  readonly report: string;
  readonly moment: Moment;
  /** What is known, and for differences what it is compared with. */
  readonly cuts: readonly string[];
  readonly projects: readonly string[];
}

export const JOB_STATES = ['waiting', 'running', 'done', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

export interface Job {
  readonly job: string;
  readonly number: number;
  readonly operator: string;
  readonly requestHash: string;
  readonly question: KeptQuestion;
  readonly state: JobState;
  /** Why it failed. */
  readonly failure: string | null;
  /** How often it was begun since it was asked for, or begun again; not counted is what a stop or an outage broke off. */
  readonly attempts: number;
  /** The error of its latest attempt. */
  readonly trouble: string | null;
  /** The first project that is not made whole. */
  readonly nextStep: number;
  /** Events of the projects that are made, and of all. */
  readonly done: number;
  readonly total: number;
  readonly rows: number;
  readonly bytes: number;
  /** Counts its changes. */
  readonly version: number;
  readonly askedAt: string;
  readonly endedAt: string | null;
  readonly expiresAt: string | null;
}

/** A result is kept for a day. */
const KEPT = `interval '24 hours'`;
/** What is kept of all results together. Who has most kept loses his oldest first. */
const KEPT_BYTES = 1024 * 1024 * 1024;

const utc = (column: string): string => `to_char((${column}) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const COLUMNS = `job, number, operator, request_hash as "requestHash", question, state, failure, attempts, trouble, next_step as "nextStep",
  done::double precision, total::double precision, rows::double precision, bytes::double precision, version,
  ${utc('asked_at')} as "askedAt", ${utc('ended_at')} as "endedAt", ${utc(`ended_at + ${KEPT}`)} as "expiresAt"`;

/** Adds a job, or finds the one that was asked for with this key before. */
export const addJob = async (
  tx: Tx,
  job: Pick<Job, 'operator' | 'requestHash' | 'question' | 'total'> & { readonly key: string },
): Promise<Job> => {
  const { operator, key, requestHash, question, total } = job;
  await tx.rows(
    `insert into report_job (operator, key, request_hash, question, total) values ($1, $2, $3, $4, $5)
     on conflict (operator, key) do nothing`,
    [operator, key, requestHash, JSON.stringify(question), total],
  );
  const found = await findByKey(tx, operator, key);
  if (found === null) throw new Error('a report job that was just added is not there');
  return found;
};

export const findByKey = async (tx: Tx, operator: string, key: string): Promise<Job | null> =>
  (await tx.rows<Job>(`select ${COLUMNS} from report_job where operator = $1 and key = $2`, [operator, key]))[0] ??
  null;

export const findJob = async (tx: Tx, job: string): Promise<Job | null> =>
  (await tx.rows<Job>(`select ${COLUMNS} from report_job where job = $1`, [job]))[0] ?? null;

/** Jobs that have not ended and may be taken up by now, the oldest first. */
export const openJobs = (tx: Tx): Promise<Job[]> =>
  tx.rows<Job>(
    `select ${COLUMNS} from report_job where state in ('waiting', 'running') and coalesce(next_attempt_at <= now(), true)
      order by number limit 100`,
  );

/** Counts an attempt before anything else is done: it may take its process along. @returns the job as it is by now. */
export const countAttempt = async (tx: Tx, job: string): Promise<Job | undefined> =>
  (
    await tx.rows<Job>(
      `update report_job set attempts = attempts + 1, next_attempt_at = null where job = $1 returning ${COLUMNS}`,
      [job],
    )
  )[0];

/** To be taken up again after a pause. `counted`: whether the attempt that ends here was one. */
export const putOff = async (
  tx: Tx,
  job: string,
  { trouble, forMs, counted }: { readonly trouble: string | null; readonly forMs: number; readonly counted: boolean },
): Promise<void> => {
  await tx.rows(
    `update report_job set trouble = $2, next_attempt_at = now() + $3 * interval '1 millisecond', attempts = attempts - $4
      where job = $1`,
    [job, trouble, forMs, counted ? 0 : 1],
  );
};

/** Begins a failed job once more. False: it has not failed. */
export const retryJob = async (tx: Tx, job: string): Promise<boolean> => {
  const begun = await tx.rows(
    `update report_job set state = 'waiting', failure = null, attempts = 0, trouble = null, next_attempt_at = null, next_step = 0,
            done = 0, rows = 0, bytes = 0, ended_at = null, version = version + 1
      where job = $1 and state = 'failed' returning job`,
    [job],
  );
  return begun.length > 0;
};

/** Begins a job, or takes it up: of a project that was not made whole nothing is left. */
export const beginJob = async (tx: Tx, { job, nextStep }: Job): Promise<void> => {
  await tx.rows('delete from report_job_rows where job = $1 and step >= $2', [job, nextStep]);
  await tx.rows(`update report_job set state = 'running', version = version + 1 where job = $1`, [job]);
};

/** A part of a job's rows. */
export interface RowsPart {
  readonly step: number;
  readonly part: number;
  /** Rows before it. */
  readonly firstRow: number;
  readonly rows: readonly (readonly Cell[])[];
}

/** Adds rows; answers their size in bytes. */
export const addRows = async (tx: Tx, job: string, { step, part, firstRow, rows }: RowsPart): Promise<number> => {
  const cells = JSON.stringify(rows);
  await tx.rows(
    'insert into report_job_rows (job, step, part, first_row, count, cells) values ($1, $2, $3, $4, $5, $6)',
    [job, step, part, firstRow, rows.length, cells],
  );
  return Buffer.byteLength(cells);
};

/** A project is made whole. */
export const finishStep = async (
  tx: Tx,
  job: string,
  { nextStep, done, rows, bytes }: Pick<Job, 'nextStep' | 'done' | 'rows' | 'bytes'>,
): Promise<void> => {
  await tx.rows(
    'update report_job set next_step = $2, done = $3, rows = $4, bytes = $5, version = version + 1 where job = $1',
    [job, nextStep, done, rows, bytes],
  );
};

/** Ends a job: done, or failed for a reason. Of a failed one no rows are kept. */
export const endJob = async (tx: Tx, job: string, failure: string | null): Promise<void> => {
  if (failure !== null) await tx.rows('delete from report_job_rows where job = $1', [job]);
  await tx.rows(
    `update report_job set state = $2, failure = $3, ended_at = now(), trouble = case when $3::text is not null then trouble end, version = version + 1 where job = $1`,
    [job, failure === null ? 'done' : 'failed', failure],
  );
};

/** Removes what was kept long enough, or is too much. */
export const forgetOldJobs = async (tx: Tx): Promise<void> => {
  await tx.rows(
    `delete from report_job where job in (
       select job from (
         select job, ended_at, sum(bytes) over (order by of_his, ended_at desc, number desc) as kept
         from (
           select job, number, ended_at, bytes,
                  sum(bytes) over (partition by operator order by ended_at desc, number desc) as of_his
           from report_job where ended_at is not null
         ) own
       ) ended
       where ended_at < now() - ${KEPT} or kept > ${KEPT_BYTES}
     )`,
  );
};

/** Rows `skip` + 1 to `skip` + `limit` of a job. */
export const rowsOf = async (tx: Tx, job: string, skip: number, limit: number): Promise<(readonly Cell[])[]> => {
  const parts = await tx.rows<{ first_row: number; cells: string }>(
    `select first_row::double precision, cells from report_job_rows
     where job = $1 and first_row < $2::bigint + $3::bigint and first_row + count > $2::bigint order by step, part`,
    [job, skip, limit],
  );
  const rows = parts.flatMap(({ cells }) => JSON.parse(cells) as (readonly Cell[])[]);
  const from = skip - (parts[0]?.first_row ?? skip);
  return rows.slice(from, from + limit);
};
