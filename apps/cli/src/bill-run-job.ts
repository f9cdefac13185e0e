import type { ApiClient } from './api-client';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';
import { untilEnded, WAITING } from './poll';

interface CountAndAmount {
  readonly count: number;
  readonly amount: string;
}

/** What a bill run came to. */
export interface BillRunResult {
  readonly raised: CountAndAmount;
  readonly byItem: readonly (CountAndAmount & { readonly item: string })[];
  /** Charges that stood already. */
  readonly standing: number;
  readonly prepaymentsApplied: CountAndAmount;
  /** Computed otherwise than what stands: nothing was raised for these. */
  readonly differences: { readonly count: number };
  readonly daysWithoutPayer: { readonly count: number };
  readonly daysWithoutArea: { readonly count: number };
}

/** A bill run as billing answers it. */
export interface BillRunJob {
  readonly run: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly progress: { readonly phase: string; readonly done: number; readonly total: number };
  readonly result: BillRunResult | null;
  readonly failure: string | null;
  readonly after: string | null;
}

/** Raises the charges of a period, and waits until the run has ended. @throws Failure when it failed. */
export const runBills = async (
  client: ApiClient,
  project: string,
  order: { readonly period: string; readonly date: string },
  key: string,
  progress?: (job: BillRunJob) => void,
): Promise<BillRunJob> => {
  const { run } = await client.command<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs`, order, key);
  const job = await untilEnded(
    async () => {
      const asked = progress ? {} : WAITING;
      const now = await client.get<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs/${run}`, asked);
      progress?.(now);
      return now;
    },
    ({ state }) => state === 'done' || state === 'failed',
  );
  client.saw(job.after);
  if (job.state === 'failed') throw new Failure(EXIT.refused, `出账未完成 the bill run failed: ${job.failure ?? ''}`);
  return job;
};
