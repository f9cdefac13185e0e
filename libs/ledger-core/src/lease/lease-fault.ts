import type { Day, LeaseChange, LeaseItem, LeaseTerms, Period } from '@propledger/contracts';
import { addDays, addMonths, monthsBetween, monthsFrom, periodOf } from '../day';
import { isLess, parseDecimal, plus, times, whole, ZERO, type Fraction } from '../decimal';
import { parseMoney } from '../money';
import { pricesIn, PriceOutOfRange, type PriceFrom } from './price-steps';
import { itemKey, termsOf, type LeaseHistory, type TermsSpell } from './terms';

/** Why a lease, or a change of it, cannot be. `item` and `resource` name what is meant; null where nothing more is to be said. */
export interface LeaseFault {
  readonly code:
    | 'no-days'
    | 'term-too-long'
    | 'one-payer'
    | 'no-resource'
    | 'resource-twice'
    | 'item-twice'
    | 'item-not-of-lease'
    | 'area-missing'
    | 'step-undated'
    | 'step-too-early'
    | 'price-out-of-range'
    | 'free-reversed'
    | 'minimum-not-an-item'
    | 'amount-not-positive'
    | 'too-many-steps'
    | 'too-many-charges'
    | 'nothing-changed'
    | 'before-lease'
    | 'after-lease';
  readonly item: string | null;
  readonly resource: string | null;
}

const YEARS_AT_MOST = 100;
const STEPS_AT_MOST = 5_000;
const CHARGES_A_MONTH_AT_MOST = 1_000;
/** Charges, and the parts into which changes, steps and free days cut them: so many are computed in about a tenth of a second. */
const PARTS_A_MONTH_AT_MOST = 2_000;
/** Yuan, of one item. */
const MONTH_AT_MOST = whole(1_000_000_000n);

/** The first fault of a lease with all its changes; null: it is sound, and every month of it can be computed. */
export const leaseFault = (history: LeaseHistory): LeaseFault | null => {
  const { lease } = history;
  const spells = termsOf(history);
  if (lease.to < lease.from) return fault('no-days');
  const latest = spells.at(-1)?.to ?? lease.to;
  if (latest > addMonths(lease.from, YEARS_AT_MOST * 12)) return fault('term-too-long');
  let before: LeaseTerms | null = null;
  for (const { terms } of spells) {
    // Most changes leave items and resources as they are: these are looked at once.
    const isLookedAt = before?.items === terms.items && before.resources === terms.resources;
    const found = faultOfTerms(terms) ?? (isLookedAt ? null : faultOfItems(terms));
    if (found) return found;
    before = terms;
  }
  return turnoverAmongItems(spells) ?? faultOfPrices(spells, latest);
};

/** What is billed for turnover is told from rent by its item, in whatever version. */
const turnoverAmongItems = (spells: readonly TermsSpell[]): LeaseFault | null => {
  const items = new Set(spells.flatMap(({ terms }) => terms.items.map(({ item }) => item)));
  const named = spells.find(({ terms }) => terms.turnover && items.has(terms.turnover.item));
  return named ? fault('item-twice', named.terms.turnover?.item ?? null) : null;
};

/**
 * Why a change cannot be made of a lease; null: it can. It may come before others that were recorded already. A lease that
 * ends on the day before it begins was called off.
 */
export const changeFault = (history: LeaseHistory, change: LeaseChange): LeaseFault | null => {
  const { effectiveOn, ...changed } = change;
  if (Object.values(changed).every((value) => value === undefined)) return fault('nothing-changed');
  if (effectiveOn < history.lease.from) return fault('before-lease');
  const last = lastDayOf(history);
  if (effectiveOn > addDays(last, 1) || (effectiveOn > last && change.to === undefined)) return fault('after-lease');
  if (change.to !== undefined && change.to < addDays(effectiveOn, -1)) return fault('no-days');
  return leaseFault({ ...history, changes: [...history.changes, change] });
};

/** The last day of a lease as it is agreed now; of one that was called off, the day before its first. */
export const lastDayOf = (history: LeaseHistory): Day => termsOf(history).at(-1)?.to ?? addDays(history.lease.from, -1);

const fault = (code: LeaseFault['code'], item: string | null = null, resource: string | null = null): LeaseFault => ({
  code,
  item,
  resource,
});

const faultOfTerms = ({ parties, resources, items, deposits, turnover }: LeaseTerms): LeaseFault | null => {
  if (parties.filter(({ payer }) => payer).length !== 1) return fault('one-payer');
  if (resources.length === 0) return fault('no-resource');
  const twice = repeated(resources.map(({ resource }) => resource));
  if (twice !== undefined) return fault('resource-twice', null, twice);
  const negative = resources.find(({ area }) => area !== null && parseDecimal(area).numerator <= 0n);
  if (negative) return fault('amount-not-positive', null, negative.resource);
  const unpaid = deposits.find(({ amount }) => parseMoney(amount) <= 0n);
  if (unpaid) return fault('amount-not-positive', unpaid.item);
  if (turnover && !items.some(({ item }) => item === turnover.minimum))
    return fault('minimum-not-an-item', turnover.minimum);
  if (turnover && parseDecimal(turnover.percent).numerator <= 0n) return fault('amount-not-positive', turnover.item);
  if (turnover && isLess(whole(100n), parseDecimal(turnover.percent)))
    return fault('price-out-of-range', turnover.item);
  return null;
};

const faultOfItems = ({ items, resources }: LeaseTerms): LeaseFault | null => {
  const twice = repeated(items.map(itemKey));
  const ofOne = new Set(items.flatMap(({ item, resource }) => (resource === null ? [] : [item])));
  const both = items.find(({ item, resource }) => resource === null && ofOne.has(item));
  const again = both ?? items.find((item) => itemKey(item) === twice);
  if (again) return fault('item-twice', again.item, again.resource);
  let charges = 0;
  for (const item of items) {
    const of = item.resource === null ? resources : resources.filter(({ resource }) => resource === item.resource);
    if (of.length === 0) return fault('item-not-of-lease', item.item, item.resource);
    charges += of.length;
    const bare = item.pricing === '每月' ? undefined : of.find(({ area }) => area === null);
    if (bare) return fault('area-missing', item.item, bare.resource);
    const found = faultOfItem(item);
    if (found) return fault(found, item.item, item.resource);
  }
  return charges > CHARGES_A_MONTH_AT_MOST ? fault('too-many-charges') : null;
};

const faultOfItem = (item: LeaseItem): LeaseFault['code'] | null => {
  if (parseDecimal(item.price).numerator < 0n) return 'price-out-of-range';
  if (item.steps.some(({ on, everyMonths }) => (on === null) === (everyMonths === null))) return 'step-undated';
  if (item.steps.some(({ on }) => on !== null && on < item.from)) return 'step-too-early';
  return item.free.some((span) => span.to < span.from) ? 'free-reversed' : null;
};

const faultOfPrices = (spells: readonly TermsSpell[], latest: Day): LeaseFault | null => {
  const items = new Set(spells.flatMap(({ terms }) => terms.items));
  // So many that a month of the lease can still be computed at once.
  const steps = [...items].map((item) => stepsAtMost(item, latest)).reduce((sum, count) => sum + count, 0);
  if (steps > STEPS_AT_MOST) return fault('too-many-steps');
  try {
    const prices = pricesIn(spells);
    return faultOfParts(spells, prices) ?? faultOfAmounts(spells, prices);
  } catch (error) {
    if (error instanceof PriceOutOfRange) return fault('price-out-of-range', error.item.item, error.item.resource);
    throw error;
  }
};

/** Whether some month is cut into more parts than can be computed at once, by changes for other days, steps and free days. */
const faultOfParts = (
  spells: readonly TermsSpell[],
  prices: ReadonlyMap<LeaseItem, readonly PriceFrom[]>,
): LeaseFault | null => {
  const parts = new Map<Period, number>();
  const add = (period: Period, count: number): void => {
    parts.set(period, (parts.get(period) ?? 0) + count);
  };
  const sharesOf = new Map<LeaseItem, number>();
  for (const { from, to, terms } of spells) {
    let charges = 0;
    for (const item of terms.items) {
      const shares = item.resource === null ? terms.resources.length : 1;
      charges += shares;
      sharesOf.set(item, Math.max(shares, sharesOf.get(item) ?? 0));
    }
    for (const period of monthsFrom(periodOf(from), monthsBetween(periodOf(from), periodOf(to)) + 1))
      add(period, charges);
  }
  for (const [item, shares] of sharesOf) {
    for (const { from } of prices.get(item)?.slice(1) ?? []) add(periodOf(from), shares);
    for (const { to } of item.free) add(periodOf(to), shares);
  }
  return [...parts.values()].some((count) => count > PARTS_A_MONTH_AT_MOST) ? fault('too-many-charges') : null;
};

/** An item that would come to more in a month than an amount can be: one such charge would keep a whole bill run from being posted. */
const faultOfAmounts = (
  spells: readonly TermsSpell[],
  prices: ReadonlyMap<LeaseItem, readonly PriceFrom[]>,
): LeaseFault | null => {
  for (const { terms } of spells)
    for (const item of terms.items) {
      const factor = factorAtMost(item, terms);
      for (const { price } of prices.get(item) ?? [])
        if (isLess(MONTH_AT_MOST, times(parseDecimal(price), factor)))
          return fault('price-out-of-range', item.item, item.resource);
    }
  return null;
};

/** What a price is multiplied by, in the longest month. */
const factorAtMost = ({ pricing, resource }: LeaseItem, { resources }: LeaseTerms): Fraction => {
  if (pricing === '每月') return whole(1n);
  const area = resources
    .filter((leased) => resource === null || leased.resource === resource)
    .map((leased) => parseDecimal(leased.area ?? '0'))
    .reduce(plus, ZERO);
  return pricing === '每平方米每天' ? times(area, whole(31n)) : area;
};

const stepsAtMost = ({ from, steps }: LeaseItem, latest: Day): number =>
  steps.reduce(
    (sum, { everyMonths }) =>
      sum + (everyMonths === null ? 1 : Math.max(0, monthsBetween(periodOf(from), periodOf(latest))) / everyMonths),
    0,
  );

const repeated = (keys: readonly string[]): string | undefined => {
  const seen = new Set<string>();
  return keys.find((key) => seen.size === seen.add(key).size);
};
