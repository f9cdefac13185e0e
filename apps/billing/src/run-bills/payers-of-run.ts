import type { Binding, Day, Standard } from '@propledger/contracts';
import { addDays, inForceOn, payersByRule, type PayerInForce, type PayerRule } from '@propledger/ledger-core';
import type { Inputs } from './run-inputs';

/** Who pays what a run raises: 付费人 of the resource, or whom the charge item or the binding says, day by day. */
export class PayersOfRun {
  private readonly chosen = new Map<string, readonly PayerInForce[]>();

  constructor(private readonly inputs: Inputs) {}

  of(binding: Binding, { item }: Standard): readonly PayerInForce[] {
    const { inputs, chosen } = this;
    const { resource, payers } = binding;
    if (payers === undefined && !inputs.items.choosesPayers(item)) return inputs.payers.get(resource) ?? [];
    const key = payers === undefined ? `${resource}\u0001${item}` : `${resource}\u0001${item}\u0001${binding.binding}`;
    const known = chosen.get(key) ?? this.choose(binding, item);
    chosen.set(key, known);
    return known;
  }

  private choose({ resource, payers: own = [] }: Binding, item: string): PayerInForce[] {
    const { items, occupancies, developers, handovers, days } = this.inputs;
    const ruleOn = (day: Day): PayerRule => {
      const terms = items.on(item, day);
      const ofBinding = own.find(inForceOn(day));
      return {
        payer: ofBinding?.payer ?? terms?.payer ?? '付费人',
        unsoldToDeveloper: terms?.unsoldToDeveloper === true,
      };
    };
    const ends = own.flatMap(({ to }) => (to === null ? [] : [addDays(to, 1)]));
    const ruleChanges = [...items.changesOf(item), ...own.map(({ from }) => from), ...ends];
    const ofResource = occupancies.get(resource) ?? [];
    const handedOverOn = handovers.get(resource) ?? null;
    return payersByRule({ occupancies: ofResource, ruleOn, ruleChanges, developers, handedOverOn }, days);
  }
}
