/**
 * Events after the cut in a book up to which what came after it is looked at one by one, and taken out of what is known now.
 * Further back, everything up to the cut is added up instead.
 */
export const NEAR_EVENTS = 5_000;

/**
 * A common table: each book of the cut, how far it is known, how many events came since, and whether those are few enough
 * (`near`) to start from what is known now. Both ways give the same rows.
 */
export const known = (nearEvents = NEAR_EVENTS): string => `known as (
  select k.book collate "C" as book, k.ledger, k.registry, since.events <= ${nearEvents} as near, since.events
  from cut k
  left join cursor c on c.topic = 'ledger' and c.book = k.book
  cross join lateral (select greatest(coalesce(c.position, 0) - k.ledger, 0) as events) since
)`;

/** Charges of book `k` that movements after the cut belong to. Most cuts are of this moment: without events after it nothing is looked for. */
export const MOVED_SINCE = `(
    select c.* from (select k.book as book, k.ledger as ledger where k.events > 0 offset 0) moved
    cross join lateral (
      select distinct charge from receivable_movement where book = moved.book and position > moved.ledger offset 0
    ) m
    cross join lateral (select * from charge where book = moved.book and position = m.charge limit 1) c
  )`;

/**
 * What was open on a charge `c` on the day $4, as known at `ledger`; in fen. The charge counts on that day, and is known.
 * Its movements need only be added up where some of them are seen and some are not.
 */
export const OPEN_THEN = `case
    when c.moved_on <= $4::date and c.moved_at <= c.ledger then c.open_fen
    when c.first_moved_on > $4::date or c.first_moved_at > c.ledger then c.amount_fen
    else (select coalesce(sum(amount_fen), 0)::bigint from receivable_movement
      where book = c.book and charge = c.position and position <= c.ledger and effective_on <= $4::date)
  end`;

/**
 * A common table: `open_charge`, the charges of the books in the table `of` (like `known`) that are due by and effective by the
 * day $4, with something open on that day, as known at the cut; in fen.
 *
 * Near the cut these are looked for month by month of their start, among those that were settled after that day or are still
 * open: an index holds them in this order, so that only those are read. Lateral tables with `offset 0` are looked up row by
 * row, whatever a planner without statistics believes; book after book, so that a first page needs the first books alone.
 */
export const openCharges = (of: string): string => `open_charge as (
  select k.book as project, c.*, k.registry, $4::date - c.due_on as overdue_days
  from (select * from ${of} order by book) k
  cross join lateral (
    select k.ledger, c.*, ${OPEN_THEN.replaceAll('c.ledger', 'k.ledger')} as open
    from (
      select c.*
      from (select min(starts_month)::timestamp as month from charge where book = k.book) first
      cross join lateral generate_series(first.month, $4::date, interval '1 month') as starts(month)
      cross join lateral (
        select * from charge
        where book = k.book and starts_month = starts.month::date and open_until > $4::date offset 0
      ) c
      where k.near and c.starts_on <= $4::date and c.position <= k.ledger
      union all
      select c.* from ${MOVED_SINCE} c
      where k.near and c.open_until <= $4::date and c.starts_on <= $4::date and c.position <= k.ledger
      union all
      select c.* from charge c
      where not k.near and c.book = k.book and c.position <= k.ledger and c.starts_on <= $4::date
        and (c.open_until > $4::date or c.moved_at > k.ledger)
    ) c
    offset 0
  ) c
  where c.open <> 0
)`;
