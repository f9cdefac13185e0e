import type { Day, Period } from '@propledger/contracts';
import { lastDay, nextPeriod, periodOf, previousPeriod } from '../day';
import type { Posting } from '../ledger/commands';
import type { LedgerRejection } from '../ledger/rejections';
import type { Calendar } from '../ledger/state';

/** Where an entry goes: the day it takes effect and the period it is posted into, or why it can't be. */
export type Placement =
  | { readonly placed: { readonly effectiveDate: Day; readonly accountingPeriod: Period } }
  | { readonly rejection: LedgerRejection };

/** The first period that is open. */
export const firstOpenPeriod = ({ firstPeriod, closedThrough }: Calendar): Period =>
  closedThrough === null ? firstPeriod : nextPeriod(closedThrough);

/** Why nothing may be posted into the period; null when it is open. Periods to come are open. */
export const closedPeriod = (calendar: Calendar, period: Period): LedgerRejection | null => {
  const { firstPeriod, closedThrough } = calendar;
  if (period < firstPeriod) return { code: 'before-first-period', period, firstPeriod };
  if (closedThrough !== null && period <= closedThrough) return { code: 'period-closed', period, closedThrough };
  return null;
};

/** An entry belongs to the month of its date, or, where the caller allows it, to the first open period. */
export const place = (calendar: Calendar, date: Day, posting: Posting): Placement => {
  const rejection = closedPeriod(calendar, periodOf(date));
  if (!rejection) return { placed: { effectiveDate: date, accountingPeriod: periodOf(date) } };
  if (posting === 'own') return { rejection };
  return { placed: { effectiveDate: date, accountingPeriod: firstOpenPeriod(calendar) } };
};

/**
 * An entry of a run belongs to the run's period, on whatever day up to the period's last it takes effect. On a later day it would be
 * 本期 of no month: the period's reports end before that day, and the day's month does not have the posting.
 */
export const placeInPeriod = (calendar: Calendar, period: Period, date: Day): Placement => {
  const rejection = closedPeriod(calendar, period);
  if (rejection) return { rejection };
  if (periodOf(date) > period) return { rejection: { code: 'date-after-period', period, date } };
  return { placed: { effectiveDate: date, accountingPeriod: period } };
};

/**
 * What is brought in belongs to the month before the first period, with that month's last day, unless it has a `date` of
 * its own. The month counts as closed from the first close on.
 */
export const placeOpening = (calendar: Calendar, date?: Day): Placement => {
  const { firstPeriod, closedThrough } = calendar;
  if (closedThrough !== null) return { rejection: { code: 'opening-closed', closedThrough } };
  const accountingPeriod = previousPeriod(firstPeriod);
  return { placed: { effectiveDate: date ?? lastDay(accountingPeriod), accountingPeriod } };
};

/**
 * A reversal has a date of its own, not before that of what it reverses; or, without one, the date and period of what it
 * reverses.
 */
export const placeReversal = (
  calendar: Calendar,
  entry: { readonly effectiveOn: Day; readonly period: Period },
  date: Day | null,
  posting: Posting,
): Placement => {
  const { effectiveOn, period } = entry;
  if (date === null) {
    if (period < calendar.firstPeriod) return placeOpening(calendar, effectiveOn);
    const rejection = closedPeriod(calendar, period);
    return rejection ? { rejection } : { placed: { effectiveDate: effectiveOn, accountingPeriod: period } };
  }
  if (date < effectiveOn) return { rejection: { code: 'date-before-entry', effectiveOn } };
  return place(calendar, date, posting);
};

/** The header of a fact that is not a posting. */
export const unposted = (effectiveDate: Day) =>
  ({ effectiveDate, accountingPeriod: null, reversesPosition: null }) as const;
