import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { place } from '../period/posting';
import type { RefundPrepayment } from './commands';
import type { LedgerDecision } from './facts';
import { unappliedPaidBack } from './journal';
import { balanceKey, type BookState, type Calendar, type Reading } from './state';

/** Refused, in this order: amount-not-positive, by period, exceeds-prepayment. */
export const refundPrepayment = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: RefundPrepayment,
): LedgerDecision => {
  const { customer, tie, amount, date, method, posting } = command;
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  const left = book.balances.get(balanceKey(customer, tie))?.balance ?? 0n;
  if (amount > left) return reject({ code: 'exceeds-prepayment', left: formatMoney(left) });

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
