import { accept, reject } from '../decision';
import { formatMoney, sum } from '../money';
import { place, type Placement } from '../period/posting';
import type { ApplyDeposit, ForfeitDeposit } from './commands';
import { exceedsHeld } from './enough';
import type { LedgerDecision } from './facts';
import { findCharge } from './find';
import { depositApplied, depositForfeited } from './journal';
import { byCharge } from './parts';
import { openOf, type BookState, type Calendar, type DepositState, type Reading } from './state';

/**
 * Refused, in this order: unknown-deposit, already-reversed, amount-not-positive (also when no charge is named);
 * unknown-charge (not there, or another customer's) or already-reversed, for the first charge of which it is true;
 * date-before-entry, by period, exceeds-open, exceeds-deposit, date-before-entry (on that day, or since, less was held).
 */
export const applyDeposit = (book: Reading<BookState>, calendar: Calendar, command: ApplyDeposit): LedgerDecision => {
  const { receiptNo } = command;
  const deposit = book.deposits.get(receiptNo);
  if (!deposit) return reject({ code: 'unknown-deposit', receiptNo });
  const { position, reversedBy, customer } = deposit;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  if (command.parts.length === 0 || command.parts.some(({ amount }) => amount <= 0n))
    return reject({ code: 'amount-not-positive' });
  const applications = byCharge(command.parts);
  for (const { charge: named } of applications) {
    const charge = book.charges.get(named);
    if (charge?.customer !== customer) return reject({ code: 'unknown-charge' });
    if (charge.reversedBy !== null)
      return reject({ code: 'already-reversed', position: named, reversedBy: charge.reversedBy });
  }
  const placement = placeUse(calendar, deposit, command);
  if ('rejection' in placement) return reject(placement.rejection);
  for (const { charge, amount } of applications) {
    const open = openOf(findCharge(book, charge));
    if (amount > open) return reject({ code: 'exceeds-open', charge, open: formatMoney(open) });
  }
  const amount = sum(applications.map((part) => part.amount));
  const tooMuch = exceedsHeld(book, deposit, command.date, amount);
  if (tooMuch) return reject(tooMuch);

  return accept({
    type: 'deposit.applied',
    body: {
      receiptNo,
      deposit: position,
      amount: formatMoney(amount),
      applications: applications.map((part) => ({ ...part, amount: formatMoney(part.amount) })),
      lines: depositApplied(deposit, applications, (charge) => findCharge(book, charge)),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};

/**
 * Refused, in this order: unknown-deposit, already-reversed, amount-not-positive, date-before-entry, by period,
 * exceeds-deposit, date-before-entry (on that day, or since, less was held).
 */
export const forfeitDeposit = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: ForfeitDeposit,
): LedgerDecision => {
  const { receiptNo, amount, reasonDigest } = command;
  const deposit = book.deposits.get(receiptNo);
  if (!deposit) return reject({ code: 'unknown-deposit', receiptNo });
  const { position, reversedBy } = deposit;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = placeUse(calendar, deposit, command);
  if ('rejection' in placement) return reject(placement.rejection);
  const tooMuch = exceedsHeld(book, deposit, command.date, amount);
  if (tooMuch) return reject(tooMuch);

  return accept({
    type: 'deposit.forfeited',
    body: {
      receiptNo,
      deposit: position,
      amount: formatMoney(amount),
      reasonDigest,
      lines: depositForfeited(deposit, amount),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};

const placeUse = (
  calendar: Calendar,
  { effectiveOn }: Reading<DepositState>,
  { date, posting }: ApplyDeposit | ForfeitDeposit,
): Placement =>
  date < effectiveOn ? { rejection: { code: 'date-before-entry', effectiveOn } } : place(calendar, date, posting);
