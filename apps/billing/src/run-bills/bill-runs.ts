import { randomUUID } from 'node:crypto';
import type { Day, Money, Period } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import { closedPeriod, formatMoney, periodOf } from '@propledger/ledger-core';
import type { Pool, PoolClient } from 'pg';
import type { Logger } from 'pino';
import { calendarOf } from '../ledger-store/around';
import type { Ledger } from '../ledger-store/ledger';
import type { Reader } from '../ledger-store/reader';
import type { Refusal } from '../ledger-store/task';
import type { Difference, RunPlan, UnchargedDays } from './plan';
import { RunExecution, RunInterrupted, RunRefused, type Progress, type Run } from './run';

export interface RunRow extends Run {
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly progress: Progress;
  readonly result: RunResult | null;
  readonly failure: string | null;
  readonly askedAt: string;
  readonly endedAt: string | null;
}

export interface RunResult {
  readonly raised: { readonly count: number; readonly amount: Money };
  readonly byItem: readonly { readonly item: string; readonly count: number; readonly amount: Money }[];
  /** Charges that stood already, as they would have been raised. */
  readonly standing: number;
  readonly prepaymentsApplied: { readonly count: number; readonly amount: Money };
  readonly differences: { readonly count: number; readonly listed: readonly Difference[] };
  readonly daysWithoutPayer: { readonly count: number; readonly listed: readonly UnchargedDays[] };
  readonly daysWithoutArea: { readonly count: number; readonly listed: readonly UnchargedDays[] };
}

export interface AskedRun {
  readonly project: string;
  readonly period: Period;
  readonly date: Day;
  readonly operator: string;
  readonly key: string;
  readonly correlationId: string;
}

export type AskOutcome =
  | { readonly kind: 'accepted'; readonly run: RunRow }
  | { readonly kind: 'refused'; readonly rejection: Refusal }
  | { readonly kind: 'key-reused' };

export const RUN_COLUMNS = `run, book, period, date, actor, correlation_id as "correlationId", state, progress, result,
  failure, to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "askedAt",
  to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "endedAt"`;

const LISTED_AT_MOST = 500;
const LOOK_AGAIN_MS = 5_000;

/** Bill runs as jobs: asked for at the counter, carried out here, continued after a crash by whoever starts first. */
export class BillRuns {
  private working: Promise<void> | null = null;
  private asked = false;
  private stopping = false;
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly pool: Pool,
    private readonly reader: Reader,
    private readonly ledger: Ledger,
    private readonly log: Logger,
  ) {}

  /** Continues what is unfinished, and goes on looking for runs that a stopped replica has left. */
  start(): void {
    this.wake();
    this.timer = setInterval(() => this.wake(), LOOK_AGAIN_MS);
    this.timer.unref();
  }

  /** Returns between two steps of a run; it goes on at the next start. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearInterval(this.timer);
    await this.working;
  }

  async ask({ project, period, date, operator, key, correlationId }: AskedRun): Promise<AskOutcome> {
    const hash = requestHash({ period, date });
    const earlier = await this.byKey(project, operator, key);
    if (earlier) return earlier.hash === hash ? { kind: 'accepted', run: earlier } : { kind: 'key-reused' };
    const rejection = await this.refusal(project, period, date, operator, correlationId);
    if (rejection) return { kind: 'refused', rejection };
    const progress: Progress = { phase: 'waiting', done: 0, total: 0 };
    const added = await this.reader.rows(
      `insert into bill_run (run, book, period, date, actor, key, request_hash, correlation_id, state, progress)
       values ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', $9) on conflict do nothing returning run`,
      [randomUUID(), project, period, date, operator, key, hash, correlationId, progress],
    );
    this.wake();
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
    return closedPeriod(ofBook, period) ?? closedPeriod(ofBook, periodOf(date));
  }

  private byKey(project: string, operator: string, key: string): Promise<(RunRow & { hash: string }) | undefined> {
    return this.reader.first(
      `select ${RUN_COLUMNS}, request_hash as hash from bill_run where book = $1 and actor = $2 and key = $3`,
      [project, operator, key],
    );
  }

  private wake(): void {
    this.asked = true;
    if (this.working || this.stopping) return;
    this.working = this.work().finally(() => {
      this.working = null;
    });
  }

  private async work(): Promise<void> {
    while (this.asked && !this.stopping) {
      this.asked = false;
      try {
        const rows = await this.reader.rows<RunRow>(
          `select ${RUN_COLUMNS} from bill_run where state in ('waiting', 'running') order by asked_at, run`,
        );
        for (const row of rows) if (!this.stopping) await this.take(row);
      } catch (error) {
        this.log.error({ err: error }, 'bill runs cannot be read; they are looked for again');
      }
    }
  }

  /** Works on the run unless another process does: the lock goes with its connection. */
  private async take(row: RunRow): Promise<void> {
    const client = await this.pool.connect();
    let broken = true;
    try {
      const lock = `bill_run ${row.run}`;
      const { rows } = await client.query<{ mine: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as mine',
        [lock],
      );
      if (rows[0]?.mine) await this.carryOut(row, client);
      await client.query('select pg_advisory_unlock_all()');
      broken = false;
    } catch (error) {
      this.log.error({ err: error, run: row.run, book: row.book }, 'a bill run stopped; it is tried again');
    } finally {
      client.release(broken);
    }
  }

  private async carryOut(row: RunRow, client: PoolClient): Promise<void> {
    const { rows } = await client.query<{ state: RunRow['state'] }>('select state from bill_run where run = $1', [
      row.run,
    ]);
    if (rows[0]?.state === 'done' || rows[0]?.state === 'failed') return;
    const report = async (progress: Progress): Promise<void> => {
      await this.reader.rows(`update bill_run set state = 'running', progress = $2 where run = $1`, [
        row.run,
        progress,
      ]);
    };
    try {
      const execution = new RunExecution(row, this.ledger, this.reader, report, () => this.stopping);
      const plan = await execution.execute();
      await this.end(row, 'done', await this.resultOf(row, plan), null);
    } catch (error) {
      if (error instanceof RunInterrupted) return;
      if (!(error instanceof RunRefused)) throw error;
      await this.end(row, 'failed', null, error.code);
    }
  }

  private async end(
    { run, progress }: RunRow,
    state: 'done' | 'failed',
    result: RunResult | null,
    failure: string | null,
  ): Promise<void> {
    const total = result?.raised.count ?? progress.total;
    const ended: Progress = { phase: 'done', done: total, total };
    await this.reader.rows(
      'update bill_run set state = $2, progress = $3, result = $4, failure = $5, ended_at = now() where run = $1',
      [run, state, ended, result, failure],
    );
  }

  /** What the run raised and applied over all its attempts, from the books. */
  private async resultOf({ run, book }: RunRow, plan: RunPlan): Promise<RunResult> {
    const source = `run:${run}`;
    const raised = await this.reader.rows<{ item: string; count: number; fen: string; positions: string[] }>(
      `select c.item, count(*)::int as count, sum(c.amount_fen)::text as fen, array_agg(c.position) as positions
         from command k
         join charge c on c.book = k.book and c.position between k.first_position and k.last_position
        where k.book = $1 and starts_with(k.command_id, $2)
        group by c.item order by c.item collate "C"`,
      [book, `${source}:`],
    );
    const [applied] = await this.reader.rows<{ count: number; fen: string }>(
      `select count(*)::int as count, coalesce(sum(a.amount_fen), 0)::text as fen
         from command k
         join prepayment_application a on a.book = k.book and a.position between k.first_position and k.last_position
        where k.book = $1 and starts_with(k.command_id, $2)`,
      [book, `${source}:`],
    );
    const own = new Set(raised.flatMap(({ positions }) => positions.map(Number)));
    const count = raised.reduce((sum, row) => sum + row.count, 0);
    const fen = raised.reduce((sum, row) => sum + BigInt(row.fen), 0n);
    return {
      raised: { count, amount: formatMoney(fen) },
      byItem: raised.map((row) => ({ item: row.item, count: row.count, amount: formatMoney(BigInt(row.fen)) })),
      standing: plan.standing.filter((position) => !own.has(position)).length,
      prepaymentsApplied: { count: applied?.count ?? 0, amount: formatMoney(BigInt(applied?.fen ?? 0)) },
      differences: listed(plan.differences),
      daysWithoutPayer: listed(plan.daysWithoutPayer),
      daysWithoutArea: listed(plan.daysWithoutArea),
    };
  }
}

const listed = <Item>(items: readonly Item[]): { count: number; listed: readonly Item[] } => ({
  count: items.length,
  listed: items.slice(0, LISTED_AT_MOST),
});
