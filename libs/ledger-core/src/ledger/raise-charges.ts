import type { ChargeRaised } from '@propledger/contracts';
import { overlapOf } from '../day';
import { reject } from '../decision';
import { formatMoney } from '../money';
import { closedPeriod, place, placeOpening, type Placement } from '../period/posting';
import type { NewCharge, RaiseCharges } from './commands';
import type { LedgerDecision, LedgerFactWithHeader } from './facts';
import { chargeRaised } from './journal';
import type { LedgerRejection } from './rejections';
import type { BookState, Calendar, Reading } from './state';

/**
 * Raises every charge of the command or none.
 *
 * Refused, in this order: by period; then for each charge amount-not-positive, range-reversed; then inputs-changed; then
 * charge-overlaps (no two standing charges of one binding cover the same day).
 */
export const raiseCharges = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: RaiseCharges,
  nextPosition: number,
): LedgerDecision => {
  const { origin, charges } = command;
  const placement = placeCharges(calendar, command);
  if ('rejection' in placement) return reject(placement.rejection);

  for (const { amount, from, to } of charges) {
    if (amount <= 0n) return reject({ code: 'amount-not-positive' });
    if (to < from) return reject({ code: 'range-reversed' });
  }
  const rejection = changedInput(book, command) ?? overlap(book, charges);
  if (rejection) return reject(rejection);

  const { effectiveDate, accountingPeriod } = placement.placed;
  const events = charges.map((charge, index): LedgerFactWithHeader => ({
    type: 'charge.raised',
    body: raised(charge, origin, nextPosition + index),
    effectiveDate,
    accountingPeriod,
    reversesPosition: null,
  }));
  return { accepted: true, events };
};

/** The charge that will stand at the position. It bears no tax: no standard names a rate. */
const raised = (charge: NewCharge, origin: ChargeRaised['origin'], position: number): ChargeRaised => {
  const { resource, customer, item, from, to, dueOn, priority, standard, binding, basis } = charge;
  const amount = formatMoney(charge.amount);
  return {
    origin,
    resource,
    customer,
    item,
    from,
    to,
    dueOn,
    priority,
    amount,
    net: amount,
    taxRate: '0',
    tax: '0.00',
    standard,
    binding,
    basis,
    lines: chargeRaised({ position, origin, resource, customer, item }, charge.amount),
  };
};

const placeCharges = (calendar: Calendar, command: RaiseCharges): Placement => {
  switch (command.origin) {
    case 'opening':
      return placeOpening(calendar);
    case 'manual':
      return place(calendar, command.date, command.posting);
    case 'run': {
      const rejection = closedPeriod(calendar, command.period);
      if (rejection) return { rejection };
      return { placed: { effectiveDate: command.effectiveOn, accountingPeriod: command.period } };
    }
  }
};

const changedInput = (book: Reading<BookState>, command: RaiseCharges): LedgerRejection | null => {
  if (command.origin !== 'run') return null;
  for (const [standard, position] of Object.entries(command.computedFrom.standards))
    if (!stands(book.standards.get(standard), position)) return { code: 'inputs-changed', standard, binding: null };
  for (const [binding, position] of Object.entries(command.computedFrom.bindings))
    if (!stands(book.bindings.get(binding), position)) return { code: 'inputs-changed', standard: null, binding };
  return null;
};

const stands = (input: { position: number; withdrawn: boolean } | undefined, position: number): boolean =>
  input?.position === position && !input.withdrawn;

const overlap = (book: Reading<BookState>, charges: readonly NewCharge[]): LedgerRejection | null => {
  const earlier = new Map<string, NewCharge[]>();
  for (const charge of charges) {
    const { binding } = charge;
    if (binding === null) continue;
    const standing = (book.chargesOfBinding.get(binding) ?? []).find(
      (other) => other.reversedBy === null && overlapOf(other, charge) !== null,
    );
    if (standing) return { code: 'charge-overlaps', binding, charge: standing.position };
    const siblings = earlier.get(binding) ?? [];
    if (siblings.some((other) => overlapOf(other, charge) !== null))
      return { code: 'charge-overlaps', binding, charge: null };
    earlier.set(binding, [...siblings, charge]);
  }
  return null;
};
