import type { Pool } from '@propledger/contracts';
import { lastDay, monthOf, overlapOf } from '../day';
import { shortest } from '../decimal';
import { accept, reject } from '../decision';
import type {
  AddPoolPrice,
  ChangePool,
  DefinePool,
  SetPoolAmount,
  WithdrawPool,
  WithdrawPoolAmount,
} from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import {
  poolAmountKey,
  subjectKey,
  type BookState,
  type Calendar,
  type PoolState,
  type Reading,
} from '../ledger/state';
import { formatMoney } from '../money';
import { closedPeriod, unposted } from '../period/posting';
import { compareText } from '../text';
import { isNegative } from './meters';
import { overlapping } from './standard-form';
import { withPrice } from './standards';

/** Refused, in this order: pool-exists (with other content); then as by `poolFault`. */
export const definePool = (book: Reading<BookState>, command: DefinePool): LedgerDecision => {
  const pool = tidy(command.pool);
  const known = standing(book, pool.pool);
  if (known) return isAsItIs(known, pool) ? accept() : reject({ code: 'pool-exists', pool: pool.pool });
  const fault = poolFault(book, pool);
  return fault ? reject(fault) : accept({ type: 'pool.defined', body: pool, ...unposted('0001-01-01') });
};

/** Refused, in this order: unknown-pool; pool-in-use (amounts that were set, and meters now); then as by `poolFault`. */
export const changePool = (book: Reading<BookState>, command: ChangePool): LedgerDecision => {
  const pool = tidy(command.pool);
  const known = standing(book, pool.pool);
  if (!known) return reject({ code: 'unknown-pool', pool: pool.pool });
  if (isAsItIs(known, pool)) return accept();
  const hasAmount = [...book.poolAmounts.values()].some((amount) => amount.pool === pool.pool && !amount.withdrawn);
  if (pool.meters !== undefined && hasAmount) return reject({ code: 'pool-in-use', pool: pool.pool });
  const fault = poolFault(book, pool);
  return fault ? reject(fault) : accept({ type: 'pool.changed', body: pool, ...unposted('0001-01-01') });
};

/**
 * An open-ended price before it ends the day before.
 *
 * Refused, in this order: unknown-pool, pool-has-no-meters, price-negative, range-reversed, prices-overlap.
 */
export const addPoolPrice = (book: Reading<BookState>, { pool: code, price }: AddPoolPrice): LedgerDecision => {
  const known = standing(book, code);
  if (!known) return reject({ code: 'unknown-pool', pool: code });
  const { prices } = known.pool;
  if (prices === undefined) return reject({ code: 'pool-has-no-meters', pool: code });
  const pool = tidy({ ...known.pool, prices: withPrice(prices, price) });
  if (isAsItIs(known, pool)) return accept();
  const fault = priceFault(pool);
  return fault ? reject(fault) : accept({ type: 'pool.changed', body: pool, ...unposted(price.from) });
};

const isAsItIs = (known: Reading<PoolState>, pool: Pool): boolean =>
  JSON.stringify(tidy(known.pool)) === JSON.stringify(pool);

/**
 * What is wrong with a pool that is tidy, in this order: unknown-standard, not-a-pool-standard, meter-kind-missing, scope-incomplete,
 * unknown-meter, pool-without-price, price-negative, range-reversed, prices-overlap, weights-missing, rate-negative, weight-twice,
 * developer-missing.
 */
const poolFault = (book: Reading<BookState>, pool: Pool): LedgerRejection | null => {
  const { pool: code, standard: standardCode, sharing, meters = [], vacant, developer } = pool;
  const standard = book.standards.get(standardCode);
  if (standard?.withdrawn !== false) return { code: 'unknown-standard', standard: standardCode };
  if (standard.standard.method !== '公摊') return { code: 'not-a-pool-standard', standard: standardCode };
  if (sharing === '用量' && standard.standard.meterKind === undefined)
    return { code: 'meter-kind-missing', standard: standardCode };
  if (!isScopeWhole(pool)) return { code: 'scope-incomplete', pool: code };
  const unknown = meters.find((meter) => book.meters.get(meter)?.withdrawn !== false);
  if (unknown !== undefined) return { code: 'unknown-meter', meter: unknown };
  const fault = priceFault(pool) ?? weightFault(pool);
  if (fault) return fault;
  return vacant === '开发商' && developer === undefined ? { code: 'developer-missing', pool: code } : null;
};

/** Whether a pool says all that its scope needs. */
export const isScopeWhole = ({ scope, building, entrance, meters, members }: Pool): boolean => {
  switch (scope) {
    case '项目':
      return true;
    case '楼栋':
      return building !== null;
    case '单元':
      return building !== null && entrance !== null;
    case '仪表':
      return meters !== undefined;
    case '资源':
      return members !== undefined;
  }
};

const priceFault = ({ pool, standard, meters, prices = [] }: Pool): LedgerRejection | null => {
  if (meters === undefined) return null;
  if (prices.length === 0) return { code: 'pool-without-price', pool };
  if (prices.some(({ price }) => isNegative(price))) return { code: 'price-negative' };
  if (prices.some(({ from, to }) => to !== null && to < from)) return { code: 'range-reversed' };
  const second = overlapping(prices);
  return second ? { code: 'prices-overlap', standard, from: second.from } : null;
};

/** What is wrong with the weights of a pool that is tidy: weights-missing, rate-negative, weight-twice. Null: nothing. */
export const weightFault = ({ pool, sharing, members = [], floors = [] }: Pool): LedgerRejection | null => {
  const ofMembers = sharing === '系数' || sharing === '比例';
  if (ofMembers && (members.length === 0 || members.some(({ weight }) => weight === undefined)))
    return { code: 'weights-missing', pool };
  if (sharing === '楼层' && floors.length === 0) return { code: 'weights-missing', pool };
  if ([...members, ...floors].some(({ weight = '0' }) => isNegative(weight))) return { code: 'rate-negative' };
  const twice = (codes: readonly string[]): string | undefined => codes.find((code, at) => code === codes[at - 1]);
  const again = twice(members.map(({ resource }) => resource)) ?? twice(floors.map(({ floor }) => floor));
  return again === undefined ? null : { code: 'weight-twice', pool, of: again };
};

/** Refused, in this order: unknown-pool, pool-in-use. */
export const withdrawPool = (book: Reading<BookState>, { pool }: WithdrawPool): LedgerDecision => {
  if (!standing(book, pool)) return reject({ code: 'unknown-pool', pool });
  for (const amount of book.poolAmounts.values())
    if (amount.pool === pool && !amount.withdrawn) return reject({ code: 'pool-in-use', pool });
  const shares = book.chargesOfSubject.get(subjectKey({ pool })) ?? [];
  if (shares.some(({ reversedBy }) => reversedBy === null)) return reject({ code: 'pool-in-use', pool });
  return accept({ type: 'pool.withdrawn', body: { pool }, ...unposted('0001-01-01') });
};

/** Refused, in this order: unknown-pool, pool-has-meters, pool-amount-exists (another amount), amount-not-positive, then by period. */
export const setPoolAmount = (
  book: Reading<BookState>,
  calendar: Calendar,
  { pool, period, amount }: SetPoolAmount,
): LedgerDecision => {
  const ofPool = standing(book, pool);
  if (!ofPool) return reject({ code: 'unknown-pool', pool });
  if (ofPool.pool.meters !== undefined) return reject({ code: 'pool-has-meters', pool });
  const known = book.poolAmounts.get(poolAmountKey(pool, period));
  if (known?.withdrawn === false)
    return known.amount === amount ? accept() : reject({ code: 'pool-amount-exists', pool, period });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  const closed = closedPeriod(calendar, period);
  if (closed) return reject(closed);
  const body = { pool, period, amount: formatMoney(amount) };
  return accept({ type: 'pool.amount-set', body, ...unposted(lastDay(period)) });
};

/** Refused, in this order: unknown-pool-amount, pool-in-use. */
export const withdrawPoolAmount = (book: Reading<BookState>, { pool, period }: WithdrawPoolAmount): LedgerDecision => {
  const known = book.poolAmounts.get(poolAmountKey(pool, period));
  if (known?.withdrawn !== false) return reject({ code: 'unknown-pool-amount', pool, period });
  const month = monthOf(period);
  const charge = (book.chargesOfSubject.get(subjectKey({ pool })) ?? []).find(
    (other) => other.reversedBy === null && overlapOf(other, month) !== null,
  );
  if (charge) return reject({ code: 'pool-in-use', pool });
  return accept({ type: 'pool.amount-withdrawn', body: { pool, period }, ...unposted(lastDay(period)) });
};

const standing = (book: Reading<BookState>, code: string): Reading<PoolState> | null => {
  const known = book.pools.get(code);
  return known && !known.withdrawn ? known : null;
};

/** Members in one order; what scope and sharing do not need is left out. */
export const tidy = (whole: Pool): Pool => {
  const {
    pool,
    standard,
    scope,
    building,
    entrance,
    sharing,
    meters,
    prices,
    members,
    floors,
    vacant,
    developer,
    byDays,
  } = whole;
  const weighs = sharing === '系数' || sharing === '比例';
  return {
    pool,
    standard,
    scope,
    building: scope === '楼栋' || scope === '单元' ? building : null,
    entrance: scope === '单元' ? entrance : null,
    sharing,
    ...(isNothing(meters)
      ? {}
      : {
          meters: [...new Set(meters)].sort(compareText),
          prices: (prices ?? [])
            .map(({ price, from, to }) => ({ price: shortest(price), from, to }))
            .sort((one, other) => compareText(one.from, other.from)),
        }),
    ...(isNothing(members) || !(weighs || scope === '资源')
      ? {}
      : {
          members: members
            .map(({ resource, weight }) => ({
              resource,
              ...(weight === undefined || !weighs ? {} : { weight: shortest(weight) }),
            }))
            .sort((one, other) => compareText(one.resource, other.resource)),
        }),
    ...(isNothing(floors) || sharing !== '楼层'
      ? {}
      : {
          floors: floors
            .map(({ floor, weight }) => ({ floor, weight: shortest(weight) }))
            .sort((one, other) => compareText(one.floor, other.floor)),
        }),
    ...(vacant === undefined ? {} : { vacant }),
    ...(developer === undefined || vacant !== '开发商' ? {} : { developer }),
    ...(byDays === undefined ? {} : { byDays }),
  };
};

const isNothing = <Item>(list: readonly Item[] | undefined): list is undefined =>
  list === undefined || list.length === 0;
