import type { Day } from '@propledger/contracts';
import { closedPeriod, type Posting } from '@propledger/ledger-core';
import { calendarOf } from '../ledger-store/around';
import { requestHash } from '@propledger/proof';
import type { Reader } from '../ledger-store/reader';
import type { Refusal } from '../ledger-store/task';
import type { BillRuns } from './bill-runs';
import { settledOf, type SettledCharge } from './reverse-run';
import { isAtRest, RUN_COLUMNS, type Acting, type Progress, type RunRow, type RunState, type RunTask } from './run-job';
import { unknownInScope } from './known-scope';
import type { RunScope } from './scope';

/** What was decided about a run, or the one reason why nothing was. */
export type Decided =
  | { readonly kind: 'accepted'; readonly run: RunRow }
  | { readonly kind: 'not-found' }
  /** It is not at a point where this can be asked for. */
  | { readonly kind: 'wrong-state'; readonly state: RunState }
  /** The key was used for something else. */
  | { readonly kind: 'key-reused' }
  | { readonly kind: 'settled'; readonly count: number; readonly listed: readonly SettledCharge[] }
  | { readonly kind: 'refused'; readonly rejection: Refusal };

/** Who decides, and the key of the decision: sent again with it, a decision is made once, and another one is refused. */
export interface Deciding {
  readonly operator: string;
  readonly correlationId: string;
  readonly key: string;
}

/** What was decided; its content is what its key stands for. */
export type Decision =
  | { readonly is: 'post' | 'discard' | 'retry' }
  /** Scope undefined: as it is. */
  | { readonly is: 'recompute'; readonly scope?: RunScope | null }
  | ({ readonly is: 'reversal' } & AskedReversal);

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

  async decide(book: string, run: string, decision: Decision, who: Deciding): Promise<Decided> {
    const row = await this.find(book, run);
    if (!row) return { kind: 'not-found' };
    const hash = requestHash(decision);
    const earlier = await this.reader.first<{ run: string; hash: string }>(
      'select run, request_hash as hash from bill_run_decision where book = $1 and actor = $2 and key = $3',
      [book, who.operator, who.key],
    );
    if (earlier)
      return earlier.run === run && earlier.hash === hash ? { kind: 'accepted', run: row } : { kind: 'key-reused' };
    const decided = await this.decided(row, decision, who);
    if (decided.kind === 'accepted')
      await this.reader.rows(
        `insert into bill_run_decision (book, actor, key, request_hash, run) values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [book, who.operator, who.key, hash, run],
      );
    return decided;
  }

  /** Whether the key was used for another decision, or for other runs than these. */
  async isKeyReused(runs: readonly string[], decision: Decision, { operator, key }: Deciding): Promise<boolean> {
    const found = await this.reader.first(
      `select 1 from bill_run_decision where actor = $1 and key = $2 and (request_hash <> $3 or run <> all ($4)) limit 1`,
      [operator, key, requestHash(decision), runs],
    );
    return found !== undefined;
  }

  private decided(row: RunRow, decision: Decision, who: Deciding): Promise<Decided> {
    switch (decision.is) {
      case 'post':
        return this.post(row, who);
      case 'recompute':
        return this.recompute(row, decision.scope, who);
      case 'discard':
        return this.discard(row);
      case 'reversal':
        return this.reverse(row, decision, who);
      case 'retry':
        return this.retry(row, who);
    }
  }

  /** Posts a draft as it was shown; once more, when that failed. */
  private async post(row: RunRow, who: Deciding): Promise<Decided> {
    const again = row.task === 'post' && row.state === 'failed';
    if (row.task === 'post' && row.state !== 'drafted' && !again) return { kind: 'accepted', run: row };
    if (row.state !== 'drafted' && !again) return { kind: 'wrong-state', state: row.state };
    const closed = await this.closed(row);
    if (closed) return { kind: 'refused', rejection: closed };
    return this.begin(row, 'post', who);
  }

  /** Computes a draft again, in another scope when one is given. */
  private async recompute(row: RunRow, scope: RunScope | null | undefined, who: Deciding): Promise<Decided> {
    const isUnderWay = row.task === 'draft' && !isAtRest(row.state);
    const isAsItIs = scope === undefined || requestHash(scope) === requestHash(row.scope);
    if (isUnderWay && isAsItIs) return { kind: 'accepted', run: row };
    if (row.state !== 'drafted' && !(row.state === 'failed' && row.task === 'draft'))
      return { kind: 'wrong-state', state: row.state };
    const unknown = await unknownInScope(this.reader, row.book, scope ?? null);
    if (unknown) return { kind: 'refused', rejection: unknown };
    return this.begin(row, 'draft', who, scope);
  }

  /** A draft that is not wanted: it stays to be looked at, and nothing comes of it. */
  private async discard({ book, run }: RunRow): Promise<Decided> {
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
  private async reverse(row: RunRow, { date, posting }: AskedReversal, who: Deciding): Promise<Decided> {
    if (row.task === 'reverse' && row.state !== 'done' && row.state !== 'failed') return { kind: 'accepted', run: row };
    if (row.state !== 'done' && !(row.state === 'failed' && row.task !== 'draft'))
      return { kind: 'wrong-state', state: row.state };
    const closed = date === null && posting === 'own' ? await this.closed(row) : null;
    if (closed) return { kind: 'refused', rejection: closed };
    const settled = await settledOf(this.reader, row.book, row.run);
    if (settled.count > 0) return { kind: 'settled', ...settled };
    return this.begin(row, 'reverse', { ...who, date, posting });
  }

  /** Begins once more what failed: a draft, its posting, a run, its reversal. */
  private async retry(row: RunRow, who: Deciding): Promise<Decided> {
    if (!isAtRest(row.state)) return { kind: 'accepted', run: row };
    const isUnreversed = row.task === 'reverse' && row.state === 'done' && row.failure !== null;
    if (row.state !== 'failed' && !isUnreversed) return { kind: 'wrong-state', state: row.state };
    return this.begin(row, row.task, { ...row.acting, ...who });
  }

  private async begin(
    { book, run, state }: RunRow,
    task: RunTask,
    { operator, correlationId, date, posting }: Acting,
    scope?: RunScope | null,
  ): Promise<Decided> {
    const acting: Acting = {
      ...{ operator, correlationId },
      ...(date === undefined ? {} : { date }),
      ...(posting === undefined ? {} : { posting }),
    };
    // A project has one unfinished run: another that began meanwhile keeps this one where it is.
    const begun = this.reader.rows<RunRow>(
      `update bill_run set task = $4, state = 'waiting', acting = $5, progress = $6, failure = null, begun_at = now(), ended_at = null,
              attempts = 0, trouble = null, next_attempt_at = null,
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
