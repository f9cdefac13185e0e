import type { Tx } from './transaction';

/**
 * Where every book stood at a time: the position of its last event recorded at or before it. A book of which nothing was
 * recorded by then is left out. Exact without an index on times, since they never decrease along a book: the place is found by
 * halving, some twenty look-ups a book. Asked again it is the same, whatever is appended later.
 *
 * @param tx outside any transaction: each statement sees what is committed when it begins.
 * @param time RFC 3339.
 * @returns null when the time has not come by the database's clock.
 */
export const positionsRecordedBy = async (tx: Tx, time: string): Promise<Map<string, number> | null> => {
  const [clock] = await tx.rows<{ passed: boolean }>('select $1::timestamptz < clock_timestamp() as passed', [time]);
  if (!clock?.passed) return null;
  await tx.rows(WAIT_FOR_APPENDS, [time]);
  const rows = await tx.rows<{ book: string; position: string }>(HALVING, [time]);
  return new Map(rows.map(({ book, position }) => [book, Number(position)]));
};

// An append takes its time when it takes the head. One that did so by then and is not committed yet is waited for; one that
// comes later has a later time. In book order, as appends take heads.
const WAIT_FOR_APPENDS = `
  select from book_head where recorded_at is null or recorded_at <= $1::timestamptz order by book for key share`;

// low: 0, or a position recorded by then; what stands behind high was not.
const HALVING = `
  with recursive halving as (
    select book, case when recorded_at <= $1::timestamptz then position else 0 end as low,
      case when recorded_at <= $1::timestamptz then position else position - 1 end as high
    from book_head
    where position > 0
    union all
    select h.book, case when e.recorded_at <= $1::timestamptz then h.middle else h.low end,
      case when e.recorded_at <= $1::timestamptz then h.high else h.middle - 1 end
    from (select book, low, high, (low + high + 1) / 2 as middle from halving where low < high) h
    cross join lateral (select recorded_at from event where book = h.book and position = h.middle limit 1) e
  )
  select book, low as position from halving where low = high and low > 0 order by book`;
