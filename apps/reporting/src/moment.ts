import type { Day, Period } from '@propledger/contracts';
import type { Moment, Selection } from './report';

/** The day before the first of the next month. */
export const lastDayOf = (period: Period): Day => {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};

/**
 * The moment that is asked about, complete, so that asking with it again means the same. By period, what takes effect
 * after `asOf` is not counted; without one that is the period's last day, after which nothing in it can take effect, since
 * entries are posted into the period of their date or a later one.
 *
 * @param today the day that is meant where neither a day nor a period is given.
 */
export const momentOf = (
  selection: Selection,
  { asOf, period }: { readonly asOf?: Day | undefined; readonly period?: Period | undefined },
  today: Day,
): Moment => {
  if (selection === 'asOf' || (selection === 'either' && period === undefined))
    return { asOf: asOf ?? (period === undefined ? today : lastDayOf(period)), period: null };
  const chosen = period ?? (asOf ?? today).slice(0, 7);
  return { asOf: asOf ?? lastDayOf(chosen), period: chosen };
};

/** A moment in the name of a file: `2026-03-31`, `2026-03`, or `2026-03-as-of-2026-03-15` for a part of a period. */
export const momentName = ({ asOf, period }: Moment): string => {
  if (period === null) return asOf;
  return asOf === lastDayOf(period) ? period : `${period}-as-of-${asOf}`;
};
