import type { LeaseItem, LeaseTerms } from '@propledger/contracts';
import { addMonths } from '../day';
import { parseDecimal } from '../decimal';
import { parseMoney } from '../money';
import { pricesOf, PriceOutOfRange } from './price-steps';
import { itemKey, termsOf, type LeaseHistory } from './terms';

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
    | 'amount-not-positive';
  readonly item: string | null;
  readonly resource: string | null;
}

const YEARS_AT_MOST = 100;

/** The first fault of a lease with all its changes; null: it is sound, and every month of it can be computed. */
export const leaseFault = (history: LeaseHistory): LeaseFault | null => {
  const { lease } = history;
  const spells = termsOf(history);
  if (lease.to < lease.from || spells.length === 0) return fault('no-days');
  const latest = spells.at(-1)?.to ?? lease.to;
  if (latest > addMonths(lease.from, YEARS_AT_MOST * 12)) return fault('term-too-long');
  for (const { terms, to } of spells) {
    const found = faultOfTerms(terms) ?? faultOfItems(terms, to);
    if (found) return found;
  }
  return null;
};

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
  // What is billed for turnover is told from rent by its item.
  if (turnover && items.some(({ item }) => item === turnover.item)) return fault('item-twice', turnover.item);
  return null;
};

const faultOfItems = ({ items, resources }: LeaseTerms, to: string): LeaseFault | null => {
  const twice = repeated(items.map(itemKey));
  const both = items.find(
    ({ item, resource }) => resource === null && items.some((other) => other.item === item && other.resource !== null),
  );
  const again = both ?? items.find((item) => itemKey(item) === twice);
  if (again) return fault('item-twice', again.item, again.resource);
  for (const item of items) {
    const of = item.resource === null ? resources : resources.filter(({ resource }) => resource === item.resource);
    if (of.length === 0) return fault('item-not-of-lease', item.item, item.resource);
    const bare = item.pricing === '每月' ? undefined : of.find(({ area }) => area === null);
    if (bare) return fault('area-missing', item.item, bare.resource);
    const found = faultOfPrice(item, to);
    if (found) return fault(found, item.item, item.resource);
  }
  return null;
};

const faultOfPrice = (item: LeaseItem, to: string): LeaseFault['code'] | null => {
  if (parseDecimal(item.price).numerator < 0n) return 'price-out-of-range';
  if (item.steps.some(({ on, everyMonths }) => (on === null) === (everyMonths === null))) return 'step-undated';
  if (item.steps.some(({ on }) => on !== null && on < item.from)) return 'step-too-early';
  if (item.free.some((span) => span.to < span.from)) return 'free-reversed';
  try {
    pricesOf(item, to);
    return null;
  } catch (error) {
    if (error instanceof PriceOutOfRange) return 'price-out-of-range';
    throw error;
  }
};

const repeated = (keys: readonly string[]): string | undefined =>
  keys.find((key, index) => keys.indexOf(key) !== index);
