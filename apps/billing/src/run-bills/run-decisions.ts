import type { Day } from '@propledger/contracts';
import { closedPeriod, type Posting } from '@propledger/ledger-core';
import { calendarOf } from '../ledger-store/around';
import type { Reader } from '../ledger-store/reader';
import type { Refusal } from '../ledger-store/task';
import type { BillRuns } from './bill-runs';
import { settledOf, type SettledCharge } from './reverse-run';
import { RUN_COLUMNS, type Acting, type Progress, type RunRow, type RunState, type RunTask } from './run-job';
import type { RunScope } from './scope';

/** What was decided about a run, or the one reason why nothing was. */
export type Decided =
  | { readonly kind: 'accepted'; readonly run: RunRow }
  | { readonly kind: 'not-found' }
  /** It is not at a point where this can be asked for. */
  | { readonly kind: 'wrong-state'; readonly state: RunState }
  | { readonly kind: 'settled'; readonly count: number; readonly listed: readonly SettledCharge[] }
  | { readonly kind: 'refused'; readonly rejection: Refusal };

interface Who {
  readonly operator: string;
  readonly correlationId: string;
}

export interface AskedReversal {
  /** Null: each entry on its own day. */
  readonly date: Day | null;
  readonly posting: Posting;
}

const WAITING: Progress = { phase: 'waiting', done: 0, total: 0 };

/**
 * What is decided about a run once it was computed or posted. Each may be asked for again: what is under way or done already is
 * answered, and not begun anew.
 */
export class RunDecisions {
  constructor(
    private readonly runs: BillRuns,
    private readonly reader: Reader,
  ) {}

  /** Posts a draft as it was shown; once more, when that failed. */
  async post(book: string, run: string, who: Who): Promise<Decided> {
    const row = await this.find(book, run);
    if (!row) return { kind: 'not-found' };
    const again = row.task === 'post' && row.state === 'failed';
    if (row.task === 'post' && row.state !== 'drafted' && !again) return { kind: 'accepted', run: row };
    if (row.state !== 'drafted' && !again) return { kind: 'wrong-state', state: row.state };
    const closed = await this.closed(row);
    if (closed) return { kind: 'refused', rejection: closed };
    return this.begin(row, 'post', who);
  }

  /** Computes a draft again, in another scope when one is given. */
  async recompute(book: string, run: string, scope: RunScope | null | undefined, who: Who): Promise<Decided> {
    const row = await this.find(book, run);
    if (!row) return { kind: 'not-found' };
    if (row.state !== 'drafted' && !(row.state === 'failed' && row.task === 'draft'))
      return { kind: 'wrong-state', state: row.state };
    return this.begin(row, 'draft', who, scope);
  }

  /** A draft that is not wanted: it stays to be looked at, and nothing comes of it. */
  async discard(book: string, run: string): Promise<Decided> {
    const changed = await this.reader.first<RunRow>(
      `update bill_run set state = 'discarded', ended_at = now()
        where book = $1 and run = $2 and (state = 'drafted' or (state = 'failed' and task = 'draft')) returning ${RUN_COLUMNS}`,
      [book, run],
    );
    if (changed) return { kind: 'accepted', run: changed };
    const row = await this.find(book, run);
    if (!row) return { kind: 'not-found' };
    return row.state === 'discarded' ? { kind: 'accepted', run: row } : { kind: 'wrong-state', state: row.state };
  }

  /** Reverses everything that a run did, while nothing of it has been paid. */
  async reverse(book: string, run: string, { date, posting }: AskedReversal, who: Who): Promise<Decided> {
    const row = await this.find(book, run);
    if (!row) return { kind: 'not-found' };
    if (row.task === 'reverse' && row.state !== 'done' && row.state !== 'failed') return { kind: 'accepted', run: row };
    if (row.state !== 'done' && !(row.state === 'failed' && row.task !== 'draft'))
      return { kind: 'wrong-state', state: row.state };
    const closed = date === null && posting === 'own' ? await this.closed(row) : null;
    if (closed) return { kind: 'refused', rejection: closed };
    const settled = await settledOf(this.reader, book, run);
    if (settled.count > 0) return { kind: 'settled', ...settled };
    return this.begin(row, 'reverse', { ...who, date, posting });
  }

  private async begin(
    { book, run, state }: RunRow,
    task: RunTask,
    { operator, correlationId, ...more }: Acting,
    scope?: RunScope | null,
  ): Promise<Decided> {
    const acting: Acting = { operator, correlationId, ...more };
    // A project has one unfinished run: another that began meanwhile keeps this one where it is.
    const begun = this.reader.rows<RunRow>(
      `update bill_run set task = $4, state = 'waiting', acting = $5, progress = $6, failure = null, begun_at = now(), ended_at = null,
              scope = case when $7 then $8::jsonb else scope end
        where book = $1 and run = $2 and state = $3
          and not exists (select from bill_run o where o.book = $1 and o.run <> $2 and o.state in ('waiting', 'running'))
       returning ${RUN_COLUMNS}`,
      [book, run, state, task, acting, WAITING, scope !== undefined, scope ?? null],
    );
    const [row] = await begun.catch((error: unknown) => {
      if (isSecondRun(error)) return [];
      throw error;
    });
    if (!row) return { kind: 'refused', rejection: { code: 'run-in-progress' } };
    await this.runs.look();
    return { kind: 'accepted', run: row };
  }

  private find(book: string, run: string): Promise<RunRow | undefined> {
    return this.reader.first<RunRow>(`select ${RUN_COLUMNS} from bill_run where book = $1 and run = $2`, [book, run]);
  }

  private async closed({ book, period }: RunRow): Promise<Refusal | null> {
    const calendar = await calendarOf(this.reader, book);
    return calendar ? closedPeriod({ project: book, ...calendar }, period) : { code: 'book-not-open' };
  }
}

/** Two began at the very same time, and the index let one of them. */
const isSecondRun = (error: unknown): boolean =>
  error instanceof Error && 'constraint' in error && error.constraint === 'bill_run_unfinished';
