import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { place } from '../period/posting';
import type { ReduceCharge } from './commands';
import type { LedgerDecision } from './facts';
import { chargeReduced } from './journal';
import { openOf, type BookState, type Calendar, type Reading } from './state';

/**
 * A waiver or a discount takes from what is open of a charge. What was paid is not given back by it.
 *
 * Refused, in this order: unknown-charge, already-reversed, amount-not-positive, by period, date-before-entry (of the
 * charge), exceeds-open.
 */
export const reduceCharge = (book: Reading<BookState>, calendar: Calendar, command: ReduceCharge): LedgerDecision => {
  const { kind, charge: position, amount, date, posting, reasonDigest } = command;
  const charge = book.charges.get(position);
  if (!charge) return reject({ code: 'unknown-charge' });
  const { reversedBy } = charge;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  if (date < charge.effectiveOn) return reject({ code: 'date-before-entry', effectiveOn: charge.effectiveOn });
  const open = openOf(charge);
  if (amount > open) return reject({ code: 'exceeds-open', charge: position, open: formatMoney(open) });

  return accept({
    type: 'charge.reduced',
    body: {
      kind,
      charge: position,
      amount: formatMoney(amount),
      reasonDigest,
      lines: chargeReduced(charge, amount),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};
