import type { After, ControlTotals, SheetCount, Topic } from '@propledger/contracts';
import type { Refusal, RefusedAt, Warning } from '@propledger/workbook';

/**
 * How far an import has come.
 *
 * Before the decision: received, reading, checking. dropping: it came to nothing, and its owners forget it; then refused,
 * checked (a dry run without faults) or abandoned. After the decision: posting, posted. holding: asked whether it may be undone;
 * back to posted, or undoing, undone.
 */
export const IMPORT_STATES = [
  'received',
  'reading',
  'checking',
  'dropping',
  'refused',
  'checked',
  'abandoned',
  'posting',
  'posted',
  'holding',
  'undoing',
  'undone',
] as const;
export type ImportState = (typeof IMPORT_STATES)[number];
export type Outcome = Extract<ImportState, 'refused' | 'checked' | 'abandoned'>;

const FINAL: ReadonlySet<ImportState> = new Set(['refused', 'checked', 'abandoned', 'posted', 'undone']);
/** Whether nothing happens any more unless somebody asks for it. */
export const isFinal = (state: ImportState): boolean => FINAL.has(state);

/**
 * Why an import came to nothing: the workbook as a whole was refused, or
 *
 * - faults: cells are wrong
 * - forbidden: the uploader may not set up a project that it names
 * - held: another import kept one of its projects for too long
 * - restarted: the service ended before the decision
 * - unavailable: a service that owns some of the sheets did not answer for too long, or the database was away
 * - unexpected: an error of ours, which is in the log
 */
export type ReasonCode = Refusal | 'faults' | 'forbidden' | 'held' | 'restarted' | 'unavailable' | 'unexpected';
export interface Reason extends RefusedAt {
  readonly code: ReasonCode;
  readonly projects?: readonly string[];
}

/** Who asked, as every event that comes of it says. */
export interface AskedBy {
  readonly operator: string;
  readonly correlationId: string;
}

/** An import as its row has it. */
export interface ImportRecord extends AskedBy {
  readonly import: string;
  readonly nr: number;
  readonly fileName: string | null;
  readonly fileBytes: number;
  readonly dryRun: boolean;
  readonly state: ImportState;
  readonly outcome: Outcome | null;
  readonly reason: Reason | null;
  readonly owners: readonly Topic[];
  readonly projects: readonly string[];
  readonly percent: number;
  /** Rows read, and how many a second while they were. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  readonly faultCount: number;
  readonly warningCount: number;
  readonly warnings: readonly Warning[];
  readonly counts: readonly SheetCount[];
  readonly totals: readonly ControlTotals[];
  readonly positions: After;
  readonly undoneBy: AskedBy | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** The columns of ImportRecord, under its names. */
export const RECORD_COLUMNS = `import, nr::float8 as nr, operator, correlation_id as "correlationId", file_name as "fileName",
  file_bytes as "fileBytes", dry_run as "dryRun", state, outcome, reason, owners, projects, percent, rows,
  rows_per_second as "rowsPerSecond", fault_count as "faultCount", warning_count as "warningCount", warnings, counts, totals, positions,
  undone_by as "undoneBy", version, created_at as "createdAt", ended_at as "endedAt"`;
