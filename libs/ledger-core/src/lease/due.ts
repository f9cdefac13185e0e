import type { Day, LeasePayment, Period } from '@propledger/contracts';
import { addMonths, dayIn, firstDay, lastDay, monthsBetween, monthsFrom, periodOf } from '../day';
import { termsOf, type LeaseHistory } from './terms';

/** Where a month stands among those that are paid at once. */
interface Span {
  readonly nth: number;
  readonly payment: LeasePayment;
}

/**
 * The months that the bill run of a month takes, in advance: from it to the last of those that are paid with it. They are
 * counted from the month in which the lease begins. None before that.
 */
export const monthsCharged = (history: LeaseHistory, period: Period): Period[] => {
  const { nth, payment } = spanOf(history, period);
  return nth < 0 ? [] : monthsFrom(period, payment.months - (nth % payment.months));
};

/** When the rent of a month is due if every month is charged in its turn: with the first of those that are paid with it. */
export const rentDueOn = (history: LeaseHistory, period: Period): Day => {
  const { nth, payment } = spanOf(history, period);
  const first = addMonths(firstDay(period), -(Math.max(nth, 0) % payment.months));
  return dayIn(periodOf(first), payment.dueDay);
};

const spanOf = (history: LeaseHistory, period: Period): Span => {
  const { lease } = history;
  const begun = termsOf(history).filter(({ from }) => from <= lastDay(period));
  // On the month's first day, or on the lease's own.
  const spell = begun.findLast(({ from }) => from <= firstDay(period)) ?? begun[0];
  return { nth: monthsBetween(periodOf(lease.from), period), payment: spell?.terms.payment ?? lease.payment };
};
