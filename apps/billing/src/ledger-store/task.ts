import type { Approval, Period, Standard } from '@propledger/contracts';
import type { LedgerCommand, LedgerRejection, TrialBalanceRow } from '@propledger/ledger-core';

/** A remark or reason: personal data may stand in it, so it goes to a table of its own and never into an event. */
export interface Note {
  readonly text: string;
  readonly salt: string;
}

/** Closes a period with its trial balance as summed up to a position; what was posted since is added under the lock. */
export interface SumAndClose {
  readonly type: 'SumAndClose';
  readonly period: Period;
  readonly rows: readonly TrialBalanceRow[];
  readonly upTo: number;
}

/** Changes some of a standard's members as it stands under the lock. */
export interface EditStandard {
  readonly type: 'EditStandard';
  readonly standard: string;
  readonly changes: Partial<Omit<Standard, 'standard'>>;
}

/**
 * Makes a project's copy of a standard of the group what the group's is under the lock, or takes it over where the project has none of the
 * code. A project's own stays as it is; where the group has none, nothing changes.
 */
export interface FollowGroupStandard {
  readonly type: 'FollowGroupStandard';
  readonly standard: string;
}

/** What is submitted to a ledger book: a command of the core and what must hold around it. */
export interface LedgerTask {
  readonly command:
    | Exclude<LedgerCommand, { type: 'ClosePeriod' | 'ChangeStandard' }>
    | SumAndClose
    | EditStandard
    | FollowGroupStandard;
  /** Stands beside the first event. */
  readonly note?: Note | undefined;
  /** Codes that the copies must know, else `unknown-resource` or `unknown-customer`. */
  readonly names?: { readonly resources: readonly string[]; readonly customers: readonly string[] } | undefined;
  /** The approval that was asked for and given: its events carry it. */
  readonly approval?: GivenApproval | undefined;
  /** Charges of which nothing was booked, and no freeze recorded, after a position, else `inputs-changed`. */
  readonly unmoved?: { readonly since: number; readonly charges: readonly number[] } | undefined;
  /** The copies' positions that a run computed from, else `copies-moved`. */
  readonly copiesAt?: CopiesAt | undefined;
  /** The key of a person's command: it must not be kept for anything else, else `idempotency-key-reused`. */
  readonly key?: TaskKey | undefined;
}

/** A person's Idempotency-Key and the hash of what it stands for. */
export interface TaskKey {
  readonly operator: string;
  readonly key: string;
  readonly requestHash: string;
}

/** An approval that was kept and is now given; it must still be waiting. */
export interface GivenApproval extends Approval {
  readonly approval: string;
}

/** How far this book's copies of other services' books are. */
export interface CopiesAt {
  readonly registry: number;
  readonly customers: number;
}

/** Why nothing happened: a rule of the ledger, or something around it that the store knows. */
export type Refusal =
  | LedgerRejection
  | { readonly code: 'unknown-project'; readonly project: string }
  | { readonly code: 'unknown-resource'; readonly resource: string }
  | { readonly code: 'unknown-customer'; readonly customer: string }
  /** No standard and no lease of the project has this charge item. */
  | { readonly code: 'unknown-item'; readonly item: string }
  /** An import that is being checked or applied writes to this book: no set-up, no closing. */
  | { readonly code: 'import-in-progress' }
  /** A bill run has not ended: no closing. */
  | { readonly code: 'run-in-progress' }
  | { readonly code: 'copies-moved' }
  /** It was approved or rejected already. */
  | { readonly code: 'approval-decided' }
  /** The key stands for what waits for a second person, or for what somebody said to that. */
  | { readonly code: 'idempotency-key-reused' };
