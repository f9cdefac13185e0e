import type { Money, Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  compareCharges,
  lastDayOf,
  leaseUnitsCharged,
  monthOf,
  monthsFrom,
  nextPeriod,
  periodOf,
  rentSchedule,
  subjectKey,
  sum,
  termsOf,
  type ChargeDifference,
  type Fen,
  type LeaseHistory,
} from '@propledger/ledger-core';
import { CHARGE_COLUMNS, chargeOf, type ChargeRow } from '../ledger-store/rows';
import { leaseOf } from '../projection/leases-copy';

const MONTHS_AHEAD = 120;

/** What a customer was charged for an item and resource of a month, and should have been. */
export interface SettlementLine {
  readonly item: string;
  readonly resource: string;
  readonly period: Period;
  readonly difference: ChargeDifference;
}

/** What is left to settle of a lease, as the ledger stands. */
export interface Settlement {
  readonly history: LeaseHistory;
  readonly lines: readonly SettlementLine[];
  /** Rent of the months after the last that was charged, to the lease's last day. */
  readonly notCharged: { readonly from: Period; readonly to: Period; readonly amount: Fen } | null;
  /** Open of its charges. */
  readonly open: Fen;
  readonly deposits: readonly HeldDeposit[];
  /** What its parties have paid in advance, for its resources or for any. */
  readonly prepaid: Fen;
}

export interface HeldDeposit {
  readonly receiptNo: string;
  readonly kind: string;
  readonly customer: string;
  readonly resource: string;
  readonly held: Fen;
}

/** Null: there is no such lease. */
export const readSettlement = async (tx: Tx, project: string, lease: string): Promise<Settlement | null> => {
  const history = await leaseOf(tx, project, lease);
  if (!history) return null;
  const rows = await tx.rows<ChargeRow & { open: string }>(
    `select ${CHARGE_COLUMNS}, c.open_fen as open from charge c
      where c.book = $1 and c.subject = $2 and c.reversed_by is null order by c.position`,
    [project, subjectKey({ lease })],
  );
  const turnovers = await tx.rows<{ period: Period; turnover: Money }>(
    'select period, turnover from copy_lease_turnover where project = $1 and lease = $2 order by period',
    [project, lease],
  );
  const standing = rows.map(chargeOf);
  const units = leaseUnitsCharged({ history, turnovers, standing });
  const lines = units.flatMap(({ item, resource, period, binding, computed, standing: stands }) =>
    compareCharges({ binding, subject: { lease }, days: monthOf(period) }, stands, computed).map((difference) => ({
      item,
      resource,
      period,
      difference,
    })),
  );
  const named = namesOf(history);
  return {
    history,
    lines,
    notCharged: notCharged(
      history,
      standing
        .map(({ to }) => periodOf(to))
        .sort()
        .at(-1),
    ),
    open: sum(rows.map(({ open }) => BigInt(open))),
    deposits: await depositsHeld(tx, project, named),
    prepaid: await prepaid(tx, project, named),
  };
};

interface Names {
  readonly customers: readonly string[];
  readonly resources: readonly string[];
}

/** Of all versions. */
const namesOf = ({ lease, changes }: LeaseHistory): Names => {
  const all = [lease, ...changes];
  return {
    customers: [...new Set(all.flatMap(({ parties }) => (parties ?? []).map(({ customer }) => customer)))],
    resources: [...new Set(all.flatMap(({ resources }) => (resources ?? []).map(({ resource }) => resource)))],
  };
};

/** @param last the last month of which anything stands */
const notCharged = (history: LeaseHistory, last: Period | undefined): Settlement['notCharged'] => {
  const first = last === undefined ? periodOf(history.lease.from) : nextPeriod(last);
  const to = periodOf(lastDayOf(history));
  if (termsOf(history).length === 0 || first > to) return null;
  const { month } = rentSchedule(history);
  const months = monthsFrom(first, MONTHS_AHEAD).filter((period) => period <= to);
  return { from: first, to: months.at(-1) ?? first, amount: sum(months.flatMap(month).map(({ amount }) => amount)) };
};

const depositsHeld = async (tx: Tx, project: string, { customers, resources }: Names): Promise<HeldDeposit[]> => {
  const rows = await tx.rows<Omit<HeldDeposit, 'held'> & { held: string }>(
    `select receipt_no as "receiptNo", kind, customer, resource, amount_fen - refunded_fen - used_fen as held from deposit
      where book = $1 and reversed_by is null and refunded_fen + used_fen < amount_fen
        and customer = any ($2) and resource = any ($3)
      order by receipt_no`,
    [project, customers, resources],
  );
  return rows.map(({ held, ...deposit }) => ({ ...deposit, held: BigInt(held) }));
};

const prepaid = async (tx: Tx, project: string, { customers, resources }: Names): Promise<Fen> => {
  const [row] = await tx.rows<{ balance: string | null }>(
    `select sum(balance_fen) as balance from prepayment_balance
      where book = $1 and customer = any ($2) and (tie is null or tie = any ($3))`,
    [project, customers, resources],
  );
  return BigInt(row?.balance ?? 0);
};
