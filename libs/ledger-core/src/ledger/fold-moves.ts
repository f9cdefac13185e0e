import type { ChargeTransferred, ReceiptMoved } from '@propledger/contracts';
import { parseMoney } from '../money';
import { movePrepaid, settleCharge } from './changes';
import type { LedgerEntry } from './facts';
import { findCharge } from './find';
import { handled } from './fold-kept';
import { putCharge } from './put';
import type { BookState, ChargeState } from './state';

/** What the receipt settled was given back before: all of it is in the former customer's balance. */
export const foldReceiptMoved = (book: BookState, { effectiveDate }: LedgerEntry, body: ReceiptMoved): void => {
  const { former, customer, resource, item, amount, prepaid } = body;
  const receipt = handled(book, body.receipt, effectiveDate);
  if (receipt.prepaid !== parseMoney(amount)) throw new Error(`${body.receiptNo} is moved while it settles something`);
  movePrepaid(book, former.customer, former.tie, -receipt.prepaid);
  receipt.customer = customer;
  receipt.resource = resource;
  receipt.item = item;
  receipt.settlements = body.settlements.map((part) => ({ charge: part.charge, amount: parseMoney(part.amount) }));
  receipt.prepaid = parseMoney(prepaid);
  for (const settlement of receipt.settlements) settleCharge(book, settlement.charge, 'cash', settlement.amount);
  movePrepaid(book, customer, resource, receipt.prepaid);
};

export const foldTransferred = (book: BookState, header: LedgerEntry, body: ChargeTransferred): void => {
  const { charge: former, resource, customer, item, from, to, dueOn, priority, standard, period } = body;
  const amount = parseMoney(body.amount);
  const { forOthers } = findCharge(book, former);
  const charge: ChargeState = {
    position: header.position,
    origin: 'transfer',
    ...{ resource, customer, item, from, to, dueOn, priority, standard, binding: null, subject: null, period },
    effectiveOn: header.effectiveDate,
    ...{ amount, tax: 0n, forOthers },
    ...{ corrected: 0n, cash: 0n, applied: 0n, writtenOff: 0n, reduced: 0n, transferred: 0n },
    transferredFrom: former,
    reversedBy: null,
  };
  putCharge(book, charge);
  book.touched.charges.add(charge);
  settleCharge(book, former, 'transferred', amount);
};
