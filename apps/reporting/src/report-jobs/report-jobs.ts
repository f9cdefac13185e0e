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
import type { Cell } from '../report';
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
    requireView(job, caller);
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
    const question = await this.reports.settle(part, report, asked, caller, 'body');
    const { moment } = question;
    const kept = { part, report: name, moment, cuts: cutsOf(question), projects: projectsOf(question) };
    const { operator } = caller;
    return addJob(this.projections.tx, { operator, key, requestHash: hash, question: kept, total: eventsOf(question) });
  }

  /** @throws Problem `not-found` unless this caller asked for it; `forbidden` when he may not view its projects any more. */
  async find(id: string, caller: CallerIdentity): Promise<Job> {
    const job = await this.look(id);
    if (job === null || job.operator !== caller.operator) throw new Problem('not-found');
    requireView(job, caller);
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
    const cursor = decodeCursor(query.cursor, 'string', 'string', 'number');
    if (cursor !== null && (cursor[0] !== digestOf(question) || cursor[2] < 0))
      throw faulty('cursor', '翻页标记不属于这一结果 not a cursor of this result');
    const { tx } = this.projections;
    const page = async (skip: number, limit: number): Promise<(readonly Cell[])[]> => {
      const found = await rowsOf(tx, job, skip, limit);
      // Forgotten meanwhile: what is left of it is not the answer.
      if (found.length < Math.min(limit, rows - skip)) throw new Problem('not-found');
      return found;
    };
    const sheet = {
      columns: this.sheets.of(question).columns,
      page,
      async *all() {
        for (let skip = 0; skip < rows; skip += ROWS_A_READ) yield page(skip, ROWS_A_READ);
      },
    };
    const { limit = MAX_ROWS, bom = false } = query;
    return this.answers.of(question, sheet, { format, bom, limit, skip: cursor?.[2] ?? 0 });
  }
}

/** @throws Problem `forbidden` when the caller may not view a project of it, or not any more. */
const requireView = ({ question }: Job, caller: CallerIdentity): void => {
  for (const project of question.projects) caller.require('view', project);
};
