import { accept, reject } from '../decision';
import { formatMoney, sum } from '../money';
import { place } from '../period/posting';
import type { AllocatePrepayment } from './commands';
import { exceedsBalance } from './enough';
import type { LedgerDecision } from './facts';
import { findCharge } from './find';
import { prepaymentApplied } from './journal';
import { byCharge } from './parts';
import { openOf, type BookState, type Calendar, type Reading } from './state';

/**
 * Refused, in this order: amount-not-positive (also when no charge is named); for the first charge of which it is true,
 * unknown-charge (not there, or another customer's), already-reversed or prepayment-is-tied; by period; exceeds-open;
 * exceeds-prepayment; date-before-entry (on that day, or since, the balance had less).
 */
export const allocatePrepayment = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: AllocatePrepayment,
): LedgerDecision => {
  const { customer, tie, date, posting } = command;
  if (command.parts.length === 0 || command.parts.some(({ amount }) => amount <= 0n))
    return reject({ code: 'amount-not-positive' });
  const parts = byCharge(command.parts);
  for (const { charge: position } of parts) {
    const charge = book.charges.get(position);
    if (charge?.customer !== customer) return reject({ code: 'unknown-charge' });
    const { reversedBy, resource } = charge;
    if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
    if (tie !== null && tie !== resource) return reject({ code: 'prepayment-is-tied', resource: tie });
  }
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  for (const { charge, amount } of parts) {
    const open = openOf(findCharge(book, charge));
    if (amount > open) return reject({ code: 'exceeds-open', charge, open: formatMoney(open) });
  }
  const tooMuch = exceedsBalance(book, command, sum(parts.map(({ amount }) => amount)));
  if (tooMuch) return reject(tooMuch);

  const applications = parts.map((part) => ({ ...part, tie }));
  return accept({
    type: 'prepayment.applied',
    body: {
      customer,
      applications: applications.map((part) => ({ ...part, amount: formatMoney(part.amount) })),
      lines: prepaymentApplied(customer, applications, (charge) => findCharge(book, charge)),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};
