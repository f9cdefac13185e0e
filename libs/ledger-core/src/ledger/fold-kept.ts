import type { AllocationReleased, Day, Money } from '@propledger/contracts';
import { unreachable } from '../decision';
import { parseMoney, sum, type Fen } from '../money';
import { movePrepaid, settleCharge, useDeposit } from './changes';
import type { LedgerEntry } from './facts';
import { known } from './find';
import { posted } from './fold-postings';
import type { BookState, EntryState, KeptFact, ReceiptState } from './state';

export const foldKept = (book: BookState, header: LedgerEntry, { type, body }: KeptFact): void => {
  const entry = { type, body, ...posted(header), reversedBy: null, reversedOn: null } as EntryState;
  book.entries.set(entry.position, entry);
  book.touched.entries.add(entry);
  affect(book, entry, 1n, entry.effectiveOn);
};

/** Does what a kept fact did, or with -1 the contrary, on that day. */
export const affect = (book: BookState, { type, body }: KeptFact, sign: 1n | -1n, on: Day): void => {
  switch (type) {
    case 'allocation.released':
      return release(book, body, sign, on);
    case 'receipt.refunded': {
      const { receipt, customer, tie } = body;
      const amount = sign * parseMoney(body.amount);
      const refunded = handled(book, receipt, on);
      refunded.refunded += amount;
      movePrepaid(book, customer, tie, -amount);
      return prepay(refunded, -amount);
    }
    case 'prepayment.refunded': {
      const { customer, tie, amount } = body;
      return movePrepaid(book, customer, tie, -sign * parseMoney(amount));
    }
    case 'deposit.applied': {
      const { deposit, applications } = body;
      for (const { charge, amount } of applications) settleCharge(book, charge, 'applied', sign * parseMoney(amount));
      return useDeposit(book, deposit, sign * totalOf(applications));
    }
    case 'deposit.forfeited':
      return useDeposit(book, body.deposit, sign * parseMoney(body.amount));
    case 'charge.corrected':
      return settleCharge(book, body.charge, 'corrected', sign * parseMoney(body.amount));
    default:
      return unreachable(type);
  }
};

const release = (book: BookState, body: AllocationReleased, sign: 1n | -1n, on: Day): void => {
  const { customer, tie, releases } = body;
  const receipt = handled(book, body.receipt, on);
  for (const { charge, amount: money } of releases) {
    const amount = sign * parseMoney(money);
    const settlement = known(
      receipt.settlements.find((other) => other.charge === charge),
      `what ${receipt.receiptNo} settles of ${charge.toString()}`,
    );
    settlement.amount -= amount;
    if (settlement.amount < 0n) throw new Error(`${receipt.receiptNo} gives back more than it settles`);
    settleCharge(book, charge, 'cash', -amount);
  }
  const total = sign * totalOf(releases);
  movePrepaid(book, customer, tie, total);
  prepay(receipt, total);
};

const totalOf = (parts: readonly { readonly amount: Money }[]): Fen =>
  sum(parts.map(({ amount }) => parseMoney(amount)));

/** The receipt, with which something is done on that day. */
export const handled = (book: BookState, position: number, on: Day): ReceiptState => {
  const receipt = known(book.receiptAt.get(position), `receipt ${position.toString()}`);
  if (on > receipt.handledOn) receipt.handledOn = on;
  book.touched.receipts.add(receipt);
  return receipt;
};

const prepay = (receipt: ReceiptState, amount: Fen): void => {
  receipt.prepaid += amount;
  if (receipt.prepaid < 0n) throw new Error(`more is taken back of ${receipt.receiptNo} than it prepaid`);
};
