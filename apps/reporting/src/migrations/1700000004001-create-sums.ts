import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What reports need in order not to add up millions of movements: for each charge since when and until when something may be
 * open on it, and sums. docs/decisions say which question reads which.
 */
export class CreateSums implements MigrationInterface {
  readonly name = 'CreateSums1700000004001';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table arrears_sum, receivable_month, receivable_day, collection_day, book_dates`);
    await queryRunner.query(`drop index receivable_movement_position, charge_open_until, charge_open`);
    await queryRunner.query(
      `alter table charge drop column starts_on, drop column starts_month, drop column open_until,
         drop column first_moved_on, drop column first_moved_at`,
    );
  }
}

const STATEMENTS = [
  // starts_on: the first day on which arrears count it. open_until: the first day on which nothing is open on it, by
  // everything applied; infinity: something is open. first_moved_…: earliest date and position of what moved it since.
  `alter table charge
     add column starts_on date,
     add column starts_month date,
     add column open_until date,
     add column first_moved_on date,
     add column first_moved_at bigint`,
  `update charge c
   set starts_on = greatest(c.effective_on, c.due_on),
     starts_month = date_trunc('month', greatest(c.effective_on, c.due_on)),
     open_until = case when c.open_fen <> 0 then 'infinity' else c.moved_on end,
     first_moved_on = m.moved_on,
     first_moved_at = m.moved_at
   from charge o left join lateral (
     select min(effective_on) as moved_on, min(position) as moved_at from receivable_movement
     where book = o.book and charge = o.position and position <> o.position
   ) m on true
   where o.book = c.book and o.position = c.position`,
  `alter table charge
     alter column starts_on set not null,
     alter column starts_month set not null,
     alter column open_until set not null`,
  // What was open on a day: for each month in which charges started, those not settled by then.
  `create index charge_open_until on charge (book, starts_month, open_until)`,
  `create index charge_open on charge (book, resource, item) where open_fen <> 0`,
  // What came after a cut.
  `create index receivable_movement_position on receivable_movement (book, position)`,
  // What is open now, by everything applied. resources: for how many resources the earliest open charge of the item is in here.
  `create table arrears_sum (
    book text collate "C" not null,
    item text collate "C" not null,
    building text collate "C" not null,
    starts_on date not null,
    due_on date not null,
    open_fen bigint not null,
    charges integer not null,
    resources integer not null,
    primary key (book, item, building, starts_on, due_on)
  ) with (fillfactor = 80)`,
  // charge_period is empty where it is before the period of the movement. standing: charges raised less those reversed.
  `create table receivable_month (
    book text collate "C" not null,
    item text collate "C" not null,
    period text collate "C" not null,
    effective_month text collate "C" not null,
    kind text collate "C" not null,
    charge_period text collate "C" not null,
    amount_fen bigint not null,
    standing bigint not null,
    primary key (book, item, period, effective_month, kind, charge_period)
  ) with (fillfactor = 80)`,
  `create table receivable_day (
    book text collate "C" not null,
    effective_on date not null,
    item text collate "C" not null,
    period text collate "C" not null,
    kind text collate "C" not null,
    charge_period text collate "C" not null,
    amount_fen bigint not null,
    standing bigint not null,
    primary key (book, effective_on, item, period, kind, charge_period)
  ) with (fillfactor = 80)`,
  `create table collection_day (
    book text collate "C" not null,
    counts_on date not null,
    kind text collate "C" not null,
    amount_fen bigint not null,
    primary key (book, counts_on, kind)
  ) with (fillfactor = 80)`,
  // settled_on: the latest day on which something moved a charge that counted already; asked about that day or a later one, what
  // is open is what is open by everything applied. placed_…: the same of where resources lie. The row is also the lock under which
  // arrears_sum is changed.
  `create table book_dates (
    book text collate "C" primary key,
    settled_on date not null default '-infinity',
    placed_on date not null default '-infinity',
    placed_at bigint not null default 0
  ) with (fillfactor = 50)`,
  `insert into book_dates (book, settled_on)
   select book, coalesce(max(effective_on) filter (where position <> charge and effective_on = counts_on), '-infinity')
   from receivable_movement group by book`,
  `insert into book_dates (book, placed_on, placed_at)
   select book, max(effective_on), max(position) from resource_version group by book
   on conflict (book) do update set placed_on = excluded.placed_on, placed_at = excluded.placed_at`,
  `insert into arrears_sum (book, item, building, starts_on, due_on, open_fen, charges, resources)
   select o.book, o.item, coalesce(place.building, ''), o.starts_on, o.due_on, sum(o.open_fen), count(*), count(*) filter (where o.nth = 1)
   from (
     select c.*, row_number() over (partition by book, resource, item order by starts_on, due_on, position) as nth
     from charge c where open_fen <> 0
   ) o
   left join (
     select distinct on (book, resource) book, resource, case when parking then '车位' else building end as building
     from resource_version order by book, resource, generation desc, effective_on desc, position desc
   ) place on place.book = o.book and place.resource = o.resource
   group by 1, 2, 3, 4, 5`,
  `insert into receivable_month (book, item, period, effective_month, kind, charge_period, amount_fen, standing)
   select book, item, period, to_char(effective_on, 'YYYY-MM'), kind, case when charge_period < period then '' else charge_period end,
     sum(amount_fen), sum(case when kind <> 'charge' then 0 when position = charge then 1 else -1 end)
   from receivable_movement group by 1, 2, 3, 4, 5, 6`,
  `insert into receivable_day (book, effective_on, item, period, kind, charge_period, amount_fen, standing)
   select book, effective_on, item, period, kind, case when charge_period < period then '' else charge_period end,
     sum(amount_fen), sum(case when kind <> 'charge' then 0 when position = charge then 1 else -1 end)
   from receivable_movement group by 1, 2, 3, 4, 5, 6`,
  `insert into collection_day (book, counts_on, kind, amount_fen)
   select book, counts_on, kind, sum(amount_fen) from receivable_movement group by 1, 2, 3`,
];
