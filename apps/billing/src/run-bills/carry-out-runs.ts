import { isPassing, onConnection, troubleOf } from '@propledger/event-log';
import { formatMoney } from '@propledger/ledger-core';
import type { Pool, PoolClient } from 'pg';
import type { Ledger } from '../ledger-store/ledger';
import type { Reader } from '../ledger-store/reader';
import { draftRun } from './draft-run';
import type { Findings } from './findings';
import { RunReversal } from './reverse-run';
import { RunExecution, type RunTools } from './run';
import { DraftOutdated, RunInterrupted, RunRefused } from './run-ends';
import {
  DRAFTED_COLUMNS,
  RUN_COLUMNS,
  type Acting,
  type DraftedRow,
  type Progress,
  type RunResult,
  type RunRow,
} from './run-job';
import type { EndedListener } from './run-threads';

/** Who hears of what happens. */
export interface Hearer {
  readonly moved: (book: string, position: number) => void;
  readonly ended: EndedListener;
  readonly rests: (run: string) => void;
  readonly trouble: (error: unknown, text: string, of: object) => void;
}

const LISTED_AT_MOST = 500;
/** Who watches a run asks a few times a second; every report is a commit. */
const REPORT_EVERY_MS = 300;
/** A run that ends in errors that nobody foresaw is left alone after this many attempts. */
const ATTEMPTS_AT_MOST = 6;
/** Before the second attempt; before each later one twice as long. */
const FIRST_PAUSE_MS = 5_000;

/** Whether a run may be taken up by now. */
const IS_DUE = 'coalesce(next_attempt_at <= now(), true)';
/** What went wrong in an attempt is of no interest once another has come to its end. */
const troubleKept = (failure: string): string => `trouble = case when ${failure}::text = 'unexpected' then trouble end`;

/** Carries out what was asked for, one run after the other. */
export class CarriedOutRuns {
  private working: Promise<void> | null = null;
  private asked = false;
  private stopping = false;

  constructor(
    private readonly pool: Pool,
    private readonly reader: Reader,
    private readonly ledger: Ledger,
    private readonly hearer: Hearer,
  ) {}

  /** Looks for runs that nobody works on. */
  wake(): void {
    this.asked = true;
    if (this.working || this.stopping) return;
    this.working = this.work().finally(() => (this.working = null));
  }

  /** Returns between two steps of a run. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.working;
  }

  private async work(): Promise<void> {
    while (this.asked && !this.stopping) {
      this.asked = false;
      try {
        const rows = await this.reader.rows<RunRow>(
          `select ${RUN_COLUMNS} from bill_run where state in ('waiting', 'running') and ${IS_DUE} order by asked_at, run`,
        );
        for (const row of rows) if (!this.stopping) await this.take(row);
      } catch (error) {
        this.hearer.trouble(error, 'bill runs cannot be read; they are looked for again', {});
      }
    }
  }

  /** Works on the run unless another thread or process does: the lock goes with its connection. */
  private async take(row: RunRow): Promise<void> {
    const { run, book } = row;
    try {
      await onConnection(this.pool, async (client) => {
        const lock = `bill_run ${run}`;
        const { rows } = await client.query<{ mine: boolean }>(
          'select pg_try_advisory_lock(hashtextextended($1, 0)) as mine',
          [lock],
        );
        if (rows[0]?.mine) await this.carryOut(row, client);
        await client.query('select pg_advisory_unlock_all()');
      });
    } catch (error) {
      this.hearer.trouble(error, 'a bill run stopped; it is tried again, a few times', { run, book });
    }
  }

  private async carryOut({ run }: RunRow, client: PoolClient): Promise<void> {
    const rows = async <Row>(sql: string, params: readonly unknown[] = []): Promise<Row[]> =>
      (await client.query(sql, [...params])).rows as Row[];
    // As it is now, under its lock: since it was looked for, another may have carried it out, and something else been asked of it.
    const [row] = await rows<DraftedRow>(
      `update bill_run set state = 'running', attempts = attempts + 1, next_attempt_at = null
        where run = $1 and state in ('waiting', 'running') and ${IS_DUE} returning ${DRAFTED_COLUMNS}`,
      [run],
    );
    if (!row) return;
    let reportedAt = performance.now();
    const report = async (progress: Progress): Promise<void> => {
      if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
      reportedAt = performance.now();
      await rows('update bill_run set progress = $2 where run = $1', [row.run, progress]);
    };
    const { moved } = this.hearer;
    const tools = { client, tx: { rows }, ledger: this.ledger, report, moved, stopping: () => this.stopping };
    try {
      // The attempts before it took their processes along.
      if (row.attempts > ATTEMPTS_AT_MOST) throw new RunRefused('unexpected');
      await this.task(row, tools);
    } catch (error) {
      if (error instanceof RunRefused) return this.refused(row, error);
      if (error instanceof RunInterrupted) return this.putOff(row, null, 0);
      await this.troubled(row, error);
      throw error;
    }
  }

  /** Nobody foresaw this: it is tried again after a pause, and failed after too many attempts. An outage is no fault of the run, and not counted. */
  private async troubled(row: DraftedRow, error: unknown): Promise<void> {
    const text = troubleOf(error);
    if (isPassing(error)) return this.putOff(row, text, FIRST_PAUSE_MS);
    await this.reader.rows(
      `update bill_run set trouble = $2, next_attempt_at = now() + $3 * interval '1 millisecond' where run = $1`,
      [row.run, text, FIRST_PAUSE_MS * 2 ** (row.attempts - 1)],
    );
    if (row.attempts >= ATTEMPTS_AT_MOST) await this.refused(row, new RunRefused('unexpected'));
  }

  /** To be gone on with, as if this attempt had not been. */
  private async putOff({ run }: DraftedRow, trouble: string | null, forMs: number): Promise<void> {
    await this.reader.rows(
      `update bill_run set attempts = attempts - 1, trouble = $2, next_attempt_at = now() + $3 * interval '1 millisecond' where run = $1`,
      [run, trouble, forMs],
    );
  }

  private async task(row: DraftedRow, tools: RunTools): Promise<void> {
    const { run, task, digest } = row;
    const acting: Acting = row.acting ?? { operator: row.actor, correlationId: row.correlationId };
    switch (task) {
      case 'draft': {
        const { draft, digests } = await draftRun(row, tools);
        await this.reader.rows('update bill_run set draft = $2, digest = $3 where run = $1', [run, draft, digests]);
        return this.rest(row, 'drafted', null);
      }
      case 'raise':
      case 'post': {
        const asked = { ...row, actor: acting.operator, correlationId: acting.correlationId };
        const findings = await new RunExecution(asked, tools, task === 'post' ? digest : null).execute();
        return this.end(row, 'done', await this.resultOf(row, findings), null);
      }
      case 'reverse':
        await new RunReversal(row, acting, tools).execute();
        return this.rest(row, 'reversed', null);
    }
  }

  /** A reversal that cannot go on leaves what stands; a draft of which nothing was raised goes on waiting for a decision. */
  private async refused(row: DraftedRow, error: RunRefused): Promise<void> {
    if (error instanceof DraftOutdated) {
      const draft = { ...row.draft, changed: error.changed };
      await this.reader.rows('update bill_run set draft = $2 where run = $1', [row.run, draft]);
      if (!error.raised) return this.rest(row, 'drafted', error.code);
    }
    if (row.task === 'reverse') return this.rest(row, row.result === null ? 'failed' : 'done', error.code);
    return this.end(row, 'failed', null, error.code);
  }

  private async rest({ run }: DraftedRow, state: DraftedRow['state'], failure: string | null): Promise<void> {
    await this.reader.rows(
      `update bill_run set state = $2, failure = $3, ended_at = now(), ${troubleKept('$3')},
              progress = jsonb_set(progress, '{phase}', '"done"') where run = $1`,
      [run, state, failure],
    );
    this.hearer.rests(run);
  }

  private async end(
    { run, progress }: DraftedRow,
    state: 'done' | 'failed',
    result: RunResult | null,
    failure: string | null,
  ): Promise<void> {
    const total = result?.raised.count ?? progress.total;
    const ended: Progress = { phase: 'done', done: total, total };
    const [row] = await this.reader.rows<{ seconds: number }>(
      `update bill_run set state = $2, progress = $3, result = $4, failure = $5, ended_at = now(), ${troubleKept('$5')} where run = $1
       returning extract(epoch from ended_at - begun_at)::double precision as seconds`,
      [run, state, ended, result, failure],
    );
    this.hearer.ended(state, row?.seconds ?? 0);
    this.hearer.rests(run);
  }

  /** What the run raised and applied over all its attempts, from the books. */
  private async resultOf({ run, book }: DraftedRow, findings: Findings): Promise<RunResult> {
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
      standing: findings.standing.filter((position) => !own.has(position)).length,
      prepaymentsApplied: { count: applied?.count ?? 0, amount: formatMoney(BigInt(applied?.fen ?? 0)) },
      differences: listed(findings.differences),
      daysWithoutPayer: listed(findings.daysWithoutPayer),
      daysWithoutArea: listed(findings.daysWithoutArea),
      daysWithoutPrice: listed(findings.daysWithoutPrice),
      poolsNotShared: listed(findings.poolsNotShared),
      notComputed: listed(findings.notComputed),
      meters: listed(findings.meters),
      vacantDays: listed(findings.vacantDays),
    };
  }
}

const listed = <Item>(items: readonly Item[]): { count: number; listed: readonly Item[] } => ({
  count: items.length,
  listed: items.slice(0, LISTED_AT_MOST),
});
