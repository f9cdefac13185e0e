import type { Period, PeriodClosed } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  closedPeriod,
  firstOpenPeriod,
  formatMoney,
  sum,
  trialBalanceBody,
  type LedgerRejection,
} from '@propledger/ledger-core';
import type { Peer } from '@propledger/service-kit';
import { calendarOf } from '../ledger-store/around';
import { postedBetween } from '../ledger-store/posted';
import type { Refusal } from '../ledger-store/task';

/** What a closing would meet: `blockers` refuse it, all else is there to be looked at. Everything is as it is now. */
export interface ClosingChecklist {
  readonly blockers: Refusal['code'][];
  /** Of the period's postings so far. */
  readonly trialBalance: PeriodClosed['trialBalance'];
  /** Prepayments that settle nothing yet. */
  readonly unapplied: { readonly balances: number; readonly amount: string };
  /** What the period booked to each channel, debit positive. */
  readonly clearing: { readonly channel: string; readonly amount: string }[];
  readonly waitingApprovals: number;
  readonly metered: MeteredLeft;
  /** How far the reports are; null: reporting gave no answer, and the period may be closed all the same. */
  readonly reports: { readonly lag: number; readonly parked: boolean } | null;
}

/** What a run of the period would still look at, and no run of another does: once it is closed, nobody is charged for it. */
export interface MeteredLeft {
  /** Meters of resources without a reading for the period. */
  readonly unread: number;
  /** Readings that came after the last bill run of the period. */
  readonly readings: number;
  /** Pool amounts that did. */
  readonly pools: number;
}

/** Null: the project's book is not open. */
export const closingChecklist = async (
  tx: Tx,
  reports: Peer,
  project: string,
  period: Period,
): Promise<ClosingChecklist | null> => {
  const calendar = await calendarOf(tx, project);
  if (!calendar) return null;
  const [ofReports, rows] = await Promise.all([
    reportsOf(reports, project),
    postedBetween(tx, project, period, 0, Number.MAX_SAFE_INTEGER),
  ]);
  const { importing, running, waitingApprovals, balances, unapplied } = await countsOf(tx, project);
  const outOfTurn = outOfTurnOf({ ...calendar, project }, period);
  const blockers: Refusal['code'][] = [];
  if (outOfTurn) blockers.push(outOfTurn);
  if (sum(rows.map(({ amount }) => amount)) !== 0n) blockers.push('trial-balance-not-zero');
  if (importing) blockers.push('import-in-progress');
  if (running) blockers.push('run-in-progress');
  return {
    blockers,
    trialBalance: trialBalanceBody(rows),
    unapplied: { balances, amount: formatMoney(BigInt(unapplied)) },
    clearing: await clearingOf(tx, project, period),
    waitingApprovals,
    metered: await meteredLeft(tx, project, period),
    reports: ofReports,
  };
};

const outOfTurnOf = (calendar: Parameters<typeof closedPeriod>[0], period: Period): LedgerRejection['code'] | null =>
  closedPeriod(calendar, period)?.code ?? (period === firstOpenPeriod(calendar) ? null : 'period-not-next');

interface Counts {
  readonly importing: boolean;
  readonly running: boolean;
  readonly waitingApprovals: number;
  readonly balances: number;
  /** In fen. */
  readonly unapplied: string;
}

const countsOf = async (tx: Tx, book: string): Promise<Counts> => {
  const [counts] = await tx.rows<Counts>(
    `select exists (select from import_book where book = $1 and held) as importing,
            exists (select from bill_run where book = $1 and state in ('waiting', 'running')) as running,
            (select count(*)::int from approval where book = $1 and state = 'waiting') as "waitingApprovals",
            count(*)::int as balances, coalesce(sum(balance_fen), 0)::text as unapplied
       from prepayment_balance where book = $1 and balance_fen > 0`,
    [book],
  );
  if (!counts) throw new Error('an aggregate has one row');
  return counts;
};

const meteredLeft = async (tx: Tx, book: string, period: Period): Promise<MeteredLeft> => {
  const [left] = await tx.rows<MeteredLeft>(
    `with run as (
       select coalesce(max(greatest(asked_at, case task when 'post' then begun_at end)), '-infinity') as at
         from bill_run where book = $1 and period = $2 and state = 'done' and scope is null)
     select (select count(*)::int from meter m
              where m.book = $1 and not m.withdrawn and m.resource is not null
                and not exists (select from meter_record r where r.book = $1 and r.period = $2 and r.meter = m.meter
                                   and r.withdrawn_by is null)) as unread,
            (select count(*)::int from meter_record r join event e using (book, position)
              where r.book = $1 and r.period = $2 and r.withdrawn_by is null and e.recorded_at > run.at) as readings,
            (select count(*)::int from pool_amount a join event e using (book, position)
              where a.book = $1 and a.period = $2 and not a.withdrawn and e.recorded_at > run.at) as pools
       from run`,
    [book, period],
  );
  if (!left) throw new Error('an aggregate has one row');
  return left;
};

const clearingOf = (tx: Tx, book: string, period: Period): Promise<{ channel: string; amount: string }[]> =>
  tx.rows(
    `select line->>'channel' as channel, sum((line->>'amount')::numeric(20, 2))::text as amount
       from event e cross join lateral jsonb_array_elements(e.body::jsonb->'lines') line
      where e.book = $1 and e.accounting_period = $2 and line->>'account' = 'channel-clearing'
      group by 1 order by (line->>'channel') collate "C"`,
    [book, period],
  );

/** Reporting's own account of itself, as far as it is read here. */
interface ReportingStatus {
  readonly topics: readonly {
    readonly topic: string;
    readonly lag: number;
    readonly parked: readonly { readonly book: string }[];
  }[];
}
const REPORTING_PATIENCE_MS = 2_000;

/** Billing closes its periods whether reporting is there or not: no failure of it is one here. */
const reportsOf = async (reports: Peer, project: string): Promise<ClosingChecklist['reports']> => {
  try {
    const { topics } = await reports.call<ReportingStatus>('GET', 'status', undefined, REPORTING_PATIENCE_MS);
    const ledger = topics.find(({ topic }) => topic === 'ledger');
    return ledger ? { lag: ledger.lag, parked: ledger.parked.some(({ book }) => book === project) } : null;
  } catch {
    return null;
  }
};
