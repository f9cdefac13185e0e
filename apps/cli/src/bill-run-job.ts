import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from './api-client';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';

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

const POLL_MS = { first: 30, last: 500 };

/** Raises the charges of a period, and waits until the run has ended. @throws Failure when it failed. */
export const runBills = async (
  client: ApiClient,
  project: string,
  order: { readonly period: string; readonly date: string },
  key: string,
  progress: (job: BillRunJob) => void = () => undefined,
): Promise<BillRunJob> => {
  let job = await client.command<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs`, order, key);
  for (
    let waitMs = POLL_MS.first;
    job.state === 'waiting' || job.state === 'running';
    waitMs = Math.min(waitMs * 1.5, POLL_MS.last)
  ) {
    progress(job);
    await pause(waitMs);
    job = await client.get<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs/${job.run}`);
  }
  progress(job);
  client.saw(job.after);
  if (job.state === 'failed') throw new Failure(EXIT.refused, `出账未完成 the bill run failed: ${job.failure ?? ''}`);
  return job;
};
