import type { Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  bookIn,
  emptyState,
  needsOfAll,
  NO_LIMITS,
  putDeposit,
  putReceipt,
  type LedgerCommand,
  type LedgerState,
  type Needs,
} from '@propledger/ledger-core';
import { loadBalances, loadCharges } from './load-accounts';
import { loadSetup } from './load-setup';
import { askedFor, type Asked } from './asked';
import { lookUp } from './look-up';
import {
  broughtInOf,
  depositOf,
  entryOf,
  limitsOfRow,
  receiptOf,
  recoveryOf,
  reductionOf,
  refundOf,
  writeOffOf,
  type BroughtInRow,
  type DepositRow,
  type EntryRow,
  type LimitsRow,
  type ReceiptRow,
  type RecoveryRow,
  type ReductionRow,
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
  await loadLimits(
    tx,
    state,
    needs.flatMap(([book, need]) => (need.limits ? [book] : [])),
  );
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

/** A book of which no limit was ever set has none. */
const loadLimits = async (tx: Tx, state: LedgerState, books: readonly string[]): Promise<void> => {
  if (books.length === 0) return;
  for (const book of books) bookIn(state, book).limits = NO_LIMITS;
  const rows = await tx.rows<LimitsRow>(
    'select book, write_off_fen, waiver_fen, refund_fen from approval_limit where book = any ($1)',
    [books],
  );
  for (const row of rows) bookIn(state, row.book).limits = limitsOfRow(row);
};

/** Receipts by number and by channel transaction. A reversal also asks for what its receipt settled and prepaid. */
const loadReceipts = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const { receiptNos, reversedReceiptNos, transactions } = asked;
  const reversed = new Set(reversedReceiptNos.map(([book, no]) => `${book} ${no}`));
  for (const row of await lookUp<ReceiptRow>(
    tx,
    [...receiptNos, ...reversedReceiptNos],
    ['book text', 'receipt_no text'],
    `select r.* from receipt r where r.book = w.book and r.receipt_no = w.receipt_no order by r.position desc limit 1`,
  )) {
    const receipt = receiptOf(row);
    putReceipt(bookIn(state, row.book), receipt);
    if (!reversed.has(`${row.book} ${row.receipt_no}`)) continue;
    for (const { charge } of receipt.settlements) asked.charges.push([row.book, charge]);
    asked.balances.push([row.book, receipt.customer, receipt.resource]);
  }
  for (const row of await lookUp<ReceiptRow>(
    tx,
    transactions,
    ['book text', 'method text', 'reference text'],
    `select r.* from receipt_transaction t join receipt r on r.book = t.book and r.position = t.position
      where t.book = w.book and t.method = w.method and t.reference = w.reference`,
  ))
    putReceipt(bookIn(state, row.book), receiptOf(row));
};

/** What stands at a position: refunds, write-offs, recoveries, reductions and what was brought in here, charges and deposits with their kind. */
const loadEntries = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const { entries } = asked;
  const at = <Row>(table: string): Promise<Row[]> =>
    lookUp<Row>(
      tx,
      entries,
      ['book text', 'position bigint'],
      `select e.* from ${table} e where e.book = w.book and e.position = w.position`,
    );
  for (const row of await at<RefundRow>('deposit_refund')) {
    bookIn(state, row.book).refunds.set(Number(row.position), refundOf(row));
    asked.depositNos.push([row.book, row.receipt_no]);
  }
  // Before the write-offs, which a recovery asks for.
  for (const row of await at<RecoveryRow>('recovery')) {
    bookIn(state, row.book).recoveries.set(Number(row.position), recoveryOf(row));
    entries.push([row.book, Number(row.write_off)]);
  }
  for (const row of await at<WriteOffRow>('write_off')) {
    bookIn(state, row.book).writeOffs.set(Number(row.position), writeOffOf(row));
    asked.charges.push([row.book, Number(row.charge)]);
  }
  for (const row of await at<ReductionRow>('reduction')) {
    bookIn(state, row.book).reductions.set(Number(row.position), reductionOf(row));
    asked.charges.push([row.book, Number(row.charge)]);
  }
  for (const row of await at<BroughtInRow>('brought_in')) {
    bookIn(state, row.book).broughtIn.set(Number(row.position), broughtInOf(row));
    asked.balances.push([row.book, row.customer, row.tie]);
  }
  await loadKept(tx, state, asked);
  for (const row of await at<DepositRow>('deposit')) putDeposit(bookIn(state, row.book), depositOf(row));
  asked.charges.push(...entries);
};

/** Kept facts, with the receipts, balances and charges that their bodies name. */
const loadKept = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const receipts: [book: string, position: number][] = [];
  for (const row of await lookUp<EntryRow>(
    tx,
    asked.entries,
    ['book text', 'position bigint'],
    `select k.book, k.position, k.reversed_by, e.type, e.body::jsonb as body, e.accounting_period as period,
            to_char(e.effective_date, 'YYYY-MM-DD') as effective_on
       from entry k join event e on e.book = k.book and e.position = k.position
      where k.book = w.book and k.position = w.position`,
  )) {
    const entry = entryOf(row);
    const { body } = entry;
    bookIn(state, row.book).entries.set(entry.position, entry);
    asked.balances.push([row.book, body.customer, body.tie]);
    if ('receipt' in body) receipts.push([row.book, body.receipt]);
    if ('releases' in body) for (const { charge } of body.releases) asked.charges.push([row.book, charge]);
  }
  for (const row of await lookUp<ReceiptRow>(
    tx,
    receipts,
    ['book text', 'position bigint'],
    'select r.* from receipt r where r.book = w.book and r.position = w.position',
  ))
    putReceipt(bookIn(state, row.book), receiptOf(row));
};

const loadDeposits = async (tx: Tx, state: LedgerState, { depositNos }: Asked): Promise<void> => {
  for (const row of await lookUp<DepositRow>(
    tx,
    depositNos,
    ['book text', 'receipt_no text'],
    `select d.* from deposit d where d.book = w.book and d.receipt_no = w.receipt_no order by d.position desc limit 1`,
  ))
    putDeposit(bookIn(state, row.book), depositOf(row));
};
