import type { Day, Decimal, MeterUse, Pool, PoolShared } from '@propledger/contracts';
import { formatDecimal, minus, parseDecimal, plus, roundHalfUp, times, whole, ZERO, type Fraction } from '../decimal';
import { inForceOn } from '../day';
import { CHARGE_AT_MOST, type Fen } from '../money';

/** A meter of a pool, or right below one of them. */
export interface MeterOfPool {
  readonly meter: string;
  readonly parent: string | null;
  /** By the period's reading; null: there is none. */
  readonly quantity: Decimal | null;
  /** Its use waits for somebody to look at it. */
  readonly held: boolean;
}

/** What a pool's meters come to. no-price: the pool is not in force. unread, held: of one of the meters. below-zero: those below counted more. overflow: more than an amount can be. */
export type PoolUseOutcome =
  | { readonly kind: 'amount'; readonly amount: Fen; readonly use: NonNullable<PoolShared['use']> }
  | { readonly kind: 'no-price' | 'unread' | 'held' | 'no-use' | 'below-zero' | 'overflow' };

/**
 * What the meters of a pool counted, less what the meters right below them did, at the price of a day; half up to the fen.
 * Meters below those are counted in them already; so is one of the pool's own that lies below another.
 */
export const poolUse = (pool: Pool, meters: readonly MeterOfPool[], day: Day): PoolUseOutcome => {
  const price = pool.prices?.find(inForceOn(day))?.price;
  if (price === undefined) return { kind: 'no-price' };
  const own = new Set(pool.meters);
  const above = meters.filter(({ meter }) => own.has(meter));
  const below = meters.filter(({ parent }) => parent !== null && own.has(parent));
  const all = [...above, ...below];
  if (above.length < own.size || all.some(({ quantity }) => quantity === null)) return { kind: 'unread' };
  if (all.some(({ held }) => held)) return { kind: 'held' };
  const quantity = minus(sumOf(above), sumOf(below));
  if (quantity.numerator < 0n) return { kind: 'below-zero' };
  const amount = roundHalfUp(times(times(quantity, parseDecimal(price)), whole(100n)), 1n);
  if (amount === 0n) return { kind: 'no-use' };
  if (amount > CHARGE_AT_MOST) return { kind: 'overflow' };
  const use = { quantity: formatDecimal(quantity), price, meters: above.map(shown), below: below.map(shown) };
  return { kind: 'amount', amount, use };
};

const sumOf = (meters: readonly MeterOfPool[]): Fraction =>
  meters.reduce<Fraction>((sum, { quantity }) => plus(sum, parseDecimal(quantity ?? '0')), ZERO);

const shown = ({ meter, quantity }: MeterOfPool): MeterUse => ({ meter, quantity: quantity ?? '0' });
