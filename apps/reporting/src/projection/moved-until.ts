import { CHARGE_PERIOD, STANDING } from './sums';

const AS_SUMMED = `${CHARGE_PERIOD} as charge_period, ${STANDING} as standing`;

const AFTER_CUT = 'select * from receivable_movement where book = k.book and position > k.ledger offset 0';

/**
 * A common table: `moved`, sums of the movements posted into the period $5 or an earlier one and effective by the day $4, as
 * known at the cut (see `known`), with charge_period and standing as the sums have them. Near the cut they are the sums of
 * months, less what takes effect in the day's month after that day, less what came after the cut. Several rows may have one key.
 */
export const MOVED_UNTIL = `moved as (
  select s.book, s.item, s.period, s.kind, s.charge_period, s.amount_fen, s.standing
  from known k join receivable_month s on s.book = k.book
  where k.near and s.period <= $5::text and s.effective_month <= (select to_char($4::date, 'YYYY-MM'))
  union all
  select s.book, s.item, s.period, s.kind, s.charge_period, -s.amount_fen, -s.standing
  from known k join receivable_day s on s.book = k.book
  where k.near and s.period <= $5::text
    and s.effective_on > $4::date and s.effective_on < date_trunc('month', $4::date) + interval '1 month'
  union all
  select m.book, m.item, m.period, m.kind, m.charge_period, -m.amount_fen, -m.standing
  from known k cross join lateral (
    select book, item, period, kind, effective_on, amount_fen, ${AS_SUMMED} from (${AFTER_CUT}) m
  ) m
  where k.near and m.period <= $5::text and m.effective_on <= $4::date
  union all
  select m.book, m.item, m.period, m.kind, s.charge_period, m.amount_fen, s.standing
  from known k join receivable_movement m on m.book = k.book and m.position <= k.ledger
  cross join lateral (select ${AS_SUMMED}) s
  where not k.near and m.period <= $5::text and m.effective_on <= $4::date
)`;

/** A common table: `counted`, sums by kind of the movements that count by the day $4, as known at the cut; likewise. */
export const COUNTED_UNTIL = `counted as (
  select s.book, s.kind, s.amount_fen
  from known k join collection_day s on s.book = k.book
  where k.near and s.counts_on <= $4::date
  union all
  select m.book, m.kind, -m.amount_fen
  from known k cross join lateral (${AFTER_CUT}) m
  where k.near and m.counts_on <= $4::date
  union all
  select m.book, m.kind, m.amount_fen
  from known k join receivable_movement m on m.book = k.book and m.position <= k.ledger
  where not k.near and m.counts_on <= $4::date
)`;
