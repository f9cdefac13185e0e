import { accept, reject } from '../decision';
import { grantOn, grantTakenBack } from '../discount/grant-discount';
import { formatMoney } from '../money';
import { placeReversal } from '../period/posting';
import type { ReverseReceipt } from './commands';
import type { LedgerDecision, LedgerFactWithHeader } from './facts';
import { mirrorOf, receiptTaken } from './journal';
import { findCharge } from './find';
import { prepaymentReleased, releasedTooEarly, releasesFor } from './release-applications';
import type { BookState, Calendar, Reading } from './state';

/**
 * Gives back what the receipt still settles and takes back what it prepaid. If too little of the balance is left, its
 * latest applications are released first, as much as is missing, on the same date and into the same period. A discount that was granted on it
 * is taken back, with all that was given by it.
 *
 * Refused, in this order: unknown-receipt, already-reversed, date-before-entry, by period, receipt-is-refunded,
 * prepayment-is-refunded, date-before-entry (of an application that is released), then by what was given by the grant.
 */
export const reverseReceipt = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: ReverseReceipt,
): LedgerDecision => {
  const { receiptNo } = command;
  const receipt = book.receipts.get(receiptNo);
  if (!receipt) return reject({ code: 'unknown-receipt', receiptNo });
  const { position, customer, resource, reversedBy, prepaid, handledOn, period } = receipt;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  const placement = placeReversal(calendar, { effectiveOn: handledOn, period }, command.date, command.posting);
  if ('rejection' in placement) return reject(placement.rejection);
  if (receipt.refunded > 0n) return reject({ code: 'receipt-is-refunded', receiptNo });
  const released = releasesFor(book, customer, resource, prepaid);
  const { releases, left } = released;
  if (left < prepaid) return reject({ code: 'prepayment-is-refunded', left: formatMoney(left) });
  const tooEarly = releasedTooEarly(released, command.date);
  if (tooEarly) return reject(tooEarly);

  const grant = grantOn(book, position);
  const taken = grant ? grantTakenBack(book, calendar, grant, command.date, command.posting) : { events: [] };
  if ('rejection' in taken) return reject(taken.rejection);
  const lines = mirrorOf(receiptTaken(receipt, (charge) => findCharge(book, charge)));
  const events: LedgerFactWithHeader[] = [
    { type: 'receipt.reversed', body: { receiptNo, customer, lines }, ...placement.placed, reversesPosition: position },
  ];
  if (releases.length > 0)
    events.unshift({
      ...prepaymentReleased(book, customer, releases),
      ...placement.placed,
      reversesPosition: null,
    });
  return accept(...taken.events, ...events);
};
