import type { Day } from '@propledger/contracts';

const DAYS = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The day it is at the projects. */
export const today = (now = new Date()): Day => DAYS.format(now);
