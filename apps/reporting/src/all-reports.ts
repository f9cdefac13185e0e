import { arrearsDetail } from './arrears-detail/arrears-detail';
import { arrearsSummary } from './arrears-summary/arrears-summary';
import { cashbook } from './cashbook/cashbook';
import { collection } from './collection/collection';
import { deposits } from './deposits/deposits';
import { prepayments } from './prepayments/prepayments';
import { receivable } from './receivable/receivable';
import type { Report } from './report';

/** Every report, for what is the same for all of them. */
export const ALL_REPORTS: readonly Report[] = [
  arrearsDetail,
  arrearsSummary,
  receivable,
  deposits,
  prepayments,
  cashbook,
  collection,
] as readonly Report[];

export const REPORT_NAMES: readonly string[] = ALL_REPORTS.map(({ name }) => name);
