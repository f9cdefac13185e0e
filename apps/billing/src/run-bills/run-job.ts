import type { Day, Money, Period } from '@propledger/contracts';
import type { Posting } from '@propledger/ledger-core';
import type { ChangedStandard, Digests } from './digest';
import type { Draft } from './draft-summary';
import type { Difference, MeterFinding, NotComputedDays, PoolNotShared, UnchargedDays, VacantDaysOf } from './findings';
import type { RunScope } from './scope';

/** A run as its job row has it. */
export interface Run {
  readonly run: string;
  readonly book: string;
  readonly period: Period;
  readonly date: Day;
  readonly actor: string;
  readonly correlationId: string;
  /** Null: the whole project. */
  readonly scope: RunScope | null;
}

/** What a run is at: raised at once; drafted; its draft posted; reversed as a whole. */
export type RunTask = 'raise' | 'draft' | 'post' | 'reverse';

/**
 * waiting and running: at its task. drafted: nothing was posted, and it waits for a decision. Ends: done, failed (what it raised
 * so far stands), discarded (a draft that is not wanted), reversed.
 */
export const RUN_STATES = ['waiting', 'running', 'drafted', 'discarded', 'done', 'failed', 'reversed'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Whether nothing happens any more unless somebody asks for it. */
export const isAtRest = (state: RunState): boolean => state !== 'waiting' && state !== 'running';

export const RUN_PHASES = [
  'waiting',
  'computing',
  'raising',
  'discounting',
  'applying',
  'releasing',
  'reversing',
  'done',
] as const;

export interface Progress {
  readonly phase: (typeof RUN_PHASES)[number];
  /** Bindings, then customers; of a reversal, entries. */
  readonly done: number;
  readonly total: number;
}

/** Who asked for a task; of a reversal, on which day it is booked (null: on that of each entry), and into which period. */
export interface Acting {
  readonly operator: string;
  readonly correlationId: string;
  readonly date?: Day | null;
  readonly posting?: Posting;
}

/** A draft, and what kept it from being posted. */
export interface KeptDraft extends Draft {
  readonly changed?: readonly ChangedStandard[];
}

export interface RunRow extends Run {
  readonly task: RunTask;
  readonly state: RunState;
  readonly progress: Progress;
  readonly result: RunResult | null;
  readonly failure: string | null;
  /** How often its task was begun; not counted is what a stop or an outage broke off. */
  readonly attempts: number;
  /** The error that its latest attempt ended in, when nobody foresaw it. */
  readonly trouble: string | null;
  readonly acting: Acting | null;
  readonly batch: string | null;
  readonly askedAt: string;
  readonly endedAt: string | null;
}

/** A run with its draft, which is long. */
export interface DraftedRow extends RunRow {
  readonly draft: KeptDraft | null;
  readonly digest: Digests | null;
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
  readonly daysWithoutPrice: { readonly count: number; readonly listed: readonly UnchargedDays[] };
  readonly poolsNotShared: { readonly count: number; readonly listed: readonly PoolNotShared[] };
  readonly notComputed: { readonly count: number; readonly listed: readonly NotComputedDays[] };
  readonly meters: { readonly count: number; readonly listed: readonly MeterFinding[] };
  readonly vacantDays: { readonly count: number; readonly listed: readonly VacantDaysOf[] };
}

export const RUN_COLUMNS = `run, book, period, date, actor, correlation_id as "correlationId", task, scope, state, progress, result,
  failure, attempts, trouble, acting, batch, to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "askedAt",
  to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "endedAt"`;

/** Of a DraftedRow. */
export const DRAFTED_COLUMNS = `${RUN_COLUMNS}, draft, digest`;
