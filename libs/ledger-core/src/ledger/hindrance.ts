import type { AllocationReleased } from '@propledger/contracts';
import { unreachable } from '../decision';
import { formatMoney, parseMoney, sum } from '../money';
import { findCharge, known } from './find';
import type { LedgerRejection } from './rejections';
import { balanceKey, openOf, type BookState, type EntryState, type Reading } from './state';

/**
 * Why a kept fact can't be reversed now; null when it can.
 *
 * charge.corrected: already-reversed (its charge is). allocation.released: already-reversed (its receipt is), receipt-is-moved, then, for the first of its charges that has too
 * little open, exceeds-open; prepayment-is-refunded, prepayment-is-spent. receipt.refunded: receipt-is-moved. All others can
 * always be taken back.
 */
export const hindranceOf = (book: Reading<BookState>, { type, body }: Reading<EntryState>): LedgerRejection | null => {
  switch (type) {
    case 'prepayment.refunded':
    case 'deposit.applied':
    case 'deposit.forfeited':
      return null;
    case 'receipt.refunded':
      return isMoved(book, body) ? { code: 'receipt-is-moved', receiptNo: body.receiptNo } : null;
    case 'charge.corrected': {
      const { position, reversedBy } = findCharge(book, body.charge);
      return reversedBy === null ? null : { code: 'already-reversed', position, reversedBy };
    }
    case 'allocation.released': {
      const { position, reversedBy, prepaid } = known(
        book.receiptAt.get(body.receipt),
        `receipt ${body.receipt.toString()}`,
      );
      if (reversedBy !== null) return { code: 'already-reversed', position, reversedBy };
      if (isMoved(book, body)) return { code: 'receipt-is-moved', receiptNo: body.receiptNo };
      for (const { charge, amount } of body.releases) {
        const open = openOf(findCharge(book, charge));
        if (open < parseMoney(amount)) return { code: 'exceeds-open', charge, open: formatMoney(open) };
      }
      const total = sum(body.releases.map(({ amount }) => parseMoney(amount)));
      if (prepaid < total) return { code: 'prepayment-is-refunded', left: formatMoney(prepaid) };
      const left = book.balances.get(balanceKey(body.customer, body.tie))?.balance ?? 0n;
      return left < total ? { code: 'prepayment-is-spent', left: formatMoney(left) } : null;
    }
    default:
      return unreachable(type);
  }
};

/** The receipt is another customer's by now, or it came back and settles other charges. */
const isMoved = (
  book: Reading<BookState>,
  { receipt: position, customer, tie, releases = [] }: Reading<Released>,
): boolean => {
  const receipt = known(book.receiptAt.get(position), `receipt ${position.toString()}`);
  const settles = new Set(receipt.settlements.map(({ charge }) => charge));
  return (
    receipt.customer !== customer || receipt.resource !== tie || releases.some(({ charge }) => !settles.has(charge))
  );
};

type Released = Pick<AllocationReleased, 'receipt' | 'customer' | 'tie'> &
  Partial<Pick<AllocationReleased, 'releases'>>;
