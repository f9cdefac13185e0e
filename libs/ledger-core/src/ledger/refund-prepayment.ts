import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { place } from '../period/posting';
import type { RefundPrepayment } from './commands';
import { exceedsBalance } from './enough';
import type { LedgerDecision } from './facts';
import { unappliedPaidBack } from './journal';
import type { BookState, Calendar, Reading } from './state';

/** Refused, in this order: amount-not-positive, by period, exceeds-prepayment, date-before-entry (on that day, or since, the balance had less). */
export const refundPrepayment = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: RefundPrepayment,
): LedgerDecision => {
  const { customer, tie, amount, date, method, posting } = command;
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  const tooMuch = exceedsBalance(book, command, amount);
  if (tooMuch) return reject(tooMuch);

  return accept({
    type: 'prepayment.refunded',
    body: {
      customer,
      tie,
      amount: formatMoney(amount),
      method,
      lines: unappliedPaidBack(customer, tie, amount, method),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};
