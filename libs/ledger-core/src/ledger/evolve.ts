import { limitsOf } from '../approval/set-limits';
import { previousPeriod } from '../day';
import { unreachable } from '../decision';
import {
  foldBinding,
  foldDeveloper,
  foldItemTerms,
  foldMeter,
  foldPool,
  foldStandard,
  foldVacancy,
} from '../setup/fold';
import { known } from './find';
import type { LedgerEntry } from './facts';
import {
  foldBroughtIn,
  foldChargeRaised,
  foldDepositReceived,
  foldDepositRefunded,
  foldPrepaymentApplied,
  foldPrepaymentReleased,
  foldReceiptTaken,
  foldRecovered,
  foldReduced,
  foldWrittenOff,
} from './fold-postings';
import { foldDiscount } from '../discount/fold-discounts';
import { foldBalanceMoves } from './fold-balance-moves';
import { foldFreeze } from './fold-freezes';
import { foldKept } from './fold-kept';
import { foldReceiptMoved, foldTransferred } from './fold-moves';
import { foldEntryReversed, foldReceiptReversed } from './fold-reversals';
import { bookIn, NO_LIMITS, type BookState, type LedgerState } from './state';

/**
 * Folds one entry into the state, which is handed over: it is changed in place and returned. What changed is in the
 * book's `touched`.
 *
 * @throws Error when the entry concerns something that is not in the state (it was not loaded), or settles, refunds or
 * spends more than there is (it was not made by `decide`). The state is then of no use any more.
 */
export const evolve = (state: LedgerState, entry: LedgerEntry): LedgerState => {
  const book = bookIn(state, entry.book);
  fold(book, entry);
  if (entry.type !== 'charge.raised') foldBalanceMoves(book, entry);
  return state;
};

const fold = (book: BookState, entry: LedgerEntry): void => {
  switch (entry.type) {
    case 'book.opened':
      book.calendar = { ...entry.body, closedThrough: null };
      book.touched.calendar = true;
      book.limits = { ...NO_LIMITS };
      book.touched.limits = true;
      return;
    case 'limits.set':
      book.limits = limitsOf(entry.body.limits);
      book.touched.limits = true;
      return;
    case 'period.closed':
      known(book.calendar ?? undefined, 'the calendar').closedThrough = entry.body.period;
      book.touched.calendar = true;
      return;
    case 'period.reopened': {
      const calendar = known(book.calendar ?? undefined, 'the calendar');
      const { period } = entry.body;
      calendar.closedThrough = period === calendar.firstPeriod ? null : previousPeriod(period);
      book.touched.calendar = true;
      return;
    }
    case 'standard.defined':
    case 'standard.changed':
    case 'standard.withdrawn':
      return foldStandard(book, entry);
    case 'item.terms-set':
    case 'item.terms-withdrawn':
      return foldItemTerms(book, entry);
    case 'developer.named':
    case 'developer.withdrawn':
      return foldDeveloper(book, entry);
    case 'vacancy.declared':
    case 'vacancy.changed':
    case 'vacancy.ended':
    case 'vacancy.withdrawn':
      return foldVacancy(book, entry);
    case 'binding.made':
    case 'binding.changed':
    case 'binding.withdrawn':
      return foldBinding(book, entry);
    case 'meter.installed':
    case 'meter.changed':
    case 'meter.withdrawn':
    case 'meter.read':
    case 'meter.reading-confirmed':
    case 'meter.replaced':
    case 'meter.record-withdrawn':
      return foldMeter(book, entry);
    case 'pool.defined':
    case 'pool.changed':
    case 'pool.withdrawn':
    case 'pool.amount-set':
    case 'pool.amount-withdrawn':
      return foldPool(book, entry);
    case 'pool.shared':
      return; // The charges that follow are what came of it.
    case 'charge.raised':
      return foldChargeRaised(book, entry, entry.body);
    case 'receipt.taken':
      return foldReceiptTaken(book, entry, entry.body);
    case 'allocation.released':
    case 'receipt.refunded':
    case 'prepayment.refunded':
    case 'deposit.applied':
    case 'deposit.forfeited':
    case 'charge.corrected':
      return foldKept(book, entry, entry);
    case 'receipt.moved':
      return foldReceiptMoved(book, entry, entry.body);
    case 'charge.transferred':
      return foldTransferred(book, entry, entry.body);
    case 'prepayment.brought-in':
      return foldBroughtIn(book, entry, entry.body);
    case 'prepayment.applied':
      return foldPrepaymentApplied(book, entry, entry.body);
    case 'prepayment.released':
      return foldPrepaymentReleased(book, entry, entry.body);
    case 'deposit.received':
      return foldDepositReceived(book, entry, entry.body);
    case 'deposit.refunded':
      return foldDepositRefunded(book, entry, entry.body);
    case 'charge.written-off':
      return foldWrittenOff(book, entry, entry.body);
    case 'write-off.recovered':
      return foldRecovered(book, entry, entry.body);
    case 'charge.reduced':
      return foldReduced(book, entry, entry.body);
    case 'discount-rule.defined':
    case 'discount-rule.changed':
    case 'discount-rule.withdrawn':
    case 'discount.granted':
    case 'discount.grant-withdrawn':
      return foldDiscount(book, entry);
    case 'late-fees.frozen':
    case 'late-fees.resumed':
    case 'late-fees.record-withdrawn':
      return foldFreeze(book, entry);
    case 'receipt.reversed':
      return foldReceiptReversed(book, entry);
    case 'entry.reversed':
      return foldEntryReversed(book, entry, entry.body);
    default:
      return unreachable(entry);
  }
};
