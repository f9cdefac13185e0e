import type { ChargeTransferred } from '@propledger/contracts';
import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { place } from '../period/posting';
import type { TransferCharges } from './commands';
import type { LedgerDecision } from './facts';
import { chargeTransferred } from './journal';
import { inSettlementOrder } from './settlement-order';
import { openOf, type BookState, type Calendar, type ChargeState, type Reading } from './state';

/**
 * One charge.transferred for each charge of the resource of which the customer has something open, in settlement order: that
 * much of it. Charges that take effect after the date stay. No event when there is none.
 *
 * Refused, in this order: same-customer, then by period.
 */
export const transferCharges = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: TransferCharges,
  nextPosition: number,
): LedgerDecision => {
  const { resource, customer, to, date, posting } = command;
  if (customer === to) return reject({ code: 'same-customer', customer });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);

  const charges = (book.chargesOfCustomer.get(customer) ?? []).filter(
    (charge) => charge.resource === resource && charge.effectiveOn <= date,
  );
  return accept(
    ...inSettlementOrder(charges).map(
      (charge, i) =>
        ({
          type: 'charge.transferred',
          body: transferred(charge, to, nextPosition + i),
          ...placement.placed,
          reversesPosition: null,
        }) as const,
    ),
  );
};

const transferred = (former: Reading<ChargeState>, customer: string, position: number): ChargeTransferred => {
  const { position: charge, resource, item, from, to, dueOn, priority, standard, period } = former;
  const amount = openOf(former);
  return {
    charge,
    resource,
    customer,
    item,
    from,
    to,
    dueOn,
    priority,
    amount: formatMoney(amount),
    standard,
    period,
    lines: chargeTransferred({ position, origin: 'transfer', item, resource, customer }, former, amount),
  };
};
