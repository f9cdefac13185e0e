import { setTimeout as pause } from 'node:timers/promises';
import { CpuTimes } from '../cpu-times';
import type { Row } from '../row';
import { startServices } from '../services';
import type { Scale } from '../workload/group';
import { loadWorkload } from '../workload/load';
import { connected, eventsIn, startBroker, untilPublished } from './broker';

const NAMES = ['registry', 'customers', 'billing', 'reports'] as const;
const BOOKS: Scale = { seed: 'idle', projects: 1_000, resources: 4_000, charges: 8_000, months: 0 };
const SETTLED_MS = 10_000;
const MEASURED_MS = 15_000;

/** A thousand books in which nothing happens: what of a core the service takes that takes most. */
export const idle: Row<'idle'> = {
  name: 'idle',
  rounds: 1,
  figures: {
    idle: { work: '1,000 books idle over Kafka: the busiest service', unit: '% of a core', target: { valueBelow: 2 } },
  },
  prepare: async (say) => {
    const broker = await startBroker();
    const services = await startServices(
      NAMES,
      (databases) =>
        loadWorkload(
          {
            registry: databases.registry.ownerUrl,
            customers: databases.customers.ownerUrl,
            billing: databases.billing.ownerUrl,
            reports: databases.reports.ownerUrl,
          },
          BOOKS,
          say,
        ),
      // What looks through the books one by one is paused: it is work, and not idle.
      { ...broker.env, DRIFT_PAUSE_SECONDS: '0' },
    );
    await untilPublished(services);
    const ledger = await connected(services.databaseUrls.billing);
    const total = await eventsIn(ledger);
    await ledger.end();
    const reports = await connected(services.databaseUrls.reports);
    for (;;) {
      const { rows } = await reports.query<{ sum: string }>(
        `select coalesce(sum(position), 0)::text as sum from cursor where topic = 'ledger'`,
      );
      if (Number(rows[0]?.sum) === total) break;
      await pause(100);
    }
    await reports.end();
    await pause(SETTLED_MS);
    return {
      round: async () => {
        const cpu = new CpuTimes(services);
        await pause(MEASURED_MS);
        const shares = NAMES.map((name) => (cpu.of(name) / MEASURED_MS) * 100);
        say(
          `idle: ${NAMES.map((name, nth) => `${name} ${(shares[nth] ?? 0).toFixed(2)} %`).join(', ')}; ${cpu.since(MEASURED_MS / 1000)} ms a second`,
        );
        return { idle: { value: Math.max(...shares), limit: null } };
      },
      close: async () => {
        await services.stop();
        await broker.stop();
      },
    };
  },
};
