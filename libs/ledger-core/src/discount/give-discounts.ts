import { reject } from '../decision';
import type { GiveDiscounts, NewDiscount } from '../ledger/commands';
import type { LedgerDecision, LedgerFactWithHeader } from '../ledger/facts';
import { chargeReduced } from '../ledger/journal';
import { Releases } from '../ledger/release-charges';
import type { LedgerRejection } from '../ledger/rejections';
import { netOf, type BookState, type Calendar, type ChargeState, type Reading } from '../ledger/state';
import { formatMoney, parseMoney, sum } from '../money';
import { place, placeInPeriod } from '../period/posting';

/**
 * One charge.reduced for each discount, by rule and charge by charge; what receipts and prepayments settled of it is released before: the
 * customer has it as a prepayment.
 *
 * Refused, in this order: by period; inputs-changed (a rule, a grant, the charge or what was given of it is not what was computed from);
 * amount-not-positive; date-before-entry, charge-is-settled (by a deposit, a write-off, a waiver or a transfer).
 */
export const giveDiscounts = (book: Reading<BookState>, calendar: Calendar, command: GiveDiscounts): LedgerDecision => {
  const { discounts, date, period, posting, computedFrom, reasonDigest } = command;
  const placement = period === null ? place(calendar, date, posting) : placeInPeriod(calendar, period, date);
  if ('rejection' in placement) return reject(placement.rejection);
  for (const [rule, position] of computedFrom) if (!stands(book, rule, position)) return reject(CHANGED);
  if (discounts.some(({ amount }) => amount <= 0n)) return reject({ code: 'amount-not-positive' });

  const releases = new Releases(book, date);
  const reduced: LedgerFactWithHeader[] = [];
  const posted = { ...placement.placed, reversesPosition: null } as const;
  for (const [position, parts] of byCharge(discounts)) {
    const charge = book.charges.get(position);
    if (charge?.reversedBy !== null || parts.some((part) => changed(book, charge, part))) return reject(CHANGED);
    const rejection = releases.make(charge, sum(parts.map(({ amount }) => amount)));
    if (rejection) return reject(rejection);
    for (const { rule, grant, amount, basis } of parts)
      reduced.push({
        type: 'charge.reduced',
        body: {
          kind: 'discount',
          charge: position,
          amount: formatMoney(amount),
          rule,
          ...(grant === null ? {} : { grant }),
          basis,
          reasonDigest,
          lines: chargeReduced(charge, amount),
        },
        ...posted,
      });
  }
  return { accepted: true, events: [...releases.facts().map((fact) => ({ ...fact, ...posted })), ...reduced] };
};

const CHANGED: LedgerRejection = { code: 'inputs-changed', standard: null, binding: null };

const byCharge = (discounts: readonly NewDiscount[]): Map<number, NewDiscount[]> => {
  const parts = new Map<number, NewDiscount[]>();
  for (const discount of discounts) parts.set(discount.charge, [...(parts.get(discount.charge) ?? []), discount]);
  return parts;
};

const stands = (book: Reading<BookState>, rule: string, position: number): boolean => {
  const known = book.discountRules.get(rule);
  return known?.withdrawn === false && known.position === position;
};

const changed = (
  book: Reading<BookState>,
  charge: Reading<ChargeState>,
  { grant, amount, basis }: NewDiscount,
): boolean => {
  const standing = [...book.reductions.values()].filter(({ reversedBy }) => reversedBy === null);
  const given = sum(standing.flatMap((of) => (of.charge === charge.position && of.rule !== null ? [of.amount] : [])));
  if (netOf(charge) !== parseMoney(basis.of) || given !== parseMoney(basis.before)) return true;
  if (grant === null) return false;
  const granted = book.grants.get(grant);
  if (granted?.withdrawnBy !== null) return true;
  if (granted.body.amountOff === undefined) return false;
  const used = sum(standing.flatMap((of) => (of.grant === grant ? [of.amount] : [])));
  return used + amount > parseMoney(granted.body.amountOff);
};
