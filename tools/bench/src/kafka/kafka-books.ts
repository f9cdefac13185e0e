import type { Client } from 'pg';
import { Shared } from '../row';
import { startServices, type Services } from '../services';
import type { Scale } from '../workload/group';
import { loadWorkload } from '../workload/load';
import { connected, eventsIn, startBroker, untilPublished } from './broker';

/** A quarter of a year: bindings, charges, receipts. */
export const SCALE: Scale = { seed: 'kafka', projects: 41, resources: 10_000, charges: 20_000, months: 3 };

/** Books whose events are on a broker; reporting is not started. */
export interface KafkaBooks {
  readonly brokers: string;
  readonly services: Services;
  /** Billing's database. */
  readonly ledger: Client;
  /** Events in it now. */
  readonly events: () => Promise<number>;
  close(): Promise<void>;
}

export const kafkaBooks = new Shared<KafkaBooks>(async (say) => {
  const broker = await startBroker();
  const services = await startServices(
    ['registry', 'customers', 'billing'],
    ({ registry, customers, billing }) =>
      loadWorkload(
        { registry: registry.ownerUrl, customers: customers.ownerUrl, billing: billing.ownerUrl },
        SCALE,
        say,
      ),
    broker.env,
    ['reports'],
  );
  await untilPublished(services);
  const ledger = await connected(services.databaseUrls.billing);
  return {
    ...{ brokers: broker.brokers, services, ledger },
    events: () => eventsIn(ledger),
    close: async () => {
      await ledger.end();
      await services.stop();
      await broker.stop();
    },
  };
});
