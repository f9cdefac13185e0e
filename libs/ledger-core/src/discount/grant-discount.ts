import type { DiscountGranted, DiscountRule } from '@propledger/contracts';
import { addDays, addMonths, firstDay } from '../day';
import { accept, reject } from '../decision';
import type { GrantDiscount, Posting, WithdrawDiscountGrant } from '../ledger/commands';
import type { LedgerDecision, LedgerFactWithHeader } from '../ledger/facts';
import { findCharge } from '../ledger/find';
import { chargeReduced, mirrorOf } from '../ledger/journal';
import type { LedgerRejection } from '../ledger/rejections';
import { balanceKey, type BookState, type Calendar, type GrantState, type Reading } from '../ledger/state';
import { formatMoney } from '../money';
import { placeReversal, unposted } from '../period/posting';
import { neededFor } from './discounts';

/**
 * A receipt that prepaid what the months of a rule come to, less the rule's discount, has it of its customer's charges of these months, or of
 * the months after them that are a gift.
 *
 * Refused, in this order: unknown-discount-rule; inputs-changed (the rule has changed); discount-rule-unfit (it is not of who prepays);
 * unknown-receipt, already-reversed, receipt-has-discount, discount-rule-not-met (days, resource or group, or months that are charged already), prepaid-too-little.
 */
export const grantDiscount = (book: Reading<BookState>, command: GrantDiscount): LedgerDecision => {
  const { rule: code, ruleAt, receiptNo, resource, groups, worth, date } = command;
  const known = book.discountRules.get(code);
  if (known?.withdrawn !== false) return reject({ code: 'unknown-discount-rule', rule: code });
  if (known.position !== ruleAt) return reject({ code: 'inputs-changed', standard: null, binding: null });
  const { rule } = known;
  if (rule.prepaidMonths === undefined) return reject({ code: 'discount-rule-unfit', member: 'prepaidMonths' });
  const receipt = book.receipts.get(receiptNo);
  if (!receipt) return reject({ code: 'unknown-receipt', receiptNo });
  const { position, reversedBy, effectiveOn, customer, prepaid } = receipt;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  const earlier = grantOn(book, position);
  if (earlier) return reject({ code: 'receipt-has-discount', receiptNo, grant: earlier.position });
  const inForce = effectiveOn >= rule.from && (rule.to === null || effectiveOn <= rule.to);
  const forGroup = rule.group === undefined || groups.includes(rule.group);
  if (worth <= 0n || !inForce || !forGroup || (receipt.resource !== null && receipt.resource !== resource))
    return reject({ code: 'discount-rule-not-met', rule: code });
  const needed = neededFor(rule, worth);
  // What was given back or used since is prepaid no more.
  const balance = book.balances.get(balanceKey(customer, receipt.resource))?.balance ?? 0n;
  const left = balance < prepaid ? balance : prepaid;
  if (left < needed)
    return reject({ code: 'prepaid-too-little', needed: formatMoney(needed), prepaid: formatMoney(left) });

  const body: DiscountGranted = {
    ...{ rule: code, receiptNo, receipt: position, customer, resource, items: [...rule.items] },
    ...benefitOf(rule, rule.prepaidMonths, command.from),
    ...(rule.stacks === true ? { stacks: true as const } : {}),
    worth: formatMoney(worth),
    needed: formatMoney(needed),
  };
  return accept({ type: 'discount.granted', body, ...unposted(date) });
};

const benefitOf = (
  { percentOff, amountOff, giftMonths }: Reading<DiscountRule>,
  months: number,
  period: string,
): Pick<DiscountGranted, 'from' | 'to' | 'percentOff' | 'amountOff'> => {
  const from = firstDay(period);
  const after = addMonths(from, months);
  const to = addDays(after, -1);
  if (giftMonths !== undefined)
    return { from: after, to: addDays(addMonths(after, giftMonths), -1), percentOff: '100' };
  return amountOff === undefined ? { from, to, percentOff: percentOff ?? '0' } : { from, to, amountOff };
};

/** The grant that stands on a receipt; null: none. */
export const grantOn = (book: Reading<BookState>, receipt: number): Reading<GrantState> | null => {
  for (const grant of book.grants.values())
    if (grant.withdrawnBy === null && grant.body.receipt === receipt) return grant;
  return null;
};

/** Refused, in this order: unknown-grant; of what was given by it, date-before-entry or by period. */
export const withdrawDiscountGrant = (
  book: Reading<BookState>,
  calendar: Calendar,
  { grant, date, posting }: WithdrawDiscountGrant,
): LedgerDecision => {
  const standing = book.grants.get(grant);
  if (standing?.withdrawnBy !== null) return reject({ code: 'unknown-grant' });
  const facts = grantTakenBack(book, calendar, standing, date, posting);
  return 'rejection' in facts ? reject(facts.rejection) : { accepted: true, events: facts.events };
};

/** What was given by a grant, reversed, and its end. `date` null: each reversal on the day and in the period of what it reverses. */
export const grantTakenBack = (
  book: Reading<BookState>,
  calendar: Calendar,
  { position: grant, body }: Reading<GrantState>,
  date: string | null,
  posting: Posting,
): { readonly events: LedgerFactWithHeader[] } | { readonly rejection: LedgerRejection } => {
  const events: LedgerFactWithHeader[] = [];
  for (const reduction of book.reductions.values()) {
    if (reduction.grant !== grant || reduction.reversedBy !== null) continue;
    const placement = placeReversal(calendar, reduction, date, posting);
    if ('rejection' in placement) return placement;
    const lines = mirrorOf(chargeReduced(findCharge(book, reduction.charge), reduction.amount));
    events.push({
      type: 'entry.reversed',
      body: { of: 'charge.reduced', lines },
      ...placement.placed,
      reversesPosition: reduction.position,
    });
  }
  events.sort((one, other) => (one.reversesPosition ?? 0) - (other.reversesPosition ?? 0));
  events.push({ type: 'discount.grant-withdrawn', body: { grant }, ...unposted(date ?? body.from) });
  return { events };
};
