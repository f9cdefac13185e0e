import { ApiClient, runBills } from '@propledger/cli';
import type { Period } from '@propledger/contracts';
import { nextPeriod } from '@propledger/ledger-core';
import { Shared } from '../row';
import { startServices, type Services } from '../services';
import { PERIOD } from '../workload/days';
import { GROUP, projectCodes, type Scale } from '../workload/group';
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

export const groupBooks = new Shared<GroupBooks>((say) => booksOf(GROUP, say));

export const booksOf = async (scale: Scale, say: (line: string) => void): Promise<GroupBooks> => {
  const services = await startServices(['registry', 'customers', 'billing'], ({ registry, customers, billing }) =>
    loadWorkload({ registry: registry.ownerUrl, customers: customers.ownerUrl, billing: billing.ownerUrl }, scale, say),
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
};

/**
 * Bills the next month in every project, over HTTP.
 *
 * @param key tells this from other months.
 * @returns seconds, and how many charges were raised.
 */
export const billMonth = async (
  { services, token, nextPeriod: next }: GroupBooks,
  key: string,
): Promise<{ readonly period: Period; readonly seconds: number; readonly count: number }> => {
  const period = next();
  const order = { period, date: `${period}-01` };
  const startedAt = performance.now();
  const jobs = await Promise.all(
    projectCodes(GROUP).map((project) => {
      const client = new ApiClient({ url: services.urls.billing, token });
      return runBills(client, project, order, `bench-${key}-${project}`);
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return { period, seconds, count: jobs.reduce((sum, { result }) => sum + (result?.raised.count ?? 0), 0) };
};
