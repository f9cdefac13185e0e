import { accept, reject } from '../decision';
import { grantOn } from '../discount/grant-discount';
import { formatMoney, smaller } from '../money';
import { placeReversal } from '../period/posting';
import type { RefundReceipt } from './commands';
import type { LedgerDecision, LedgerFactWithHeader } from './facts';
import { unappliedPaidBack } from './journal';
import { latestSettlements, released, totalOf } from './release-allocation';
import { prepaymentReleased, releasedTooEarly, releasesFor } from './release-applications';
import { balanceKey, type BookState, type Calendar, type Reading } from './state';

/**
 * Pays money of a receipt back: first what it prepaid, as far as the balance has it; then what it settles is given back,
 * latest first, as much as is missing; then the latest applications of the balance. All on one date, in one period.
 *
 * Refused, in this order: unknown-receipt, already-reversed, receipt-has-discount, amount-not-positive, date-before-entry, by period,
 * exceeds-receipt, prepayment-is-refunded, date-before-entry (of an application that is released).
 */
export const refundReceipt = (book: Reading<BookState>, calendar: Calendar, command: RefundReceipt): LedgerDecision => {
  const { receiptNo, amount, date, method, posting } = command;
  const receipt = book.receipts.get(receiptNo);
  if (!receipt) return reject({ code: 'unknown-receipt', receiptNo });
  const { position, customer, resource: tie, reversedBy, handledOn, period, prepaid } = receipt;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  const grant = grantOn(book, position);
  if (grant) return reject({ code: 'receipt-has-discount', receiptNo, grant: grant.position });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = placeReversal(calendar, { effectiveOn: handledOn, period }, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  const left = receipt.amount - receipt.refunded;
  if (amount > left) return reject({ code: 'exceeds-receipt', receiptNo, left: formatMoney(left) });

  const balance = book.balances.get(balanceKey(customer, tie))?.balance ?? 0n;
  const givenBack = latestSettlements(receipt, amount - smaller(prepaid, balance));
  const fromBalance = amount - totalOf(givenBack);
  const taken = releasesFor(book, customer, tie, fromBalance);
  if (taken.left < fromBalance) return reject({ code: 'prepayment-is-refunded', left: formatMoney(taken.left) });
  const tooEarly = releasedTooEarly(taken, date);
  if (tooEarly) return reject(tooEarly);

  const header = { ...placement.placed, reversesPosition: null };
  const events: LedgerFactWithHeader[] = [];
  if (taken.releases.length > 0) events.push({ ...prepaymentReleased(book, customer, taken.releases), ...header });
  if (givenBack.length > 0) events.push({ ...released(book, receipt, givenBack), ...header });
  events.push({
    type: 'receipt.refunded',
    body: {
      receiptNo,
      receipt: position,
      customer,
      tie,
      amount: formatMoney(amount),
      method,
      lines: unappliedPaidBack(customer, tie, amount, method),
    },
    ...header,
  });
  return accept(...events);
};
