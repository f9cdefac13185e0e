import { randomUUID } from 'node:crypto';
import type { Day, Period } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import { closedPeriod, periodOf, placeInPeriod } from '@propledger/ledger-core';
import type { Logger } from 'pino';
import { calendarOf } from '../ledger-store/around';
import type { Ledger } from '../ledger-store/ledger';
import type { Reader } from '../ledger-store/reader';
import type { Refusal } from '../ledger-store/task';
import { RUN_COLUMNS, type Progress, type RunRow } from './run-job';
import type { RunThreads } from './run-threads';
import { unknownInScope } from './known-scope';
import type { RunScope } from './scope';

export interface AskedRun {
  readonly project: string;
  readonly period: Period;
  readonly date: Day;
  readonly operator: string;
  readonly key: string;
  readonly correlationId: string;
  /** Only compute what it would raise; to be posted later, or not. */
  readonly draft?: boolean;
  readonly scope?: RunScope | null;
  /** The runs that it was asked for together with. */
  readonly batch?: string;
}

export type AskOutcome =
  | { readonly kind: 'accepted'; readonly run: RunRow }
  | { readonly kind: 'refused'; readonly rejection: Refusal }
  | { readonly kind: 'key-reused' };

const LOOK_AGAIN_MS = 5_000;

/**
 * Bill runs as jobs: asked for at the counter, carried out on a thread of their own, continued after a crash by whoever
 * starts first.
 */
export class BillRuns {
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly threads: RunThreads,
    private readonly reader: Reader,
    private readonly ledger: Ledger,
    private readonly log: Logger,
  ) {}

  /** Told of every run that comes to rest here: ends, or waits for a decision. */
  onRest(listener: (run: string) => void): void {
    this.threads.onRest(listener);
  }

  /** Continues what is unfinished, and goes on looking for runs that a stopped replica has left. */
  start(): void {
    const look = (): void => {
      this.look().catch((error: unknown) =>
        this.log.error({ err: error }, 'bill runs cannot be read; they are looked for again'),
      );
    };
    look();
    this.timer = setInterval(look, LOOK_AGAIN_MS);
    this.timer.unref();
  }

  /** Returns between two steps of a run; it goes on at the next start. */
  async stop(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.threads.stop();
  }

  async ask(asked: AskedRun): Promise<AskOutcome> {
    const { project, period, date, operator, key, correlationId, draft = false, scope = null, batch = null } = asked;
    const hash = requestHash({ period, date, ...(draft ? { draft } : {}), ...(scope === null ? {} : { scope }) });
    const earlier = await this.byKey(project, operator, key);
    if (earlier) return earlier.hash === hash ? { kind: 'accepted', run: earlier } : { kind: 'key-reused' };
    const rejection = await this.refusal(project, period, date, operator, correlationId);
    if (rejection) return { kind: 'refused', rejection };
    const unknown = await unknownInScope(this.reader, project, scope);
    if (unknown) return { kind: 'refused', rejection: unknown };
    const progress: Progress = { phase: 'waiting', done: 0, total: 0 };
    const added = await this.reader.rows(
      `insert into bill_run (run, book, period, date, actor, key, request_hash, correlation_id, state, progress, task, scope, batch)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9, $10, $11, $12) on conflict do nothing returning run`,
      [
        ...[randomUUID(), project, period, date, operator, key, hash, correlationId, progress],
        ...[draft ? 'draft' : 'raise', scope, batch],
      ],
    );
    await this.look();
    // Somebody else's run is unfinished, or the same command came twice at once.
    const run = await this.byKey(project, operator, key);
    if (run && (added.length > 0 || run.hash === hash)) return { kind: 'accepted', run };
    return run ? { kind: 'key-reused' } : { kind: 'refused', rejection: { code: 'run-in-progress' } };
  }

  private async refusal(
    project: string,
    period: Period,
    date: Day,
    operator: string,
    correlationId: string,
  ): Promise<Refusal | null> {
    const outcome = await this.ledger.open(project, operator, correlationId);
    if (outcome) return outcome;
    const calendar = await calendarOf(this.reader, project);
    if (!calendar) return { code: 'book-not-open' };
    const ofBook = { project, ...calendar };
    const placed = placeInPeriod(ofBook, period, date);
    return 'rejection' in placed ? placed.rejection : closedPeriod(ofBook, periodOf(date));
  }

  /** Has somebody work on what waits. */
  async look(): Promise<void> {
    const unfinished = await this.reader.first<{ count: number }>(
      `select count(*)::int as count from bill_run where state in ('waiting', 'running')`,
    );
    this.threads.wake(unfinished?.count ?? 0);
  }

  private byKey(project: string, operator: string, key: string): Promise<(RunRow & { hash: string }) | undefined> {
    return this.reader.first(
      `select ${RUN_COLUMNS}, request_hash as hash from bill_run where book = $1 and actor = $2 and key = $3`,
      [project, operator, key],
    );
  }
}
