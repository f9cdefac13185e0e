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

/** Everything that `npm run bench` measures, in the order of the table; those that share their data stand together. */
export const ROWS: readonly Row[] = [
  billRun,
  mixedRun,
  receiptsDuringRun,
  receipts,
  consumer,
  visible,
  relay,
  idle,
  verifyBundle,
  rebuild,
  rebuildLong,
  reports,
];
