import type { Day, Period, Standard } from '@propledger/contracts';
import { addDays, dayIn, nextPeriod, type DayRange } from '../day';

/**
 * When a charge is due: 应收日 of the run's month; with 应收天数 so many days after its first day, in arrears (and of usage and
 * pools, which always are) after its last.
 */
export const dueOn = (
  standard: Standard,
  period: Period,
  { from, to }: DayRange,
  isArrears = standard.arrears,
): Day => {
  const { dueDays, dueDay } = standard;
  return dueDays === undefined ? dayIn(period, dueDay) : addDays(isArrears === true ? to : from, dueDays);
};

/** The first 应收日 from the run's month on that is not before a cycle is over. */
export const dueAfter = (standard: Standard, period: Period, cycle: DayRange, part: DayRange): Day => {
  if (standard.dueDays !== undefined) return dueOn(standard, period, part);
  const due = dayIn(period, standard.dueDay);
  return due > cycle.to ? due : dayIn(nextPeriod(period), standard.dueDay);
};
