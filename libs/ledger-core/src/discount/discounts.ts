import type { Day, Decimal, DiscountBasis, DiscountGranted, DiscountRule, Money } from '@propledger/contracts';
import { daysIn, overlapOf, type DayRange } from '../day';
import { dividedBy, parseDecimal, roundHalfUp, times, whole } from '../decimal';
import type { NewDiscount } from '../ledger/commands';
import { formatMoney, parseMoney, smaller, sum, type Fen } from '../money';
import { compareText } from '../text';

/** A charge that discounts are computed of. */
export interface DiscountedCharge {
  readonly charge: number;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  /** The charge, less what was taken back of it. */
  readonly net: Fen;
  /** What of it can be let go: nobody wrote it off, waived it, settled it from a deposit or took it over. */
  readonly left: Fen;
  /** 客户分组 of its customer. */
  readonly groups: readonly string[];
  /** Discounts by rule that stand, by what gave them; grant null: the rule itself. */
  readonly given: readonly { readonly rule: string; readonly grant: number | null; readonly amount: Fen }[];
}

/** A grant and what of its amount is not given yet; null: it gives a part of each charge. */
export interface OpenGrant {
  readonly grant: number;
  readonly body: DiscountGranted;
  readonly left: Fen | null;
}

/** Something that fits a charge, and what it comes to. */
interface Candidate {
  readonly rule: string;
  readonly grant: number | null;
  readonly stacks: boolean;
  readonly value: Fen;
  readonly basis: Omit<DiscountBasis, 'before'>;
}

/**
 * Discounts that charges lack, in the order of the charges. Of the rules and grants that fit a charge the one that comes to most is given,
 * and beside it each that stacks, all of the whole charge, together never more than it. What was given by rules counts, whichever it was: what
 * they come to above it is given; where they come to less, nothing is taken back.
 */
export const discountsOf = (
  charges: readonly DiscountedCharge[],
  rules: readonly DiscountRule[],
  grants: readonly OpenGrant[],
): NewDiscount[] => {
  const leftOf = new Map(grants.map(({ grant, left }) => [grant, left]));
  return charges.flatMap((charge) => {
    const candidates = [
      ...rules.flatMap((rule) => ofRule(charge, rule)),
      ...grants.flatMap(({ grant, body }) => ofGrant(charge, grant, body, leftOf.get(grant) ?? null)),
    ];
    const standing = sum(charge.given.map(({ amount }) => amount));
    let room = smaller(sum(chosen(candidates).map(({ value }) => value)), charge.net) - standing;
    room = smaller(room, charge.left);
    return chosen(candidates).flatMap(({ rule, grant, value, basis }): NewDiscount[] => {
      const already = sum(
        charge.given.filter((of) => of.rule === rule && of.grant === grant).map(({ amount }) => amount),
      );
      const amount = smaller(room, value - already);
      if (amount <= 0n) return [];
      room -= amount;
      const left = grant === null ? null : (leftOf.get(grant) ?? null);
      if (grant !== null && left !== null) leftOf.set(grant, left - amount);
      return [{ charge: charge.charge, rule, grant, amount, basis: { ...basis, before: formatMoney(standing) } }];
    });
  });
};

/** The best of those that do not stack, and all that do, by rule. */
const chosen = (candidates: readonly Candidate[]): Candidate[] => {
  const ordered = candidates
    .filter(({ value }) => value > 0n)
    .sort((one, other) => compareText(one.rule, other.rule) || (one.grant ?? 0) - (other.grant ?? 0));
  let best: Candidate | undefined;
  for (const candidate of ordered)
    if (!candidate.stacks && (best === undefined || candidate.value > best.value)) best = candidate;
  return [...(best ? [best] : []), ...ordered.filter(({ stacks }) => stacks)];
};

const ofRule = (charge: DiscountedCharge, rule: DiscountRule): Candidate[] => {
  const { prepaidMonths, items, group, from, to, amountOff } = rule;
  if (prepaidMonths !== undefined || !items.includes(charge.item)) return [];
  if (group !== undefined && !charge.groups.includes(group)) return [];
  const most = amountOff === undefined ? null : parseMoney(amountOff);
  return candidate(charge, rule, null, { from, to }, most);
};

const ofGrant = (charge: DiscountedCharge, grant: number, body: DiscountGranted, left: Fen | null): Candidate[] => {
  const { customer, resource, items } = body;
  if (charge.customer !== customer || charge.resource !== resource || !items.includes(charge.item)) return [];
  const own = sum(charge.given.filter((of) => of.grant === grant).map(({ amount }) => amount));
  return candidate(charge, body, grant, body, left === null ? null : left + own);
};

interface Benefit {
  readonly rule: string;
  readonly percentOff?: Decimal | undefined;
  readonly amountOff?: Money | undefined;
  readonly stacks?: true | undefined;
}

const candidate = (
  { from, to, net }: DiscountedCharge,
  { rule, percentOff, amountOff, stacks }: Benefit,
  grant: number | null,
  inForce: { readonly from: Day; readonly to: Day | null },
  most: Fen | null,
): Candidate[] => {
  const range: DayRange = { from, to };
  const shared = overlapOf(inForce, range);
  if (shared === null) return [];
  const basis = {
    of: formatMoney(net),
    ...(percentOff === undefined ? {} : { percentOff }),
    ...(amountOff === undefined || most === null ? {} : { amountOff: formatMoney(most) }),
    days: daysIn({ from: shared.from, to: shared.to ?? to }),
    allDays: daysIn(range),
  };
  return [{ rule, grant, stacks: stacks === true, value: valueOf(basis), basis }];
};

/** What a rule comes to of a charge, whatever was given of it: rounded half up to the fen, never more than the charge. */
export const valueOf = ({ of, percentOff, amountOff, days, allDays }: Omit<DiscountBasis, 'before'>): Fen => {
  const net = parseMoney(of);
  if (amountOff !== undefined) return smaller(parseMoney(amountOff), net);
  const exact = times(whole(net * BigInt(days)), parseDecimal(percentOff ?? '0'));
  return smaller(roundHalfUp(dividedBy(exact, 100n * BigInt(allDays)), 1n), net);
};

/** What is to be prepaid for a rule, when the prepaid months come to so much. */
export const neededFor = (
  { percentOff, amountOff }: Pick<DiscountRule, 'percentOff' | 'amountOff'>,
  worth: Fen,
): Fen => {
  if (amountOff !== undefined) return worth - smaller(parseMoney(amountOff), worth);
  if (percentOff === undefined) return worth;
  return worth - valueOf({ of: formatMoney(worth), percentOff, days: 1, allDays: 1 });
};
