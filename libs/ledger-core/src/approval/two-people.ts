import { LIMITED, type Approval, type LedgerFact, type Limited } from '@propledger/contracts';
import { reject } from '../decision';
import { known } from '../ledger/find';
import type { LedgerDecision, LedgerFactWithHeader } from '../ledger/facts';
import type { BookState, LimitsState, Reading } from '../ledger/state';
import { formatMoney, parseMoney } from '../money';
import { limitsOf } from './set-limits';

/** What takes two people: above a project's limit, always, or where the project says so. */
export type ForTwo = Limited | 'reopening' | 'vacancy' | 'limits';

/** Facts with an `amount` that a project may limit. */
const LIMITED_FACTS: Readonly<Partial<Record<LedgerFact['type'], Limited>>> = {
  'charge.written-off': 'write-off',
  'charge.reduced': 'waiver',
  'charge.corrected': 'correction',
  'deposit.refunded': 'refund',
  'receipt.refunded': 'refund',
  'prepayment.refunded': 'refund',
};

const kindOf = ({ type, body }: LedgerFactWithHeader): ForTwo | undefined => {
  if (type === 'period.reopened') return 'reopening';
  if (type === 'limits.set') return 'limits';
  if (type === 'vacancy.declared' || type === 'vacancy.changed') return 'vacancy';
  if (type === 'charge.raised') return body.origin === 'correction' ? 'correction' : undefined;
  return LIMITED_FACTS[type];
};

/**
 * Lets a decision pass that one person may take; one that takes two passes with an approval, which its events then carry.
 * What would be refused anyway is refused as it was: nobody is asked to approve it.
 *
 * Refused, in this order: approver-is-requester, approval-required (more than the limit, a reopening, a limit that is
 * loosened, or vacant days where they take two).
 *
 * @throws Error when a limit is needed and was not loaded (see `needs`).
 */
export const byTwoPeople = (
  book: Reading<BookState>,
  decision: LedgerDecision,
  approval: Approval | null,
): LedgerDecision => {
  if (!decision.accepted) return decision;
  const kind = decision.events.map(kindOf).find((found) => found !== undefined);
  if (kind === undefined) return decision;
  if (approval !== null) {
    if (approval.approvedBy === approval.requestedBy) return reject({ code: 'approver-is-requester' });
    return { accepted: true, events: decision.events.map((event) => carrying(event, approval)) };
  }
  const takesTwo = reject({ code: 'approval-required', kind, amount: null, limit: null });
  if (kind === 'reopening') return takesTwo;
  const limits = known(book.limits ?? undefined, 'the limits');
  if (kind === 'limits')
    return decision.events.some((event) => event.type === 'limits.set' && loosens(limits, limitsOf(event.body.limits)))
      ? takesTwo
      : decision;
  if (kind === 'vacancy') return limits.vacancies ? takesTwo : decision;
  const limit = limits[kind];
  const amount = amountFor(decision.events.filter((event) => kindOf(event) === kind));
  if (limit === null || amount <= limit) return decision;
  return reject({ code: 'approval-required', kind, amount: formatMoney(amount), limit: formatMoney(limit) });
};

/** Whether one person could do afterwards what took two before: else he would loosen a limit, do it, and set it back. */
const loosens = (before: Reading<LimitsState>, after: LimitsState): boolean =>
  (before.vacancies && !after.vacancies) ||
  LIMITED.some((kind) => {
    const [limit, next] = [before[kind], after[kind]];
    return limit !== null && (next === null || next > limit);
  });

/** Of all together; of discounts by rule, of the charge that has most of them. */
const amountFor = (events: readonly LedgerFactWithHeader[]): bigint => {
  const byCharge = new Map<number, bigint>();
  let together = 0n;
  for (const event of events)
    if (event.type === 'charge.reduced' && event.body.rule !== undefined)
      byCharge.set(event.body.charge, (byCharge.get(event.body.charge) ?? 0n) + amountOf(event));
    else together += amountOf(event);
  return [...byCharge.values()].reduce((most, amount) => (amount > most ? amount : most), together);
};

const carrying = (event: LedgerFactWithHeader, approval: Approval): LedgerFactWithHeader =>
  kindOf(event) === undefined ? event : ({ ...event, body: { ...event.body, approval } } as LedgerFactWithHeader);

const amountOf = ({ type, body }: LedgerFactWithHeader): bigint => {
  if (!('amount' in body)) throw new Error(`${type} has no amount to be limited`);
  return parseMoney(body.amount);
};
