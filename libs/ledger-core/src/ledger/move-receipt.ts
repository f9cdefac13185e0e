import { accept, reject } from '../decision';
import { grantOn } from '../discount/grant-discount';
import { formatMoney } from '../money';
import { placeReversal } from '../period/posting';
import { settle } from './collect-payment';
import type { MoveReceipt } from './commands';
import type { LedgerDecision, LedgerFactWithHeader } from './facts';
import { findCharge } from './find';
import { receiptMoved } from './journal';
import { released, totalOf } from './release-allocation';
import { prepaymentReleased, releasedTooEarly, releasesFor } from './release-applications';
import type { BookState, Calendar, Reading } from './state';

/**
 * Gives back what the receipt settles, takes its money out of the former customer's balance (releasing the latest
 * applications from it, as far as it is spent), and settles what the right customer owes; the rest becomes his prepayment.
 * Number and cash stay. What was refunded of it stays with the former customer.
 *
 * Refused, in this order: unknown-receipt, already-reversed, receipt-has-discount, same-customer, date-before-entry, by period,
 * receipt-is-refunded (nothing is left of it), prepayment-is-refunded, date-before-entry (of an application that is released).
 */
export const moveReceipt = (book: Reading<BookState>, calendar: Calendar, command: MoveReceipt): LedgerDecision => {
  const { receiptNo, customer, resource, item, date, posting } = command;
  const receipt = book.receipts.get(receiptNo);
  if (!receipt) return reject({ code: 'unknown-receipt', receiptNo });
  const { position, reversedBy, handledOn, period, prepaid } = receipt;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  const grant = grantOn(book, position);
  if (grant) return reject({ code: 'receipt-has-discount', receiptNo, grant: grant.position });
  if (receipt.customer === customer) return reject({ code: 'same-customer', customer });
  const placement = placeReversal(calendar, { effectiveOn: handledOn, period }, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  const amount = receipt.amount - receipt.refunded;
  if (amount === 0n) return reject({ code: 'receipt-is-refunded', receiptNo });
  const former = { customer: receipt.customer, tie: receipt.resource };
  const taken = releasesFor(book, former.customer, former.tie, prepaid);
  if (taken.left < prepaid) return reject({ code: 'prepayment-is-refunded', left: formatMoney(taken.left) });
  const tooEarly = releasedTooEarly(taken, date);
  if (tooEarly) return reject(tooEarly);

  const header = { ...placement.placed, reversesPosition: null };
  const events: LedgerFactWithHeader[] = [];
  if (taken.releases.length > 0)
    events.push({ ...prepaymentReleased(book, former.customer, taken.releases), ...header });
  const givenBack = receipt.settlements.filter((settlement) => settlement.amount > 0n);
  if (givenBack.length > 0) events.push({ ...released(book, receipt, givenBack), ...header });

  const settlements = settle(book, { customer, resource, item }, amount);
  events.push({
    type: 'receipt.moved',
    body: {
      receiptNo,
      receipt: position,
      former,
      customer,
      resource,
      item,
      amount: formatMoney(amount),
      settlements: settlements.map((part) => ({ ...part, amount: formatMoney(part.amount) })),
      prepaid: formatMoney(amount - totalOf(settlements)),
      lines: receiptMoved(former, { customer, resource, settlements }, amount, (charge) => findCharge(book, charge)),
    },
    ...header,
  });
  return accept(...events);
};
