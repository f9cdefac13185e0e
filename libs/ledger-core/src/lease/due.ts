import type { Day, LeasePayment, Period } from '@propledger/contracts';
import { firstDay, lastDay, monthsBetween, nextPeriod, periodOf, previousPeriod } from '../day';
import type { RentPart, RentSchedule } from './rent';
import { termsOf, type LeaseHistory } from './terms';

/** Rent with the day on which it is to be paid. */
export interface DuePart extends RentPart {
  readonly dueOn: Day;
}

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
  if (nth < 0) return [];
  const months = [period];
  for (let left = payment.months - 1 - (nth % payment.months); left > 0; left -= 1)
    months.push(nextPeriod(months.at(-1) ?? period));
  return months;
};

/** What the bill run of a month charges: all in the month's own due day. */
export const rentCharged = ({ history, month }: RentSchedule, period: Period): DuePart[] => {
  const dueOn = dayOf(period, spanOf(history, period).payment);
  return monthsCharged(history, period).flatMap((each) => month(each).map((part) => ({ ...part, dueOn })));
};

/** When the rent of a month is due if every month is charged in its turn: with the first of those that are paid with it. */
export const rentDueOn = (history: LeaseHistory, period: Period): Day => {
  const { nth, payment } = spanOf(history, period);
  let first = period;
  for (let back = Math.max(nth, 0) % payment.months; back > 0; back -= 1) first = previousPeriod(first);
  return dayOf(first, payment);
};

const dayOf = (period: Period, { dueDay }: LeasePayment): Day => `${period}-${dueDay.toString().padStart(2, '0')}`;

const spanOf = (history: LeaseHistory, period: Period): Span => {
  const { lease } = history;
  const begun = termsOf(history).filter(({ from }) => from <= lastDay(period));
  // On the month's first day, or on the lease's own.
  const spell = begun.findLast(({ from }) => from <= firstDay(period)) ?? begun[0];
  return { nth: monthsBetween(periodOf(lease.from), period), payment: spell?.terms.payment ?? lease.payment };
};
