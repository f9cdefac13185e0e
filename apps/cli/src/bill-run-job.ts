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
  readonly state: 'waiting' | 'running' | 'drafted' | 'discarded' | 'done' | 'failed' | 'reversed';
  readonly progress: { readonly phase: string; readonly done: number; readonly total: number };
  readonly result: BillRunResult | null;
  readonly failure: string | null;
  /** The error of ours that it failed with. */
  readonly trouble: string | null;
  readonly after: string | null;
}

export interface BillRunOrder {
  readonly period: string;
  readonly date: string;
  /** Only compute it. */
  readonly draft?: boolean;
  readonly items?: readonly string[];
  readonly standards?: readonly string[];
  readonly resources?: readonly string[];
}

/** Raises the charges of a period, or computes what that would be, and waits until the run has ended. @throws Failure when it failed. */
export const runBills = async (
  client: ApiClient,
  project: string,
  order: BillRunOrder,
  key: string,
  progress?: (job: BillRunJob) => void,
): Promise<BillRunJob> => {
  const { run } = await client.command<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs`, order, key);
  return followed(client, project, run, progress);
};

/** What may be decided about a run. */
export const RUN_DECISIONS = ['post', 'recompute', 'discard', 'reversal', 'retry'] as const;
export type RunDecision = (typeof RUN_DECISIONS)[number];

/** Decides about a run, and waits until it has ended. @throws Failure when it failed. */
export const decideRun = async (
  client: ApiClient,
  { project, run, decision }: { readonly project: string; readonly run: string; readonly decision: RunDecision },
  body: object,
  key: string,
  progress?: (job: BillRunJob) => void,
): Promise<BillRunJob> => {
  await client.command<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs/${run}/${decision}`, body, key);
  return followed(client, project, run, progress);
};

const followed = async (
  client: ApiClient,
  project: string,
  run: string,
  progress?: (job: BillRunJob) => void,
): Promise<BillRunJob> => {
  const job = await untilEnded(
    async () => {
      const asked = progress ? {} : WAITING;
      const now = await client.get<BillRunJob>(path`/billing/v1/projects/${project}/bill-runs/${run}`, asked);
      progress?.(now);
      return now;
    },
    ({ state }) => state !== 'waiting' && state !== 'running',
  );
  client.saw(job.after);
  if (job.failure !== null)
    throw new Failure(
      EXIT.refused,
      `出账未完成 the bill run failed: ${job.failure}${job.trouble ? ` (${job.trouble})` : ''}`,
    );
  return job;
};

/** What a draft shows. */
export interface BillDraft {
  readonly toRaise: CountAndAmount;
  readonly byItem: readonly {
    readonly item: string;
    readonly toRaise: CountAndAmount;
    readonly standing: CountAndAmount;
    readonly previous: CountAndAmount;
    readonly difference: string;
  }[];
  readonly unusual: Readonly<Record<'added' | 'gone' | 'changed' | 'zero', Rows>> & {
    readonly skipped: { readonly count: number; readonly byReason: Readonly<Record<string, number>> };
  };
}
interface Rows {
  readonly count: number;
  readonly listed: readonly {
    readonly resource: string;
    readonly standard: string;
    readonly before: string | null;
    readonly now: string | null;
  }[];
}

export const draftOf = (client: ApiClient, project: string, run: string): Promise<BillDraft> =>
  client.get<BillDraft>(path`/billing/v1/projects/${project}/bill-runs/${run}/draft`);
