import type { CellFault, SheetName, SheetRow } from './sheets';
import type { Money, Period, Positions } from './event';

/*
 * The import protocol, spoken by onboarding with each owner under POST /{service}/v1/imports/{import}/…
 *
 *   rows        StageRows          stage a chunk; sending the same chunk again changes nothing
 *   check       CheckStage         find faults, count, and reserve; may be repeated
 *   references  AskReferences      asked by the owners of later sheets: what of these is neither in nor staged here
 *   apply       ApplyStage         after the decision: make it so; idempotent, never refuses; repeated until it answers
 *   drop        -                  before the decision: forget the stage and its reservations; idempotent
 *   hold-undo   HoldUndo           may this import be undone? if so, hold its books until undo or release-undo
 *   undo        ApplyStage         after the decision: reverse everything the import brought, idempotent
 *   release-undo -                 before the decision: let the books go
 */

export interface StageRows {
  readonly sheet: SheetName;
  /** 1 … n, in order; a number already staged is ignored. */
  readonly chunk: number;
  readonly rows: readonly SheetRow[];
}

export interface CheckStage {
  /** The operator who uploaded; every event of the import carries it. */
  readonly actor: string;
}

/** Sums of one project in an import, in yuan. */
export interface ControlTotals {
  readonly project: string;
  readonly arrears: Money;
  readonly deposits: Money;
  readonly prepayments: Money;
  readonly receipts: Money;
  /** 临时费用; absent in what was counted before there were any. */
  readonly charges?: Money;
}

export interface SheetCount {
  readonly sheet: SheetName;
  readonly added: number;
  /** Already in with the same content. */
  readonly skipped: number;
}

export interface StageChecked {
  readonly faults: readonly CellFault[];
  readonly counts: readonly SheetCount[];
  /** From billing only. */
  readonly totals: readonly ControlTotals[];
  /** Every project that a row names and that is known, in the file or already: what the uploader must have rights to. */
  readonly projects: readonly string[];
}

export interface AskReferences {
  readonly projects: readonly string[];
  readonly resources: readonly { readonly project: string; readonly code: string }[];
  readonly customers: readonly { readonly project: string; readonly code: string }[];
}

/** What is unknown to this owner, and the first period of each known project (registry only). */
export interface ReferencesAnswer {
  readonly unknownProjects: readonly string[];
  readonly unknownResources: readonly { readonly project: string; readonly code: string }[];
  readonly unknownCustomers: readonly { readonly project: string; readonly code: string }[];
  readonly firstPeriods: Readonly<Record<string, Period>>;
}

export interface ApplyStage {
  readonly actor: string;
  /** Correlation id of the upload. */
  readonly correlationId: string;
}

export interface StageApplied {
  /** Positions that the owner's books have reached: what an `after` token is made of. */
  readonly positions: Positions;
}

export interface HoldUndo {
  readonly actor: string;
}

export interface UndoHeld {
  /** Empty: held. Otherwise what was built on the import, one sentence key and place each; nothing is held. */
  readonly blockers: readonly { readonly book: string; readonly position: number; readonly type: string }[];
}
