import type { Day, Money, Period } from '@propledger/contracts';
import { monthOf, overlapOf, termsOf } from '@propledger/ledger-core';
import { accept, reject, type CustomersDecision } from '../archive/facts';
import type { LeaseRecord } from '../archive/lease-record';

/** The turnover of a month in which turnover rent was agreed. The same again records nothing; another amount replaces it. */
export const reportTurnover = (
  { period, turnover, today }: { readonly period: Period; readonly turnover: Money; readonly today: Day },
  standing: LeaseRecord | undefined,
  reported: Money | undefined,
): CustomersDecision => {
  if (!standing) return reject({ code: 'lease-not-found' });
  const agreed = termsOf(standing.history).some(
    (spell) => spell.terms.turnover !== null && overlapOf(monthOf(period), spell) !== null,
  );
  if (!agreed) return reject({ code: 'no-turnover-rent' });
  if (reported === turnover) return accept();
  const { lease } = standing.history.lease;
  return accept({ type: 'lease.turnover-reported', effectiveDate: today, body: { lease, period, turnover } });
};
