import type { ApiClient } from './api-client';
import { path } from './path';
import { untilEnded } from './poll';
import { signedIn, type Invocation } from './session';

/** Bill runs of a region or the group as billing answers them. */
interface Batch {
  readonly batch: string;
  readonly states: Readonly<Record<string, number>>;
  readonly charges: { readonly count: number; readonly amount: string };
  readonly runs: readonly {
    readonly project: string;
    readonly run: string;
    readonly state: string;
    readonly done: number;
    readonly total: number;
    readonly failure: string | null;
    readonly charges: { readonly count: number; readonly amount: string } | null;
  }[];
  /** By project, why nothing was done. */
  readonly refused: Readonly<Record<string, string>>;
}

export interface BatchOrder {
  readonly period: string;
  readonly date: string;
  readonly region?: string;
  readonly draft?: boolean;
}

/** What may be decided about several runs together. */
export const BATCH_DECISIONS = ['post', 'discard', 'reversal', 'retry'] as const;
export type BatchDecision = (typeof BATCH_DECISIONS)[number];

/** Asks for a run of every project of a region, or of the group, and prints what they came to. */
export const billRuns = (invocation: Invocation, order: BatchOrder, key: string): Promise<void> =>
  signedIn(invocation, async (client) =>
    follow(invocation, client, await client.command<Batch>('/billing/v1/bill-runs', order, key)),
  );

/** Decides about them together; without a decision, says how they go. */
export const decideBillRuns = (
  invocation: Invocation,
  batch: string,
  decision: BatchDecision | null,
  key: string,
): Promise<void> =>
  signedIn(invocation, async (client) =>
    follow(
      invocation,
      client,
      decision === null
        ? await shown(client, batch)
        : await client.command<Batch>(path`/billing/v1/bill-runs/${batch}/${decision}`, {}, key),
    ),
  );

const shown = (client: ApiClient, batch: string): Promise<Batch> =>
  client.get<Batch>(path`/billing/v1/bill-runs/${batch}`);

const follow = async ({ json, print, tell }: Invocation, client: ApiClient, begun: Batch): Promise<void> => {
  let last = '';
  const ended = await untilEnded(
    async () => {
      const now = await shown(client, begun.batch);
      const states = statesOf(now);
      if (!json && states !== last) tell(states);
      last = states;
      return now;
    },
    ({ states }) => (states['waiting'] ?? 0) + (states['running'] ?? 0) === 0,
  );
  // What was refused is known to whoever asked for it.
  const batch = { ...ended, refused: begun.refused };
  if (json) return print(JSON.stringify(batch));
  print(`${batch.batch}: ${statesOf(batch)}; ${batch.charges.count} 笔 charges, ${batch.charges.amount}`);
  for (const { project, run, state, failure, charges } of batch.runs)
    print(
      `  ${project} ${state}${failure ? ` ${failure}` : ''}: ${charges?.count ?? 0}, ${charges?.amount ?? '0.00'} ${run}`,
    );
  for (const [project, code] of Object.entries(batch.refused)) print(`  ${project} 未处理 nothing was done: ${code}`);
};

const statesOf = ({ states }: Batch): string =>
  Object.entries(states)
    .map(([state, count]) => `${state} ${count}`)
    .join(', ');
