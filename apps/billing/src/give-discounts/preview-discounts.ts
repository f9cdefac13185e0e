import type { Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  addDays,
  addMonths,
  daysIn,
  explainDiscount,
  firstDay,
  formatMoney,
  groupedBy,
  monthOf,
  monthsFrom,
  overlapOf,
  type DayRange,
  type DiscountedCharge,
  type NewCharge,
  type NewDiscount,
} from '@propledger/ledger-core';
import { chargesOf, RunPlan } from '../run-bills/plan';
import { readInputs, type Inputs } from '../run-bills/run-inputs';
import type { DiscountsPreview } from './discount-shapes';
import { compute, discountsLacking, itemsOf, readRules, totalOf } from './discounts-lacking';

const LISTED_AT_MOST = 500;
const CHARGES_A_PIECE = 1_000;

/** What would be given of a period's charges now; of those, too, that a run would raise, when they are asked for. */
export const previewDiscounts = async (
  tx: Tx,
  book: string,
  period: Period,
  unbilled: boolean,
): Promise<DiscountsPreview> => {
  const { discounts, charges } = await discountsLacking(tx, book, { period });
  const toCome = unbilled
    ? await ofRun(tx, book, period)
    : { discounts: [], charges: new Map<number, DiscountedCharge>() };
  const all = [...discounts, ...toCome.discounts];
  const shown = ({ charge, rule, grant, amount, basis }: NewDiscount): DiscountsPreview['listed'] => {
    const of = charges.get(charge) ?? toCome.charges.get(charge);
    if (!of) return [];
    const { resource, customer, item, from, to } = of;
    const { zh, en } = explainDiscount(basis, formatMoney(amount));
    return [
      {
        ...{ charge: charge > 0 ? charge : null, resource, customer, item, from, to, of: basis.of, rule, grant },
        ...{ amount: formatMoney(amount), zh: [zh], en: [en] },
      },
    ];
  };
  return {
    period,
    total: countOf(all),
    byRule: [...groupedBy(all, ({ rule }) => rule)].map(([rule, ofRule]) => ({ rule, ...countOf(ofRule) })),
    listed: all.slice(0, LISTED_AT_MOST).flatMap(shown),
  };
};

const countOf = (discounts: readonly NewDiscount[]): DiscountsPreview['total'] => ({
  count: discounts.length,
  amount: formatMoney(totalOf(discounts)),
});

/** Of charges that a run would raise now: they have no position, and are numbered below zero. */
const ofRun = async (tx: Tx, book: string, period: Period) => {
  const rules = await readRules(tx, book);
  const items = new Set(itemsOf(rules));
  const charges = new Map<number, DiscountedCharge>();
  if (items.size === 0) return { discounts: [], charges };
  const groups = await groupsOf(tx, book);
  for (const { resource, customer, item, from, to, amount } of toRaise(await readInputs(tx, book, period), period)) {
    if (!items.has(item)) continue;
    const charge = -1 - charges.size;
    charges.set(charge, {
      ...{ charge, resource, customer, item, from, to, net: amount, left: amount, given: [] },
      groups: groups.get(customer) ?? [],
    });
  }
  return { discounts: compute([...charges.values()], rules).discounts, charges };
};

function* toRaise(inputs: Inputs, period: Period): Generator<NewCharge> {
  for (const piece of new RunPlan(inputs, period).toRaise(CHARGES_A_PIECE)) yield* chargesOf(piece);
}

const groupsOf = async (tx: Tx, book: string): Promise<ReadonlyMap<string, readonly string[]>> => {
  const rows = await tx.rows<{ customer: string; groups: string[] }>(
    `select customer, groups from copy_customer where project = $1 and groups <> '{}'`,
    [book],
  );
  return new Map(rows.map(({ customer, groups }) => [customer, groups]));
};

/** Charges that are not raised yet, of a customer for a resource, in order of days: month by month as runs would raise them. */
export const chargesToCome = async (
  tx: Tx,
  book: string,
  { customer, resource, from, months }: ToCome,
): Promise<readonly NewCharge[]> => {
  const found: NewCharge[] = [];
  const covered = new Map<string, string>();
  for (const period of monthsFrom(from, months)) {
    const all = await readInputs(tx, book, period);
    const inputs: Inputs = {
      ...all,
      bindings: all.bindings.filter(({ binding }) => binding.resource === resource),
      leased: (of) => of.resource === resource,
      metered: null,
    };
    for (const charge of toRaise(inputs, period)) {
      if (charge.customer !== customer) continue;
      // What a longer cycle charges in an earlier month is not there yet, and would be charged in each month after it.
      const key = charge.binding ?? charge.item;
      if (charge.from <= (covered.get(key) ?? '')) continue;
      found.push(charge);
    }
    for (const { binding, item, to } of found) {
      const key = binding ?? item;
      if (to > (covered.get(key) ?? '')) covered.set(key, to);
    }
  }
  return found;
};

export interface ToCome {
  readonly customer: string;
  readonly resource: string;
  readonly from: Period;
  readonly months: number;
}

/**
 * What charges of these items come to for so many months: of one that reaches further, its days' part, rounded half up. Nothing where the
 * first month is charged already: who pays that prepays fewer months.
 */
export const worthOf = (
  charges: readonly NewCharge[],
  items: readonly string[],
  from: Period,
  months: number,
): bigint => {
  const prepaid: DayRange = { from: firstDay(from), to: addDays(addMonths(firstDay(from), months), -1) };
  const own = charges.filter(({ item }) => items.includes(item));
  if (!own.some((charge) => overlapOf(charge, monthOf(from)) !== null)) return 0n;
  return own.reduce((worth, { amount, ...range }) => {
    const shared = overlapOf(range, prepaid);
    if (shared === null) return worth;
    const [days, allDays] = [BigInt(daysIn({ from: shared.from, to: shared.to ?? range.to })), BigInt(daysIn(range))];
    return worth + (2n * amount * days + allDays) / (2n * allDays);
  }, 0n);
};
