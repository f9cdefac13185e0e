import {
  METERED_METHODS,
  UNPRICED_METHODS,
  type ChargeMethod,
  type Decimal,
  type LateFeeRule,
  type Standard,
  type Tier,
} from '@propledger/contracts';
import { compareDays, overlapOf } from '../day';
import { minus, parseDecimal, shortest } from '../decimal';
import { formatMoney, parseMoney } from '../money';
import type { LedgerRejection } from '../ledger/rejections';
import type { Spell } from '../tariff/inputs';
import { optionsFault, tidyOptions } from './standard-options';

/** Members in one order, prices by their beginning and in their shortest form; what says nothing is left out. */
export const tidy = (whole: Standard): Standard => {
  const { standard, name, item, method, dueDay, rounding, priority, prices, cycle, meterKind, tiers, lateFee } = whole;
  return {
    standard,
    name,
    item,
    method,
    dueDay,
    rounding,
    priority,
    prices: prices
      .map(({ price, from, to }) => ({ price: isUnpriced(method) ? '0' : shortest(price), from, to }))
      .sort((one, other) => compareDays(one.from, other.from)),
    ...(cycle === undefined || cycle === '月' ? {} : { cycle }),
    ...(meterKind === undefined ? {} : { meterKind }),
    ...(tiers === undefined || tiers.length === 0 ? {} : { tiers: tiers.map(tidyTier).sort(byBeginning) }),
    ...(lateFee === undefined ? {} : { lateFee: tidyLateFee(lateFee) }),
    ...tidyOptions(whole),
    ...(whole.overridable === undefined ? {} : { overridable: whole.overridable }),
    ...(whole.ofGroup === undefined ? {} : { ofGroup: whole.ofGroup }),
  };
};

const isUnpriced = (method: ChargeMethod): boolean => (UNPRICED_METHODS as readonly ChargeMethod[]).includes(method);
const isMetered = (method: ChargeMethod): boolean => (METERED_METHODS as readonly ChargeMethod[]).includes(method);

const tidyTier = ({ above, price }: Tier): Tier => ({ above: shortest(above), price: shortest(price) });
const byBeginning = (one: Tier, other: Tier): number => {
  const { numerator } = minus(parseDecimal(one.above), parseDecimal(other.above));
  return numerator < 0n ? -1 : numerator > 0n ? 1 : 0;
};
const tidyLateFee = (rule: LateFeeRule): LateFeeRule => {
  const { dailyRate, graceDays, capPercent, countedFrom, delay, leastOpen } = rule;
  return {
    dailyRate: shortest(dailyRate),
    graceDays: delay === undefined ? graceDays : 0,
    capPercent: capPercent === null ? null : shortest(capPercent),
    ...(countedFrom === undefined ? {} : { countedFrom }),
    ...(delay === undefined ? {} : { delay: { months: delay.months, day: delay.day } }),
    ...(leastOpen === undefined ? {} : { leastOpen: formatMoney(parseMoney(leastOpen)) }),
  };
};

/** What is wrong with a standard that is tidy; the order is that of `defineStandard`. */
export const faultOf = (whole: Standard): LedgerRejection | null => {
  const { standard, method, prices, meterKind, tiers = [], lateFee } = whole;
  if (prices.length === 0) return { code: 'standard-without-price', standard };
  if (prices.some(({ price }) => parseDecimal(price).numerator < 0n)) return { code: 'price-negative' };
  if (prices.some(({ from, to }) => to !== null && to < from)) return { code: 'range-reversed' };
  const second = overlapping(prices);
  if (second) return { code: 'prices-overlap', standard, from: second.from };
  if (isMetered(method) && meterKind === undefined) return { code: 'meter-kind-missing', standard };
  if (tiers.some(({ above, price }) => isNegative(above) || isNegative(price))) return { code: 'price-negative' };
  const again = tiers.find(({ above }, index) => above === tiers[index - 1]?.above);
  if (again) return { code: 'tiers-overlap', standard, above: again.above };
  if (lateFee && isRateNegative(lateFee)) return { code: 'rate-negative' };
  return optionsFault(whole);
};

const isRateNegative = ({ dailyRate, capPercent, graceDays, leastOpen }: LateFeeRule): boolean =>
  graceDays < 0 || [dailyRate, capPercent ?? '0', leastOpen ?? '0'].some(isNegative);

const isNegative = (decimal: Decimal): boolean => parseDecimal(decimal).numerator < 0n;

/** The first entry of a history, by beginning, that lies on a day of the one before it; null: no two share a day. */
export const overlapping = <Entry extends Spell>(history: readonly Entry[]): Entry | null => {
  const inOrder = [...history].sort((one, other) => compareDays(one.from, other.from));
  return (
    inOrder.find((entry, index) => {
      const before = inOrder[index - 1];
      return before !== undefined && overlapOf(before, entry) !== null;
    }) ?? null
  );
};
