import { formatMoney, smaller, sum, type Fen } from '../money';
import { accept, reject } from '../decision';
import { place } from '../period/posting';
import type { CollectPayment } from './commands';
import type { LedgerDecision } from './facts';
import { receiptTaken } from './journal';
import { findCharge } from './find';
import { inSettlementOrder } from './settlement-order';
import { openOf, transactionKey, type BookState, type Calendar, type Reading } from './state';

/**
 * A receipt settles the open charges of its customer, of its resource and item where given, in settlement order, whatever
 * their due date. What is left becomes a prepayment tied to the resource if one was given.
 *
 * Refused, in this order: receipt-number-taken, amount-not-positive, tenders-do-not-add-up, transaction-taken, then by period.
 */
export const collectPayment = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: CollectPayment,
): LedgerDecision => {
  const { receiptNo, customer, resource, item, tenders } = command;
  if (book.receipts.get(receiptNo)?.reversedBy === null) return reject({ code: 'receipt-number-taken', receiptNo });
  if (tenders.length === 0 || tenders.some(({ amount }) => amount <= 0n))
    return reject({ code: 'amount-not-positive' });

  const amount = sum(tenders.map((tender) => tender.amount));
  if (command.amount !== null && command.amount !== amount)
    return reject({
      code: 'tenders-do-not-add-up',
      amount: formatMoney(command.amount),
      tenders: formatMoney(amount),
    });

  const taken = takenTransaction(book, command);
  if (taken !== null) return reject({ code: 'transaction-taken', receiptNo: taken });

  const placement = place(calendar, command.date, command.posting);
  if ('rejection' in placement) return reject(placement.rejection);

  const settlements = settle(book, command, amount);
  const prepaid = amount - sum(settlements.map((settlement) => settlement.amount));
  return accept({
    type: 'receipt.taken',
    body: {
      receiptNo,
      customer,
      resource,
      item,
      amount: formatMoney(amount),
      tenders: tenders.map((tender) => ({ ...tender, amount: formatMoney(tender.amount) })),
      settlements: settlements.map((settlement) => ({ ...settlement, amount: formatMoney(settlement.amount) })),
      prepaid: formatMoney(prepaid),
      lines: receiptTaken({ customer, resource, tenders, settlements }, (charge) => findCharge(book, charge)),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};

/** The number of the receipt that has a channel transaction of the command already; null when none has. */
const takenTransaction = (book: Reading<BookState>, { receiptNo, tenders }: CollectPayment): string | null => {
  const own = new Set<string>();
  for (const { method, reference } of tenders) {
    if (reference === null) continue;
    const key = transactionKey(method, reference);
    const standing = book.receiptOfTransaction.get(key);
    if (standing) return standing.receiptNo;
    if (own.has(key)) return receiptNo;
    own.add(key);
  }
  return null;
};

/** What an amount settles of what a customer owes, of the resource and item where given, in settlement order. */
export const settle = (
  book: Reading<BookState>,
  { customer, resource, item }: Pick<CollectPayment, 'customer' | 'resource' | 'item'>,
  amount: Fen,
): { charge: number; amount: Fen }[] => {
  const charges = (book.chargesOfCustomer.get(customer) ?? []).filter(
    (charge) => (resource === null || charge.resource === resource) && (item === null || charge.item === item),
  );
  let left = amount;
  const settlements: { charge: number; amount: Fen }[] = [];
  for (const charge of inSettlementOrder(charges)) {
    if (left === 0n) break;
    const part = smaller(left, openOf(charge));
    settlements.push({ charge: charge.position, amount: part });
    left -= part;
  }
  return settlements;
};
