import type { Binding, Day, Standard } from '@propledger/contracts';
import {
  addDays,
  inForceOn,
  payersByRule,
  ratedDays,
  type PayerInForce,
  type PayerRule,
  type VacantSpell,
} from '@propledger/ledger-core';
import type { Inputs } from './run-inputs';

/**
 * Who pays what a run raises: 付费人 of the resource, or whom the charge item says; on vacant days whom the standard's rate says; or whom
 * the binding says before all others. Day by day.
 */
export class PayersOfRun {
  private readonly chosen = new Map<string, readonly PayerInForce[]>();

  constructor(private readonly inputs: Inputs) {}

  of(binding: Binding, standard: Standard): readonly PayerInForce[] {
    const { inputs, chosen } = this;
    const { resource, payers } = binding;
    const { item } = standard;
    const vacant = ratedDays(standard, inputs.vacancies.get(resource) ?? []).filter(({ payer }) => payer !== undefined);
    const isOwn = payers !== undefined || vacant.length > 0;
    if (!isOwn && !inputs.items.choosesPayers(item)) return inputs.payers.get(resource) ?? [];
    const key = isOwn ? `${resource}\u0001${item}\u0001${binding.binding}` : `${resource}\u0001${item}`;
    const known = chosen.get(key) ?? this.choose(binding, item, vacant);
    chosen.set(key, known);
    return known;
  }

  private choose(
    { resource, payers: own = [] }: Binding,
    item: string,
    vacant: readonly VacantSpell[],
  ): PayerInForce[] {
    const { items, occupancies, developers, handovers, days } = this.inputs;
    const ruleOn = (day: Day): PayerRule => {
      const terms = items.on(item, day);
      const said = own.find(inForceOn(day)) ?? vacant.find(inForceOn(day));
      return {
        payer: said?.payer ?? terms?.payer ?? '付费人',
        unsoldToDeveloper: terms?.unsoldToDeveloper === true,
      };
    };
    const spells = [...own, ...vacant];
    const ends = spells.flatMap(({ to }) => (to === null ? [] : [addDays(to, 1)]));
    const ruleChanges = [...items.changesOf(item), ...spells.map(({ from }) => from), ...ends];
    const ofResource = occupancies.get(resource) ?? [];
    const handedOverOn = handovers.get(resource) ?? null;
    return payersByRule({ occupancies: ofResource, ruleOn, ruleChanges, developers, handedOverOn }, days);
  }
}
