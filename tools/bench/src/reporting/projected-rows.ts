import { makeSums } from '@propledger/reporting';
import { Client } from 'pg';

/*
 * What reporting has projected of a ledger of so many months, by SQL, since millions of events take minutes: each resource owes
 * two charges a month. Of 100 charges 70 are paid in their month and 20 in the next, 10 never. A book's positions are dense: a
 * month's charges, then a place for the payment of each.
 */

const FIRST_MONTH = '2022-01-01';
const ITEMS = 2;
/** The first day of a month of the history, counted from 0. */
export const dayOf = (month: number, day = '01'): string =>
  `${new Date(Date.UTC(2022, month, 1)).toISOString().slice(0, 7)}-${day}`;

/** Fills the projection, of which the registry's part is in. @returns charges, and each book's positions by month. */
export const fillProjection = async (
  url: string,
  books: readonly string[],
  months: number,
): Promise<{ charges: number; positions: ReadonlyMap<string, (months: number) => number> }> => {
  const clients = await Promise.all(Array.from({ length: 2 }, () => connect(url)));
  const run = async <Row>(sql: string, params: readonly unknown[] = [], client = clients[0]): Promise<Row[]> =>
    ((await client?.query(sql, [...params]))?.rows ?? []) as Row[];
  /** Two at a time. */
  const runEach = async <Item>(items: readonly Item[], work: (item: Item, client: Client) => Promise<unknown>) => {
    const left = [...items];
    const next = async (client: Client): Promise<void> => {
      for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, client);
    };
    await Promise.all(clients.map(next));
  };
  // Nothing here is measured while it is made, and nothing needs to outlive a crash.
  await run('alter table charge set unlogged');
  await run('alter table receivable_movement set unlogged');
  const indexes = await run<{ drop: string; make: string }>(INDEXES);
  for (const { drop } of indexes) await run(drop);
  const positions = new Map<string, (months: number) => number>();
  let charges = 0;
  await runEach(books, async (book, client) => {
    const [counted] = await run<{ resources: number }>(
      'select count(*)::integer as resources from resource_version where book = $1',
      [book],
      client,
    );
    const monthly = (counted?.resources ?? 0) * ITEMS;
    positions.set(book, (after) => 1 + after * 2 * monthly);
    charges += monthly * months;
    await run(ROWS, [book, months, monthly], client);
    await run(
      `insert into cursor (topic, book, position) values ('ledger', $1, $2)
       on conflict (topic, book) do update set position = excluded.position`,
      [book, positions.get(book)?.(months)],
      client,
    );
  });
  await runEach(indexes, ({ make }, client) => run(make, [], client));
  await makeSums({ rows: run });
  await run('vacuum (analyze)');
  await Promise.all(clients.map((client) => client.end()));
  return { charges, positions };
};

const connect = async (url: string): Promise<Client> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // Whoever asks next hears of it.
  await client.connect();
  await client.query(`set work_mem = '256MB'; set maintenance_work_mem = '1GB'; set synchronous_commit = off`);
  return client;
};

const INDEXES = `
  select
    case when c.conname is null then format('drop index %I', i.relname)
      else format('alter table %I drop constraint %I', t.relname, c.conname) end as drop,
    case when c.conname is null then pg_get_indexdef(i.oid)
      else format('alter table %I add constraint %I %s', t.relname, c.conname, pg_get_constraintdef(c.oid)) end as make
  from pg_index x
  join pg_class i on i.oid = x.indexrelid
  join pg_class t on t.oid = x.indrelid
  left join pg_constraint c on c.conindid = i.oid
  where t.oid in ('charge'::regclass, 'receivable_movement'::regclass)`;

/** Charge `i` of month `m`, and the month `paid` in which it is paid; null: it is not. */
const EACH = `
  select m, i, resource, item, d, 2 + m * 2 * $3::bigint + i as position, (3000 + i * 7919 % 40000)::bigint as amount,
    paid, 2 + paid * 2 * $3::bigint + $3::bigint + i as paid_at,
    (date '${FIRST_MONTH}' + paid * interval '1 month')::date + 12 + (i % 15)::integer as paid_on
  from (
    select m, i, resource, item, (date '${FIRST_MONTH}' + m * interval '1 month')::date as d,
      case when i % 10 < 7 then m when i % 10 < 9 and m + 1 < $2::integer then m + 1 end as paid
    from generate_series(0, $2::integer - 1) m
    cross join (
      select nth * ${ITEMS} + k as i, resource, item
      from (select row_number() over (order by position) - 1 as nth, resource from resource_version where book = $1::text) v
      cross join (values (0, '物业费'), (1, '公摊水电费')) items(k, item)
    ) r
  ) c`;

/** Charges and their movements at once: what they are made of is found once. */
const ROWS = `
  with e as materialized (${EACH}), charges as (
    insert into charge (book, position, resource, customer, item, service_from, service_to, due_on, priority, effective_on, period,
      amount_fen, open_fen, moved_on, moved_at, starts_on, starts_month, open_until, first_moved_on, first_moved_at)
    select $1, position, resource, 'K' || i / 2, item, d, (d + interval '1 month' - interval '1 day')::date, d + 9, 1, d,
      to_char(d, 'YYYY-MM'), amount, case when paid is null then amount else 0 end, coalesce(paid_on, d), coalesce(paid_at, position),
      d + 9, d, coalesce(paid_on, 'infinity'), paid_on, paid_at
    from e order by position
  )
  insert into receivable_movement (book, position, charge, kind, amount_fen, effective_on, period, item, charge_period, counts_on)
  select $1, position, position, 'charge', amount, d, to_char(d, 'YYYY-MM'), item, to_char(d, 'YYYY-MM'), d + 9 from e
  union all
  select $1, paid_at, position, 'cash', -amount, paid_on, to_char(paid_on, 'YYYY-MM'), item, to_char(d, 'YYYY-MM'), greatest(paid_on, d + 9)
  from e where paid is not null
  order by 2`;
