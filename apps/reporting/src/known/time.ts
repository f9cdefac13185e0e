import type { Day } from '@propledger/contracts';

/** Whether a text means a time rather than the id of a cut. */
export const looksLikeTime = (text: string): boolean => /^\d{4}-/.test(text);

/** The business day in China at a time. */
export const businessDayAt = (time: Date): Day =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(time);
