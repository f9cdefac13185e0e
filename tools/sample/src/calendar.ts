import type { Day, Period } from '@propledger/contracts';

const parts = (period: Period): [year: number, month: number] => {
  const [year, month] = period.split('-').map(Number);
  if (year === undefined || month === undefined) throw new RangeError(`not a period: ${period}`);
  return [year, month];
};

const two = (value: number): string => String(value).padStart(2, '0');

/** The period `months` later, or earlier when negative. */
export const shifted = (period: Period, months: number): Period => {
  const [year, month] = parts(period);
  const count = year * 12 + month - 1 + months;
  return `${Math.floor(count / 12)}-${two((count % 12) + 1)}`;
};

export const lastDayOf = (period: Period): number => {
  const [year, month] = parts(period);
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
};

/** The day of a period, or its last one where the period is shorter. */
export const dayOf = (period: Period, day: number): Day => `${period}-${two(Math.min(day, lastDayOf(period)))}`;
