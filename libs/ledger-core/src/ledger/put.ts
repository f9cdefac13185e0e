import { compareText } from '../text';
import {
  balanceKey,
  transactionKey,
  type ApplicationState,
  type BalanceMove,
  type BalanceState,
  type BindingState,
  type BookState,
  type ChargeState,
  type DepositState,
  type ReceiptState,
} from './state';

/*
 * How entities get into a book's state, for evolve and for a store that loads. Putting one that is already in (same
 * position, id or key) keeps the one that is in, so that a store may load it along several ways. Nothing is marked touched.
 * Standards, meters, pools, refunds, write-offs, recoveries, reductions and what was brought in have no index: set them in their maps.
 */

export const putBinding = (book: BookState, binding: BindingState): void => {
  if (book.bindings.has(binding.id)) return;
  book.bindings.set(binding.id, binding);
  insert(listed(book.bindingsOfResource, binding.binding.resource), binding, (one, other) =>
    compareText(one.id, other.id),
  );
};

export const putCharge = (book: BookState, charge: ChargeState): void => {
  if (book.charges.has(charge.position)) return;
  book.charges.set(charge.position, charge);
  insert(listed(book.chargesOfCustomer, charge.customer), charge, byPosition);
  if (charge.binding !== null) insert(listed(book.chargesOfBinding, charge.binding), charge, byPosition);
  if (charge.subject !== null) insert(listed(book.chargesOfSubject, charge.subject), charge, byPosition);
};

/** The later of two receipts of one number is the one that `receipts` keeps. */
export const putReceipt = (book: BookState, receipt: ReceiptState): void => {
  if (book.receiptAt.has(receipt.position)) return;
  book.receiptAt.set(receipt.position, receipt);
  const known = book.receipts.get(receipt.receiptNo);
  if (!known || known.position < receipt.position) book.receipts.set(receipt.receiptNo, receipt);
  if (receipt.reversedBy !== null) return;
  for (const { method, reference } of receipt.tenders)
    if (reference !== null) book.receiptOfTransaction.set(transactionKey(method, reference), receipt);
};

export const putBalance = (book: BookState, balance: BalanceState): void => {
  const key = balanceKey(balance.customer, balance.tie);
  if (!book.balances.has(key)) book.balances.set(key, balance);
};

export const putBalanceMove = (book: BookState, key: string, move: BalanceMove): void => {
  const moves = book.balanceMoves.get(key) ?? new Map<number, BalanceMove>();
  book.balanceMoves.set(key, moves);
  if (!moves.has(move.position)) moves.set(move.position, move);
};

export const putApplication = (book: BookState, application: ApplicationState): void =>
  insert(
    listed(book.applications, balanceKey(application.customer, application.tie)),
    application,
    (one, other) => byPosition(one, other) || one.index - other.index,
  );

/** The later of two deposits of one number is the one that `deposits` keeps. */
export const putDeposit = (book: BookState, deposit: DepositState): void => {
  if (book.depositAt.has(deposit.position)) return;
  book.depositAt.set(deposit.position, deposit);
  const known = book.deposits.get(deposit.receiptNo);
  if (!known || known.position < deposit.position) book.deposits.set(deposit.receiptNo, deposit);
};

const byPosition = (one: { position: number }, other: { position: number }): number => one.position - other.position;

/**
 * Lists are in order, so that a decision does not depend on the order of loading. What is new mostly comes last; what is
 * in already is not put again.
 */
const insert = <T>(list: T[], value: T, compare: (one: T, other: T) => number): void => {
  let at = list.length;
  for (; at > 0; at -= 1) {
    const before = list[at - 1];
    const order = before === undefined ? -1 : compare(before, value);
    if (order === 0) return;
    if (order < 0) break;
  }
  list.splice(at, 0, value);
};

const listed = <K, V>(index: Map<K, V[]>, key: K): V[] => {
  const list = index.get(key);
  if (list) return list;
  const made: V[] = [];
  index.set(key, made);
  return made;
};
