import type { LedgerEvent, RecordedEvent } from '@propledger/contracts';
import type { ProjectionTx, Tx } from '@propledger/event-log';
import { addArrears, lockedDates, openPairs } from './arrears-sum';
import {
  CHARGE,
  chargeLine,
  chargeOf,
  heldCharges,
  moveCharge,
  movementLine,
  raisedCharge,
  RECEIVABLE_MOVEMENT,
  updateCharges,
} from './charges';
import { type ChargeRow, type DepositMovementRow, movementsOf, type ReceivableRow } from './movements';
import { PageSums } from './page-sums';
import { DEPOSIT_MOVEMENT, PLAIN_TABLES, plainLine, type PlainRow } from './plain-rows';

/**
 * Adds what events of one book moved, dense, in order, and not in yet, and keeps the sums. All of them are folded in memory
 * first: each row is written once, as the last of them leaves it, those of one table together.
 */
export const applyLedger = async (tx: ProjectionTx, events: readonly RecordedEvent[]): Promise<void> => {
  const [first] = events;
  if (first === undefined) return;
  const { book } = first;
  const charges: ChargeRow[] = [];
  const receivables: ReceivableRow[] = [];
  const deposits: DepositMovementRow[] = [];
  const plain = new Map<PlainRow['into'], string[]>();
  for (const event of events as readonly LedgerEvent[])
    for (const row of movementsOf(event))
      if (row.into === 'charge') charges.push(row);
      else if (row.into === 'receivable_movement') receivables.push(row);
      else if (row.into === 'deposit_movement') deposits.push(row);
      else {
        const lines = plain.get(row.into);
        if (lines === undefined) plain.set(row.into, [plainLine(book, row)]);
        else lines.push(plainLine(book, row));
      }
  if (charges.length > 0 || receivables.length > 0) await moveReceivables(tx, book, charges, receivables);
  for (const [table, lines] of plain) void tx.copy(PLAIN_TABLES[table], lines);
  if (deposits.length > 0) addDepositMovements(tx, book, deposits);
};

const moveReceivables = async (
  tx: ProjectionTx,
  book: string,
  charges: readonly ChargeRow[],
  movements: readonly ReceivableRow[],
): Promise<void> => {
  const raised = new Map(charges.map((row) => [row.position, raisedCharge(row)]));
  const positions = [...new Set(movements.map(({ charge }) => charge))].filter((charge) => !raised.has(charge));
  const [held, pairs] = await lockedDates(tx, book, () =>
    Promise.all([heldCharges(tx, book, positions), openPairs(tx, book, [...raised.values()], positions)]),
  );
  const sums = new PageSums();
  const lines: string[] = [];
  for (const row of movements) {
    const charge = chargeOf(book, row, raised.get(row.charge) ?? held.get(row.charge));
    moveCharge(charge, row);
    sums.add(row, charge);
    lines.push(movementLine(book, row, charge));
  }
  if (raised.size > 0)
    void tx.copy(
      CHARGE,
      [...raised.values()].map((charge) => chargeLine(book, charge)),
    );
  if (lines.length > 0) void tx.copy(RECEIVABLE_MOVEMENT, lines);
  updateCharges(tx, book, [...held.values()]);
  sums.write(tx, book);
  addArrears(tx, book, [...raised.values(), ...held.values()], pairs);
};

/** Deposits of these events are in. The transaction waits for it. */
const addDepositMovements = (tx: Tx, book: string, rows: readonly DepositMovementRow[]): void => {
  void tx.rows(
    `insert into ${DEPOSIT_MOVEMENT}
     select $1, r.position, coalesce(r.deposit, (
         select max(d.position) from deposit d
         where d.book = $1 and d.receipt_no = r.receipt_no and d.position < r.position)),
       r.kind, r.amount_fen, r.effective_on
     from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::date[])
       as r(position, deposit, receipt_no, kind, amount_fen, effective_on)`,
    [
      book,
      rows.map(({ position }) => position),
      rows.map(({ deposit }) => deposit),
      rows.map(({ receiptNo }) => receiptNo),
      rows.map(({ kind }) => kind),
      rows.map(({ amount }) => amount.toString()),
      rows.map(({ effectiveOn }) => effectiveOn),
    ],
  );
};
