import { CUT } from '../report';

/**
 * Common tables of a statement: `open_charge`, the charges due by and effective by the day $4 with something open on that
 * day, as known at the cut; in fen. A charge that is settled in all that was ever applied, by movements that day and cut
 * include, need not be added up. The others are added up one by one, by their key: slower than a hash join for many, and
 * never slow when the planner has no statistics yet, as after a first import.
 */
export const OPEN_CHARGES = `${CUT},
open_charge as (
  select c.*, k.registry, m.*, $4::date - c.due_on as overdue_days
  from cut k
  join charge c on c.book = k.book and c.position <= k.ledger
  cross join lateral (
    select coalesce(sum(amount_fen) filter (where kind = 'charge'), 0) as charged,
      coalesce(-sum(amount_fen) filter (where kind in ('cash', 'prepayment')), 0) as received,
      coalesce(-sum(amount_fen) filter (where kind = 'write-off'), 0) as written_off,
      sum(amount_fen) as open
    from receivable_movement
    where book = c.book and charge = c.position and position <= k.ledger and counts_on <= $4::date
  ) m
  where c.effective_on <= $4::date and c.due_on <= $4::date
    and (c.open_fen <> 0 or c.moved_on > $4::date or c.moved_at > k.ledger)
    and m.open <> 0
)`;
