import type { Binding, ChargeBasis, Day, Decimal, Period, Pool, PoolShared, Standard } from '@propledger/contracts';
import { addDays, compareDays, daysIn, firstDay, lastDay, monthOf, overlapOf, type DayRange } from '../day';
import { formatDecimal, parseDecimal, plus, times, whole, ZERO } from '../decimal';
import type { NewCharge } from '../ledger/commands';
import { formatMoney, type Fen } from '../money';
import { dueOn } from '../tariff/due';
import type { AreaInForce, PayerInForce } from '../tariff/inputs';
import { compareText } from '../text';
import { shareOut } from './share-pool';

/** A resource with a binding to the pool's standard on the last day of the month (按天: on any of its days), in its scope. */
export interface Candidate {
  readonly binding: Binding;
  /** Who pays, in any order. */
  readonly payers: readonly PayerInForce[];
  /** Areas and floor on the last day of the month; null: not known. */
  readonly area: AreaInForce | null;
  /** What its meters of the standard's kind counted by this period's readings. */
  readonly usage: Decimal;
}

export interface PoolInputs {
  readonly pool: Pool;
  readonly amount: Fen;
  /** Of a pool with meters. */
  readonly use?: PoolShared['use'];
  /** The position of the pool.amount-set; of a pool with meters, of what defined or last changed it. */
  readonly amountAt: number;
  readonly period: Period;
  readonly standard: Standard;
  readonly candidates: readonly Candidate[];
}

/** The shares of one pool for one period, or why there are none. */
export type PoolCharges =
  | {
      readonly kind: 'shared';
      readonly shared: PoolShared;
      /** Ordered by resource; shares of nothing are left out. */
      readonly charges: readonly NewCharge[];
    }
  /** no-coefficient: of a resource or its floor. not-whole: the per cents do not make a hundred. */
  | { readonly kind: 'no-price' | 'nobody' | 'no-weight' | 'no-coefficient' | 'not-whole' };

/** One who takes part, with his days. */
interface Taking extends DayRange {
  readonly binding: Binding;
  /** Null: counted, and charged to nobody. */
  readonly customer: string | null;
  readonly vacant: boolean;
  /** For the whole month; null: not known. */
  readonly each: Decimal | null;
}

/**
 * Shares a pool over its candidates, each for the whole month to the payer of its last day, or by days to each payer for his own, with
 * item and due day of its standard, which is in force on that day. What is vacant takes no part, is counted, or is charged to 开发商.
 * The standard's rounding does not apply.
 */
export const poolCharges = (inputs: PoolInputs): PoolCharges => {
  const { pool, amount, use, amountAt, period, standard, candidates } = inputs;
  const to = lastDay(period);
  if (!standard.prices.some((price) => price.from <= to && (price.to === null || to <= price.to)))
    return { kind: 'no-price' };
  const all = [...candidates]
    .sort((one, other) => compareText(one.binding.resource, other.binding.resource))
    .flatMap((candidate) => takingPart(pool, candidate, period));
  if (!all.some(({ customer }) => customer !== null)) return { kind: 'nobody' };
  const taking = all.map((one) => {
    const days = daysIn(one);
    const each = one.each ?? '0';
    const weight = pool.byDays ? formatDecimal(times(parseDecimal(each), whole(BigInt(days)))) : each;
    return { ...one, resource: one.binding.resource, each, days, weight };
  });
  if (all.some(({ each }) => each === null)) return { kind: 'no-coefficient' };
  if (pool.sharing === '比例' && !makeAHundred(all)) return { kind: 'not-whole' };
  const out = shareOut(amount, taking);
  if (out === null) return { kind: 'no-weight' };

  const money = formatMoney(amount);
  const { item, priority } = standard;
  const fenAt = (at: number): Fen => out.shares[at]?.amount ?? 0n;
  const charges = taking.flatMap((one, at): NewCharge[] => {
    const { binding, resource, customer, weight, each, days, vacant } = one;
    const { amount: share, extra } = out.shares[at] ?? { amount: 0n, extra: false };
    if (share === 0n || customer === null) return [];
    const basis: ChargeBasis = {
      method: '公摊',
      share: {
        ...{ shared: NOT_RECORDED, amount: money, weight, total: out.total, extra },
        ...(pool.byDays ? { byDays: { each, days } } : {}),
        ...(use === undefined ? {} : { use: { quantity: use.quantity, price: use.price } }),
        ...(vacant ? { vacant: true } : {}),
      },
    };
    const range = { from: one.from, to: one.to };
    const due: Day = dueOn(standard, period, range, true);
    const named = { resource, customer, item, standard: standard.standard, binding: binding.binding };
    return [{ ...named, ...range, dueOn: due, priority, amount: share, subject: { pool: pool.pool }, basis }];
  });
  const shares = taking.map(({ resource, customer, weight, days }, at) => ({
    customer,
    share: { resource, weight, amount: formatMoney(fenAt(at)), ...(pool.byDays ? { days } : {}) },
  }));
  const participants = shares.flatMap(({ customer, share: { resource, ...rest } }) =>
    customer === null ? [] : [{ resource, customer, ...rest }],
  );
  const vacant = shares.flatMap(({ customer, share }) => (customer === null ? [share] : []));
  const { pool: code, sharing } = pool;
  const shared: PoolShared = {
    ...{ pool: code, period, amount: money, sharing, amountAt, participants },
    ...(vacant.length === 0 ? {} : { vacant }),
    ...(use === undefined ? {} : { use }),
  };
  return { kind: 'shared', shared, charges };
};

/** The decider puts the position of the pool.shared in its place. */
const NOT_RECORDED = 0;

/** Who takes part of a resource: the payer of the last day for the month, or by days each for his own; and what is vacant as the pool says. */
const takingPart = (pool: Pool, candidate: Candidate, period: Period): Taking[] => {
  const { binding, payers } = candidate;
  const month = { from: firstDay(period), to: lastDay(period) };
  const each = weightOf(pool, candidate);
  const taking = (range: DayRange, customer: string | null): Taking[] => {
    if (customer !== null) return [{ ...range, binding, customer, vacant: false, each }];
    if (pool.vacant === undefined) return [];
    return [
      { ...range, binding, customer: pool.vacant === '开发商' ? (pool.developer ?? null) : null, vacant: true, each },
    ];
  };
  if (!pool.byDays)
    return taking(
      month,
      payers.find((payer) => overlapOf(payer, { from: month.to, to: month.to }) !== null)?.customer ?? null,
    );
  const bound = overlapOf(month, binding);
  return bound?.to == null
    ? []
    : spellsIn({ from: bound.from, to: bound.to }, payers).flatMap((one) => taking(one, one.customer));
};

/** Days cut where another pays, or nobody. */
const spellsIn = (
  days: DayRange,
  payers: readonly PayerInForce[],
): (DayRange & { readonly customer: string | null })[] => {
  const found: (DayRange & { readonly customer: string | null })[] = [];
  let next = days.from;
  for (const payer of [...payers].sort((one, other) => compareDays(one.from, other.from))) {
    const spell = overlapOf(days, payer);
    if (spell?.to == null) continue;
    if (next < spell.from) found.push({ from: next, to: addDays(spell.from, -1), customer: null });
    found.push({ from: spell.from, to: spell.to, customer: payer.customer });
    next = addDays(spell.to, 1);
  }
  return next <= days.to ? [...found, { from: next, to: days.to, customer: null }] : found;
};

/** Null: a coefficient that nobody has said. An area that there is not weighs nothing. */
const weightOf = ({ sharing, members, floors }: Pool, { binding, area, usage }: Candidate): Decimal | null => {
  switch (sharing) {
    case '面积':
      return area?.area ?? '0';
    case '建筑面积':
      return area?.gross ?? '0';
    case '套内面积':
      return area?.inside ?? '0';
    case '户数':
      return '1';
    case '用量':
      return usage;
    case '楼层':
      return floors?.find(({ floor }) => floor === area?.floor)?.weight ?? null;
    case '系数':
    case '比例':
      return members?.find(({ resource }) => resource === binding.resource)?.weight ?? null;
  }
};

/** Per cents of resources: each counted once, however many pay for it. */
const makeAHundred = (taking: readonly Taking[]): boolean => {
  const each = new Map(taking.map(({ binding, each: percent }) => [binding.resource, percent ?? '0']));
  const { numerator, denominator } = [...each.values()].map(parseDecimal).reduce(plus, ZERO);
  return numerator === 100n * denominator;
};

/** The days on which a pool asks who pays. */
export const daysOfPool = (pool: Pool, period: Period): DayRange =>
  pool.byDays ? monthOf(period) : { from: lastDay(period), to: lastDay(period) };
