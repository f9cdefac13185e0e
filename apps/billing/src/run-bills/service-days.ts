import type { Binding } from '@propledger/contracts';
import { goingOn, groupedBy, type BindingState, type Spell } from '@propledger/ledger-core';

/** From when to when resources are charged by standards, whatever bindings these days are cut into. */
export class ServiceDays {
  private byTarget: ReadonlyMap<string, readonly Binding[]> | null = null;

  constructor(private readonly bindings: readonly BindingState[]) {}

  /** The days of the binding, and of those of its resource and standard that go on from it and into it without a gap. */
  of(binding: Binding): Spell {
    this.byTarget ??= groupedBy(
      this.bindings.map((state) => state.binding),
      targetOf,
    );
    return goingOn(binding, this.byTarget.get(targetOf(binding)) ?? []);
  }
}

const targetOf = ({ resource, standard }: Binding): string => `${resource}\u0001${standard}`;
