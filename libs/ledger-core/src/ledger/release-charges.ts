import type { Day } from '@propledger/contracts';
import { smaller, type Fen } from '../money';
import type { ChargePart } from './commands';
import { released } from './release-allocation';
import { prepaymentReleased, releaseOf, type Release } from './release-applications';
import type { LedgerRejection } from './rejections';
import {
  openOf,
  type ApplicationState,
  type BookState,
  type ChargeState,
  type Reading,
  type ReceiptState,
} from './state';

/**
 * Collects what is to be given back so that parts of charges are open: what prepayments settle first, then what receipts do, the latest
 * first. One fact a receipt and one a customer come of it.
 */
export class Releases {
  private readonly receiptsOf = new Map<number, Reading<ReceiptState>[]>();
  private readonly applicationsOf = new Map<number, Reading<ApplicationState>[]>();
  private readonly ofReceipts = new Map<Reading<ReceiptState>, ChargePart[]>();
  private readonly ofCustomers = new Map<string, Release[]>();

  constructor(
    private readonly book: Reading<BookState>,
    private readonly date: Day,
  ) {
    for (const receipt of book.receiptAt.values())
      if (receipt.reversedBy === null)
        for (const { charge, amount } of receipt.settlements)
          if (amount > 0n) this.receiptsOf.set(charge, [...(this.receiptsOf.get(charge) ?? []), receipt]);
    for (const applications of book.applications.values())
      for (const application of applications)
        if (application.released < application.amount) {
          const { charge } = application;
          this.applicationsOf.set(charge, [...(this.applicationsOf.get(charge) ?? []), application]);
        }
  }

  /**
   * Sees to it that so much of the charge is open; null: it will be. Once a charge.
   *
   * Refused, in this order: date-before-entry, charge-is-settled.
   */
  make(charge: Reading<ChargeState>, wanted: Fen): LedgerRejection | null {
    const { position, effectiveOn, customer } = charge;
    if (this.date < effectiveOn) return { code: 'date-before-entry', effectiveOn };
    let missing = wanted - openOf(charge);
    for (const application of latestFirst(this.applicationsOf.get(position))) {
      if (missing <= 0n) return null;
      if (this.date < application.effectiveOn)
        return { code: 'date-before-entry', effectiveOn: application.effectiveOn };
      const part = smaller(missing, application.amount - application.released);
      this.ofCustomers.set(customer, [...(this.ofCustomers.get(customer) ?? []), releaseOf(application, part)]);
      missing -= part;
    }
    for (const receipt of latestFirst(this.receiptsOf.get(position))) {
      if (missing <= 0n) return null;
      if (this.date < receipt.handledOn) return { code: 'date-before-entry', effectiveOn: receipt.handledOn };
      const settled = receipt.settlements.find((settlement) => settlement.charge === position)?.amount ?? 0n;
      const part = smaller(missing, settled);
      this.ofReceipts.set(receipt, [...(this.ofReceipts.get(receipt) ?? []), { charge: position, amount: part }]);
      missing -= part;
    }
    return missing <= 0n ? null : { code: 'charge-is-settled', charge: position };
  }

  facts() {
    return [
      ...[...this.ofCustomers].map(([customer, parts]) => prepaymentReleased(this.book, customer, parts)),
      ...[...this.ofReceipts].map(([receipt, parts]) => released(this.book, receipt, parts)),
    ];
  }
}

const latestFirst = <Entry extends { readonly position: number }>(entries: readonly Entry[] = []): Entry[] =>
  [...entries].sort((one, other) => other.position - one.position);
