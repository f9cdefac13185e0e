import { setTimeout as pause } from 'node:timers/promises';
import type { ApiClient } from './api-client';
import { EXIT } from './exit-codes';
import { Failure } from './failure';
import { path } from './path';

/** A bill run as billing answers it. */
export interface BillRunJob {
  readonly run: string;
  readonly state: string;
  readonly after?: string | null;
}

const POLL_MS = 100;

/** Raises the charges of a period, and waits until the run has ended. @throws Failure when it failed. */
export const runBills = async (
  client: ApiClient,
  project: string,
  order: { readonly period: string; readonly date: string },
  key: string,
  progress: (job: BillRunJob) => void = () => undefined,
): Promise<BillRunJob> => {
  let job = await client.command<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs`, order, key);
  while (job.state !== 'done') {
    progress(job);
    if (job.state === 'failed') throw new Failure(EXIT.refused, `出账失败 the bill run failed: ${JSON.stringify(job)}`);
    await pause(POLL_MS);
    job = await client.get<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs/${job.run}`);
  }
  client.saw(job.after);
  progress(job);
  return job;
};
