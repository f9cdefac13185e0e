import type { Binding, Day, Standard } from '@propledger/contracts';
import {
  endsOf,
  inForceOn,
  payersByRule,
  ratedDays,
  withLets,
  type Holding,
  type PayerInForce,
  type PayerRule,
  type VacantSpell,
} from '@propledger/ledger-core';
import type { Inputs } from './run-inputs';

/**
 * Who pays what a run raises: who has the resource by 月租, its 付费人, or whom the charge item says; on vacant days whom the standard's rate
 * says; or whom the binding says before all others. Day by day.
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
    if (!isOwn && !inputs.items.choosesPayers(item)) return this.paying(resource);
    const key = isOwn ? `${resource}\u0001${item}\u0001${binding.binding}` : `${resource}\u0001${item}`;
    const known = chosen.get(key) ?? this.choose(binding, item, vacant);
    chosen.set(key, known);
    return known;
  }

  private paying(resource: string): readonly PayerInForce[] {
    const payers = this.inputs.payers.get(resource) ?? [];
    const lets = this.inputs.lets.get(resource);
    return lets === undefined ? payers : withLets(payers, lets);
  }

  private choose(
    { resource, payers: own = [] }: Binding,
    item: string,
    vacant: readonly VacantSpell[],
  ): PayerInForce[] {
    const { items, areas, developers, days } = this.inputs;
    const ruleOn = (day: Day): PayerRule => {
      const terms = items.on(item, day);
      const said = own.find(inForceOn(day)) ?? vacant.find(inForceOn(day));
      return {
        payer: said?.payer ?? terms?.payer ?? '付费人',
        unsoldToDeveloper: terms?.unsoldToDeveloper === true,
        spacesWithRooms: terms?.spacesWithRooms === true,
      };
    };
    const ruleChanges = [...items.changesOf(item), ...[...own, ...vacant].flatMap(endsOf)];
    const rooms = (areas.get(resource) ?? []).flatMap(({ from, to, room }) =>
      room == null ? [] : [{ from, to, ...this.holdingOf(room) }],
    );
    return payersByRule({ ...this.holdingOf(resource), rooms, ruleOn, ruleChanges, developers }, days);
  }

  private holdingOf(resource: string): Holding {
    const { occupancies, lets, handovers } = this.inputs;
    return {
      occupancies: occupancies.get(resource) ?? [],
      lets: lets.get(resource) ?? [],
      handedOverOn: handovers.get(resource) ?? null,
    };
  }
}
