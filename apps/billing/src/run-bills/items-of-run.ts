import type { Day, ItemTerms, Standard } from '@propledger/contracts';
import { ofItem, pricedBy, type Items, type NewCharge, type PricedStandard } from '@propledger/ledger-core';

/** What charge items say of the tax, the order and the income of what a run raises: as it is on the first day of its 账期. */
export class ItemsOfRun {
  private readonly terms = new Map<string, ItemTerms | null>();
  private readonly standards = new Map<Standard, PricedStandard>();

  constructor(
    private readonly items: Items,
    private readonly firstDay: Day,
  ) {}

  /** A deposit is received, and never charged. */
  isDeposit(item: string): boolean {
    return this.termsOf(item)?.class === '押金';
  }

  priced(standard: Standard): PricedStandard {
    const known = this.standards.get(standard) ?? pricedBy(standard, this.termsOf(standard.item));
    this.standards.set(standard, known);
    return known;
  }

  charged(charge: NewCharge): NewCharge {
    return ofItem(charge, this.termsOf(charge.item));
  }

  private termsOf(item: string): ItemTerms | null {
    const known = this.terms.get(item);
    if (known !== undefined) return known;
    const found = this.items.on(item, this.firstDay);
    this.terms.set(item, found);
    return found;
  }
}
