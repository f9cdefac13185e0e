import type { ServiceMetrics } from '@propledger/service-kit';
import type { Reader } from '../ledger-store/reader';
import type { RunThreads } from './run-threads';

const SECONDS = [1, 5, 15, 60, 300, 900, 3_600];

/** How many bill runs have not ended, how many ended here and how, and how long they took from being asked for. */
export const watchRuns = (metrics: ServiceMetrics, reader: Reader, threads: RunThreads): void => {
  metrics.gauge('propledger_bill_runs_unfinished', 'Bill runs that wait or are at work.', async () => {
    const rows = await reader.rows<{ state: string; count: number }>(
      `select state, count(*)::int as count from bill_run where state in ('waiting', 'running') group by state`,
    );
    return ['waiting', 'running'].map((state) => ({
      labels: { state },
      value: rows.find((row) => row.state === state)?.count ?? 0,
    }));
  });
  const ended = metrics.counter('propledger_bill_runs_total', 'Bill runs that ended in this process.', ['state']);
  const took = metrics.histogram('propledger_bill_run_seconds', 'From asked for to ended.', SECONDS);
  threads.onEnded((state, seconds) => {
    ended.inc({ state });
    took.observe(seconds);
  });
};
