import type { ChargeRaised, Decimal } from '@propledger/contracts';
import { overlapOf } from '../day';
import { dividedBy, parseDecimal, roundHalfUp, shortest } from '../decimal';
import { reject } from '../decision';
import { formatMoney, parseMoney, sum, type Fen } from '../money';
import { place, placeInPeriod, placeOpening, unposted, type Placement } from '../period/posting';
import type { NewCharge, RaiseCharges } from './commands';
import type { LedgerDecision, LedgerFactWithHeader } from './facts';
import { chargeRaised } from './journal';
import type { LedgerRejection } from './rejections';
import { subjectKey, type BookState, type Calendar, type Reading } from './state';

/**
 * Raises every charge of the command or none; before the shares of a pool, how it was shared.
 *
 * Refused, in this order: by period; then for each charge amount-not-positive, range-reversed; then tax-rate-out-of-range,
 * agency-bears-no-tax, deposit-not-charged; then inputs-changed (for late fees also: the late charge is reversed or named twice, or other fees of it
 * stand than were counted); then charge-overlaps (no two standing charges of one binding, and one meter or pool, cover the same day).
 */
export const raiseCharges = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: RaiseCharges,
  nextPosition: number,
): LedgerDecision => {
  const { charges } = command;
  const placement = placeCharges(calendar, command);
  if ('rejection' in placement) return reject(placement.rejection);

  for (const { amount, from, to } of charges) {
    if (amount <= 0n) return reject({ code: 'amount-not-positive' });
    if (to < from) return reject({ code: 'range-reversed' });
  }
  const rejection = wrongTax(command) ?? changedInput(book, command) ?? overlap(book, charges);
  if (rejection) return reject(rejection);

  const { effectiveDate, accountingPeriod } = placement.placed;
  const events: LedgerFactWithHeader[] = [];
  const shared = command.origin === 'run' ? command.shared : undefined;
  if (shared !== undefined) events.push({ type: 'pool.shared', body: shared, ...unposted(effectiveDate) });
  const first = nextPosition + events.length;
  for (const [index, charge] of charges.entries())
    events.push({
      type: 'charge.raised',
      body: raised(shared === undefined ? charge : sharedAt(charge, nextPosition), command, first + index),
      effectiveDate,
      accountingPeriod,
      reversesPosition: null,
    });
  return { accepted: true, events };
};

const sharedAt = (charge: NewCharge, shared: number): NewCharge => {
  const { share } = charge.basis;
  return share === undefined ? charge : { ...charge, basis: { ...charge.basis, share: { ...share, shared } } };
};

/** The charge that will stand at the position. Of one by hand the command says which tax it bears, and whose it is. */
export const raised = (
  charge: NewCharge,
  command: RaiseCharges | { readonly origin: 'correction' },
  position: number,
): ChargeRaised => {
  const { origin } = command;
  const { resource, customer, item, from, to, dueOn, priority, standard, binding, subject, basis } = charge;
  const taxRate = command.origin === 'manual' ? shortest(command.taxRate) : (charge.taxRate ?? '0');
  const forOthers = command.origin === 'manual' ? command.forOthers : charge.forOthers === true;
  const tax = taxIn(charge.amount, taxRate);
  const body: ChargeRaised = {
    origin,
    resource,
    customer,
    item,
    from,
    to,
    dueOn,
    priority,
    amount: formatMoney(charge.amount),
    net: formatMoney(charge.amount - tax),
    taxRate,
    tax: formatMoney(tax),
    standard,
    binding,
    basis,
    lines: chargeRaised({ position, origin, resource, customer, item, tax, forOthers }, charge.amount),
  };
  const whose = forOthers ? { ...body, forOthers } : body;
  return subject === undefined ? whose : { ...whose, subject };
};

/** The tax in an amount that includes it: amount − amount ÷ (1 + rate), the net rounded half up to the fen. */
export const taxIn = (amount: Fen, taxRate: Decimal): Fen => {
  if (taxRate === '0') return 0n;
  const { numerator, denominator } = parseDecimal(taxRate);
  const net = dividedBy({ numerator: amount * denominator, denominator: 1n }, denominator + numerator);
  return amount - roundHalfUp(net, 1n);
};

const wrongTax = (command: RaiseCharges): LedgerRejection | null => {
  if (command.origin !== 'manual') return null;
  const { taxRate, forOthers } = command;
  const { numerator, denominator } = parseDecimal(taxRate);
  if (numerator < 0n || numerator >= denominator) return { code: 'tax-rate-out-of-range', taxRate };
  if (forOthers && numerator > 0n) return { code: 'agency-bears-no-tax' };
  return command.deposit === true ? { code: 'deposit-not-charged' } : null;
};

const placeCharges = (calendar: Calendar, command: RaiseCharges): Placement => {
  switch (command.origin) {
    case 'opening':
      return placeOpening(calendar);
    case 'manual':
      return place(calendar, command.date, command.posting);
    case 'late-fee':
      return place(calendar, command.asOf, 'own');
    case 'run':
      return placeInPeriod(calendar, command.period, command.effectiveOn);
  }
};

const changedInput = (book: Reading<BookState>, command: RaiseCharges): LedgerRejection | null => {
  if (command.origin === 'late-fee') return changedLate(book, command);
  if (command.origin !== 'run') return null;
  for (const [standard, position] of command.computedFrom.standards)
    if (!stands(book.standards.get(standard), position)) return { code: 'inputs-changed', standard, binding: null };
  for (const [binding, position] of command.computedFrom.bindings)
    if (!stands(book.bindings.get(binding), position)) return { code: 'inputs-changed', standard: null, binding };
  return null;
};

const changedLate = (
  book: Reading<BookState>,
  { charges, standards }: Extract<RaiseCharges, { origin: 'late-fee' }>,
): LedgerRejection | null => {
  for (const [standard, position] of standards)
    if (!stands(book.standards.get(standard), position)) return { code: 'inputs-changed', standard, binding: null };
  const seen = new Set<number>();
  const unlike = charges.some(({ subject, basis: { late } }) => {
    if (subject?.charge === undefined || late === undefined || seen.has(subject.charge)) return true;
    seen.add(subject.charge);
    const fees = (book.chargesOfSubject.get(subjectKey(subject)) ?? []).filter(({ reversedBy }) => reversedBy === null);
    const charge = book.charges.get(subject.charge);
    return charge?.reversedBy !== null || sum(fees.map(({ amount }) => amount)) !== parseMoney(late.before);
  });
  return unlike ? { code: 'inputs-changed', standard: null, binding: null } : null;
};

const stands = (input: { position: number; withdrawn: boolean } | undefined, position: number): boolean =>
  input?.position === position && !input.withdrawn;

const overlap = (book: Reading<BookState>, charges: readonly NewCharge[]): LedgerRejection | null => {
  const earlier = new Map<string, NewCharge[]>();
  for (const charge of charges) {
    const { binding } = charge;
    if (binding === null) continue;
    const subject = charge.subject === undefined ? null : subjectKey(charge.subject);
    const standing = (book.chargesOfBinding.get(binding) ?? []).find(
      (other) => other.reversedBy === null && other.subject === subject && overlapOf(other, charge) !== null,
    );
    if (standing) return { code: 'charge-overlaps', binding, charge: standing.position };
    const key = subject === null ? binding : `${binding} ${subject}`;
    const siblings = earlier.get(key) ?? [];
    if (siblings.some((other) => overlapOf(other, charge) !== null))
      return { code: 'charge-overlaps', binding, charge: null };
    earlier.set(key, [...siblings, charge]);
  }
  return null;
};
