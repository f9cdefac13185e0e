import { dayOf } from './calendar';
import { MONTHS_PER_ENTRY } from './span';
import type { History, MonthOfCounter } from './history';
import type { Property } from './property';
import type { Period } from '@propledger/contracts';

const money = (fen: number): string => `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;

export const OPENING_FILE = '初始化资料.xlsx';

/** Months whose receipts are entered at once, and the file that holds those of all projects. */
export interface Entry {
  readonly file: string;
  /** Indexes of its months in a history. */
  readonly months: readonly number[];
}

export const entriesOf = (periods: readonly Period[]): Entry[] =>
  periods.flatMap((from, index): Entry[] => {
    if (index % MONTHS_PER_ENTRY !== 0) return [];
    const months = periods.map((_, month) => month).slice(index, index + MONTHS_PER_ENTRY);
    return [{ file: `实收补录-${from}至${periods[months.at(-1) ?? index]}.xlsx`, months }];
  });

/** The steps that play the sample: the opening; then half-year by half-year bills, receipts, corrections and the closes. */
export const makeScenario = (
  projects: readonly { property: Property; history: History }[],
): Record<string, string>[] => {
  const steps: Record<string, string>[] = [{ op: 'import', file: OPENING_FILE }];
  const periods = projects[0]?.history.months.map(({ period }) => period) ?? [];
  for (const { file, months } of entriesOf(periods)) {
    for (const period of months.map((month) => periods[month] ?? ''))
      for (const { property } of projects)
        steps.push({ op: 'bill-run', project: property.plan.code, period, date: dayOf(period, 1) });
    steps.push({ op: 'import', file });
    for (const { property, history } of projects) {
      const entered = history.months.filter((_, month) => months.includes(month));
      for (const month of entered) steps.push(...corrections(property.plan.code, month));
      for (const { period } of entered)
        if (period !== periods.at(-1)) steps.push({ op: 'close-period', project: property.plan.code, period });
    }
  }
  return steps;
};

const corrections = (project: string, month: MonthOfCounter): Record<string, string>[] => [
  ...month.reversals.map(({ receiptNo, on, reason }) => ({
    op: 'reverse-receipt',
    project,
    receiptNo,
    date: on,
    reason,
  })),
  ...month.writeOffs.map(({ space, person, item, from, to, amount, on, reason }) => ({
    ...{ op: 'write-off', project, resource: space.code, customer: person.code, item, from, to },
    ...{ amount: money(amount), date: on, reason },
  })),
  ...month.refunds.map(({ receiptNo, refunded, refundedOn }) => ({
    ...{ op: 'refund-deposit', project, receiptNo, amount: money(refunded), date: refundedOn, method: '银行转账' },
  })),
];
