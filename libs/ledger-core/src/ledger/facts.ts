import type { Day, LedgerFact, Period } from '@propledger/contracts';
import type { Decision } from '../decision';
import type { LedgerRejection } from './rejections';

/** A fact to append: what the event log needs from a decider. */
export type LedgerFactWithHeader = LedgerFact & {
  readonly effectiveDate: Day;
  /** Null for facts that are not postings. */
  readonly accountingPeriod: Period | null;
  readonly reversesPosition: number | null;
};

/** A fact where it stands in its book: what evolve folds. A RecordedEvent of the ledger is one. */
export type LedgerEntry = LedgerFactWithHeader & { readonly book: string; readonly position: number };

export type LedgerDecision = Decision<LedgerFactWithHeader, LedgerRejection>;
