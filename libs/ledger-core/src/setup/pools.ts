import type { Pool } from '@propledger/contracts';
import { lastDay, monthOf, overlapOf } from '../day';
import { accept, reject } from '../decision';
import type { DefinePool, SetPoolAmount, WithdrawPool, WithdrawPoolAmount } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
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

/** Refused, in this order: pool-exists (with other content), unknown-standard, not-a-pool-standard, meter-kind-missing, scope-incomplete. */
export const definePool = (book: Reading<BookState>, command: DefinePool): LedgerDecision => {
  const pool = tidy(command.pool);
  const { pool: code, standard: standardCode, scope, building, entrance, sharing } = pool;
  const known = standing(book, code);
  if (known)
    return JSON.stringify(tidy(known.pool)) === JSON.stringify(pool)
      ? accept()
      : reject({ code: 'pool-exists', pool: code });
  const standard = book.standards.get(standardCode);
  if (standard?.withdrawn !== false) return reject({ code: 'unknown-standard', standard: standardCode });
  if (standard.standard.method !== '公摊') return reject({ code: 'not-a-pool-standard', standard: standardCode });
  if (sharing === '用量' && standard.standard.meterKind === undefined)
    return reject({ code: 'meter-kind-missing', standard: standardCode });
  if ((scope !== '项目' && building === null) || (scope === '单元' && entrance === null))
    return reject({ code: 'scope-incomplete', pool: code });
  return accept({ type: 'pool.defined', body: pool, ...unposted('0001-01-01') });
};

/** Refused, in this order: unknown-pool, pool-in-use. */
export const withdrawPool = (book: Reading<BookState>, { pool }: WithdrawPool): LedgerDecision => {
  if (!standing(book, pool)) return reject({ code: 'unknown-pool', pool });
  for (const amount of book.poolAmounts.values())
    if (amount.pool === pool && !amount.withdrawn) return reject({ code: 'pool-in-use', pool });
  return accept({ type: 'pool.withdrawn', body: { pool }, ...unposted('0001-01-01') });
};

/** Refused, in this order: unknown-pool, pool-amount-exists (another amount), amount-not-positive, then by period. */
export const setPoolAmount = (
  book: Reading<BookState>,
  calendar: Calendar,
  { pool, period, amount }: SetPoolAmount,
): LedgerDecision => {
  if (!standing(book, pool)) return reject({ code: 'unknown-pool', pool });
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

/** Members in one order; what the scope does not need is left out. */
const tidy = ({ pool, standard, scope, building, entrance, sharing }: Pool): Pool => ({
  pool,
  standard,
  scope,
  building: scope === '项目' ? null : building,
  entrance: scope === '单元' ? entrance : null,
  sharing,
});
