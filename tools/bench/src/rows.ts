import { billRun } from './bill-run/bill-run';
import { receipts } from './receipts/receipts';
import type { Row } from './row';

/** Everything that `npm run bench` measures, in the order of the table. */
export const ROWS: readonly Row[] = [billRun, receipts];
