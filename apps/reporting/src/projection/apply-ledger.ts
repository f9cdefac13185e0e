import type { LedgerEvent, RecordedEvent } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { movementsOf, type Movement } from './movements';

/**
 * Adds what events of one book, dense and in order, moved. One statement a table, however many events. Rows that are in
 * already stay as they are, so that applying events again changes nothing.
 */
export const applyLedger = async (tx: Tx, events: readonly RecordedEvent[]): Promise<void> => {
  const [first] = events;
  if (first === undefined) return;
  const movements = new Map<Movement['into'], Movement[]>();
  for (const event of events as readonly LedgerEvent[])
    for (const movement of movementsOf(event)) {
      const rows = movements.get(movement.into);
      if (rows === undefined) movements.set(movement.into, [movement]);
      else rows.push(movement);
    }
  // In this order: movements look up the charge or deposit that they belong to.
  for (const table of TABLES) {
    const rows = movements.get(table.into);
    if (rows !== undefined) await tx.rows(table.sql, [first.book, ...table.columns.map((column) => rows.map(column))]);
  }
};

interface Table {
  readonly into: Movement['into'];
  /** $1 is the book, $2 … are arrays of the columns. */
  readonly sql: string;
  readonly columns: readonly ((row: Movement) => string | number | null)[];
}

const table = <Into extends Movement['into']>(
  into: Into,
  columns: readonly ((row: Extract<Movement, { into: Into }>) => string | number | null)[],
  sql: string,
): Table => ({ into, sql, columns: columns as Table['columns'] });

const TABLES: readonly Table[] = [
  table(
    'charge',
    [
      (row) => row.position,
      (row) => row.resource,
      (row) => row.customer,
      (row) => row.item,
      (row) => row.from,
      (row) => row.to,
      (row) => row.dueOn,
      (row) => row.priority,
      (row) => row.effectiveOn,
      (row) => row.period,
      (row) => row.amount.toString(),
    ],
    `insert into charge (book, position, resource, customer, item, service_from, service_to, due_on, priority,
        effective_on, period, amount_fen, open_fen, moved_on, moved_at)
     select $1, r.position, r.resource, r.customer, r.item, r.service_from, r.service_to, r.due_on, r.priority,
        r.effective_on, r.period, r.amount_fen, r.amount_fen, r.effective_on, r.position
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::date[], $9::integer[],
        $10::date[], $11::text[], $12::bigint[])
       as r(position, resource, customer, item, service_from, service_to, due_on, priority, effective_on, period, amount_fen)
     on conflict do nothing`,
  ),
  // A movement of a charge that is not in fails on charge_period: the book is parked, not reported wrong. The charges are
  // looked up one by one: without statistics, a planner may read every charge of the book for each batch instead.
  table(
    'receivable_movement',
    [
      (row) => row.position,
      (row) => row.charge,
      (row) => row.kind,
      (row) => row.amount.toString(),
      (row) => row.effectiveOn,
      (row) => row.period,
    ],
    `with added as (
       insert into receivable_movement
         (book, position, charge, kind, amount_fen, effective_on, period, item, charge_period, counts_on)
       select $1, r.position, r.charge, r.kind, r.amount_fen, r.effective_on, r.period, c.item, c.period,
         greatest(r.effective_on, c.effective_on, c.due_on)
       from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::date[], $7::text[])
         as r(position, charge, kind, amount_fen, effective_on, period)
       left join lateral (
         select item, period, effective_on, due_on from charge where book = $1 and position = r.charge limit 1
       ) c on true
       on conflict do nothing
       returning position, charge, amount_fen, effective_on
     ), moved as (
       select charge, sum(amount_fen)::bigint as amount_fen, max(effective_on) as moved_on, max(position) as moved_at
       from added where position <> charge group by charge
     )
     update charge c
     set open_fen = c.open_fen + m.amount_fen, moved_on = greatest(c.moved_on, m.moved_on), moved_at = m.moved_at
     from moved m where c.book = $1 and c.position = m.charge`,
  ),
  table(
    'prepayment_movement',
    [
      (row) => row.position,
      (row) => row.customer,
      (row) => row.tie,
      (row) => row.amount.toString(),
      (row) => row.effectiveOn,
    ],
    `insert into prepayment_movement (book, position, customer, tie, amount_fen, effective_on)
     select $1, r.* from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::date[]) as r
     on conflict do nothing`,
  ),
  table(
    'deposit',
    [
      (row) => row.position,
      (row) => row.receiptNo,
      (row) => row.resource,
      (row) => row.customer,
      (row) => row.kind,
      (row) => row.receivedOn,
    ],
    `insert into deposit (book, position, receipt_no, resource, customer, kind, received_on)
     select $1, r.* from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::date[]) as r
     on conflict do nothing`,
  ),
  table(
    'deposit_movement',
    [
      (row) => row.position,
      (row) => row.deposit,
      (row) => row.receiptNo,
      (row) => row.kind,
      (row) => row.amount.toString(),
      (row) => row.effectiveOn,
    ],
    `insert into deposit_movement (book, position, deposit, kind, amount_fen, effective_on)
     select $1, r.position, coalesce(r.deposit, (
         select max(d.position) from deposit d
         where d.book = $1 and d.receipt_no = r.receipt_no and d.position < r.position)),
       r.kind, r.amount_fen, r.effective_on
     from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::date[])
       as r(position, deposit, receipt_no, kind, amount_fen, effective_on)
     on conflict do nothing`,
  ),
  table(
    'receipt_movement',
    [
      (row) => row.position,
      (row) => row.line,
      (row) => row.method,
      (row) => row.receipts,
      (row) => row.amount.toString(),
      (row) => row.effectiveOn,
      (row) => row.period,
    ],
    `insert into receipt_movement (book, position, line, method, receipts, amount_fen, effective_on, period)
     select $1, r.* from unnest($2::bigint[], $3::integer[], $4::text[], $5::integer[], $6::bigint[], $7::date[], $8::text[]) as r
     on conflict do nothing`,
  ),
];
