import type { Day, Period } from '@propledger/contracts';

/** A run of days, inclusive at both ends. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const PERIOD = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Whether the text is a day of the calendar, from 0001-01-01 to 9999-12-31. */
export const isDay = (text: string): boolean => {
  const [, year, month, day] = DAY.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  if (Number(year) < 1 || Number(month) < 1 || Number(month) > 12) return false;
  return Number(day) >= 1 && Number(day) <= monthLength(Number(year), Number(month));
};

export const isPeriod = (text: string): boolean => PERIOD.test(text) && !text.startsWith('0000');

/** Negative, zero or positive as `one` is before, on or after `other`. */
export const compareDays = (one: Day, other: Day): number => (one < other ? -1 : one > other ? 1 : 0);

export const earlierDay = (one: Day, other: Day): Day => (one < other ? one : other);
export const laterDay = (one: Day, other: Day): Day => (one > other ? one : other);

/** The days that both ranges cover; null when there are none. A null end is open. */
export const overlapOf = (
  one: { readonly from: Day; readonly to: Day | null },
  other: { readonly from: Day; readonly to: Day | null },
): { from: Day; to: Day | null } | null => {
  const from = laterDay(one.from, other.from);
  const to = one.to === null ? other.to : other.to === null ? one.to : earlierDay(one.to, other.to);
  return to !== null && to < from ? null : { from, to };
};

/** Whether what holds from a day to a day (null: open) holds on this one. */
export const inForceOn =
  (day: Day) =>
  ({ from, to }: { readonly from: Day; readonly to: Day | null }): boolean =>
    from <= day && (to === null || day <= to);

/** A range, cut into ranges that begin on these days: those of them that lie in it, in any order. */
export const cutAt = ({ from, to }: DayRange, days: readonly Day[]): DayRange[] => {
  const starts = [...new Set([from, ...days.filter((day) => day > from && day <= to)])].sort();
  return starts.map((start, index) => {
    const next = starts[index + 1];
    return { from: start, to: next === undefined ? to : addDays(next, -1) };
  });
};

/** Where what holds from a day to a day (null: open) changes something: its first day, and the first day after, if there is one. */
export const endsOf = ({ from, to }: { readonly from: Day; readonly to: Day | null }): Day[] =>
  to === null || to === LAST_DAY ? [from] : [from, addDays(to, 1)];
const LAST_DAY = '9999-12-31';

/** The day `count` days later (earlier when negative). @throws RangeError beyond the years 1 to 9999. */
export const addDays = (day: Day, count: number): Day => dayOf(dayNumber(day) + count);

/**
 * The day `count` months later, with its own number, or the last of a month that is too short: one month after 31 January is
 * the last of February, two are 31 March. @throws RangeError beyond the years 1 to 9999.
 */
export const addMonths = (day: Day, count: number): Day => {
  const months = Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1 + count;
  const year = Math.floor(months / 12);
  if (year < 1 || year > 9999) throw new RangeError('days are in the years 1 to 9999');
  const period = `${year.toString().padStart(4, '0')}-${two((months % 12) + 1)}`;
  return `${period}-${two(Math.min(Number(day.slice(8)), daysOfMonth(period)))}`;
};

/** How many months later `to` is than `from`: negative when earlier. */
export const monthsBetween = (from: Period, to: Period): number =>
  (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(to.slice(5)) - Number(from.slice(5));

/** How many days later `to` is than `from`: 0 for the same day, negative when earlier. */
export const daysBetween = (from: Day, to: Day): number => dayNumber(to) - dayNumber(from);

/** How many days a range has, both ends counted. */
export const daysIn = ({ from, to }: DayRange): number => daysBetween(from, to) + 1;

export const periodOf = (day: Day): Period => day.slice(0, 7);
export const daysOfMonth = (period: Period): number => monthLength(Number(period.slice(0, 4)), Number(period.slice(5)));
export const firstDay = (period: Period): Day => `${period}-01`;
export const lastDay = (period: Period): Day => `${period}-${two(daysOfMonth(period))}`;
export const monthOf = (period: Period): DayRange => ({ from: firstDay(period), to: lastDay(period) });
/** @throws RangeError after 9999-12 */
export const nextPeriod = (period: Period): Period => periodOf(addDays(lastDay(period), 1));
/** @throws RangeError before 0001-01 */
export const previousPeriod = (period: Period): Period => periodOf(addDays(firstDay(period), -1));

/** So many months, from one on. */
export const monthsFrom = (from: Period, count: number): Period[] =>
  Array.from({ length: count }, (_, nth) => periodOf(addMonths(firstDay(from), nth)));
/** A day of a month by its number, which the month must have. */
export const dayIn = (period: Period, day: number): Day => `${period}-${two(day)}`;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

const monthLength = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (MONTH_LENGTHS[month - 1] ?? 0);

const two = (value: number): string => value.toString().padStart(2, '0');

// Days are counted from 0000-03-01: with the leap day last in its year, months have a fixed offset.
const DAYS_IN_400_YEARS = 146_097;

const dayNumber = (day: Day): number => {
  if (!isDay(day)) throw new RangeError('a day is YYYY-MM-DD');
  const month = (Number(day.slice(5, 7)) + 9) % 12;
  const year = Number(day.slice(0, 4)) - (month >= 10 ? 1 : 0);
  const leapDays = Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400);
  return 365 * year + leapDays + Math.floor((153 * month + 2) / 5) + Number(day.slice(8, 10)) - 1;
};

const dayOf = (number: number): Day => {
  const era = Math.floor(number / DAYS_IN_400_YEARS);
  const ofEra = number - era * DAYS_IN_400_YEARS;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const month = Math.floor((5 * ofYear + 2) / 153);
  const day = ofYear - Math.floor((153 * month + 2) / 5) + 1;
  const year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0);
  if (year < 1 || year > 9999) throw new RangeError('days are in the years 1 to 9999');
  return `${year.toString().padStart(4, '0')}-${two(month < 10 ? month + 3 : month - 9)}-${two(day)}`;
};
