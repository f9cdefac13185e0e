import type { Period } from '@propledger/contracts';

/** The first of the sample's months: 启用账期 of every project. */
export const FIRST_PERIOD: Period = '2025-11';
/** How many months of history it has. The last one stays open. */
export const MONTHS = 12;
/** How many months' receipts are entered afterwards at once. */
export const MONTHS_PER_ENTRY = 6;
