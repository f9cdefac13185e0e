import { CUT } from '../report';

/**
 * Common tables of a statement: `open_charge`, the charges due by and effective by the day $4 with something open on that
 * day, as known at the cut; in fen. A charge that is settled in all that was ever applied, by movements that day and cut
 * include, need not be added up.
 */
export const OPEN_CHARGES = `${CUT},
candidate as materialized (
  select c.*, k.ledger, k.registry
  from cut k join charge c on c.book = k.book and c.position <= k.ledger
  where c.effective_on <= $4::date and c.due_on <= $4::date
    and (c.open_fen <> 0 or c.moved_on > $4::date or c.moved_at > k.ledger)
),
moved as (
  select m.book, m.charge,
    sum(m.amount_fen) filter (where m.kind = 'charge') as charged,
    -sum(m.amount_fen) filter (where m.kind in ('cash', 'prepayment')) as received,
    -sum(m.amount_fen) filter (where m.kind = 'write-off') as written_off,
    sum(m.amount_fen) as open
  from candidate c join receivable_movement m on m.book = c.book and m.charge = c.position
  where m.position <= c.ledger and m.effective_on <= $4::date
  group by m.book, m.charge
  having sum(m.amount_fen) <> 0
),
open_charge as (
  select c.*, coalesce(m.charged, 0) as charged, coalesce(m.received, 0) as received,
    coalesce(m.written_off, 0) as written_off, m.open, $4::date - c.due_on as overdue_days
  from moved m join candidate c on c.book = m.book and c.position = m.charge
)`;
