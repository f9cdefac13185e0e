import { accept, reject } from '../decision';
import { formatMoney, smaller, type Fen } from '../money';
import { placeReversal } from '../period/posting';
import type { ReverseReceipt } from './commands';
import type { LedgerDecision, LedgerFactWithHeader } from './facts';
import { mirrorOf, prepaymentApplied, receiptTaken } from './journal';
import { findCharge } from './find';
import { balanceKey, type BookState, type Calendar, type Reading, type ReceiptState } from './state';

/**
 * Gives every settlement of the receipt back and takes its prepayment back. If too little of the balance is left, its
 * latest applications are released first, as much as is missing, on the same date and into the same period.
 *
 * Refused, in this order: unknown-receipt, already-reversed, date-before-entry, then by period.
 */
export const reverseReceipt = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: ReverseReceipt,
): LedgerDecision => {
  const { receiptNo } = command;
  const receipt = book.receipts.get(receiptNo);
  if (!receipt) return reject({ code: 'unknown-receipt', receiptNo });
  const { position, customer, reversedBy } = receipt;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  const placement = placeReversal(calendar, receipt, command.date, command.posting);
  if ('rejection' in placement) return reject(placement.rejection);

  const lines = mirrorOf(receiptTaken(receipt, (charge) => findCharge(book, charge)));
  const released = release(book, receipt);
  const events: LedgerFactWithHeader[] = [
    { type: 'receipt.reversed', body: { receiptNo, customer, lines }, ...placement.placed, reversesPosition: position },
  ];
  if (released) events.unshift({ ...released, ...placement.placed, reversesPosition: null });
  return accept(...events);
};

/** What must be released so that the receipt's prepayment can be taken back; null when enough of it is left. */
const release = (book: Reading<BookState>, receipt: Reading<ReceiptState>) => {
  const { customer, resource: tie, prepaid } = receipt;
  const key = balanceKey(customer, tie);
  let missing = prepaid - (book.balances.get(key)?.balance ?? 0n);
  if (missing <= 0n) return null;

  const releases: { application: number; index: number; charge: number; amount: Fen; tie: string | null }[] = [];
  const applications = book.applications.get(key) ?? [];
  for (const { position, index, charge, amount, released } of [...applications].reverse()) {
    if (missing === 0n) break;
    const part = smaller(missing, amount - released);
    if (part === 0n) continue;
    releases.push({ application: position, index, charge, amount: part, tie });
    missing -= part;
  }
  if (missing > 0n) throw new Error(`the applications of receipt ${receipt.receiptNo}'s balance are not in the state`);

  return {
    type: 'prepayment.released',
    body: {
      customer,
      releases: releases.map((part) => ({ ...part, amount: formatMoney(part.amount) })),
      lines: mirrorOf(prepaymentApplied(customer, releases, (charge) => findCharge(book, charge))),
    },
  } as const;
};
