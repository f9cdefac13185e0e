import type { Binding, ChargeBasis, Day, Decimal, Period, Pool, PoolShared, Standard } from '@propledger/contracts';
import { firstDay, lastDay } from '../day';
import type { NewCharge } from '../ledger/commands';
import { formatMoney, type Fen } from '../money';
import { dueOn } from '../tariff/due';
import { compareText } from '../text';
import { shareOut } from './share-pool';

/** A resource with a binding to the pool's standard on the last day of the month, in its scope. */
export interface Candidate {
  readonly binding: Binding;
  /** Who pays on that day; null: nobody, and it takes no part. */
  readonly customer: string | null;
  /** 计费面积 on that day; null: none. */
  readonly area: Decimal | null;
  /** What its meters of the standard's kind counted by this period's readings. */
  readonly usage: Decimal;
}

export interface PoolInputs {
  readonly pool: Pool;
  readonly amount: Fen;
  /** The position of the pool.amount-set. */
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
  | { readonly kind: 'no-price' | 'nobody' | 'no-weight' };

/**
 * Shares a pool over its candidates that have a payer, each for the whole month to the payer of its last day, with item and
 * due day of its standard, which is in force on that day. The standard's rounding does not apply.
 */
export const poolCharges = ({ pool, amount, amountAt, period, standard, candidates }: PoolInputs): PoolCharges => {
  const [from, to] = [firstDay(period), lastDay(period)];
  if (!standard.prices.some((price) => price.from <= to && (price.to === null || to <= price.to)))
    return { kind: 'no-price' };
  const taking = candidates
    .flatMap(({ customer, ...rest }) => (customer === null ? [] : [{ ...rest, customer }]))
    .sort((one, other) => compareText(one.binding.resource, other.binding.resource))
    .map((one) => ({ ...one, resource: one.binding.resource, weight: weightOf(pool, one) }));
  if (taking.length === 0) return { kind: 'nobody' };
  const out = shareOut(amount, taking);
  if (out === null) return { kind: 'no-weight' };

  const money = formatMoney(amount);
  const due: Day = dueOn(standard, period, { from, to }, true);
  const { item, priority } = standard;
  const fenAt = (at: number): Fen => out.shares[at]?.amount ?? 0n;
  const charges = taking.flatMap(({ binding, resource, customer, weight }, at): NewCharge[] => {
    const { amount: share, extra } = out.shares[at] ?? { amount: 0n, extra: false };
    if (share === 0n) return [];
    const basis: ChargeBasis = {
      method: '公摊',
      share: { shared: NOT_RECORDED, amount: money, weight, total: out.total, extra },
    };
    const days = { from, to, dueOn: due, priority };
    const named = { resource, customer, item, standard: standard.standard, binding: binding.binding };
    return [{ ...named, ...days, amount: share, subject: { pool: pool.pool }, basis }];
  });
  const participants = taking.map(({ resource, customer, weight }, at) => ({
    resource,
    customer,
    weight,
    amount: formatMoney(fenAt(at)),
  }));
  const { pool: code, sharing } = pool;
  return { kind: 'shared', shared: { pool: code, period, amount: money, sharing, amountAt, participants }, charges };
};

/** The decider puts the position of the pool.shared in its place. */
const NOT_RECORDED = 0;

const weightOf = ({ sharing }: Pool, { area, usage }: Candidate): Decimal =>
  sharing === '户数' ? '1' : sharing === '面积' ? (area ?? '0') : usage;
