import type { Tx } from '@propledger/event-log';
import { COLLECTION_DAYS, RECEIVABLE_DAYS, RECEIVABLE_MONTHS, SETTLED_ON } from './sums';

/** Fills the empty tables of sums from the rows of all books that are in: what the projection would have added up by and by. */
export const makeSums = async (tx: Tx): Promise<void> => {
  for (const statement of STATEMENTS) await tx.rows(statement);
};

const STATEMENTS = [
  `insert into receivable_month (book, item, period, effective_month, kind, charge_period, amount_fen, standing)
   ${RECEIVABLE_MONTHS} from receivable_movement group by 1, 2, 3, 4, 5, 6`,
  `insert into receivable_day (book, effective_on, item, period, kind, charge_period, amount_fen, standing)
   ${RECEIVABLE_DAYS} from receivable_movement group by 1, 2, 3, 4, 5, 6`,
  `insert into collection_day (book, counts_on, kind, amount_fen)
   ${COLLECTION_DAYS} from receivable_movement group by 1, 2, 3`,
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
  `insert into book_dates (book, settled_on, placed_on, placed_at)
   select book, coalesce(m.settled_on, '-infinity'), coalesce(p.placed_on, '-infinity'), coalesce(p.placed_at, 0)
   from (select book, ${SETTLED_ON} as settled_on from receivable_movement group by book) m
   full join (
     select book, max(effective_on) as placed_on, max(position) as placed_at from resource_version group by book
   ) p using (book)`,
];
