import {
  METERED_METHODS,
  UNPRICED_METHODS,
  type ChargeMethod,
  type Day,
  type Decimal,
  type LateFeeRule,
  type Price,
  type Standard,
  type Tier,
} from '@propledger/contracts';
import { addDays, compareDays, overlapOf } from '../day';
import { minus, parseDecimal, shortest } from '../decimal';
import { accept, reject } from '../decision';
import type { AddPrice, ChangeStandard, DefineStandard, WithdrawStandard } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import type { BookState, Reading } from '../ledger/state';
import { unposted } from '../period/posting';
import { compareText } from '../text';

/**
 * Refused, in this order: standard-exists (with other content), then by its prices: standard-without-price,
 * price-negative, range-reversed, prices-overlap; then meter-kind-missing, price-negative of a tier, tiers-overlap,
 * rate-negative.
 */
export const defineStandard = (book: Reading<BookState>, command: DefineStandard): LedgerDecision => {
  const standard = tidy(command.standard);
  const known = standing(book, standard.standard);
  if (known) return isSame(known, standard) ? accept() : reject({ code: 'standard-exists', standard: known.standard });
  const rejection = faultOf(standard);
  if (rejection) return reject(rejection);
  return accept({ type: 'standard.defined', body: standard, ...unposted(beginOf(standard)) });
};

/** Refused, in this order: unknown-standard, then by its prices as above. */
export const changeStandard = (book: Reading<BookState>, command: ChangeStandard): LedgerDecision =>
  changedTo(book, command.standard, beginOf(command.standard));

/** Refused, in this order: unknown-standard, then by the prices as above. */
export const addPrice = (book: Reading<BookState>, command: AddPrice): LedgerDecision => {
  const { standard: code, price } = command;
  const known = standing(book, code);
  if (!known) return reject({ code: 'unknown-standard', standard: code });
  const earlier = known.prices.map((other) =>
    price.to === null && other.to === null && other.from < price.from
      ? { ...other, to: addDays(price.from, -1) }
      : other,
  );
  return changedTo(book, { ...known, prices: [...earlier, price] }, price.from);
};

/** Refused, in this order: unknown-standard, standard-in-use. */
export const withdrawStandard = (book: Reading<BookState>, command: WithdrawStandard): LedgerDecision => {
  const { standard } = command;
  const known = standing(book, standard);
  if (!known) return reject({ code: 'unknown-standard', standard });
  const users = [...book.bindings.values()].filter((user) => !user.withdrawn && user.binding.standard === standard);
  const [user] = users.sort((one, other) => compareText(one.id, other.id));
  if (user) return reject({ code: 'standard-in-use', standard, binding: user.id });
  return accept({ type: 'standard.withdrawn', body: { standard }, ...unposted(beginOf(known)) });
};

const changedTo = (book: Reading<BookState>, wanted: Standard, on: Day): LedgerDecision => {
  const standard = tidy(wanted);
  const known = standing(book, standard.standard);
  if (!known) return reject({ code: 'unknown-standard', standard: standard.standard });
  const rejection = faultOf(standard);
  if (rejection) return reject(rejection);
  if (isSame(known, standard)) return accept();
  return accept({ type: 'standard.changed', body: standard, ...unposted(on) });
};

const standing = (book: Reading<BookState>, code: string): Standard | null => {
  const known = book.standards.get(code);
  return known && !known.withdrawn ? known.standard : null;
};

/** Members in one order, prices by their beginning and in their shortest form; what says nothing is left out. */
const tidy = (whole: Standard): Standard => {
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
  };
};

const isUnpriced = (method: ChargeMethod): boolean => (UNPRICED_METHODS as readonly ChargeMethod[]).includes(method);
const isMetered = (method: ChargeMethod): boolean => (METERED_METHODS as readonly ChargeMethod[]).includes(method);

const tidyTier = ({ above, price }: Tier): Tier => ({ above: shortest(above), price: shortest(price) });
const byBeginning = (one: Tier, other: Tier): number => {
  const { numerator } = minus(parseDecimal(one.above), parseDecimal(other.above));
  return numerator < 0n ? -1 : numerator > 0n ? 1 : 0;
};
const tidyLateFee = ({ dailyRate, graceDays, capPercent }: LateFeeRule): LateFeeRule => ({
  dailyRate: shortest(dailyRate),
  graceDays,
  capPercent: capPercent === null ? null : shortest(capPercent),
});

const isSame = (one: Standard, other: Standard): boolean => JSON.stringify(tidy(one)) === JSON.stringify(other);

const beginOf = ({ prices }: Standard): Day =>
  prices.reduce<Day | null>((first, { from }) => (first === null || from < first ? from : first), null) ?? '0001-01-01';

const faultOf = ({ standard, method, prices, meterKind, tiers = [], lateFee }: Standard): LedgerRejection | null => {
  if (prices.length === 0) return { code: 'standard-without-price', standard };
  if (prices.some(({ price }) => parseDecimal(price).numerator < 0n)) return { code: 'price-negative' };
  if (prices.some(({ from, to }) => to !== null && to < from)) return { code: 'range-reversed' };
  const second = secondPrice(prices);
  if (second) return { code: 'prices-overlap', standard, from: second.from };
  if (isMetered(method) && meterKind === undefined) return { code: 'meter-kind-missing', standard };
  if (tiers.some(({ above, price }) => isNegative(above) || isNegative(price))) return { code: 'price-negative' };
  const again = tiers.find(({ above }, index) => above === tiers[index - 1]?.above);
  if (again) return { code: 'tiers-overlap', standard, above: again.above };
  return lateFee && (isNegative(lateFee.dailyRate) || isNegative(lateFee.capPercent ?? '0') || lateFee.graceDays < 0)
    ? { code: 'rate-negative' }
    : null;
};

const isNegative = (decimal: Decimal): boolean => parseDecimal(decimal).numerator < 0n;

/** The first price, by beginning, that lies on a day of the one before it. */
const secondPrice = (prices: readonly Price[]): Price | null =>
  prices.find((price, index) => {
    const before = prices[index - 1];
    return before !== undefined && overlapOf(before, price) !== null;
  }) ?? null;
