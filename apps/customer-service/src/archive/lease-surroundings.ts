import type { LeaseChange } from '@propledger/contracts';
import type { LeaseHistory } from '@propledger/ledger-core';
import { keyOf, type CustomersState } from './customers-state';
import type { CustomersRejection } from './facts';
import { resourcesNamed, type LeaseRecord } from './lease-record';

/** What a lease depends on beside itself. */
export interface LeaseSurroundings {
  readonly project: boolean;
  /** The resource or customer that the terms name and nobody knows. */
  readonly unknownOf: (terms: Pick<LeaseChange, 'resources' | 'parties'>) => CustomersRejection | null;
  /** Other leases that have, or had, one of the lease's resources. */
  readonly others: (lease: string, history: LeaseHistory) => LeaseRecord[];
}

export const leaseSurroundings = (state: CustomersState, project: string): LeaseSurroundings => ({
  project: state.projects.has(project),
  unknownOf: ({ resources = [], parties = [] }) => {
    const resource = resources.find((leased) => !state.resources.has(keyOf(project, leased.resource)));
    if (resource) return { code: 'resource-unknown', resource: resource.resource };
    const party = parties.find(({ customer }) => !state.customerOf(project, customer));
    return party ? { code: 'customer-unknown', customer: party.customer } : null;
  },
  others: (lease, { lease: signed, changes }) => {
    const named = new Set([signed, ...changes].flatMap(resourcesNamed));
    return [...state.leases.values()]
      .filter((one) => one.project === project && one.row.history.lease.lease !== lease)
      .map(({ row }) => row)
      .filter(({ history }) =>
        [history.lease, ...history.changes].flatMap(resourcesNamed).some((code) => named.has(code)),
      );
  },
});
