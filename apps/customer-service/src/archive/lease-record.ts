import type { CustomersEvent, LeaseChange } from '@propledger/contracts';
import { lastDayOf, latestTerms, termsOf, type LeaseHistory } from '@propledger/ledger-core';

/** A lease in the archive. */
export interface LeaseRecord {
  readonly history: LeaseHistory;
  /** Of the events that made each version, from the first on. */
  readonly positions: readonly number[];
}

export type DraftState = 'waiting' | 'approved' | 'rejected';

/** A change order 变更单 that waits for a second person, or did. */
export interface LeaseDraft {
  readonly draft: string;
  readonly lease: string;
  readonly change: LeaseChange;
  readonly requestedBy: string;
  readonly state: DraftState;
  readonly decidedBy: string | null;
}

type LeaseEvent = Extract<CustomersEvent, { type: 'lease.signed' | 'lease.changed' | 'lease.renewed' | 'lease.ended' }>;
type LeaseFactOf<E extends LeaseEvent> = E extends unknown
  ? { readonly type: E['type']; readonly body: E['body'] }
  : never;

/** The record after an event of the lease. A change comes after it was signed. */
export const recordAfter = (
  before: LeaseRecord | undefined,
  fact: LeaseFactOf<LeaseEvent>,
  position: number,
): LeaseRecord => {
  if (fact.type === 'lease.signed') return { history: { lease: fact.body, changes: [] }, positions: [position] };
  if (before === undefined) throw new Error(`no lease ${fact.body.lease} to change`);
  const { history, positions } = before;
  return {
    history: { ...history, changes: [...history.changes, fact.body.change] },
    positions: [...positions, position],
  };
};

/** The archive's row of a record: beside itself what it is found by. Resources and customers are those of all its versions. */
export const rowOfRecord = ({ history, positions }: LeaseRecord): object => {
  const { lease, changes } = history;
  const all = [lease, ...changes];
  return {
    lease: lease.lease,
    body: lease,
    changes,
    positions,
    payer: latestTerms(history).parties.find(({ payer }) => payer)?.customer ?? '',
    from_on: lease.from,
    to_on: lastDayOf(history),
    resources: distinct(all.flatMap(({ resources }) => (resources ?? []).map(({ resource }) => resource))),
    customers: distinct(all.flatMap(({ parties }) => (parties ?? []).map(({ customer }) => customer))),
  };
};

/** The lease, of others, that has one of this lease's resources on a day on which this one has it. */
export const letOtherwise = (
  history: LeaseHistory,
  others: readonly LeaseRecord[],
): { readonly resource: string; readonly lease: string } | null => {
  const spells = termsOf(history);
  for (const other of others)
    for (const theirs of termsOf(other.history))
      for (const ours of spells) {
        if (theirs.from > ours.to || ours.from > theirs.to) continue;
        const codes = new Set(theirs.terms.resources.map(({ resource }) => resource));
        const shared = ours.terms.resources.find(({ resource }) => codes.has(resource));
        if (shared) return { resource: shared.resource, lease: other.history.lease.lease };
      }
  return null;
};

/** Of all versions: what must be known, and may be let already. */
export const resourcesNamed = ({ resources = [] }: Pick<LeaseChange, 'resources'>): string[] =>
  resources.map(({ resource }) => resource);

const distinct = (codes: readonly string[]): string[] => [...new Set(codes)];
