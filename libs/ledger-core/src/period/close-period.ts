import { firstDay, lastDay } from '../day';
import { accept, reject } from '../decision';
import type { ClosePeriod, OpenBook, ReopenPeriod } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { Calendar } from '../ledger/state';
import { sum } from '../money';
import { closedPeriod, firstOpenPeriod, unposted } from './posting';
import { trialBalanceBody } from './trial-balance';

/** Opening a book again with the same first period needs no event. Refused: book-already-open. */
export const openBook = (calendar: Calendar | null, command: OpenBook): LedgerDecision => {
  const { project, firstPeriod } = command;
  if (calendar === null)
    return accept({ type: 'book.opened', body: { project, firstPeriod }, ...unposted(firstDay(firstPeriod)) });
  if (calendar.firstPeriod === firstPeriod) return accept();
  return reject({ code: 'book-already-open', firstPeriod: calendar.firstPeriod });
};

/** Refused, in this order: before-first-period, period-closed, period-not-next, trial-balance-not-zero. */
export const closePeriod = (calendar: Calendar, command: ClosePeriod): LedgerDecision => {
  const { period, trialBalance, trialBalanceHash } = command;
  const closed = closedPeriod(calendar, period);
  if (closed) return reject(closed);
  const next = firstOpenPeriod(calendar);
  if (period !== next) return reject({ code: 'period-not-next', period, next });
  if (sum(trialBalance.map(({ amount }) => amount)) !== 0n) return reject({ code: 'trial-balance-not-zero' });

  return accept({
    type: 'period.closed',
    body: { period, trialBalance: trialBalanceBody(trialBalance), trialBalanceHash },
    ...unposted(lastDay(period)),
  });
};

/**
 * Takes the last close back: what it froze stays in the book, and the period is closed anew. With the first period the month
 * before it is open again, too, for what is brought in. It takes two people, see `byTwoPeople`.
 *
 * Refused: period-not-last-closed.
 */
export const reopenPeriod = ({ closedThrough: last }: Calendar, command: ReopenPeriod): LedgerDecision => {
  const { period, reasonDigest } = command;
  if (period !== last) return reject({ code: 'period-not-last-closed', period, last });
  return accept({ type: 'period.reopened', body: { period, reasonDigest }, ...unposted(lastDay(period)) });
};
