import { lastDay } from '../day';
import { accept, reject } from '../decision';
import { formatMoney, smaller, type Fen } from '../money';
import { placeInPeriod, placeOpening } from '../period/posting';
import type { ApplyPrepayments, BringInPrepayment } from './commands';
import type { LedgerDecision } from './facts';
import { prepaymentApplied, prepaymentBroughtIn } from './journal';
import { findCharge } from './find';
import { inSettlementOrder } from './settlement-order';
import { balanceKey, openOf, type BookState, type Calendar, type Reading } from './state';

/** Refused, in this order: amount-not-positive, opening-closed. */
export const bringInPrepayment = (calendar: Calendar, command: BringInPrepayment): LedgerDecision => {
  const { customer, tie, amount } = command;
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const placement = placeOpening(calendar);
  if ('rejection' in placement) return reject(placement.rejection);
  return accept({
    type: 'prepayment.brought-in',
    body: { customer, tie, amount: formatMoney(amount), lines: prepaymentBroughtIn(customer, tie, amount) },
    ...placement.placed,
    reversesPosition: null,
  });
};

/**
 * Settles what the customer has open and due by the end of the period, in settlement order: each charge first from the
 * prepayment tied to its resource, then from the untied one. No event when there is nothing to apply.
 *
 * Refused by period.
 */
export const applyPrepayments = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: ApplyPrepayments,
): LedgerDecision => {
  const { customer, period, date } = command;
  const place = placeInPeriod(calendar, period, date);
  if ('rejection' in place) return reject(place.rejection);

  const applications = apply(book, customer, lastDay(period));
  if (applications.length === 0) return accept();
  return accept({
    type: 'prepayment.applied',
    body: {
      customer,
      applications: applications.map((part) => ({ ...part, amount: formatMoney(part.amount) })),
      lines: prepaymentApplied(customer, applications, (charge) => findCharge(book, charge)),
    },
    ...place.placed,
    reversesPosition: null,
  });
};

const apply = (
  book: Reading<BookState>,
  customer: string,
  dueBy: string,
): { charge: number; amount: Fen; tie: string | null }[] => {
  const left = new Map<string, Fen>();
  const leftOf = (tie: string | null): Fen =>
    left.get(balanceKey(customer, tie)) ?? book.balances.get(balanceKey(customer, tie))?.balance ?? 0n;

  const due = (book.chargesOfCustomer.get(customer) ?? []).filter(({ dueOn }) => dueOn <= dueBy);
  return inSettlementOrder(due).flatMap((charge) => {
    let open = openOf(charge);
    return [charge.resource, null].flatMap((tie) => {
      const amount = smaller(open, leftOf(tie));
      if (amount === 0n) return [];
      open -= amount;
      left.set(balanceKey(customer, tie), leftOf(tie) - amount);
      return [{ charge: charge.position, amount, tie }];
    });
  });
};
