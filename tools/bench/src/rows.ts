import { billRun } from './bill-run/bill-run';
import { mixedRun } from './bill-run/mixed-run';
import { consumer } from './kafka/consumer';
import { idle } from './kafka/idle';
import { relay } from './kafka/relay';
import { visible } from './kafka/visible';
import { receipts } from './receipts/receipts';
import { receiptsDuringRun } from './receipts/receipts-during-run';
import { rebuild, rebuildLong } from './reporting/rebuild';
import { reports } from './reporting/reports';
import type { Row } from './row';
import { verifyBundle } from './verify-bundle/verify-bundle';

/**
 * What `npm run bench` measures: those that share their data stand together, and those that take longest come last, for the results
 * are written after each.
 */
export const ROWS: readonly Row[] = [
  billRun,
  receiptsDuringRun,
  receipts,
  consumer,
  visible,
  relay,
  idle,
  verifyBundle,
  reports,
  rebuild,
  rebuildLong,
];

/** Measured when they are named. */
export const OTHER_ROWS: readonly Row[] = [mixedRun];
