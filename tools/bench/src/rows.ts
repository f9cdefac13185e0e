import { billRun } from './bill-run/bill-run';
import { rebuild, rebuildLong } from './reporting/rebuild';
import { receipts } from './receipts/receipts';
import { reports } from './reporting/reports';
import type { Row } from './row';
import { verifyBundle } from './verify-bundle/verify-bundle';

/** Everything that `npm run bench` measures, in the order of the table. */
export const ROWS: readonly Row[] = [billRun, receipts, verifyBundle, rebuild, rebuildLong, reports];
