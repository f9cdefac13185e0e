import type { Day, Period } from '@propledger/contracts';
import { halfWidth, trimmed } from './clean-text';

const DAY = /^(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)$/;
const PERIOD = /^(\d{4})(?:[-/.](\d{1,2})|(\d{2})|年(\d{1,2})月)$/;

/** `2026-09-01`, `2026/9/1`, `2026.09.01`, `20260901`, `2026年9月1日`, also in full-width digits; null when it is no day. */
export const dayFromText = (text: string): Day | null => {
  const parts = DAY.exec(halfWidth(trimmed(text)));
  if (!parts) return null;
  const [, year, , month, day, plainMonth, plainDay, chineseMonth, chineseDay] = parts;
  return calendarDay(Number(year), Number(month ?? plainMonth ?? chineseMonth), Number(day ?? plainDay ?? chineseDay));
};

/** A number typed for a day: 20260901. Serials are dates only where the cell is formatted as one. */
export const dayFromNumber = (number: number): Day | null =>
  Number.isInteger(number) && number >= 1e7 && number < 1e8 ? dayFromText(String(number)) : null;

/** `2026-03`, `2026/3`, `2026.03`, `202603`, `2026年3月`; null when it is no month. */
export const periodFromText = (text: string): Period | null => {
  const parts = PERIOD.exec(halfWidth(trimmed(text)));
  if (!parts) return null;
  const [, year, month, plainMonth, chineseMonth] = parts;
  return calendarDay(Number(year), Number(month ?? plainMonth ?? chineseMonth), 1)?.slice(0, 7) ?? null;
};

/** A number typed for a month: 202603. */
export const periodFromNumber = (number: number): Period | null =>
  Number.isInteger(number) && number >= 1e5 && number < 1e6 ? periodFromText(String(number)) : null;

/** Null for what is in no calendar, and outside of 1900 to 2199, the days that services take. */
const calendarDay = (year: number, month: number, day: number): Day | null => {
  if (year < 1900 || year > 2199) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
};
