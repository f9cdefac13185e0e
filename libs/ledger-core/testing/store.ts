import { copyOf } from './copy';
import { overlapOf } from '../src/day';
import { compareRecords } from '../src/meter/usage';
import type { Needs } from '../src/ledger/needs';
import {
  putApplication,
  putBalance,
  putBalanceMove,
  putBinding,
  putCharge,
  putDeposit,
  putReceipt,
} from '../src/ledger/put';
import {
  balanceKey,
  bookIn,
  emptyState,
  itemTermsKey,
  openOf,
  poolAmountKey,
  type BookState,
  type KeptFact,
  NO_LIMITS,
  type LedgerState,
} from '../src/ledger/state';
import { BOOK } from './given';

/*
 * A store as a service has it, in memory: it loads what a batch needs, and writes what the batch touched. What it holds is
 * kept in a book of its own, of which only the maps are used.
 */

/** What is loaded from the store for these needs, and nothing else: copies, so that nothing is shared. */
export const load = (full: BookState, needs: Needs): LedgerState => {
  const state = emptyState();
  const book = bookIn(state, BOOK);
  book.calendar = copyOf(full.calendar);
  if (needs.limits) book.limits = copyOf(full.limits ?? NO_LIMITS);
  loadAccounts(book, full, needs);
  loadEntries(book, full, needs);
  loadSetup(book, full, needs);
  return state;
};

const loadCharge = (book: BookState, full: BookState, position: number): void => {
  const charge = full.charges.get(position);
  if (charge) putCharge(book, copyOf(charge));
};

/** With a transferred charge, the one that it was; with any what was applied to it and is released in full. */
const loadChargeEntry = (book: BookState, full: BookState, position: number): void => {
  loadCharge(book, full, position);
  for (const application of [...full.applications.values()].flat())
    if (application.charge === position && application.released === application.amount)
      putApplication(book, copyOf(application));
  const former = full.charges.get(position)?.transferredFrom ?? null;
  if (former !== null) loadCharge(book, full, former);
};

const loadBalance = (book: BookState, full: BookState, customer: string, tie: string | null): void => {
  const balance = full.balances.get(balanceKey(customer, tie));
  if (balance) putBalance(book, copyOf(balance));
};

/** A balance with what may be released to it. */
const loadReleasable = (book: BookState, full: BookState, customer: string, tie: string | null): void => {
  loadBalance(book, full, customer, tie);
  for (const application of full.applications.get(balanceKey(customer, tie)) ?? []) {
    if (application.released === application.amount) continue;
    putApplication(book, copyOf(application));
    loadCharge(book, full, application.charge);
  }
};

const loadAccounts = (book: BookState, full: BookState, needs: Needs): void => {
  for (const customer of needs.customers) {
    for (const charge of full.charges.values())
      if (charge.customer === customer && openOf(charge) > 0n) loadCharge(book, full, charge.position);
    for (const balance of full.balances.values())
      if (balance.customer === customer) loadBalance(book, full, customer, balance.tie);
  }
  for (const receiptNo of [...needs.receiptNos, ...needs.reversedReceiptNos]) {
    const receipt = full.receipts.get(receiptNo);
    if (receipt) putReceipt(book, copyOf(receipt));
  }
  for (const receiptNo of needs.reversedReceiptNos) {
    const receipt = full.receipts.get(receiptNo);
    if (!receipt) continue;
    for (const { charge } of receipt.settlements) loadCharge(book, full, charge);
    loadReleasable(book, full, receipt.customer, receipt.resource);
  }
  for (const { customer, tie } of needs.balances) loadReleasable(book, full, customer, tie);
  for (const { customer, tie, after } of needs.balanceMoves) {
    const key = balanceKey(customer, tie);
    for (const move of full.balanceMoves.get(key)?.values() ?? []) if (move.on > after) putBalanceMove(book, key, move);
  }
  for (const position of needs.applications)
    for (const application of [...full.applications.values()].flat())
      if (application.position === position) {
        putApplication(book, copyOf(application));
        loadReleasable(book, full, application.customer, application.tie);
        loadCharge(book, full, application.charge);
      }
  for (const charge of needs.settlersOf) {
    for (const receipt of full.receiptAt.values())
      if (
        receipt.reversedBy === null &&
        receipt.settlements.some((part) => part.charge === charge && part.amount > 0n)
      ) {
        putReceipt(book, copyOf(receipt));
        loadReleasable(book, full, receipt.customer, receipt.resource);
      }
    for (const application of [...full.applications.values()].flat())
      if (application.charge === charge) loadReleasable(book, full, application.customer, application.tie);
  }
  for (const { method, reference } of needs.transactions)
    for (const receipt of full.receiptAt.values())
      if (
        receipt.reversedBy === null &&
        receipt.tenders.some((tender) => tender.method === method && tender.reference === reference)
      )
        putReceipt(book, copyOf(receipt));
};

const loadDeposit = (book: BookState, full: BookState, receiptNo: string): void => {
  const deposit = full.deposits.get(receiptNo);
  if (deposit) putDeposit(book, copyOf(deposit));
};

/** What was ever refunded, applied and forfeited of a deposit. */
const loadUses = (book: BookState, full: BookState, position: number | undefined): void => {
  const deposit = position === undefined ? undefined : full.depositAt.get(position);
  if (!deposit) return;
  for (const refund of full.refunds.values())
    if (
      refund.receiptNo === deposit.receiptNo &&
      refund.position > deposit.position &&
      !book.refunds.has(refund.position)
    )
      book.refunds.set(refund.position, copyOf(refund));
  for (const entry of full.entries.values())
    if ('deposit' in entry.body && entry.body.deposit === deposit.position && !book.entries.has(entry.position))
      book.entries.set(entry.position, copyOf(entry));
};

const loadWriteOff = (book: BookState, full: BookState, position: number): void => {
  const writeOff = full.writeOffs.get(position);
  if (!writeOff || book.writeOffs.has(position)) return;
  book.writeOffs.set(position, copyOf(writeOff));
  loadCharge(book, full, writeOff.charge);
};

const loadReduction = (book: BookState, full: BookState, position: number): void => {
  const reduction = full.reductions.get(position);
  if (!reduction || book.reductions.has(position)) return;
  book.reductions.set(position, copyOf(reduction));
  loadCharge(book, full, reduction.charge);
};

const loadEntries = (book: BookState, full: BookState, needs: Needs): void => {
  for (const receiptNo of needs.depositNos) loadDeposit(book, full, receiptNo);
  for (const receiptNo of needs.usedDepositNos) {
    loadDeposit(book, full, receiptNo);
    loadUses(book, full, full.deposits.get(receiptNo)?.position);
  }
  for (const position of needs.charges) loadCharge(book, full, position);
  for (const { resource, customer, item, from, to } of needs.chargeKeys)
    for (const charge of full.charges.values())
      if (
        charge.reversedBy === null &&
        [charge.resource, charge.customer, charge.item, charge.from, charge.to].join() ===
          [resource, customer, item, from, to].join()
      )
        loadCharge(book, full, charge.position);
  for (const { binding, days } of needs.bindingCharges)
    for (const charge of full.charges.values())
      if (charge.binding === binding && charge.reversedBy === null && (days === null || overlapOf(charge, days)))
        loadCharge(book, full, charge.position);
  for (const { subject, days } of needs.subjectCharges)
    for (const charge of full.charges.values())
      if (charge.subject === subject && charge.reversedBy === null && (days === null || overlapOf(charge, days)))
        loadCharge(book, full, charge.position);
  for (const code of needs.discountRules) {
    const rule = full.discountRules.get(code);
    if (rule) book.discountRules.set(code, copyOf(rule));
  }
  const receipts = needs.reversedReceiptNos.map((no) => full.receipts.get(no)?.position);
  for (const grant of full.grants.values())
    if (needs.grants.includes(grant.position) || receipts.includes(grant.body.receipt)) {
      book.grants.set(grant.position, copyOf(grant));
      for (const reduction of full.reductions.values())
        if (reduction.grant === grant.position) loadReduction(book, full, reduction.position);
    }
  for (const reduction of full.reductions.values())
    if (needs.reductionsOf.includes(reduction.charge)) loadReduction(book, full, reduction.position);
  for (const position of needs.freezes)
    for (const freeze of full.freezes.values())
      if (freeze.position === position || freeze.end?.position === position)
        book.freezes.set(freeze.position, copyOf(freeze));
  for (const position of needs.entries) {
    loadChargeEntry(book, full, position);
    const deposit = full.depositAt.get(position);
    if (deposit) putDeposit(book, copyOf(deposit));
    loadUses(book, full, deposit?.position);
    const refund = full.refunds.get(position);
    if (refund) {
      book.refunds.set(position, copyOf(refund));
      loadDeposit(book, full, refund.receiptNo);
    }
    loadWriteOff(book, full, position);
    const recovery = full.recoveries.get(position);
    if (recovery) {
      book.recoveries.set(position, copyOf(recovery));
      loadWriteOff(book, full, recovery.writeOff);
    }
    loadReduction(book, full, position);
    const broughtIn = full.broughtIn.get(position);
    if (broughtIn) {
      book.broughtIn.set(position, copyOf(broughtIn));
      loadReleasable(book, full, broughtIn.customer, broughtIn.tie);
    }
    const entry = full.entries.get(position);
    if (entry) {
      book.entries.set(position, copyOf(entry));
      loadNamed(book, full, entry);
    }
  }
};

/** What the body of a kept fact names. */
const loadNamed = (book: BookState, full: BookState, { body }: KeptFact): void => {
  if ('tie' in body) loadReleasable(book, full, body.customer, body.tie);
  const deposit = 'deposit' in body ? full.depositAt.get(body.deposit) : undefined;
  if (deposit) putDeposit(book, copyOf(deposit));
  if ('charge' in body) loadCharge(book, full, body.charge);
  if ('applications' in body) for (const { charge } of body.applications) loadCharge(book, full, charge);
  const receipt = 'receipt' in body ? full.receiptAt.get(body.receipt) : undefined;
  if (receipt) putReceipt(book, copyOf(receipt));
  if ('releases' in body) for (const { charge } of body.releases) loadCharge(book, full, charge);
};

const loadSetup = (book: BookState, full: BookState, needs: Needs): void => {
  for (const code of needs.standards) {
    const standard = full.standards.get(code);
    if (standard) book.standards.set(code, copyOf(standard));
  }
  for (const { item, from } of needs.itemTerms) {
    const key = itemTermsKey(item, from);
    const terms = full.itemTerms.get(key);
    if (terms) book.itemTerms.set(key, copyOf(terms));
  }
  for (const from of needs.developers) {
    const developer = full.developers.get(from);
    if (developer) book.developers.set(from, copyOf(developer));
  }
  const vacant = needs.vacancies.map((id) => full.vacancies.get(id)?.vacancy.resource);
  for (const vacancy of full.vacancies.values()) {
    const { resource } = vacancy.vacancy;
    const isAsked = needs.vacanciesOf.includes(resource) || vacant.includes(resource);
    if (needs.vacancies.includes(vacancy.id) || (isAsked && !vacancy.withdrawn))
      book.vacancies.set(vacancy.id, copyOf(vacancy));
  }
  for (const code of needs.meters) {
    const meter = full.meters.get(code);
    if (meter) book.meters.set(code, copyOf(meter));
  }
  for (const code of needs.pools) {
    const pool = full.pools.get(code);
    if (pool) book.pools.set(code, copyOf(pool));
    for (const [key, amount] of full.poolAmounts) if (amount.pool === code) book.poolAmounts.set(key, copyOf(amount));
  }
  const own = needs.siblingsOf.flatMap((id) => full.bindings.get(id)?.binding ?? []);
  for (const binding of full.bindings.values()) {
    const { resource, standard } = binding.binding;
    const named = needs.bindings.includes(binding.id);
    const sibling = [...needs.bindingsOf, ...own].some(
      (other) => other.resource === resource && other.standard === standard,
    );
    const user = needs.anyBindingTo.includes(standard);
    if (named || (!binding.withdrawn && (sibling || user))) putBinding(book, copyOf(binding));
  }
};

/** Writes copies of what was touched, each by its own key. */
export const flush = (store: BookState, { calendar, limits, balanceMoves, touched }: BookState): void => {
  if (touched.calendar) store.calendar = copyOf(calendar);
  if (touched.limits) store.limits = copyOf(limits);
  for (const standard of touched.standards) store.standards.set(standard.code, copyOf(standard));
  for (const binding of touched.bindings) store.bindings.set(binding.id, copyOf(binding));
  for (const meter of touched.meters) {
    const records = store.meters.get(meter.code)?.records ?? [];
    store.meters.set(meter.code, { ...copyOf(meter), records });
  }
  for (const { position, meter, record, withdrawnBy } of touched.meterRecords) {
    const records = store.meters.get(meter)?.records ?? [];
    const at = records.findIndex((one) => one.position === position);
    if (at >= 0) records.splice(at, 1);
    if (withdrawnBy === null) records.push(copyOf(record));
    records.sort(compareRecords);
  }
  for (const one of touched.itemTerms) store.itemTerms.set(itemTermsKey(one.terms.item, one.terms.from), copyOf(one));
  for (const one of touched.developers) store.developers.set(one.developer.from, copyOf(one));
  for (const one of touched.vacancies) store.vacancies.set(one.id, copyOf(one));
  for (const pool of touched.pools) store.pools.set(pool.code, copyOf(pool));
  for (const amount of touched.poolAmounts)
    store.poolAmounts.set(poolAmountKey(amount.pool, amount.period), copyOf(amount));
  for (const charge of touched.charges) store.charges.set(charge.position, copyOf(charge));
  for (const refund of touched.refunds) store.refunds.set(refund.position, copyOf(refund));
  for (const writeOff of touched.writeOffs) store.writeOffs.set(writeOff.position, copyOf(writeOff));
  for (const recovery of touched.recoveries) store.recoveries.set(recovery.position, copyOf(recovery));
  for (const reduction of touched.reductions) store.reductions.set(reduction.position, copyOf(reduction));
  for (const rule of touched.discountRules) store.discountRules.set(rule.code, copyOf(rule));
  for (const grant of touched.grants) store.grants.set(grant.position, copyOf(grant));
  for (const freeze of touched.freezes) store.freezes.set(freeze.position, copyOf(freeze));
  for (const broughtIn of touched.broughtIn) store.broughtIn.set(broughtIn.position, copyOf(broughtIn));
  for (const entry of touched.entries) store.entries.set(entry.position, copyOf(entry));
  for (const [key, moves] of balanceMoves) for (const move of moves.values()) putBalanceMove(store, key, move);
  for (const balance of touched.balances)
    store.balances.set(balanceKey(balance.customer, balance.tie), copyOf(balance));
  for (const receipt of touched.receipts) {
    store.receiptAt.set(receipt.position, copyOf(receipt));
    const known = store.receipts.get(receipt.receiptNo);
    if (!known || known.position <= receipt.position) store.receipts.set(receipt.receiptNo, copyOf(receipt));
  }
  for (const deposit of touched.deposits) {
    store.depositAt.set(deposit.position, copyOf(deposit));
    const known = store.deposits.get(deposit.receiptNo);
    if (!known || known.position <= deposit.position) store.deposits.set(deposit.receiptNo, copyOf(deposit));
  }
  for (const application of touched.applications) {
    const key = balanceKey(application.customer, application.tie);
    const others = (store.applications.get(key) ?? []).filter(
      ({ position, index }) => position !== application.position || index !== application.index,
    );
    const all = [...others, copyOf(application)];
    store.applications.set(
      key,
      all.sort((one, other) => one.position - other.position || one.index - other.index),
    );
  }
};

/** What a book holds, without indexes and what was touched: what the store of the book must hold. */
export const contents = (book: BookState) => ({
  calendar: book.calendar,
  limits: book.limits,
  standards: book.standards,
  bindings: book.bindings,
  meters: book.meters,
  itemTerms: book.itemTerms,
  developers: book.developers,
  vacancies: book.vacancies,
  pools: book.pools,
  poolAmounts: book.poolAmounts,
  charges: book.charges,
  receipts: book.receiptAt,
  latestReceipts: book.receipts,
  balances: book.balances,
  applications: book.applications,
  deposits: book.depositAt,
  latestDeposits: book.deposits,
  refunds: book.refunds,
  writeOffs: book.writeOffs,
  recoveries: book.recoveries,
  reductions: book.reductions,
  discountRules: book.discountRules,
  grants: book.grants,
  freezes: book.freezes,
  broughtIn: book.broughtIn,
  entries: book.entries,
});
