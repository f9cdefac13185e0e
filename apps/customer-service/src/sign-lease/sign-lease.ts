import type { Lease } from '@propledger/contracts';
import { leaseFault } from '@propledger/ledger-core';
import { accept, reject, type CustomersDecision } from '../archive/facts';
import { letOtherwise, type LeaseRecord } from '../archive/lease-record';
import type { LeaseSurroundings } from '../archive/lease-surroundings';

/**
 * The checks run in this order, and the first that fails is the answer: project, code, resources, customers, terms, whether the
 * resources are let already.
 */
export const signLease = (
  lease: Lease,
  standing: LeaseRecord | undefined,
  around: LeaseSurroundings,
): CustomersDecision => {
  if (!around.project) return reject({ code: 'project-not-found' });
  if (standing) return reject({ code: 'lease-exists', lease: lease.lease });
  const history = { lease, changes: [] };
  const unknown = around.unknownOf(lease);
  if (unknown) return reject(unknown);
  const fault = leaseFault(history);
  if (fault) return reject({ code: 'lease-unsound', fault });
  const other = letOtherwise(history, around.others(lease.lease, history));
  if (other) return reject({ code: 'resource-let', ...other });
  return accept({ type: 'lease.signed', effectiveDate: lease.from, body: lease });
};
