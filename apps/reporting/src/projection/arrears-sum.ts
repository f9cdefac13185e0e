import type { Tx } from '@propledger/event-log';

/** What an apply is about to touch. */
export interface Touched {
  /** Charges that are in, by position. */
  readonly moved?: readonly number[];
  /** Charges that it brings. */
  readonly raised?: readonly { readonly resource: string; readonly item: string }[];
  /** Resources that may come to lie elsewhere. */
  readonly placed?: readonly string[];
}

interface Part {
  readonly item: string;
  readonly building: string;
  readonly starts_on: string;
  readonly due_on: string;
  readonly open_fen: string;
  readonly charges: number;
  readonly resources: number;
}

/**
 * Keeps the sums of a book's arrears while `change` changes what is open, or where resources lie. A sum is what pairs of
 * resource and item contribute: what those that are touched contributed before is taken away, what they contribute after
 * is added.
 *
 * @param change asks for its statements; the transaction waits for them, and fails with any of them.
 */
export const keepingArrears = async (
  tx: Tx,
  book: string,
  { moved = [], raised = [], placed = [] }: Touched,
  change: () => void,
): Promise<void> => {
  const parameters = [book, raised.map(({ resource }) => resource), raised.map(({ item }) => item), moved, placed];
  const before = await lockedDates(tx, book, () =>
    tx.rows<Part>(
      `${PAIRS} ${CONTRIBUTIONS}
       select item, building, starts_on::text, due_on::text, open_fen::text, charges, resources from contribution`,
      parameters,
    ),
  );
  change();
  void tx.rows(
    `${PAIRS} ${CONTRIBUTIONS}, delta as (
       select item, building, starts_on, due_on, sum(open_fen)::bigint as open_fen, sum(charges)::integer as charges,
         sum(resources)::integer as resources
       from (
         select * from contribution
         union all
         select item, building, starts_on, due_on, -open_fen, -charges, -resources
         from unnest($6::text[], $7::text[], $8::date[], $9::date[], $10::bigint[], $11::integer[], $12::integer[])
           as b(item, building, starts_on, due_on, open_fen, charges, resources)
       ) parts
       group by item, building, starts_on, due_on
       having (sum(open_fen), sum(charges), sum(resources)) <> (0, 0, 0)
     )
     merge into arrears_sum t using delta d
     on t.book = $1 and t.item = d.item and t.building = d.building and t.starts_on = d.starts_on and t.due_on = d.due_on
     when matched and t.charges + d.charges = 0 then delete
     when matched then update set open_fen = t.open_fen + d.open_fen, charges = t.charges + d.charges,
       resources = t.resources + d.resources
     when not matched then insert (book, item, building, starts_on, due_on, open_fen, charges, resources)
       values ($1, d.item, d.building, d.starts_on, d.due_on, d.open_fen, d.charges, d.resources)`,
    [
      ...parameters,
      before.map(({ item }) => item),
      before.map(({ building }) => building),
      before.map(({ starts_on }) => starts_on),
      before.map(({ due_on }) => due_on),
      before.map(({ open_fen }) => open_fen),
      before.map(({ charges }) => charges),
      before.map(({ resources }) => resources),
    ],
  );
};

/**
 * Takes the row of the book for this transaction, for two topics change the sums of one book, and makes it if need be. `read` is
 * sent along, and sees what whoever had the row before has changed.
 */
const lockedDates = async <Row>(tx: Tx, book: string, read: () => Promise<Row[]>): Promise<Row[]> => {
  const lock = 'select from book_dates where book = $1 for update';
  const [locked, rows] = await Promise.all([tx.rows(lock, [book]), read()]);
  if (locked.length > 0) return rows;
  void tx.rows('insert into book_dates (book) values ($1) on conflict do nothing', [book]);
  void tx.rows(lock, [book]);
  return read();
};

/** The building that a resource `r` has by everything applied. */
const PLACE = `select case when parking then '车位' else building end as building
  from resource_version v where v.book = $1 and v.resource = r.resource
  order by generation desc, effective_on desc, position desc limit 1`;

// Charges are looked up one by one, whatever a planner without statistics believes.
const PAIRS = `with pair as materialized (
    select resource, item from unnest($2::text[], $3::text[]) as p(resource, item)
    union
    select c.resource, c.item from unnest($4::bigint[]) as m(charge)
    cross join lateral (select resource, item from charge where book = $1 and position = m.charge limit 1) c
    union
    select p.resource, c.item from unnest($5::text[]) as p(resource)
    cross join lateral (select distinct item from charge where book = $1 and resource = p.resource and open_fen <> 0) c
  )`;

const CONTRIBUTIONS = `, contribution as (
    select r.item, coalesce(place.building, '') as building, c.starts_on, c.due_on, sum(c.open_fen)::bigint as open_fen,
      count(*)::integer as charges, (count(*) filter (where c.nth = 1))::integer as resources
    from pair r
    cross join lateral (
      select starts_on, due_on, open_fen, row_number() over (order by starts_on, due_on, position) as nth
      from charge where book = $1 and resource = r.resource and item = r.item and open_fen <> 0
    ) c
    left join lateral (${PLACE}) place on true
    group by 1, 2, 3, 4
  )`;
