import type { Period } from '@propledger/contracts';
import { formatMoney, sum, type ForecastLine } from '@propledger/ledger-core';
import type { LeaseForecast, MonthForecast, ProjectForecast } from './forecast-shapes';

/** Lines of one lease or many, month by month and item by item. */
export const byMonth = (
  lines: readonly Pick<ForecastLine, 'period' | 'item' | 'amount'>[],
  months: readonly Period[],
): Pick<LeaseForecast, 'total' | 'months'> => ({
  total: formatMoney(sum(lines.map(({ amount }) => amount))),
  months: months.map((period): MonthForecast => {
    const ofMonth = lines.filter((line) => line.period === period);
    const items = [...new Set(ofMonth.map(({ item }) => item))].sort();
    return {
      period,
      amount: formatMoney(sum(ofMonth.map(({ amount }) => amount))),
      items: items.map((item) => ({
        item,
        amount: formatMoney(sum(ofMonth.flatMap((line) => (line.item === item ? [line.amount] : [])))),
      })),
    };
  }),
});

/** A project's rent, added up lease by lease. */
export class ProjectTotals {
  private readonly amounts = new Map<string, { period: Period; item: string; amount: bigint }>();
  private leases = 0;

  add(lines: readonly ForecastLine[]): void {
    if (lines.length > 0) this.leases += 1;
    for (const { period, item, amount } of lines) {
      const key = `${period} ${item}`;
      this.amounts.set(key, { period, item, amount: amount + (this.amounts.get(key)?.amount ?? 0n) });
    }
  }

  shown(months: readonly Period[]): ProjectForecast {
    return { leases: this.leases, ...byMonth([...this.amounts.values()], months) };
  }
}
