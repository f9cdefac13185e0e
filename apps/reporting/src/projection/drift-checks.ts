import type { Tx } from '@propledger/event-log';

/** The last look at a book. */
export interface DriftCheck {
  readonly book: string;
  readonly checkedAt: string;
  readonly ledger: number;
  readonly registry: number;
  /** The tables whose rows were not what the events up to these positions make. */
  readonly tables: readonly string[];
}

/** The last look at every book that was looked through, by book. */
export const driftChecks = async (tx: Tx): Promise<DriftCheck[]> =>
  (
    await tx.rows<Omit<DriftCheck, 'ledger' | 'registry'> & { ledger: string; registry: string }>(
      `select book, to_char(checked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "checkedAt", ledger, registry,
         differs as tables
       from drift_check order by book`,
    )
  ).map(({ ledger, registry, ...rest }) => ({ ...rest, ledger: Number(ledger), registry: Number(registry) }));
