import type { Day, Decimal, ItemTerms, Standard } from '@propledger/contracts';
import { groupedBy } from '../grouped';
import type { NewCharge } from '../ledger/commands';

/** What is declared of charge items: a project's own terms, and the group's. In any order. */
export class Items {
  private readonly own: ReadonlyMap<string, readonly ItemTerms[]>;
  private readonly ofGroup: ReadonlyMap<string, readonly ItemTerms[]>;

  constructor(project: readonly ItemTerms[], group: readonly ItemTerms[]) {
    this.own = groupedBy(project, ({ item }) => item);
    this.ofGroup = groupedBy(group, ({ item }) => item);
  }

  /** The terms in force on a day: the project's own where it has any by then, else the group's; null: the item is not declared. */
  on(item: string, day: Day): ItemTerms | null {
    return latest(this.own.get(item), day) ?? latest(this.ofGroup.get(item), day);
  }

  /** The days on which the terms of an item may change. */
  changesOf(item: string): readonly Day[] {
    return this.allOf(item).map(({ from }) => from);
  }

  /** Whether an item is, on some day, another's to pay than the 付费人's. */
  choosesPayers(item: string): boolean {
    return this.allOf(item).some(choosesPayers);
  }

  /** Whether any item is. */
  get choosePayers(): boolean {
    return [...this.own.keys(), ...this.ofGroup.keys()].some((item) => this.choosesPayers(item));
  }

  private allOf(item: string): readonly ItemTerms[] {
    return [...(this.own.get(item) ?? []), ...(this.ofGroup.get(item) ?? [])];
  }
}

const choosesPayers = ({ payer, unsoldToDeveloper, spacesWithRooms }: ItemTerms): boolean =>
  payer !== undefined || unsoldToDeveloper !== undefined || spacesWithRooms !== undefined;

const latest = (terms: readonly ItemTerms[] = [], day: Day): ItemTerms | null =>
  terms.reduce<ItemTerms | null>(
    (found, one) => (one.from <= day && (found === null || found.from < one.from) ? one : found),
    null,
  );

/** A standard whose prices may be without a tax that comes on top: a fraction. */
export type PricedStandard = Standard & { readonly taxOnTop?: Decimal | undefined };

/** A standard with what its item says about its prices. */
export const pricedBy = (standard: Standard, terms: ItemTerms | null): PricedStandard =>
  terms?.priceWithoutTax === undefined || terms.taxRate === '0' ? standard : { ...standard, taxOnTop: terms.taxRate };

/** A charge with what its item says of tax, of whose income it is, and of its place in settlement. */
export const ofItem = (charge: NewCharge, terms: ItemTerms | null): NewCharge => {
  if (terms === null) return charge;
  const { class: kind, taxRate, priority = charge.priority } = terms;
  return {
    ...charge,
    priority,
    ...(taxRate === '0' ? {} : { taxRate }),
    ...(kind === '代收' ? { forOthers: true as const } : {}),
  };
};
