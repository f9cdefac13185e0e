import type { Day, Money, Period } from '@propledger/contracts';
import type { Difference, NotComputedDays, PoolNotShared, UnchargedDays } from './findings';

/** A run as its job row has it. */
export interface Run {
  readonly run: string;
  readonly book: string;
  readonly period: Period;
  readonly date: Day;
  readonly actor: string;
  readonly correlationId: string;
}

export interface Progress {
  readonly phase: 'waiting' | 'raising' | 'applying' | 'done';
  /** Bindings, then customers. */
  readonly done: number;
  readonly total: number;
}

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
  readonly daysWithoutPrice: { readonly count: number; readonly listed: readonly UnchargedDays[] };
  readonly poolsNotShared: { readonly count: number; readonly listed: readonly PoolNotShared[] };
  readonly notComputed: { readonly count: number; readonly listed: readonly NotComputedDays[] };
}

export const RUN_COLUMNS = `run, book, period, date, actor, correlation_id as "correlationId", state, progress, result,
  failure, to_char(asked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "askedAt",
  to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "endedAt"`;
