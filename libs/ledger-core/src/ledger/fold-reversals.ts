import type { EntryReversed } from '@propledger/contracts';
import { unreachable } from '../decision';
import { movePrepaid, recover, refund, settleCharge } from './changes';
import type { LedgerEntry } from './facts';
import { known } from './find';
import { affect } from './fold-kept';
import { netOf, openOf, transactionKey, type BookState } from './state';

type Header = Pick<LedgerEntry, 'position' | 'reversesPosition' | 'effectiveDate'>;

/** Marks what stands at the reversed position; each fact is reversed once. */
const reversed = <T extends { reversedBy: number | null }>(
  entries: ReadonlyMap<number, T>,
  { position, reversesPosition }: Header,
): T => {
  const entry = known(entries.get(reversesPosition ?? 0), `what ${position.toString()} reverses`);
  if (entry.reversedBy !== null) throw new Error(`${position.toString()} reverses what is reversed already`);
  entry.reversedBy = position;
  return entry;
};

export const foldReceiptReversed = (book: BookState, header: Header): void => {
  const receipt = reversed(book.receiptAt, header);
  book.touched.receipts.add(receipt);
  for (const { method, reference } of receipt.tenders)
    if (reference !== null) book.receiptOfTransaction.delete(transactionKey(method, reference));
  for (const { charge, amount } of receipt.settlements) settleCharge(book, charge, 'cash', -amount);
  if (receipt.prepaid > 0n) movePrepaid(book, receipt.customer, receipt.resource, -receipt.prepaid);
};

export const foldEntryReversed = (book: BookState, header: Header, { of }: EntryReversed): void => {
  switch (of) {
    case 'charge.raised':
    case 'charge.transferred': {
      const before = openOf(known(book.charges.get(header.reversesPosition ?? 0), 'the charge'));
      const charge = reversed(book.charges, header);
      if (charge.transferredFrom !== null) settleCharge(book, charge.transferredFrom, 'transferred', -charge.amount);
      if (before !== netOf(charge))
        throw new Error(`charge ${charge.position.toString()} is reversed while it is settled`);
      book.touched.charges.add(charge);
      return;
    }
    case 'charge.written-off': {
      const writeOff = reversed(book.writeOffs, header);
      if (writeOff.recovered !== 0n)
        throw new Error(`write-off ${writeOff.position.toString()} is reversed while it is recovered`);
      book.touched.writeOffs.add(writeOff);
      return settleCharge(book, writeOff.charge, 'writtenOff', -writeOff.amount);
    }
    case 'write-off.recovered': {
      const recovery = reversed(book.recoveries, header);
      book.touched.recoveries.add(recovery);
      return recover(book, recovery.writeOff, -recovery.amount);
    }
    case 'charge.reduced': {
      const reduction = reversed(book.reductions, header);
      book.touched.reductions.add(reduction);
      return settleCharge(book, reduction.charge, 'reduced', -reduction.amount);
    }
    case 'deposit.received': {
      const deposit = reversed(book.depositAt, header);
      if (deposit.refunded + deposit.used !== 0n)
        throw new Error(`deposit ${deposit.receiptNo} is reversed while it is refunded`);
      book.touched.deposits.add(deposit);
      return;
    }
    case 'deposit.refunded': {
      const refunded = reversed(book.refunds, header);
      refunded.reversedOn = header.effectiveDate;
      book.touched.refunds.add(refunded);
      return refund(book, refunded.receiptNo, -refunded.amount);
    }
    case 'prepayment.brought-in': {
      const broughtIn = reversed(book.broughtIn, header);
      book.touched.broughtIn.add(broughtIn);
      return movePrepaid(book, broughtIn.customer, broughtIn.tie, -broughtIn.amount);
    }
    case 'allocation.released':
    case 'receipt.refunded':
    case 'prepayment.refunded':
    case 'deposit.applied':
    case 'deposit.forfeited':
    case 'charge.corrected': {
      const entry = reversed(book.entries, header);
      entry.reversedOn = header.effectiveDate;
      book.touched.entries.add(entry);
      return affect(book, entry, -1n, header.effectiveDate);
    }
    case 'prepayment.applied':
      throw new Error('an application is released, not reversed');
    default:
      return unreachable(of);
  }
};
