import type { Day, Decimal, LeaseItem, LeaseStep, LeaseTerms } from '@propledger/contracts';
import { addDays, addMonths, compareDays, laterDay } from '../day';
import { dividedBy, formatDecimal, parseDecimal, plus, roundHalfUp, times, whole, type Fraction } from '../decimal';

/** A price of an item, in force on both ends; null: without end. */
export interface PriceFrom {
  readonly from: Day;
  readonly to: Day | null;
  readonly price: Decimal;
  /** Whether a step made it. */
  readonly stepped: boolean;
}

/** Past this a price is nobody's intention, and would not fit into amounts. */
const PRICE_AT_MOST = 1_000_000_000n;

/**
 * The prices of an item up to a day. Each step is made on the price before it, rounded half up to the item's decimals: 5 %
 * a year on 33.33 is 35.00, 36.75, 38.59.
 *
 * @throws PriceOutOfRange when a step makes a price below zero, or above a thousand million
 */
export const pricesOf = (item: LeaseItem, until: Day): PriceFrom[] => {
  const prices: Omit<PriceFrom, 'to'>[] = [{ from: item.from, price: item.price, stepped: false }];
  let exact = parseDecimal(item.price);
  for (const { on, step } of stepsUntil(item, until)) {
    exact = rounded(steppedBy(exact, step), item.decimals);
    if (exact.numerator < 0n || exact.numerator > PRICE_AT_MOST * exact.denominator)
      throw new PriceOutOfRange(item, on);
    const price = { from: on, price: formatDecimal(exact), stepped: true };
    if (prices.at(-1)?.from === on) prices[prices.length - 1] = price;
    else prices.push(price);
  }
  return prices.map((price, index) => {
    const next = prices[index + 1];
    return { ...price, to: next === undefined ? null : addDays(next.from, -1) };
  });
};

/** The prices of every item that is in force in one of the spells, up to its last day there. @throws PriceOutOfRange */
export const pricesIn = (
  spells: readonly { readonly to: Day; readonly terms: LeaseTerms }[],
): ReadonlyMap<LeaseItem, PriceFrom[]> => {
  const until = new Map<LeaseItem, Day>();
  for (const { to, terms } of spells)
    for (const item of terms.items) until.set(item, laterDay(to, until.get(item) ?? to));
  return new Map([...until].map(([item, last]) => [item, pricesOf(item, last)]));
};

/** A step leads to a price that cannot be. */
export class PriceOutOfRange extends RangeError {
  constructor(
    readonly item: LeaseItem,
    readonly on: Day,
  ) {
    super(`the price of ${on} is below zero, or too high`);
  }
}

const stepsUntil = ({ from, steps }: LeaseItem, until: Day): { on: Day; step: LeaseStep }[] =>
  steps
    .flatMap((step) => {
      const { on, everyMonths } = step;
      if (on !== null) return on <= until && on >= from ? [{ on, step }] : [];
      const times: { on: Day; step: LeaseStep }[] = [];
      // From the first day on, not from the last step: 31 January, 28 February, 31 March.
      for (let nth = 1; everyMonths !== null; nth += 1) {
        const day = addMonths(from, nth * everyMonths);
        if (day > until) break;
        times.push({ on: day, step });
      }
      return times;
    })
    .map((dated, index) => ({ ...dated, index }))
    .sort((one, other) => compareDays(one.on, other.on) || one.index - other.index);

const steppedBy = (price: Fraction, { kind, value }: LeaseStep): Fraction => {
  const by = parseDecimal(value);
  switch (kind) {
    case '百分比':
      return plus(price, dividedBy(times(price, by), 100n));
    case '金额':
      return plus(price, by);
    case '调至':
      return by;
  }
};

const rounded = (price: Fraction, decimals: number): Fraction => {
  const unit = 10n ** BigInt(decimals);
  return { numerator: roundHalfUp(times(price, whole(unit)), 1n), denominator: unit };
};
