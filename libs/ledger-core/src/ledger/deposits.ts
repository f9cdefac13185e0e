import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { place, placeOpening } from '../period/posting';
import type { ReceiveDeposit, RefundDeposit } from './commands';
import { exceedsHeld } from './enough';
import type { LedgerDecision } from './facts';
import { depositReceived, depositRefunded } from './journal';
import type { BookState, Calendar, Reading } from './state';

/** Refused, in this order: receipt-number-taken (of a deposit that stands), amount-not-positive, then by period. */
export const receiveDeposit = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: ReceiveDeposit,
): LedgerDecision => {
  const { origin, receiptNo, resource, customer, kind, date, amount } = command;
  if (book.deposits.get(receiptNo)?.reversedBy === null) return reject({ code: 'receipt-number-taken', receiptNo });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = origin === 'opening' ? placeOpening(calendar, date) : place(calendar, date, command.posting);
  if ('rejection' in placement) return reject(placement.rejection);

  const method = origin === 'opening' ? null : command.method;
  return accept({
    type: 'deposit.received',
    body: {
      origin,
      receiptNo,
      resource,
      customer,
      kind,
      amount: formatMoney(amount),
      method,
      lines: depositReceived({ receiptNo, resource, customer, method, amount }),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};

/**
 * Refused, in this order: unknown-deposit, already-reversed, amount-not-positive, date-before-entry, by period,
 * exceeds-deposit, date-before-entry (on that day, or since, less was held).
 */
export const refundDeposit = (book: Reading<BookState>, calendar: Calendar, command: RefundDeposit): LedgerDecision => {
  const { receiptNo, amount, date, method, posting } = command;
  const deposit = book.deposits.get(receiptNo);
  if (!deposit) return reject({ code: 'unknown-deposit', receiptNo });
  const { position, reversedBy, effectiveOn } = deposit;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  if (date < effectiveOn) return reject({ code: 'date-before-entry', effectiveOn });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  const tooMuch = exceedsHeld(book, deposit, date, amount);
  if (tooMuch) return reject(tooMuch);

  return accept({
    type: 'deposit.refunded',
    body: { receiptNo, amount: formatMoney(amount), method, lines: depositRefunded({ method, amount }, deposit) },
    ...placement.placed,
    reversesPosition: null,
  });
};
