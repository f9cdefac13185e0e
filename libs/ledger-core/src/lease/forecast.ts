import type { Day, LeaseChange, Period } from '@propledger/contracts';
import { sum, type Fen } from '../money';
import { rentDueOn } from './due';
import { rentSchedule, type RentPart, type RentSchedule } from './rent';
import type { LeaseHistory } from './terms';

/** 预测租金 of one month and item of a lease. */
export interface ForecastLine {
  readonly lease: string;
  readonly item: string;
  readonly period: Period;
  readonly dueOn: Day;
  readonly amount: Fen;
}

/** What will be charged for a lease, by month and item, as its terms are now. Turnover rent is not known in advance. */
export const forecastRent = (schedule: RentSchedule, months: readonly Period[]): ForecastLine[] =>
  months.flatMap((period) => {
    const parts = schedule.month(period);
    if (parts.length === 0) return [];
    const dueOn = rentDueOn(schedule.history, period);
    return itemsOf(parts).map((item) => ({
      lease: schedule.history.lease.lease,
      item,
      period,
      dueOn,
      amount: amountOf(parts, item),
    }));
  });

/** What a change does to the rent of one month and item. */
export interface RentEffect {
  readonly item: string;
  readonly period: Period;
  readonly base: Fen;
  readonly proposed: Fen;
}

/** The rent of a month as it is, beside what it would be with a further change, where the two differ. */
export const effectOfChange = (
  history: LeaseHistory,
  change: LeaseChange,
): ((period: Period) => readonly RentEffect[]) => {
  const base = rentSchedule(history);
  const proposed = rentSchedule({ ...history, changes: [...history.changes, change] });
  return (period) => {
    const [now, then] = [base.month(period), proposed.month(period)];
    return itemsOf([...now, ...then])
      .map((item) => ({ item, period, base: amountOf(now, item), proposed: amountOf(then, item) }))
      .filter((line) => line.base !== line.proposed);
  };
};

const itemsOf = (parts: readonly RentPart[]): string[] => [...new Set(parts.map(({ item }) => item))];
const amountOf = (parts: readonly RentPart[], item: string): Fen =>
  sum(parts.flatMap((part) => (part.item === item ? [part.amount] : [])));
