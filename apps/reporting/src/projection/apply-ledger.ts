import type { LedgerEvent, RecordedEvent } from '@propledger/contracts';
import type { ProjectionTx, Tx } from '@propledger/event-log';
import { addArrears, lockedDates, openPairs } from './arrears-sum';
import {
  CHARGE,
  chargeLine,
  chargeOf,
  Charges,
  heldCharges,
  moveCharge,
  movementLine,
  type RaisedCharge,
  raisedCharge,
  RECEIVABLE_MOVEMENT,
  updateCharges,
} from './charges';
import { type DepositMovementRow, movementsOf, type ReceivableRow } from './movements';
import { PageSums } from './page-sums';
import { DEPOSIT_MOVEMENT, PLAIN_TABLES, plainLine, type PlainRow } from './plain-rows';

/** A row, and the book that it belongs to. */
interface InBook<Row> {
  readonly book: string;
  readonly row: Row;
}

/**
 * Adds what events moved, those of each book dense, in order, and not in yet, and keeps the sums. All of them are folded in
 * memory first: each row is written once, as the last of them leaves it, those of one table together, whatever their books.
 */
export const applyLedger = async (tx: ProjectionTx, events: readonly RecordedEvent[]): Promise<void> => {
  const raised = new Charges<RaisedCharge>();
  const receivables: InBook<ReceivableRow>[] = [];
  const deposits: InBook<DepositMovementRow>[] = [];
  const plain = new Map<PlainRow['into'], string[]>();
  for (const event of events as readonly LedgerEvent[]) {
    const { book } = event;
    for (const row of movementsOf(event))
      if (row.into === 'charge') raised.add(raisedCharge(book, row));
      else if (row.into === 'receivable_movement') receivables.push({ book, row });
      else if (row.into === 'deposit_movement') deposits.push({ book, row });
      else {
        const lines = plain.get(row.into);
        if (lines === undefined) plain.set(row.into, [plainLine(book, row)]);
        else lines.push(plainLine(book, row));
      }
  }
  await moveReceivables(tx, raised, receivables);
  for (const [table, lines] of plain) void tx.copy(PLAIN_TABLES[table], lines);
  if (deposits.length > 0) addDepositMovements(tx, deposits);
};

const moveReceivables = async (
  tx: ProjectionTx,
  raised: Charges<RaisedCharge>,
  movements: readonly InBook<ReceivableRow>[],
): Promise<void> => {
  const isNew = raised.all();
  if (isNew.length === 0 && movements.length === 0) return;
  const books = new Set(isNew.map(({ book }) => book));
  const wanted = new Map<string, Set<number>>();
  for (const { book, row } of movements) {
    books.add(book);
    if (raised.get(book, row.charge)) continue;
    const ofBook = wanted.get(book);
    if (ofBook === undefined) wanted.set(book, new Set([row.charge]));
    else ofBook.add(row.charge);
  }
  const [held, pairs] = await lockedDates(tx, [...books], () =>
    Promise.all([heldCharges(tx, wanted), openPairs(tx, isNew, wanted)]),
  );
  const sums = new PageSums();
  const lines: string[] = [];
  for (const { book, row } of movements) {
    const charge = chargeOf(book, row, raised.get(book, row.charge) ?? held.get(book, row.charge));
    moveCharge(charge, row);
    sums.add(row, charge);
    lines.push(movementLine(row, charge));
  }
  if (isNew.length > 0) void tx.copy(CHARGE, isNew.map(chargeLine));
  if (lines.length > 0) void tx.copy(RECEIVABLE_MOVEMENT, lines);
  const moved = held.all();
  updateCharges(tx, moved);
  sums.write(tx);
  addArrears(tx, [...isNew, ...moved], pairs);
};

/** Deposits of these events are in. The transaction waits for it. */
const addDepositMovements = (tx: Tx, rows: readonly InBook<DepositMovementRow>[]): void => {
  void tx.rows(
    `insert into ${DEPOSIT_MOVEMENT}
     select r.book, r.position, coalesce(r.deposit, (
         select max(d.position) from deposit d
         where d.book = r.book and d.receipt_no = r.receipt_no and d.position < r.position)),
       r.kind, r.amount_fen, r.effective_on
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::date[])
       as r(book, position, deposit, receipt_no, kind, amount_fen, effective_on)`,
    [
      rows.map(({ book }) => book),
      rows.map(({ row }) => row.position),
      rows.map(({ row }) => row.deposit),
      rows.map(({ row }) => row.receiptNo),
      rows.map(({ row }) => row.kind),
      rows.map(({ row }) => row.amount.toString()),
      rows.map(({ row }) => row.effectiveOn),
    ],
  );
};
