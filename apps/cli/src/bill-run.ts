import { runBills } from './bill-run-job';
import { signedIn, type Invocation } from './session';

/** Raises a project's charges of a period, and prints what the run came to. */
export const billRun = (
  invocation: Invocation,
  project: string,
  order: { readonly period: string; readonly date: string },
  key: string,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    const job = await runBills(client, project, order, key);
    if (invocation.json) return invocation.print(JSON.stringify(job));
    invocation.print(`已出账 raised: ${project} ${order.period}`);
    for (const [name, value] of Object.entries(job))
      if (typeof value === 'number' || (typeof value === 'string' && name !== 'after'))
        invocation.print(`  ${name}: ${value}`);
  });
