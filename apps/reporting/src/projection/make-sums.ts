import type { Tx } from '@propledger/event-log';
import { CHARGE_PERIOD, STANDING } from './sums';

/** Fills the empty tables of sums from the rows of all books that are in: what the projection would have added up by and by. */
export const makeSums = async (tx: Tx): Promise<void> => {
  for (const statement of STATEMENTS) await tx.rows(statement);
};

// Two scans of the movements, which are the most.
const STATEMENTS = [
  `insert into receivable_day (book, effective_on, item, period, kind, charge_period, amount_fen, standing)
   select book, effective_on, item, period, kind, ${CHARGE_PERIOD}, sum(amount_fen)::bigint, sum(${STANDING})
   from receivable_movement group by 1, 2, 3, 4, 5, 6`,
  `insert into receivable_month (book, item, period, effective_month, kind, charge_period, amount_fen, standing)
   select book, item, period, to_char(effective_on, 'YYYY-MM'), kind, charge_period, sum(amount_fen)::bigint, sum(standing)
   from receivable_day group by 1, 2, 3, 4, 5, 6`,
  `with counted as materialized (
     select book, counts_on, kind, sum(amount_fen)::bigint as amount_fen,
       max(effective_on) filter (where position <> charge and effective_on = counts_on) as settled_on
     from receivable_movement group by 1, 2, 3
   ), by_counting_day as (
     insert into collection_day (book, counts_on, kind, amount_fen) select book, counts_on, kind, amount_fen from counted
   )
   insert into book_dates (book, settled_on, placed_on, placed_at)
   select book, coalesce(m.settled_on, '-infinity'), coalesce(p.placed_on, '-infinity'), coalesce(p.placed_at, 0)
   from (select book, max(settled_on) as settled_on from counted group by book) m
   full join (
     select book, max(effective_on) as placed_on, max(position) as placed_at from resource_version group by book
   ) p using (book)`,
  `insert into arrears_sum (book, item, building, starts_on, due_on, open_fen, charges, resources)
   select o.book, o.item, coalesce(place.building, ''), o.starts_on, o.due_on, sum(o.open_fen), count(*),
     count(*) filter (where o.nth = 1)
   from (
     select book, resource, item, starts_on, due_on, open_fen,
       row_number() over (partition by book, resource, item order by starts_on, due_on, position) as nth
     from charge where open_fen <> 0
   ) o
   left join (
     select distinct on (book, resource) book, resource, case when parking then '车位' else building end as building
     from resource_version order by book, resource, generation desc, effective_on desc, position desc
   ) place on place.book = o.book and place.resource = o.resource
   group by 1, 2, 3, 4, 5`,
];
