import type { LeaseChange, LeaseChanged } from '@propledger/contracts';
import { addDays, changeFault, lastDayOf, type LeaseHistory } from '@propledger/ledger-core';
import { accept, reject, type CustomersDecision, type CustomersRejection } from '../archive/facts';
import { letOtherwise, type LeaseDraft, type LeaseRecord } from '../archive/lease-record';
import type { LeaseSurroundings } from '../archive/lease-surroundings';

const CHANGES_AT_MOST = 1_000;

/**
 * The checks run in this order, and the first that fails is the answer: lease, how many changes it has, resources, customers,
 * terms, whether the resources are let already.
 */
export const changeLease = (
  change: LeaseChange,
  standing: LeaseRecord | undefined,
  around: LeaseSurroundings,
  approval?: LeaseChanged['approval'],
): CustomersDecision => {
  if (!standing) return reject({ code: 'lease-not-found' });
  const { history } = standing;
  const rejection = whyNot(change, history, around);
  if (rejection) return reject(rejection);
  const { lease } = history.lease;
  const version = history.changes.length + 2;
  return accept({
    type: kindOf(change, history),
    effectiveDate: change.effectiveOn,
    body: approval === undefined ? { lease, version, change } : { lease, version, change, approval },
  });
};

const whyNot = (change: LeaseChange, history: LeaseHistory, around: LeaseSurroundings): CustomersRejection | null => {
  if (history.changes.length >= CHANGES_AT_MOST) return { code: 'too-many-changes' };
  const unknown = around.unknownOf(change);
  if (unknown) return unknown;
  const fault = changeFault(history, change);
  if (fault) return { code: 'lease-unsound', fault };
  const changed = { ...history, changes: [...history.changes, change] };
  const other = letOtherwise(changed, around.others(history.lease.lease, changed));
  return other ? { code: 'resource-let', ...other } : null;
};

/** 退租 leaves the lease no day from its own on; 续租 begins on the day after the last. */
const kindOf = ({ effectiveOn, to }: LeaseChange, history: LeaseHistory) => {
  if (to === addDays(effectiveOn, -1)) return 'lease.ended';
  return effectiveOn > lastDayOf(history) ? 'lease.renewed' : 'lease.changed';
};

/** A change order is kept only when it could be carried out as things are. It is looked at again when it is approved. */
export const draftChange = (
  change: LeaseChange,
  standing: LeaseRecord | undefined,
  around: LeaseSurroundings,
): CustomersDecision => {
  const decision = changeLease(change, standing, around);
  return decision.accepted ? accept() : decision;
};

/** Who asked for a change may take it back by rejecting it, and not approve it. */
export const decideDraft = (
  draft: LeaseDraft | undefined,
  { approve, by }: { readonly approve: boolean; readonly by: string },
  standing: LeaseRecord | undefined,
  around: LeaseSurroundings,
): CustomersDecision => {
  if (!draft) return reject({ code: 'draft-not-found' });
  if (draft.state !== 'waiting') return reject({ code: 'draft-decided' });
  if (!approve) return accept();
  if (draft.requestedBy === by) return reject({ code: 'approver-is-requester' });
  return changeLease(draft.change, standing, around, { requestedBy: draft.requestedBy, approvedBy: by });
};
