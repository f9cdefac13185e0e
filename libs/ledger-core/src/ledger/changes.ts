import type { Fen } from '../money';
import { known } from './find';
import { putBalance } from './put';
import { balanceKey, heldOf, openOf, type BookState } from './state';

/*
 * The four ways in which amounts change. Each keeps its invariant: nothing is settled twice, no balance goes below zero.
 * A breach means that the log does not come from our deciders, or that the state was not loaded.
 */

type SettledBy = 'corrected' | 'cash' | 'applied' | 'writtenOff' | 'reduced' | 'transferred';

/** Settles `amount` of the charge, or gives it back when negative. */
export const settleCharge = (book: BookState, position: number, by: SettledBy, amount: Fen): void => {
  const charge = known(book.charges.get(position), `charge ${position.toString()}`);
  charge[by] += amount;
  if (charge[by] < 0n || openOf(charge) < 0n)
    throw new Error(`charge ${position.toString()} is settled twice, or given back twice`);
  book.touched.charges.add(charge);
};

/** Adds to what a customer has prepaid; takes away when negative. */
export const movePrepaid = (book: BookState, customer: string, tie: string | null, amount: Fen): void => {
  putBalance(book, { customer, tie, balance: 0n });
  const balance = known(book.balances.get(balanceKey(customer, tie)), 'the balance');
  balance.balance += amount;
  if (balance.balance < 0n) throw new Error(`the prepayment of ${customer} is below zero`);
  book.touched.balances.add(balance);
};

/** Takes in money for what was written off, or gives it back when negative. */
export const recover = (book: BookState, position: number, amount: Fen): void => {
  const writeOff = known(book.writeOffs.get(position), `write-off ${position.toString()}`);
  writeOff.recovered += amount;
  if (writeOff.recovered < 0n || writeOff.recovered > writeOff.amount)
    throw new Error(`write-off ${position.toString()} is recovered twice`);
  book.touched.writeOffs.add(writeOff);
};

/** Pays a deposit back, or takes the refund back when negative. */
export const refund = (book: BookState, receiptNo: string, amount: Fen): void => {
  const deposit = known(book.deposits.get(receiptNo), `deposit ${receiptNo}`);
  deposit.refunded += amount;
  if (deposit.refunded < 0n || heldOf(deposit) < 0n) throw new Error(`deposit ${receiptNo} is refunded twice`);
  book.touched.deposits.add(deposit);
};

/** Takes from a deposit what is applied or forfeited, or gives it back when negative. */
export const useDeposit = (book: BookState, position: number, amount: Fen): void => {
  const deposit = known(book.depositAt.get(position), `deposit ${position.toString()}`);
  deposit.used += amount;
  if (deposit.used < 0n || heldOf(deposit) < 0n) throw new Error(`deposit ${deposit.receiptNo} is used twice`);
  book.touched.deposits.add(deposit);
};
