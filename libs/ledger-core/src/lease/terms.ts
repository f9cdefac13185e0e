import type { Day, Lease, LeaseChange, LeaseItem, LeaseTerms } from '@propledger/contracts';
import { addDays, earlierDay } from '../day';

/** A lease and its changes, in the order in which they were recorded. */
export interface LeaseHistory {
  readonly lease: Lease;
  readonly changes: readonly LeaseChange[];
}

/** Days on which one set of terms is in force. */
export interface TermsSpell {
  readonly from: Day;
  readonly to: Day;
  /** 1: as signed; each change, in the order in which they were recorded, is one more. */
  readonly version: number;
  readonly terms: LeaseTerms;
}

/**
 * What is in force on each day that the lease lasts. Changes count in the order of their days, and of two for one day in the
 * order in which they were recorded. A lease that has ended, and was renewed later, has no terms in between.
 */
export const termsOf = ({ lease, changes }: LeaseHistory): TermsSpell[] => {
  const inOrder = changes
    .map((change, index) => ({ change, version: index + 2 }))
    .sort((one, other) => compare(one.change.effectiveOn, other.change.effectiveOn) || one.version - other.version);
  const spells: TermsSpell[] = [];
  let terms: LeaseTerms = lease;
  let [from, version] = [lease.from, 1];
  const until = (last: Day | null): void => {
    const to = last === null ? terms.to : earlierDay(terms.to, last);
    if (to >= from) spells.push({ from, to, version, terms });
  };
  for (const { change, version: next } of inOrder) {
    if (change.effectiveOn > from) {
      until(addDays(change.effectiveOn, -1));
      from = change.effectiveOn;
    }
    terms = changed(terms, change);
    version = next;
  }
  until(null);
  return spells;
};

/** The terms that hold after all changes, whether the lease still lasts or not. */
export const latestTerms = (history: LeaseHistory): LeaseTerms => {
  const inOrder = history.changes
    .map((change, index) => ({ change, index }))
    .sort((one, other) => compare(one.change.effectiveOn, other.change.effectiveOn) || one.index - other.index);
  return inOrder.reduce<LeaseTerms>((terms, { change }) => changed(terms, change), history.lease);
};

const changed = (terms: LeaseTerms, change: LeaseChange): LeaseTerms => {
  const { effectiveOn: _, items, endedItems, ...others } = change;
  const gone = new Set([...(items ?? []), ...(endedItems ?? [])].map(itemKey));
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return { ...terms, ...given, items: [...terms.items.filter((item) => !gone.has(itemKey(item))), ...(items ?? [])] };
};

/** Distinct for every item of a lease. */
export const itemKey = ({ item, resource }: Pick<LeaseItem, 'item' | 'resource'>): string =>
  `${item}\u0000${resource ?? ''}`;

const compare = (one: Day, other: Day): number => (one < other ? -1 : one > other ? 1 : 0);
