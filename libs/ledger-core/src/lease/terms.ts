import type { Day, Lease, LeaseChange, LeaseItem, LeaseTerms } from '@propledger/contracts';
import { addDays, compareDays, earlierDay } from '../day';

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
 * order in which they were recorded. One that names a last day puts an end to what had been agreed for days after it, such as
 * a renewal. A lease that has ended, and was renewed later, has no terms in between.
 */
export const termsOf = ({ lease, changes }: LeaseHistory): TermsSpell[] => {
  const spells: TermsSpell[] = [];
  let terms: LeaseTerms = lease;
  let [from, version] = [lease.from, 1];
  const until = (last: Day | null): void => {
    const to = last === null ? terms.to : earlierDay(terms.to, last);
    if (to >= from) spells.push({ from, to, version, terms });
  };
  for (const { change, version: next } of inOrder(changes)) {
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
  return inOrder(history.changes).reduce<LeaseTerms>((terms, { change }) => changed(terms, change), history.lease);
};

/** Changes as they take effect, without those that a later one has put an end to. */
const inOrder = (changes: readonly LeaseChange[]): { change: LeaseChange; version: number }[] => {
  const standing: { change: LeaseChange; version: number }[] = [];
  let bound: Day | null = null;
  for (const [index, change] of [...changes.entries()].reverse()) {
    if (bound !== null && change.effectiveOn > bound) continue;
    standing.push({ change, version: index + 2 });
    if (change.to === undefined) continue;
    const next = addDays(change.to, 1);
    bound = bound === null ? next : earlierDay(bound, next);
  }
  return standing.sort(
    (one, other) => compareDays(one.change.effectiveOn, other.change.effectiveOn) || one.version - other.version,
  );
};

const changed = (terms: LeaseTerms, change: LeaseChange): LeaseTerms => {
  const { effectiveOn: _, items, endedItems, ...others } = change;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  if (items === undefined && endedItems === undefined) return { ...terms, ...given };
  const ended = new Set(endedItems?.map(itemKey));
  const after = new Map(terms.items.filter((item) => !ended.has(itemKey(item))).map((item) => [itemKey(item), item]));
  for (const item of items ?? []) after.set(itemKey(item), item);
  return { ...terms, ...given, items: [...after.values()] };
};

/** Distinct for every item of a lease. */
export const itemKey = ({ item, resource }: Pick<LeaseItem, 'item' | 'resource'>): string =>
  `${item}\u0000${resource ?? ''}`;
