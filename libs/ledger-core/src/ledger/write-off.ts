import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { place } from '../period/posting';
import type { WriteOff } from './commands';
import type { LedgerDecision } from './facts';
import { chargeWrittenOff } from './journal';
import { compareForSettlement } from './settlement-order';
import { openOf, type BookState, type Calendar, type ChargeState, type Reading } from './state';

/**
 * Refused, in this order: unknown-charge, already-reversed, amount-not-positive, by period, date-before-entry (of the
 * charge), exceeds-open.
 */
export const writeOff = (book: Reading<BookState>, calendar: Calendar, command: WriteOff): LedgerDecision => {
  const { amount, date, posting, reasonDigest } = command;
  const charge = addressed(book, command);
  if (!charge) return reject({ code: 'unknown-charge' });
  const { position, reversedBy } = charge;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  if (date < charge.effectiveOn) return reject({ code: 'date-before-entry', effectiveOn: charge.effectiveOn });
  const open = openOf(charge);
  if (amount > open) return reject({ code: 'exceeds-open', charge: position, open: formatMoney(open) });

  return accept({
    type: 'charge.written-off',
    body: { charge: position, amount: formatMoney(amount), reasonDigest, lines: chargeWrittenOff(charge, amount) },
    ...placement.placed,
    reversesPosition: null,
  });
};

/** The charge that the command means; of several with its key the first with enough open, if possible on its date, else the first. */
const addressed = (book: Reading<BookState>, { charge, amount, date }: WriteOff): Reading<ChargeState> | undefined => {
  if (typeof charge === 'number') return book.charges.get(charge);
  const { resource, customer, item, from, to } = charge;
  const standing = (book.chargesOfCustomer.get(customer) ?? [])
    .filter((other) => other.resource === resource && other.item === item && other.from === from && other.to === to)
    .filter(({ reversedBy }) => reversedBy === null)
    .sort(compareForSettlement);
  const enough = standing.filter((other) => openOf(other) >= amount);
  return enough.find(({ effectiveOn }) => effectiveOn <= date) ?? enough[0] ?? standing[0];
};
