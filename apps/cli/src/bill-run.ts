import { runBills, type BillRunResult } from './bill-run-job';
import { signedIn, type Invocation } from './session';

/** Raises a project's charges of a period, and prints what the run came to. */
export const billRun = (
  invocation: Invocation,
  project: string,
  order: { readonly period: string; readonly date: string },
  key: string,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    const { json, print, tell } = invocation;
    let last = '';
    const job = await runBills(client, project, order, key, ({ progress: { phase, done, total } }) => {
      const now = `${phase} ${done}/${total}`;
      if (!json && now !== last) tell(now);
      last = now;
    });
    if (json) return print(JSON.stringify(job));
    print(`已出账 raised: ${project} ${order.period}`);
    for (const line of job.result ? summary(job.result) : []) print(line);
  });

const summary = (result: BillRunResult): string[] => [
  `  新增应收 charges: ${result.raised.count}, ${result.raised.amount}`,
  ...result.byItem.map(({ item, count, amount }) => `    ${item}: ${count}, ${amount}`),
  `  此前已有 stood already: ${result.standing}`,
  `  预交冲抵 prepayments applied: ${result.prepaymentsApplied.count}, ${result.prepaymentsApplied.amount}`,
  `  与已有不符 differ from what stands: ${result.differences.count}`,
  `  无付费人 without a payer: ${result.daysWithoutPayer.count}; 无面积 without an area: ${result.daysWithoutArea.count}`,
];
