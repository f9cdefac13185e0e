import type { ChargeBasis, ChargeCorrected, CorrectionCause, DifferenceBasis } from '@propledger/contracts';
import { creditsOf } from '../correction/differences';
import { overlapOf, periodOf } from '../day';
import { reject } from '../decision';
import { formatMoney, sum } from '../money';
import { place, unposted } from '../period/posting';
import type { ChargeDifference, CorrectCharges, NewCharge } from './commands';
import type { LedgerDecision, LedgerFactWithHeader } from './facts';
import { known } from './find';
import { chargeRaised, mirrorOf } from './journal';
import { raised } from './raise-charges';
import { Releases } from './release-charges';
import type { LedgerRejection } from './rejections';
import { netOf, subjectKey, taxOf, type BookState, type Calendar, type ChargeState, type Reading } from './state';

/**
 * Books what charges should have been different by: 红冲 of what is too much, 补差 of what is too little; all of it or none. What was paid
 * of a 红冲 is released before: it is the customer's prepayment. No event without differences.
 *
 * Refused, in this order: by period; inputs-changed (a standard, a binding, or what stands is not what was compared);
 * date-before-entry (of a charge or a receipt); charge-is-settled (by deposit, write-off, reduction or transfer: to be undone first).
 */
export const correctCharges = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: CorrectCharges,
  nextPosition: number,
): LedgerDecision => {
  const { differences, date, posting, cause } = command;
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  const changed = changedInput(book, command);
  if (changed) return reject(changed);

  const credits: {
    readonly charge: Reading<ChargeState>;
    readonly part: bigint;
    readonly difference: ChargeDifference;
  }[] = [];
  const releases = new Releases(book, date);
  for (const difference of differences) {
    const standing = difference.standing.map(({ charge, amount }) => ({ position: charge, customer: '', amount }));
    const excess = sum(standing.map(({ amount }) => amount)) - afterOf(difference);
    for (const { charge: position, amount: part } of excess > 0n ? creditsOf(standing, excess) : []) {
      const charge = known(book.charges.get(position), `charge ${position.toString()}`);
      const rejection = releases.make(charge, part);
      if (rejection) return reject(rejection);
      credits.push({ charge, part, difference });
    }
  }

  const posted = { ...placement.placed, reversesPosition: null } as const;
  const shared = new Map<string, number>();
  const events: LedgerFactWithHeader[] = [];
  for (const body of command.shared) {
    shared.set(`${body.pool} ${body.period}`, nextPosition + events.length);
    events.push({ type: 'pool.shared', body, ...unposted(posted.effectiveDate) });
  }
  for (const fact of releases.facts()) events.push({ ...fact, ...posted });
  for (const { charge, part, difference } of credits)
    events.push({
      type: 'charge.corrected',
      body: credited(charge, part, cause, basisOf(difference, shared)),
      ...posted,
    });
  for (const difference of differences) {
    const missing = afterOf(difference) - sum(difference.standing.map(({ amount }) => amount));
    if (missing <= 0n) continue;
    const charge = additional(difference, missing, basisOf(difference, shared), date);
    const body = { ...raised(charge, { origin: 'correction' }, nextPosition + events.length), cause };
    events.push({ type: 'charge.raised', body, ...posted });
  }
  return { accepted: true, events };
};

const afterOf = ({ computed }: ChargeDifference): bigint => sum(computed.map(({ amount }) => amount));

const changedInput = (
  book: Reading<BookState>,
  { differences, computedFrom }: CorrectCharges,
): LedgerRejection | null => {
  for (const [standard, position] of computedFrom.standards)
    if (book.standards.get(standard)?.position !== position) return { code: 'inputs-changed', standard, binding: null };
  for (const [binding, position] of computedFrom.bindings)
    if (book.bindings.get(binding)?.position !== position) return { code: 'inputs-changed', standard: null, binding };
  const seen = new Set<number>();
  for (const difference of differences) {
    const stands = standingOf(book, difference);
    const named = [...difference.standing].sort((one, other) => one.charge - other.charge);
    const same = stands.length === named.length && stands.every((charge, i) => isSame(charge, named[i]));
    if (!same || stands.some(({ position }) => seen.has(position)))
      return { code: 'inputs-changed', standard: null, binding: difference.binding };
    for (const { position } of stands) seen.add(position);
  }
  return null;
};

/** What stands of the customer for the days, by position. */
const standingOf = (
  book: Reading<BookState>,
  { binding, subject, days, customer }: ChargeDifference,
): Reading<ChargeState>[] => {
  const about = subject === undefined ? null : subjectKey(subject);
  return (book.chargesOfBinding.get(binding) ?? []).filter(
    (charge) =>
      charge.reversedBy === null &&
      charge.customer === customer &&
      charge.subject === about &&
      netOf(charge) > 0n &&
      overlapOf(charge, days) !== null,
  );
};

const isSame = (
  charge: Reading<ChargeState>,
  named: { readonly charge: number; readonly amount: bigint } | undefined,
): boolean => charge.position === named?.charge && netOf(charge) === named.amount;

const basisOf = ({ standing, computed }: ChargeDifference, shared: ReadonlyMap<string, number>): DifferenceBasis => ({
  standing: standing.map(({ charge, amount }) => ({ charge, amount: formatMoney(amount) })),
  before: formatMoney(sum(standing.map(({ amount }) => amount))),
  computed: computed.map((charge) => ({
    from: charge.from,
    to: charge.to,
    amount: formatMoney(charge.amount),
    basis: sharedAt(charge, shared),
  })),
  after: formatMoney(sum(computed.map(({ amount }) => amount))),
});

/** Of a share: with the position at which the command records how the pool was shared. */
const sharedAt = ({ basis, subject, to }: NewCharge, shared: ReadonlyMap<string, number>): ChargeBasis => {
  const at = subject?.pool === undefined ? undefined : shared.get(`${subject.pool} ${periodOf(to)}`);
  return basis.share === undefined || at === undefined ? basis : { ...basis, share: { ...basis.share, shared: at } };
};

const credited = (
  charge: Reading<ChargeState>,
  part: bigint,
  cause: CorrectionCause,
  difference: DifferenceBasis,
): ChargeCorrected => {
  const left = netOf(charge);
  const tax = taxOf(charge, left) - taxOf(charge, left - part);
  return {
    charge: charge.position,
    amount: formatMoney(part),
    tax: formatMoney(tax),
    cause,
    difference,
    lines: mirrorOf(chargeRaised({ ...charge, tax }, part)),
  };
};

/** One charge more, for the days that are computed now. It is due when it should have been, but not before it is booked. */
const additional = (
  { computed }: ChargeDifference,
  amount: bigint,
  difference: DifferenceBasis,
  date: string,
): NewCharge => {
  const first = known(computed[0], 'what is computed');
  const last = known(computed.at(-1), 'what is computed');
  return {
    ...first,
    to: last.to,
    dueOn: first.dueOn < date ? date : first.dueOn,
    amount,
    basis: { method: first.basis.method, difference },
  };
};
