import type { ApiClient } from './api-client';
import { path } from './path';
import { signedIn, type Invocation } from './session';

/** What late fees have grown by. */
export interface LateFeesAnswer {
  readonly asOf: string;
  readonly raised: { readonly count: number; readonly amount: string };
}

/** Raises what a project's late fees have grown by, up to and including a day. */
export const raiseLateFees = (client: ApiClient, project: string, asOf: string, key: string): Promise<LateFeesAnswer> =>
  client.command<LateFeesAnswer>(path`/billing/v1/projects/${project}/late-fees`, { asOf }, key);

export const lateFees = (invocation: Invocation, project: string, asOf: string, key: string): Promise<void> =>
  signedIn(invocation, async (client) => {
    const answer = await raiseLateFees(client, project, asOf, key);
    const { count, amount } = answer.raised;
    invocation.print(
      invocation.json
        ? JSON.stringify(answer)
        : `违约金 late fees: ${count} 笔 charges, ${amount} (${project}, ${asOf})`,
    );
  });
