import { dayOf } from './calendar';
import type { History } from './history';
import type { Property } from './property';

const money = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

/** The file that holds a month's receipts of all projects. */
export const receiptsFile = (period: string): string => `实收补录-${period}.xlsx`;
export const OPENING_FILE = '初始化资料.xlsx';

/** The steps that play the sample: the opening, then month by month bills, receipts, corrections and the close. */
export const makeScenario = (projects: readonly { property: Property; history: History }[]): Record<string, string>[] => {
  const steps: Record<string, string>[] = [{ op: 'import', file: OPENING_FILE }];
  const months = projects[0]?.history.months ?? [];
  for (const [index, { period }] of months.entries()) {
    for (const { property } of projects)
      steps.push({ op: 'bill-run', project: property.plan.code, period, date: dayOf(period, 1) });
    steps.push({ op: 'import', file: receiptsFile(period) });
    for (const { property, history } of projects) {
      const project = property.plan.code;
      const month = history.months[index];
      if (!month) continue;
      for (const { receiptNo, on, reason } of month.reversals) steps.push({ op: 'reverse-receipt', project, receiptNo, date: on, reason });
      for (const { space, person, item, from, to, amount, on, reason } of month.writeOffs)
        steps.push({
          op: 'write-off', project, resource: space.code, customer: person.code, item, from, to, amount: money(amount), date: on, reason,
        });
      for (const { receiptNo, refunded, refundedOn } of month.refunds)
        steps.push({ op: 'refund-deposit', project, receiptNo, amount: money(refunded), date: refundedOn, method: '银行转账' });
      if (index < months.length - 1) steps.push({ op: 'close-period', project, period });
    }
  }
  return steps;
};
