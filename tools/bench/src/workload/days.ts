import type { Day, Period } from '@propledger/contracts';

/** The month that is to be billed; every binding gives one charge in it. */
export const PERIOD: Period = '2026-06';

/** Since when everything has been as it is. */
export const SINCE: Day = '2020-01-01';
