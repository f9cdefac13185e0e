import type {
  ChargeBasis,
  Day,
  Lease,
  LeaseItem,
  LeaseTerms,
  Period,
  RentBasis,
  Rounding,
} from '@propledger/contracts';
import { addDays, daysOfMonth, earlierDay, laterDay, monthOf, overlapOf, periodOf, type DayRange } from '../day';
import {
  dividedBy,
  formatDecimal,
  formatFraction,
  parseDecimal,
  plus,
  times,
  whole,
  ZERO,
  type Fraction,
} from '../decimal';
import { groupedBy } from '../grouped';
import { formatMoney, type Fen } from '../money';
import { roundTo } from '../tariff/agreed';
import { onTop } from '../tariff/basis';
import { compareText } from '../text';
import { pricesIn, type PriceFrom } from './price-steps';
import { itemKey, termsOf, type LeaseHistory } from './terms';

export type RentTerm = RentBasis['terms'][number];

/** Consecutive days of one month of one item and resource with one payer: one charge. */
export interface RentPart extends DayRange {
  readonly lease: string;
  readonly item: string;
  readonly resource: string;
  readonly customer: string;
  readonly priority: number;
  /** Above zero. */
  readonly amount: Fen;
  readonly basis: ChargeBasis;
}

/** A lease read once, to be asked for many months. */
export interface RentSchedule {
  readonly history: LeaseHistory;
  /**
   * What each day of a month adds up to, by item, resource and day. A day counts 1/days-of-month of a monthly price, and the
   * whole of a daily one; days of a rent-free time nothing. Rounding is cumulative, as for standards: within a month over the
   * parts of an item and resource, and over all resources of an item whose price is for several of them.
   */
  readonly month: (period: Period) => RentPart[];
}

/** @throws PriceOutOfRange when a step of an item leads to a price that cannot be; see leaseFault */
export const rentSchedule = (history: LeaseHistory): RentSchedule => {
  const inForce = termsOf(history);
  const prices = pricesIn(inForce);
  const spells = inForce.map((spell) => ({
    ...spell,
    payer: spell.terms.parties.find(({ payer }) => payer)?.customer ?? '',
    items: spell.terms.items.map((item) => ({ item, prices: prices.get(item) ?? [] })),
  }));
  const month = (period: Period): RentPart[] => {
    const days = monthOf(period);
    const runs = spells.flatMap(({ version, terms, payer, items, ...spell }) => {
      if (spell.from > days.to || spell.to < days.from) return [];
      const within = { from: laterDay(spell.from, days.from), to: earlierDay(spell.to, days.to) };
      return items.flatMap((priced) => runsOf(priced, terms, within).map((run) => ({ ...run, payer, version })));
    });
    return grouped(runs).flatMap((group) => partsOf(history.lease, group));
  };
  return { history, month };
};

interface PricedItem {
  readonly item: LeaseItem;
  readonly prices: readonly PriceFrom[];
}

/** Days on which nothing of an item and resource changes. */
interface Run extends DayRange {
  readonly item: LeaseItem;
  readonly resource: string;
  readonly price: PriceFrom;
  readonly area: string | null;
  readonly share: RentTerm['share'];
}

type RunInForce = Run & { readonly payer: string; readonly version: number };

const closed = (range: { from: Day; to: Day | null } | null): DayRange | null =>
  range?.to == null ? null : { from: range.from, to: range.to };

const runsOf = ({ item, prices }: PricedItem, terms: LeaseTerms, within: DayRange): Run[] => {
  const inForce = prices.filter(({ from, to }) => from <= within.to && (to === null || to >= within.from));
  const shares = inForce.length === 0 ? [] : sharesOf(item, terms);
  return inForce.flatMap((price) => {
    const days = closed(overlapOf(within, price));
    if (days === null) return [];
    return withoutFree(days, item.free).flatMap((range) =>
      shares.map((share) => ({ ...range, item, price, ...share })),
    );
  });
};

/** The resources of an item, each with what its price is multiplied by. */
const sharesOf = (
  { pricing, resource }: LeaseItem,
  { resources }: LeaseTerms,
): Pick<Run, 'resource' | 'area' | 'share'>[] => {
  const all = resource === null ? resources : resources.filter((leased) => leased.resource === resource);
  if (pricing !== '每月') return all.map(({ resource: code, area }) => ({ resource: code, area, share: null }));
  if (all.length === 1) return all.map(({ resource: code }) => ({ resource: code, area: null, share: null }));
  // By area where all have one: the smaller stall bears the smaller part.
  const byArea = all.every(({ area }) => area !== null && parseDecimal(area).numerator > 0n);
  const weightOf = (area: string | null): string => (byArea ? (area ?? '1') : '1');
  const total = formatDecimal(all.map(({ area }) => parseDecimal(weightOf(area))).reduce(plus, ZERO));
  return all.map(({ resource: code, area }) => ({
    resource: code,
    area: null,
    share: { weight: weightOf(area), total },
  }));
};

const withoutFree = (days: DayRange, free: readonly DayRange[]): DayRange[] => {
  let charged = [days];
  for (const span of free)
    charged = charged.flatMap((range) => {
      if (span.to < range.from || span.from > range.to) return [range];
      const before = { from: range.from, to: earlierDay(range.to, addDays(span.from, -1)) };
      const after = { from: laterDay(range.from, addDays(span.to, 1)), to: range.to };
      return [before, after].filter(({ from, to }) => from <= to);
    });
  return charged;
};

/** What is rounded together: by item and resource; by item where its price is shared on a day of the month. */
const grouped = (runs: readonly RunInForce[]): RunInForce[][] => {
  const shared = new Set(runs.filter(({ share }) => share !== null).map(({ item }) => itemKey(item)));
  const groups = groupedBy(runs, ({ item, resource }) =>
    shared.has(itemKey(item)) ? itemKey(item) : `${itemKey(item)}\u0000${resource}`,
  );
  return [...groups.values()].map((group) =>
    group.sort((one, other) => compareText(one.resource, other.resource) || compareText(one.from, other.from)),
  );
};

const partsOf = ({ lease, rounding }: Lease, group: readonly RunInForce[]): RentPart[] => {
  const parts: RentPart[] = [];
  let before: Fraction = ZERO;
  for (const runs of unbroken(group)) {
    const [first, last] = [runs[0], runs.at(-1)];
    if (first === undefined || last === undefined) continue;
    const { item, resource, payer, from } = first;
    const rent: RentBasis = { lease, item: item.item, terms: joined(runs.map(termOf)) };
    const after = plus(before, exactRent(rent.terms));
    const roundedBefore = roundTo(before, rounding);
    const amount = roundTo(after, rounding) - roundedBefore;
    const basis = basisOf(rent, rounding, before);
    const { item: name, priority } = item;
    const days = { from, to: last.to };
    if (amount > 0n) parts.push({ ...days, lease, item: name, resource, customer: payer, priority, amount, basis });
    before = after;
  }
  return parts;
};

const basisOf = (rent: RentBasis, rounding: Rounding, before: Fraction): ChargeBasis => ({
  method: '租赁合同',
  rounding,
  before: formatMoney(roundTo(before, rounding)),
  exactBefore: formatFraction(before),
  rent,
});

/** Runs of one resource that follow one another with one payer and one priority. */
const unbroken = (group: readonly RunInForce[]): RunInForce[][] => {
  const parts: RunInForce[][] = [];
  for (const run of group) {
    const last = parts.at(-1)?.at(-1);
    const goesOn =
      last?.resource === run.resource &&
      last.payer === run.payer &&
      last.item.priority === run.item.priority &&
      dayOfMonth(last.to) + 1 === dayOfMonth(run.from);
    if (goesOn) parts.at(-1)?.push(run);
    else parts.push([run]);
  }
  return parts;
};

const termOf = ({ from, to, version, item, price, area, share }: RunInForce): RentTerm => ({
  from,
  to,
  days: dayOfMonth(to) - dayOfMonth(from) + 1,
  daysOfMonth: daysOfMonth(periodOf(from)),
  version,
  pricing: item.pricing,
  price: price.price,
  steppedOn: price.stepped ? price.from : null,
  area,
  share,
});

const dayOfMonth = (day: Day): number => Number(day.slice(8));

/** A change that leaves price and area as they are makes no other term: it keeps the version in which they were agreed. */
const joined = (terms: readonly RentTerm[]): RentTerm[] => {
  const all: RentTerm[] = [];
  for (const term of terms) {
    const last = all.at(-1);
    const same =
      last?.price === term.price &&
      last.pricing === term.pricing &&
      last.area === term.area &&
      last.share?.weight === term.share?.weight &&
      last.share?.total === term.share?.total;
    if (last !== undefined && same) all[all.length - 1] = { ...last, to: term.to, days: last.days + term.days };
    else all.push(term);
  }
  return all;
};

/** What the terms come to, in fen, exactly. */
export const exactRent = (terms: readonly RentTerm[]): Fraction => terms.map(exactTerm).reduce(plus, ZERO);

const exactTerm = ({ days, daysOfMonth: ofMonth, pricing, price, area, share }: RentTerm): Fraction => {
  let exact = times(parseDecimal(price), whole(BigInt(days) * 100n));
  if (area !== null) exact = times(exact, parseDecimal(area));
  if (share !== null) exact = ratio(times(exact, parseDecimal(share.weight)), parseDecimal(share.total));
  return pricing === '每平方米每天' ? exact : dividedBy(exact, BigInt(ofMonth));
};

/** @throws RangeError when `by` is not positive */
const ratio = (one: Fraction, by: Fraction): Fraction =>
  dividedBy({ ...one, numerator: one.numerator * by.denominator }, by.numerator);

/** The amount of a charge of rent from its basis alone; null: it is none. @throws RangeError when the basis is malformed */
export const rentAmount = (basis: ChargeBasis): Fen | null =>
  basis.rent === undefined ? null : onTop(basis, exactRent(basis.rent.terms));
