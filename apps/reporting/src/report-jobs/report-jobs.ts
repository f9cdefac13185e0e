import type { After } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import { AfterGate, type CallerIdentity, decodeCursor, Problem } from '@propledger/service-kit';
import { ALL_REPORTS } from '../all-reports';
import type { Answer, Answers } from '../answer/answers';
import { formatOf } from '../answer/format';
import { faulty } from '../faulty';
import type { Projections } from '../projections';
import { MAX_ROWS } from '../query';
import { cutsOf, digestOf, projectsOf } from '../question';
import type { Reports } from '../reports';
import type { Sheets } from '../sheets';
import { eventsOf, type JobRunner } from './job-runner';
import type { ReportJobBody, ResultQuery } from './job-shapes';
import { addJob, findByKey, findJob, type Job, retryJob, rowsOf } from './job-store';

const ROWS_A_READ = 10_000;

/** Reports as jobs: a job belongs to who asked for it. */
export class ReportJobs {
  private readonly gate: AfterGate;

  constructor(
    private readonly projections: Projections,
    private readonly reports: Reports,
    private readonly sheets: Sheets,
    private readonly answers: Answers,
    private readonly runner: JobRunner,
  ) {
    this.gate = new AfterGate(projections.followers);
  }

  /** The job of this key, new or asked for before. @throws Problem */
  async ask(body: ReportJobBody, key: string, caller: CallerIdentity, after: After | null): Promise<Job> {
    const { operator } = caller;
    const hash = requestHash(body);
    const { tx } = this.projections;
    const job = (await findByKey(tx, operator, key)) ?? (await this.newJob(body, key, hash, caller, after));
    if (job.requestHash !== hash) throw new Problem('idempotency-key-reused');
    this.runner.nudge();
    return job;
  }

  private async newJob(
    body: ReportJobBody,
    key: string,
    hash: string,
    caller: CallerIdentity,
    after: After | null,
  ): Promise<Job> {
    await this.gate.wait(after);
    const { report: name, part = 'report', ...asked } = body;
    const report = ALL_REPORTS.find((one) => one.name === name);
    if (report === undefined) throw new Problem('not-found');
    const question = await this.reports.settle(part, report, asked, caller);
    const { moment } = question;
    const kept = { part, report: name, moment, cuts: cutsOf(question), projects: projectsOf(question) };
    const { operator } = caller;
    return addJob(this.projections.tx, { operator, key, requestHash: hash, question: kept, total: eventsOf(question) });
  }

  /** @throws Problem `not-found` unless this caller asked for it; `forbidden` when he may not view its projects any more. */
  async find(id: string, caller: CallerIdentity): Promise<Job> {
    const job = await this.look(id);
    if (job === null || job.operator !== caller.operator) throw new Problem('not-found');
    for (const project of job.question.projects) caller.require('view', project);
    return job;
  }

  /** Begins a failed job once more; one that is under way or done is answered as it is. @throws Problem `not-found` */
  async retry(id: string, caller: CallerIdentity): Promise<Job> {
    await this.find(id, caller);
    if (await retryJob(this.projections.tx, id)) this.runner.nudge();
    return this.find(id, caller);
  }

  look(id: string): Promise<Job | null> {
    return findJob(this.projections.tx, id);
  }

  /** What asking directly would answer. @throws Problem */
  async result(id: string, query: ResultQuery, caller: CallerIdentity, accept: string | undefined): Promise<Answer> {
    const format = query.format ?? formatOf(accept);
    if (format === null) throw new Problem('not-acceptable');
    const { job, state, question: kept, rows } = await this.find(id, caller);
    if (state !== 'done') throw new Problem('report-not-made', { detail: state });
    const question = await this.runner.questionOf(kept);
    const page = decodeCursor(query.cursor, 'string', 'string', 'number');
    if (page !== null && (page[0] !== digestOf(question) || page[2] < 0))
      throw faulty('cursor', '翻页标记不属于这一结果 not a cursor of this result');
    const { tx } = this.projections;
    const sheet = {
      columns: this.sheets.of(question).columns,
      page: (skip: number, limit: number) => rowsOf(tx, job, skip, limit),
      async *all() {
        for (let skip = 0; skip < rows; skip += ROWS_A_READ) yield rowsOf(tx, job, skip, ROWS_A_READ);
      },
    };
    const { limit = MAX_ROWS, bom = false } = query;
    return this.answers.of(question, sheet, { format, bom, limit, skip: page?.[2] ?? 0 });
  }
}
