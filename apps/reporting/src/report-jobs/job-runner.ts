import { abortedWith, isPassing, troubleOf, type Tx } from '@propledger/event-log';
import { Problem } from '@propledger/service-kit';
import { setTimeout as pause } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import type { KnownCuts } from '../known/known-cuts';
import type { Projections } from '../projections';
import { ofProjects, type Question } from '../question';
import type { Sheets } from '../sheets';
import { ALL_REPORTS } from '../all-reports';
import {
  addRows,
  beginJob,
  countAttempt,
  endJob,
  finishStep,
  forgetOldJobs,
  type Job,
  type KeptQuestion,
  openJobs,
  putOff,
} from './job-store';

/** Tells locks of report jobs from other advisory locks of this database. */
const REPORT_JOBS = 4_002;
const LOOK_EVERY_MS = 1_000;
/** What could not be done is tried again after a second, then two, four, …; this is the most. */
const REST_AT_MOST_MS = 60_000;
/** A job that could not be made this often has failed: some four minutes after it was taken up. */
const ATTEMPTS_AT_MOST = 10;
/** What one result may have. */
const MAX_BYTES = 512 * 1024 * 1024;

export interface JobLog {
  error(fields: object, message: string): void;
}

/**
 * Makes the reports that were asked for as jobs, one at a time in a process, project by project. A process locks the job that it
 * works on for as long as its connection lives, and writes over that connection alone: when it ends, or loses it, another
 * process, or the same after a restart, goes on after the last project that was made whole.
 */
export class JobRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> | null = null;
  private wake = (): void => undefined;

  constructor(
    private readonly projections: Projections,
    private readonly cuts: KnownCuts,
    private readonly sheets: Sheets,
    private readonly log: JobLog,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** There is something to do now. */
  nudge(): void {
    this.wake();
  }

  /** The question of a job. @throws Problem when it cannot be answered now. */
  async questionOf({ part, report: name, moment, cuts, projects }: KeptQuestion): Promise<Question> {
    const report = ALL_REPORTS.find((one) => one.name === name);
    const [known, against] = cuts;
    if (report === undefined || known === undefined) throw new Problem('not-found');
    return {
      ...{ part, report, moment },
      known: await this.cuts.again(known, projects),
      against: against === undefined ? null : await this.cuts.again(against, projects),
    };
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted;) {
      const { controller: woken, letGo } = abortedWith(signal);
      this.wake = () => woken.abort();
      try {
        const worked = await this.workOnce();
        failures = 0;
        if (!worked) await rest(LOOK_EVERY_MS, woken.signal);
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.log.error({ err: error, failures }, 'report jobs cannot be worked on now');
        await rest(restMs(failures), signal);
      } finally {
        letGo();
      }
    }
  }

  /** Takes up the oldest job that nobody works on and that is not put off. False: there is none. */
  private async workOnce(): Promise<boolean> {
    await forgetOldJobs(this.projections.tx);
    for (const { job, number } of await openJobs(this.projections.tx)) {
      const connection = await this.projections.pool.connect();
      const lost = (): void => undefined;
      connection.on('error', lost);
      let sound = false;
      try {
        const locked = await this.lock(connection, number);
        // It may have ended since it was looked for.
        const open = locked ? (await openJobs(txOf(connection))).find((one) => one.job === job) : undefined;
        if (open) await this.makeOrRest(open, txOf(connection));
        if (locked) await connection.query('select pg_advisory_unlock($1, $2)', [REPORT_JOBS, number]);
        sound = true;
        if (open) return true;
      } finally {
        connection.off('error', lost);
        connection.release(!sound); // A connection that is closed unlocks.
      }
    }
    return false;
  }

  private async lock(connection: PoolClient, number: number): Promise<boolean> {
    const { rows } = await connection.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
      REPORT_JOBS,
      number,
    ]);
    return rows[0]?.locked ?? false;
  }

  /** One job that cannot be made now does not keep others from being made, and is not tried for ever. */
  private async makeOrRest({ job }: Job, tx: Tx): Promise<void> {
    const counted = await countAttempt(tx, job);
    if (!counted) return;
    const { attempts } = counted;
    try {
      // The attempts before it took their processes along.
      if (attempts > ATTEMPTS_AT_MOST) return await endJob(tx, job, 'unexpected');
      await this.makeSteps(counted, tx);
    } catch (error) {
      const stopped = this.stopping.signal.aborted;
      const trouble = stopped ? null : troubleOf(error);
      if (stopped || isPassing(error)) {
        // The connection may be what was lost.
        await putOff(this.projections.tx, job, { trouble, forMs: stopped ? 0 : LOOK_EVERY_MS, counted: false });
        throw error;
      }
      await putOff(tx, job, { trouble, forMs: restMs(attempts), counted: true });
      this.log.error({ err: error, job, attempts }, 'a report job could not be made; it is tried again, a few times');
      if (attempts >= ATTEMPTS_AT_MOST) await endJob(tx, job, error instanceof Problem ? error.code : 'unexpected');
    }
  }

  private async makeSteps(job: Job, tx: Tx): Promise<void> {
    const question = await this.questionOf(job.question);
    await beginJob(tx, job);
    let { rows, bytes, done } = job;
    for (const [step, project] of job.question.projects.entries()) {
      if (step < job.nextStep) continue;
      const ofOne = ofProjects(question, [project]);
      let part = 0;
      for await (const some of this.sheets.of(ofOne).all()) {
        this.stopping.signal.throwIfAborted();
        bytes += await addRows(tx, job.job, { step, part, firstRow: rows, rows: some });
        rows += some.length;
        part += 1;
        if (bytes > MAX_BYTES) return endJob(tx, job.job, 'too-large');
      }
      done += eventsOf(ofOne);
      await finishStep(tx, job.job, { nextStep: step + 1, done, rows, bytes });
    }
    await endJob(tx, job.job, null);
  }
}

/** Rests so long, or until it is told to stop: nothing listens to the signal any more then. */
const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  pause(ms, undefined, { signal }).catch(() => undefined);

const restMs = (failures: number): number => Math.min(REST_AT_MOST_MS, LOOK_EVERY_MS * 2 ** (failures - 1));

/** Events that a question reads: how its progress is measured. One more a project, so that an empty one counts, too. */
export const eventsOf = ({ known, against }: Question): number =>
  [...known.books, ...(against?.books ?? [])].reduce((sum, { ledger }) => sum + ledger + 1, 0);

const txOf = (connection: PoolClient): Tx => ({
  rows: async <Row>(sql: string, params: readonly unknown[] = []) =>
    (await connection.query(sql, [...params])).rows as Row[],
});
