import type { CorrectedFact, CorrectionCause, Day } from '@propledger/contracts';
import { formatMoney } from '@propledger/ledger-core';
import type { Tx } from '@propledger/event-log';
import type { CorrectionView } from './correction-shapes';

export interface CorrectionsAsked {
  readonly project: string;
  readonly fact?: CorrectedFact | undefined;
  readonly of?: string | undefined;
  /** Days of the corrections, both included. */
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Those before it. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Corrections that were booked, latest first: each by the first of its entries. */
export const listCorrections = async (
  tx: Tx,
  { project, fact, of, from, to, before, limit }: CorrectionsAsked,
): Promise<CorrectionView[]> => {
  const rows = await tx.rows<{
    position: string;
    date: Day;
    period: string;
    operator: string;
    recordedAt: string;
    cause: CorrectionCause;
    count: number;
    credited: string;
    charged: string;
  }>(
    `with entry as (
       select position from event where book = $1 and type = 'charge.corrected'
       union all
       select position from charge where book = $1 and origin = 'correction'),
     correction as (
       select e.command_id, min(e.position) as position, to_char(min(e.effective_date), 'YYYY-MM-DD') as date, min(e.accounting_period) as period, min(e.actor) as operator,
              min(e.recorded_at) as recorded_at, (array_agg(e.body::jsonb->'cause'))[1] as cause, count(*)::int as count,
              coalesce(sum((e.body::jsonb->>'amount')::numeric * 100) filter (where e.type = 'charge.corrected'), 0)::bigint as credited,
              coalesce(sum((e.body::jsonb->>'amount')::numeric * 100) filter (where e.type = 'charge.raised'), 0)::bigint as charged
         from entry join event e on e.book = $1 and e.position = entry.position
        where ($2::text is null or e.effective_date >= $2::date) and ($3::text is null or e.effective_date <= $3::date)
        group by e.command_id)
     select position, date, period, operator, to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "recordedAt",
            cause, count, credited, charged
       from correction
      where ($4::text is null or cause->>'fact' = $4) and ($5::text is null or cause->>'of' = $5)
        and ($6::bigint is null or position < $6)
      order by position desc limit $7`,
    [project, from ?? null, to ?? null, fact ?? null, of ?? null, before ?? null, limit],
  );
  return rows.map(({ position, cause, credited, charged, ...row }) => ({
    ...row,
    position: Number(position),
    fact: cause.fact,
    of: cause.of,
    credited: formatMoney(BigInt(credited)),
    charged: formatMoney(BigInt(charged)),
  }));
};
