import type { ApiClient } from './api-client';
import {
  decideRun,
  draftOf,
  runBills,
  type BillDraft,
  type BillRunJob,
  type BillRunOrder,
  type BillRunResult,
  type RunDecision,
} from './bill-run-job';
import { signedIn, type Invocation } from './session';

/** Raises a project's charges of a period, or computes what that would be, and prints what it came to. */
export const billRun = (invocation: Invocation, project: string, order: BillRunOrder, key: string): Promise<void> =>
  signedIn(invocation, async (client) => {
    const job = await runBills(client, project, order, key, showing(invocation));
    await show(invocation, client, project, job);
  });

/** Posts a draft, computes it again, throws it away, or reverses a whole run. */
export const decideBillRun = (
  invocation: Invocation,
  of: { readonly project: string; readonly run: string; readonly decision: RunDecision },
  body: object,
  key: string,
): Promise<void> =>
  signedIn(invocation, async (client) => {
    const job = await decideRun(client, of, body, key, showing(invocation));
    await show(invocation, client, of.project, job);
  });

const showing = ({ json, tell }: Invocation): ((job: BillRunJob) => void) => {
  let last = '';
  return ({ progress: { phase, done, total } }) => {
    const now = `${phase} ${done}/${total}`;
    if (!json && now !== last) tell(now);
    last = now;
  };
};

const show = async (
  { json, print }: Invocation,
  client: ApiClient,
  project: string,
  job: BillRunJob,
): Promise<void> => {
  const draft = job.state === 'drafted' ? await draftOf(client, project, job.run) : null;
  if (json) return print(JSON.stringify(draft === null ? job : { ...job, draft }));
  print(`${SAID[job.state]}: ${project} ${job.run}`);
  const lines = draft !== null ? drafted(draft) : job.state === 'done' && job.result ? raised(job.result) : [];
  for (const line of lines) print(line);
};

const SAID: Readonly<Record<BillRunJob['state'], string>> = {
  waiting: '等待中 waiting',
  running: '进行中 running',
  drafted: '已试算, 尚未入账 drafted, nothing is posted yet',
  discarded: '试算已弃用 discarded',
  done: '已出账 raised',
  failed: '未完成 failed',
  reversed: '已整体红冲 reversed',
};

const raised = (result: BillRunResult): string[] => [
  `  新增应收 charges: ${result.raised.count}, ${result.raised.amount}`,
  ...result.byItem.map(({ item, count, amount }) => `    ${item}: ${count}, ${amount}`),
  `  此前已有 stood already: ${result.standing}`,
  `  预交冲抵 prepayments applied: ${result.prepaymentsApplied.count}, ${result.prepaymentsApplied.amount}`,
  `  与已有不符 differ from what stands: ${result.differences.count}`,
  `  无付费人 without a payer: ${result.daysWithoutPayer.count}; 无面积 without an area: ${result.daysWithoutArea.count}`,
];

const KINDS = {
  added: '新增 new',
  gone: '消失 gone',
  changed: '相差三成以上 thirty per cent apart',
  zero: '金额为零 of nothing',
} as const;

const drafted = ({ toRaise, byItem, unusual }: BillDraft): string[] => [
  `  将生成应收 charges: ${toRaise.count}, ${toRaise.amount}`,
  ...byItem.map(
    ({ item, toRaise: { count, amount }, standing, previous, difference }) =>
      `    ${item}: ${count}, ${amount}; 已有 standing ${standing.amount}; 上期 before ${previous.amount}; 差 difference ${difference}`,
  ),
  ...(['added', 'gone', 'changed', 'zero'] as const).flatMap((kind) => [
    `  ${KINDS[kind]}: ${unusual[kind].count}`,
    ...unusual[kind].listed
      .slice(0, 10)
      .map(({ resource, standard, before, now }) => `    ${resource} ${standard}: ${before ?? '-'} → ${now ?? '-'}`),
  ]),
  `  跳过 passed over: ${unusual.skipped.count}`,
  ...Object.entries(unusual.skipped.byReason).map(([reason, count]) => `    ${reason}: ${count}`),
];
