import type { Day } from '@propledger/contracts';

const MS_PER_DAY = 86_400_000;
const LAST_SERIAL = 109_574; // 2199-12-31

/**
 * The day of a spreadsheet's date serial, its time of day dropped; null when it has none: a time, a negative number, a
 * day after 2199, or 1900-02-29, which spreadsheets count and calendars don't.
 */
export const serialDay = (serial: number, epoch: 1900 | 1904): Day | null => {
  const days = Math.floor(serial) + (epoch === 1904 ? 1462 : 0);
  if (!(days >= 1 && days <= LAST_SERIAL) || days === 60) return null;
  const sinceEpoch = days < 60 ? days : days - 1;
  return new Date(Date.UTC(1899, 11, 31) + sinceEpoch * MS_PER_DAY).toISOString().slice(0, 10);
};

/** Number formats by id that every spreadsheet knows without a definition, those of the Chinese editions included. */
const DATE_FORMAT_IDS = new Set([14, 15, 16, 17, 22, 27, 28, 29, 30, 31, 36, 50, 51, 52, 53, 54, 57, 58]);

/** Whether a number format shows a date: years or days, or months without hours and seconds. */
export const showsDate = (formatId: number, code: string | undefined): boolean => {
  if (code === undefined) return DATE_FORMAT_IDS.has(formatId);
  const letters = code
    .replace(/"[^"]*"/g, '')
    .replace(/\\./g, '')
    .replace(/[_*]./g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/general/gi, '');
  return /[yd]/i.test(letters) || (/m/i.test(letters) && !/[hs]/i.test(letters));
};

/** A day as spreadsheets of the 1900 system count it: `serialDay` of it is the day again. */
export const serialOf = (day: Day): number => {
  const days = Date.parse(`${day}T00:00:00Z`) / MS_PER_DAY + 25_569;
  return days > 60 ? days : days - 1;
};
