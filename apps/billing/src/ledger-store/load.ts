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
import { loadApplications, loadBalances, loadCharges } from './load-accounts';
import { loadBalanceMoves } from './load-balance-moves';
import { loadSetup } from './load-setup';
import { askedFor, asksAnything, nothingAsked, type Asked } from './asked';
import { lookUp } from './look-up';
import {
  broughtInOf,
  depositOf,
  discountRuleOf,
  entryOf,
  freezeOf,
  grantOf,
  limitsOfRow,
  receiptOf,
  recoveryOf,
  reductionOf,
  refundOf,
  writeOffOf,
  type BroughtInRow,
  type DepositRow,
  type DiscountRuleRow,
  type EntryRow,
  type FreezeRow,
  type GrantRow,
  type LimitsRow,
  type ReceiptRow,
  type RecoveryRow,
  type ReductionRow,
  type RefundRow,
  type WriteOffRow,
} from './rows';

/**
 * The working set of a whole batch: what its commands need of their books, and nothing of what they don't. One statement a
 * table, however many commands and books there are; none for a table that nobody asks for. All are asked at once; what the
 * rows that were found ask for in their turn comes in the next round.
 */
export const load = async (tx: Tx, commands: ReadonlyMap<string, readonly LedgerCommand[]>): Promise<LedgerState> => {
  const state = emptyState();
  for (const book of commands.keys()) bookIn(state, book);
  const needs = [...commands].map(([book, ofBook]): [string, Needs] => [book, needsOfAll(ofBook)]);
  const calendars = loadCalendars(tx, state, [...commands.keys()]);
  const limits = loadLimits(
    tx,
    state,
    needs.flatMap(([book, need]) => (need.limits ? [book] : [])),
  );
  let asked = askedFor(needs);
  do {
    const next = nothingAsked();
    await Promise.all([
      calendars,
      limits,
      loadSetup(tx, state, asked),
      loadReceipts(tx, state, asked, next),
      loadTransactions(tx, state, asked),
      loadSettlers(tx, state, asked, next),
      loadReceiptsAt(tx, state, asked),
      loadEntries(tx, state, asked, next),
      loadDiscounts(tx, state, asked, next),
      loadFreezes(tx, state, asked),
      loadKept(tx, state, asked, next),
      loadDeposits(tx, state, asked, next),
      loadUses(tx, state, asked),
      loadBalances(tx, state, asked),
      loadBalanceMoves(tx, state, asked),
      loadApplications(tx, state, asked, next),
      loadCharges(tx, state, asked),
    ]);
    asked = next;
  } while (asksAnything(asked));
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
    `select book, write_off_fen, waiver_fen, refund_fen, correction_fen, vacancies
       from approval_limit where book = any ($1)`,
    [books],
  );
  for (const row of rows) bookIn(state, row.book).limits = limitsOfRow(row);
};

/**
 * The latest of each number. It is not the database that is asked for the latest: it would go through the whole book from its end, as long
 * as it takes a book to be short.
 */
const latestOf = <Row extends { readonly book: string; readonly receipt_no: string; readonly position: string }>(
  rows: readonly Row[],
): Row[] => {
  const latest = new Map<string, Row>();
  for (const row of rows) {
    const key = `${row.book} ${row.receipt_no}`;
    const known = latest.get(key);
    if (known === undefined || Number(known.position) < Number(row.position)) latest.set(key, row);
  }
  return [...latest.values()];
};

/** Receipts by number. A reversal also asks for what its receipt settled and prepaid. */
const loadReceipts = async (tx: Tx, state: LedgerState, asked: Asked, next: Asked): Promise<void> => {
  const { receiptNos, reversedReceiptNos } = asked;
  const reversed = new Set(reversedReceiptNos.map(([book, no]) => `${book} ${no}`));
  const ofNumbers = await lookUp<ReceiptRow>(
    tx,
    [...receiptNos, ...reversedReceiptNos],
    ['book text', 'receipt_no text'],
    'select r.* from receipt r where r.receipt_no = w.receipt_no and r.book = w.book',
  );
  for (const row of latestOf(ofNumbers)) {
    const receipt = receiptOf(row);
    putReceipt(bookIn(state, row.book), receipt);
    if (!reversed.has(`${row.book} ${row.receipt_no}`)) continue;
    for (const { charge } of receipt.settlements) next.charges.push([row.book, charge]);
    next.balances.push([row.book, receipt.customer, receipt.resource]);
    next.grantsOn.push([row.book, receipt.position]);
  }
};

/** Receipts that settle any of the charges, and the balances of these and of what was applied to them. */
const loadSettlers = async (tx: Tx, state: LedgerState, { settlersOf }: Asked, next: Asked): Promise<void> => {
  const [receipts, applied] = await Promise.all([
    lookUp<ReceiptRow>(
      tx,
      settlersOf,
      ['book text', 'charge bigint'],
      `select r.* from charge c join receipt r on r.book = c.book and r.customer = c.customer
        where c.book = w.book and c.position = w.charge and c.cash_fen > 0 and r.reversed_by is null
          and r.settlements @> jsonb_build_array(jsonb_build_object('charge', w.charge))`,
    ),
    lookUp<{ book: string; customer: string; tie: string | null }>(
      tx,
      settlersOf,
      ['book text', 'charge bigint'],
      `select a.book, a.customer, a.tie from prepayment_application a
        where a.book = w.book and a.charge = w.charge and a.released_fen < a.amount_fen`,
    ),
  ]);
  for (const row of receipts) {
    putReceipt(bookIn(state, row.book), receiptOf(row));
    next.balances.push([row.book, row.customer, row.resource]);
  }
  for (const { book, customer, tie } of applied) next.balances.push([book, customer, tie]);
};

const loadTransactions = async (tx: Tx, state: LedgerState, { transactions }: Asked): Promise<void> => {
  for (const row of await lookUp<ReceiptRow>(
    tx,
    transactions,
    ['book text', 'method text', 'reference text'],
    `select r.* from receipt r where r.book = w.book and r.position = (
       select t.position from receipt_transaction t
        where t.book = w.book and t.method = w.method and t.reference = w.reference)`,
  ))
    putReceipt(bookIn(state, row.book), receiptOf(row));
};

const REFUNDS = `select r.*, to_char(v.effective_date, 'YYYY-MM-DD') as reversed_on
  from deposit_refund r left join event v on v.book = r.book and v.position = r.reversed_by`;

const KEPT = `select k.book, k.position, k.reversed_by, e.type, e.body::jsonb as body, e.accounting_period as period,
    to_char(e.effective_date, 'YYYY-MM-DD') as effective_on, to_char(v.effective_date, 'YYYY-MM-DD') as reversed_on
  from entry k join event e on e.book = k.book and e.position = k.position
    left join event v on v.book = k.book and v.position = k.reversed_by`;

/** What stands at a position: refunds, write-offs, recoveries, reductions and what was brought in here, charges and deposits with their kind. */
const loadEntries = async (tx: Tx, state: LedgerState, { entries }: Asked, next: Asked): Promise<void> => {
  const at = <Row>(table: string): Promise<Row[]> =>
    lookUp<Row>(
      tx,
      entries,
      ['book text', 'position bigint'],
      `select e.* from ${table} e where e.book = w.book and e.position = w.position`,
    );
  next.charges.push(...entries);
  const [refunds, writeOffs, recoveries, reductions, broughtIn, deposits, former] = await Promise.all([
    lookUp<RefundRow>(
      tx,
      entries,
      ['book text', 'position bigint'],
      `${REFUNDS} where r.book = w.book and r.position = w.position`,
    ),
    at<WriteOffRow>('write_off'),
    at<RecoveryRow>('recovery'),
    at<ReductionRow>('reduction'),
    at<BroughtInRow>('brought_in'),
    at<DepositRow>('deposit'),
    lookUp<{ book: string; former: string }>(
      tx,
      entries,
      ['book text', 'position bigint'],
      `select c.book, c.transferred_from as former from charge c
        where c.book = w.book and c.position = w.position and c.transferred_from is not null`,
    ),
  ]);
  for (const row of refunds) {
    bookIn(state, row.book).refunds.set(Number(row.position), refundOf(row));
    next.depositNos.push([row.book, row.receipt_no]);
  }
  for (const row of recoveries) {
    bookIn(state, row.book).recoveries.set(Number(row.position), recoveryOf(row));
    next.entries.push([row.book, Number(row.write_off)]);
  }
  for (const row of writeOffs) {
    bookIn(state, row.book).writeOffs.set(Number(row.position), writeOffOf(row));
    next.charges.push([row.book, Number(row.charge)]);
  }
  for (const row of reductions) {
    const { reductions } = bookIn(state, row.book);
    if (!reductions.has(Number(row.position))) reductions.set(Number(row.position), reductionOf(row));
    next.charges.push([row.book, Number(row.charge)]);
  }
  for (const row of broughtIn) {
    bookIn(state, row.book).broughtIn.set(Number(row.position), broughtInOf(row));
    next.balances.push([row.book, row.customer, row.tie]);
  }
  for (const row of deposits) {
    putDeposit(bookIn(state, row.book), depositOf(row));
    next.usesOf.push([row.book, Number(row.position)]);
  }
  for (const row of former) next.charges.push([row.book, Number(row.former)]);
};

/** Kept facts, with the receipts, deposits, balances and charges that their bodies name. */
const loadKept = async (tx: Tx, state: LedgerState, asked: Asked, next: Asked): Promise<void> => {
  for (const row of await lookUp<EntryRow>(
    tx,
    asked.entries,
    ['book text', 'position bigint'],
    `${KEPT} where k.book = w.book and k.position = w.position`,
  )) {
    const entry = entryOf(row);
    const { body } = entry;
    bookIn(state, row.book).entries.set(entry.position, entry);
    if ('tie' in body) next.balances.push([row.book, body.customer, body.tie]);
    if ('receipt' in body) next.receipts.push([row.book, body.receipt]);
    if ('deposit' in body) next.deposits.push([row.book, body.deposit]);
    if ('charge' in body) next.charges.push([row.book, body.charge]);
    if ('releases' in body) for (const { charge } of body.releases) next.charges.push([row.book, charge]);
    if ('applications' in body) for (const { charge } of body.applications) next.charges.push([row.book, charge]);
  }
};

/** Rules; grants with what they gave; reductions of charges. */
const loadDiscounts = async (tx: Tx, state: LedgerState, asked: Asked, next: Asked): Promise<void> => {
  const byPosition = ['book text', 'position bigint'];
  const reduced = 'select r.* from reduction r where r.book = w.book and';
  const [rules, grants, grantsOn, ofGrants, ofReceipts, ofCharges] = await Promise.all([
    lookUp<DiscountRuleRow>(
      tx,
      asked.discountRules,
      ['book text', 'rule text'],
      'select r.* from discount_rule r where r.book = w.book and r.rule = w.rule',
    ),
    lookUp<GrantRow>(
      tx,
      asked.grants,
      byPosition,
      'select g.* from discount_grant g where g.book = w.book and g.position = w.position',
    ),
    lookUp<GrantRow>(
      tx,
      asked.grantsOn,
      byPosition,
      'select g.* from discount_grant g where g.book = w.book and g.receipt = w.position',
    ),
    lookUp<ReductionRow>(tx, asked.grants, byPosition, `${reduced} r.grant_at = w.position`),
    lookUp<ReductionRow>(
      tx,
      asked.grantsOn,
      byPosition,
      `${reduced} r.grant_at in (select g.position from discount_grant g where g.book = w.book and g.receipt = w.position)`,
    ),
    lookUp<ReductionRow>(tx, asked.reductionsOf, byPosition, `${reduced} r.charge = w.position`),
  ]);
  for (const row of rules) bookIn(state, row.book).discountRules.set(row.rule, discountRuleOf(row));
  for (const row of [...grants, ...grantsOn]) {
    const grant = grantOf(row);
    const { grants: known } = bookIn(state, row.book);
    if (!known.has(grant.position)) known.set(grant.position, grant);
  }
  for (const row of [...ofGrants, ...ofReceipts, ...ofCharges]) {
    const reduction = reductionOf(row);
    const { reductions } = bookIn(state, row.book);
    if (!reductions.has(reduction.position)) reductions.set(reduction.position, reduction);
    next.charges.push([row.book, reduction.charge]);
  }
};

const loadFreezes = async (tx: Tx, state: LedgerState, { freezes }: Asked): Promise<void> => {
  for (const row of await lookUp<FreezeRow>(
    tx,
    freezes,
    ['book text', 'position bigint'],
    `select f.* from late_fee_freeze f where f.book = w.book and w.position in (f.position, f.ended_at)`,
  )) {
    const freeze = freezeOf(row);
    bookIn(state, row.book).freezes.set(freeze.position, freeze);
  }
};

/** Receipts by position. */
const loadReceiptsAt = async (tx: Tx, state: LedgerState, { receipts }: Asked): Promise<void> => {
  for (const row of await lookUp<ReceiptRow>(
    tx,
    receipts,
    ['book text', 'position bigint'],
    'select r.* from receipt r where r.book = w.book and r.position = w.position',
  ))
    putReceipt(bookIn(state, row.book), receiptOf(row));
};

/** What was ever refunded, applied and forfeited of deposits. */
const loadUses = async (tx: Tx, state: LedgerState, { usesOf }: Asked): Promise<void> => {
  const [refunds, uses] = await Promise.all([
    lookUp<RefundRow>(
      tx,
      usesOf,
      ['book text', 'deposit bigint'],
      `${REFUNDS} join deposit d on d.book = r.book and d.receipt_no = r.receipt_no
        where d.book = w.book and d.position = w.deposit and r.position > d.position`,
    ),
    lookUp<EntryRow>(
      tx,
      usesOf,
      ['book text', 'deposit bigint'],
      `${KEPT} join deposit d on d.book = k.book and d.receipt_no = k.subject
        where d.book = w.book and d.position = w.deposit and k.position > d.position
          and k.type in ('deposit.applied', 'deposit.forfeited')`,
    ),
  ]);
  for (const row of refunds) {
    const { refunds: known } = bookIn(state, row.book);
    if (!known.has(Number(row.position))) known.set(Number(row.position), refundOf(row));
  }
  for (const row of uses) {
    const { entries: known } = bookIn(state, row.book);
    if (!known.has(Number(row.position))) known.set(Number(row.position), entryOf(row));
  }
};

/** Deposits by number and by position. */
const loadDeposits = async (tx: Tx, state: LedgerState, asked: Asked, next: Asked): Promise<void> => {
  const { depositNos, usedDepositNos, deposits } = asked;
  const [ofNumbers, ofPositions] = await Promise.all([
    lookUp<DepositRow>(
      tx,
      [...depositNos, ...usedDepositNos],
      ['book text', 'receipt_no text'],
      'select d.* from deposit d where d.book = w.book and d.receipt_no = w.receipt_no',
    ),
    lookUp<DepositRow>(
      tx,
      deposits,
      ['book text', 'position bigint'],
      'select d.* from deposit d where d.book = w.book and d.position = w.position',
    ),
  ]);
  const used = new Set(usedDepositNos.map(([book, no]) => `${book} ${no}`));
  for (const row of latestOf(ofNumbers))
    if (used.has(`${row.book} ${row.receipt_no}`)) next.usesOf.push([row.book, Number(row.position)]);
  for (const row of [...latestOf(ofNumbers), ...ofPositions]) putDeposit(bookIn(state, row.book), depositOf(row));
};
