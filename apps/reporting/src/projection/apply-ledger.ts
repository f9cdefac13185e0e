import type { LedgerEvent, RecordedEvent } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { keepingArrears } from './arrears-sum';
import { type ChargeRow, type Movement, movementsOf, type ReceivableRow } from './movements';
import { COLLECTION_DAYS, RECEIVABLE_DAYS, RECEIVABLE_MONTHS, SETTLED_ON } from './sums';

/**
 * Adds what events of one book, dense and in order, moved, and keeps the sums. One statement a table, however many events.
 * Rows that are in already stay as they are, so that applying events again changes nothing.
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
  const add = (): void => {
    // In this order: movements look up the charge or deposit that they belong to. The transaction waits for them all.
    for (const table of TABLES) {
      const rows = movements.get(table.into);
      if (rows !== undefined) void tx.rows(table.sql, [first.book, ...table.columns.map((column) => rows.map(column))]);
    }
  };
  const raised = (movements.get('charge') ?? []) as ChargeRow[];
  const moved = ((movements.get('receivable_movement') ?? []) as ReceivableRow[]).map(({ charge }) => charge);
  if (moved.length === 0) add();
  else await keepingArrears(tx, first.book, { raised, moved }, add);
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

const RECEIVABLE_COLUMNS: readonly ((row: ReceivableRow) => string | number)[] = [
  (row) => row.position,
  (row) => row.charge,
  (row) => row.kind,
  (row) => row.amount.toString(),
  (row) => row.effectiveOn,
  (row) => row.period,
];

/**
 * Movements, and what they change in their charges. $1 is the book, $2 … the columns of RECEIVABLE_COLUMNS. A movement of a charge
 * that is not in fails on charge_period: the book is parked, not reported wrong. The charges are looked up one by one:
 * without statistics, a planner may read every charge of the book for each batch instead.
 */
const ADDED = `with added as (
       insert into receivable_movement
         (book, position, charge, kind, amount_fen, effective_on, period, item, charge_period, counts_on)
       select $1, r.position, r.charge, r.kind, r.amount_fen, r.effective_on, r.period, c.item, c.period,
         greatest(r.effective_on, c.starts_on)
       from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::date[], $7::text[])
         as r(position, charge, kind, amount_fen, effective_on, period)
       left join lateral (select item, period, starts_on from charge where book = $1 and position = r.charge limit 1) c on true
       on conflict do nothing
       returning *
     ), moved as (
       select charge, sum(amount_fen)::bigint as amount_fen, max(effective_on) as moved_on, max(position) as moved_at,
         min(effective_on) as first_moved_on, min(position) as first_moved_at
       from added where position <> charge group by charge
     ), settled as (
       update charge c
       set open_fen = c.open_fen + m.amount_fen, moved_on = greatest(c.moved_on, m.moved_on), moved_at = m.moved_at,
         first_moved_on = least(c.first_moved_on, m.first_moved_on), first_moved_at = least(c.first_moved_at, m.first_moved_at),
         open_until = case when c.open_fen + m.amount_fen <> 0 then 'infinity' else greatest(c.moved_on, m.moved_on) end
       from moved m where c.book = $1 and c.position = m.charge
     )`;

/** Adds movements as `applyLedger` does, and leaves the sums alone: a rebuild makes them when everything is in. */
export const addMovementsWithoutSums = async (tx: Tx, book: string, rows: readonly ReceivableRow[]): Promise<void> => {
  await tx.rows(`${ADDED} select`, [book, ...RECEIVABLE_COLUMNS.map((column) => rows.map(column))]);
};

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
        effective_on, period, amount_fen, open_fen, moved_on, moved_at, starts_on, starts_month, open_until)
     select $1, r.position, r.resource, r.customer, r.item, r.service_from, r.service_to, r.due_on, r.priority,
        r.effective_on, r.period, r.amount_fen, r.amount_fen, r.effective_on, r.position,
        greatest(r.effective_on, r.due_on), date_trunc('month', greatest(r.effective_on, r.due_on)),
        case when r.amount_fen <> 0 then 'infinity' else r.effective_on end
     from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::date[], $9::integer[],
        $10::date[], $11::text[], $12::bigint[])
       as r(position, resource, customer, item, service_from, service_to, due_on, priority, effective_on, period, amount_fen)
     on conflict do nothing`,
  ),
  table(
    'receivable_movement',
    RECEIVABLE_COLUMNS,
    `${ADDED}, by_month as (
       insert into receivable_month as t (book, item, period, effective_month, kind, charge_period, amount_fen, standing)
       ${RECEIVABLE_MONTHS} from added group by 1, 2, 3, 4, 5, 6
       on conflict (book, item, period, effective_month, kind, charge_period)
       do update set amount_fen = t.amount_fen + excluded.amount_fen, standing = t.standing + excluded.standing
     ), by_day as (
       insert into receivable_day as t (book, effective_on, item, period, kind, charge_period, amount_fen, standing)
       ${RECEIVABLE_DAYS} from added group by 1, 2, 3, 4, 5, 6
       on conflict (book, effective_on, item, period, kind, charge_period)
       do update set amount_fen = t.amount_fen + excluded.amount_fen, standing = t.standing + excluded.standing
     ), by_counting_day as (
       insert into collection_day as t (book, counts_on, kind, amount_fen)
       ${COLLECTION_DAYS} from added group by 1, 2, 3
       on conflict (book, counts_on, kind) do update set amount_fen = t.amount_fen + excluded.amount_fen
     )
     update book_dates d set settled_on = a.settled_on
     from (select ${SETTLED_ON} as settled_on from added) a
     where d.book = $1 and a.settled_on > d.settled_on`,
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
