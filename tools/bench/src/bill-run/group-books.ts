import { ApiClient } from '@propledger/cli';
import type { Period } from '@propledger/contracts';
import { nextPeriod } from '@propledger/ledger-core';
import { Shared } from '../row';
import { startServices, type Services } from '../services';
import { GROUP, PERIOD } from '../workload/group';
import { loadWorkload } from '../workload/load';

/** A group's books with everything that its charges are computed from, and billing that serves them. */
export interface GroupBooks {
  readonly services: Services;
  /** The administrator's. */
  readonly token: string;
  /** The next month that nobody has billed. */
  readonly nextPeriod: () => Period;
  close(): Promise<void>;
}

export const groupBooks = new Shared<GroupBooks>(async (say) => {
  const services = await startServices(['registry', 'customers', 'billing'], ({ registry, customers, billing }) =>
    loadWorkload({ registry: registry.ownerUrl, customers: customers.ownerUrl, billing: billing.ownerUrl }, GROUP, say),
  );
  const { operator, password } = services.administrator;
  const { accessToken: token } = await new ApiClient({ url: services.urls.registry }).signIn(operator, password);
  let next = PERIOD;
  return {
    services,
    token,
    nextPeriod: () => {
      const period = next;
      next = nextPeriod(next);
      return period;
    },
    close: () => services.stop(),
  };
});
