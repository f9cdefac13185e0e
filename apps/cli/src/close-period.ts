import { path } from './path';
import { signedIn, type Invocation } from './session';

export interface PeriodClosedAnswer {
  readonly period: string;
}

/** Closes an accounting period of a project: nothing can be posted into it afterwards. */
export const closePeriod = (invocation: Invocation, project: string, period: string, key: string): Promise<void> =>
  signedIn(invocation, async (client) => {
    const answer = await client.command<object>(path`/billing/v1/projects/${project}/periods/${period}/close`, {}, key);
    invocation.print(invocation.json ? JSON.stringify(answer) : `已关账 closed: ${project} ${period}`);
  });
