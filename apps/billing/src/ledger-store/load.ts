import type { Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  bookIn,
  emptyState,
  needsOfAll,
  putDeposit,
  putReceipt,
  type LedgerCommand,
  type LedgerState,
  type Needs,
} from '@propledger/ledger-core';
import { loadBalances, loadCharges } from './load-accounts';
import { loadSetup } from './load-setup';
import { askedFor, columnsOf, type Asked } from './asked';
import {
  broughtInOf,
  depositOf,
  receiptOf,
  refundOf,
  writeOffOf,
  type BroughtInRow,
  type DepositRow,
  type ReceiptRow,
  type RefundRow,
  type WriteOffRow,
} from './rows';

/**
 * The working set of a whole batch: what its commands need of their books, and nothing of what they don't. One round trip
 * a table, however many commands and books there are; none for a table that nobody asks for.
 */
export const load = async (tx: Tx, commands: ReadonlyMap<string, readonly LedgerCommand[]>): Promise<LedgerState> => {
  const state = emptyState();
  for (const book of commands.keys()) bookIn(state, book);
  const needs = [...commands].map(([book, ofBook]): [string, Needs] => [book, needsOfAll(ofBook)]);
  const asked = askedFor(needs);

  await loadCalendars(tx, state, [...commands.keys()]);
  await loadSetup(tx, state, asked);
  await loadReceipts(tx, state, asked);
  await loadEntries(tx, state, asked);
  await loadDeposits(tx, state, asked);
  await loadBalances(tx, state, asked);
  await loadCharges(tx, state, asked);
  return state;
};

const loadCalendars = async (tx: Tx, state: LedgerState, books: readonly string[]): Promise<void> => {
  const rows = await tx.rows<{ book: string; first_period: Period; closed_through: Period | null }>(
    'select book, first_period, closed_through from calendar where book = any ($1)',
    [books],
  );
  for (const { book, first_period, closed_through } of rows)
    bookIn(state, book).calendar = { project: book, firstPeriod: first_period, closedThrough: closed_through };
};

/** Receipts by number and by channel transaction. A reversal also asks for what its receipt settled and prepaid. */
const loadReceipts = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const { receiptNos, reversedReceiptNos, transactions } = asked;
  const reversed = new Set(reversedReceiptNos.map(([book, no]) => `${book} ${no}`));
  const numbers = [...receiptNos, ...reversedReceiptNos];
  if (numbers.length > 0)
    for (const row of await tx.rows<ReceiptRow>(
      `select distinct on (r.book, r.receipt_no) r.*
         from unnest($1::text[], $2::text[]) as w(book, receipt_no) join receipt r using (book, receipt_no)
        order by r.book, r.receipt_no, r.position desc`,
      columnsOf(numbers),
    )) {
      const receipt = receiptOf(row);
      putReceipt(bookIn(state, row.book), receipt);
      if (!reversed.has(`${row.book} ${row.receipt_no}`)) continue;
      for (const { charge } of receipt.settlements) asked.charges.push([row.book, charge]);
      if (receipt.prepaid > 0n) asked.balances.push([row.book, receipt.customer, receipt.resource]);
    }
  if (transactions.length > 0)
    for (const row of await tx.rows<ReceiptRow>(
      `select r.* from unnest($1::text[], $2::text[], $3::text[]) as w(book, method, reference)
         join receipt_transaction t using (book, method, reference)
         join receipt r on r.book = t.book and r.position = t.position`,
      columnsOf(transactions),
    ))
      putReceipt(bookIn(state, row.book), receiptOf(row));
};

/** What stands at a position: refunds, write-offs and what was brought in here, charges and deposits with their kind. */
const loadEntries = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const { entries } = asked;
  if (entries.length === 0) return;
  const at = columnsOf(entries);
  for (const row of await tx.rows<RefundRow>(atPositions('deposit_refund'), at)) {
    bookIn(state, row.book).refunds.set(Number(row.position), refundOf(row));
    asked.depositNos.push([row.book, row.receipt_no]);
  }
  for (const row of await tx.rows<WriteOffRow>(atPositions('write_off'), at)) {
    bookIn(state, row.book).writeOffs.set(Number(row.position), writeOffOf(row));
    asked.charges.push([row.book, Number(row.charge)]);
  }
  for (const row of await tx.rows<BroughtInRow>(atPositions('brought_in'), at)) {
    bookIn(state, row.book).broughtIn.set(Number(row.position), broughtInOf(row));
    asked.balances.push([row.book, row.customer, row.tie]);
  }
  for (const row of await tx.rows<DepositRow>(atPositions('deposit'), at))
    putDeposit(bookIn(state, row.book), depositOf(row));
  asked.charges.push(...entries);
};

const atPositions = (table: string): string =>
  `select e.* from unnest($1::text[], $2::bigint[]) as w(book, position) join ${table} e using (book, position)`;

const loadDeposits = async (tx: Tx, state: LedgerState, { depositNos }: Asked): Promise<void> => {
  if (depositNos.length === 0) return;
  for (const row of await tx.rows<DepositRow>(
    `select distinct on (d.book, d.receipt_no) d.*
       from unnest($1::text[], $2::text[]) as w(book, receipt_no) join deposit d using (book, receipt_no)
      order by d.book, d.receipt_no, d.position desc`,
    columnsOf(depositNos),
  ))
    putDeposit(bookIn(state, row.book), depositOf(row));
};
