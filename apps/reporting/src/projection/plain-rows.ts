import { copyLine } from '@propledger/event-log';
import type { DepositRow, PrepaymentRow, TenderRow } from './movements';

/** Rows that are written as they are, whatever is in. */
export type PlainRow = PrepaymentRow | DepositRow | TenderRow;

export const PLAIN_TABLES: Readonly<Record<PlainRow['into'], string>> = {
  prepayment_movement: 'prepayment_movement (book, position, customer, tie, amount_fen, effective_on)',
  deposit: 'deposit (book, position, receipt_no, resource, customer, kind, received_on)',
  receipt_movement: 'receipt_movement (book, position, line, method, receipts, amount_fen, effective_on, period)',
};

/** Its deposit may have to be looked up. */
export const DEPOSIT_MOVEMENT = 'deposit_movement (book, position, deposit, kind, amount_fen, effective_on)';

/** A row as a line of its table's columns. */
export const plainLine = (book: string, row: PlainRow): string => {
  switch (row.into) {
    case 'prepayment_movement':
      return copyLine([book, row.position, row.customer, row.tie, row.amount, row.effectiveOn]);
    case 'deposit':
      return copyLine([book, row.position, row.receiptNo, row.resource, row.customer, row.kind, row.receivedOn]);
    case 'receipt_movement':
      return copyLine([
        ...[book, row.position, row.line, row.method, row.receipts, row.amount, row.effectiveOn, row.period],
      ]);
  }
};
