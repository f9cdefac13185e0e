import type { Period } from '@propledger/contracts';
import { heads, type Tx } from '@propledger/event-log';
import {
  addDays,
  firstDay,
  lastDay,
  monthCharges,
  newCharge,
  planRun,
  type AreaInForce,
  type BindingState,
  type ChargeState,
  type ComparedMoney,
  type DayRange,
  type NewCharge,
  type PayerInForce,
  type StandardState,
} from '@propledger/ledger-core';
import { areasOf, payersOf } from '../projection/copies';
import { copiesAt } from '../ledger-store/around';
import {
  bindingOf,
  CHARGE_COLUMNS,
  chargeOf,
  standardOf,
  type BindingRow,
  type ChargeRow,
  type StandardRow,
} from '../ledger-store/rows';
import type { CopiesAt } from '../ledger-store/task';

/** What a run would raise for one binding, and what it was computed from. */
export interface BindingCharges {
  readonly binding: BindingState;
  readonly standard: StandardState;
  /** Charges of the binding that stand. */
  readonly standing: readonly ChargeState[];
  readonly charges: readonly NewCharge[];
}

/** A part of a plan: what to raise for some bindings. */
export interface Piece {
  readonly bindings: readonly BindingCharges[];
  /** How many bindings of the whole plan are computed with it. */
  readonly computed: number;
}

/** Days of a binding on which nothing could be charged. */
export interface UnchargedDays extends DayRange {
  readonly resource: string;
  readonly standard: string;
}

/** What stands otherwise than it would be computed now: nothing is raised for the binding. */
export interface Difference {
  readonly binding: string;
  readonly resource: string;
  readonly standard: string;
  readonly standing: readonly ComparedMoney[];
  readonly computed: readonly ComparedMoney[];
}

/** What a run finds while it computes, beside what it raises. */
export interface Findings {
  /** Positions of charges that stand as they would be computed. */
  readonly standing: readonly number[];
  readonly differences: readonly Difference[];
  readonly daysWithoutPayer: readonly UnchargedDays[];
  readonly daysWithoutArea: readonly UnchargedDays[];
}

export interface Inputs {
  /** Where the book stood before anything was read: what is later may be in it or not. */
  readonly readAt: number;
  readonly copiesAt: CopiesAt;
  readonly standards: ReadonlyMap<string, StandardState>;
  readonly bindings: readonly BindingState[];
  readonly areas: ReadonlyMap<string, readonly AreaInForce[]>;
  readonly payers: ReadonlyMap<string, readonly PayerInForce[]>;
  readonly standing: ReadonlyMap<string, readonly ChargeState[]>;
}

/** Everything that a project's charges of a month are computed from. The positions come first: what has moved since is seen. */
export const readInputs = async (tx: Tx, book: string, period: Period): Promise<Inputs> => {
  const [head] = await heads(tx, [book]);
  const at = (await copiesAt(tx, [book])).get(book) ?? { registry: 0, customers: 0 };
  const [from, to] = [firstDay(period), lastDay(period)];
  const standing = await tx.rows<ChargeRow & { binding: string }>(
    `select ${CHARGE_COLUMNS} from charge c
      where c.book = $1 and c.binding is not null and c.reversed_by is null and c.from_on <= $3 and c.to_on >= $2
      order by c.binding, c.from_on`,
    [book, from, to],
  );
  const bindings = await tx.rows<BindingRow>(
    `select book, binding, resource, standard, from_on, to_on, position, withdrawn from binding
      where book = $1 and not withdrawn and ((from_on <= $3 and (to_on is null or to_on >= $2)) or binding = any ($4))
      order by resource, standard, from_on`,
    [book, from, to, [...new Set(standing.map(({ binding }) => binding))]],
  );
  const standards = await tx.rows<StandardRow>(
    'select book, standard, body, position, withdrawn from standard where book = $1 and not withdrawn',
    [book],
  );
  return {
    readAt: head?.position ?? 0,
    copiesAt: at,
    standards: new Map(standards.map((row) => [row.standard, standardOf(row)])),
    bindings: bindings.map(bindingOf),
    areas: grouped(await areasOf(tx, book, to), ({ resource }) => resource, untilTheNext),
    payers: grouped(
      await payersOf(tx, book, from, to),
      ({ resource }) => resource,
      (rows) => rows,
    ),
    standing: grouped(
      standing,
      ({ binding }) => binding,
      (rows) => rows.map(chargeOf),
    ),
  };
};

/** What the run of a month does, computed binding by binding as it is asked for. */
export class RunPlan {
  private readonly found = {
    standing: [] as number[],
    differences: [] as Difference[],
    daysWithoutPayer: [] as UnchargedDays[],
    daysWithoutArea: [] as UnchargedDays[],
  };

  constructor(
    readonly inputs: Inputs,
    private readonly period: Period,
  ) {}

  /** Complete once everything was computed. */
  get findings(): Findings {
    return this.found;
  }

  /** What is not there yet, in pieces of so many charges; those of one binding stay together. */
  *toRaise(chargesAtMost: number): Generator<Piece> {
    let bindings: BindingCharges[] = [];
    let size = 0;
    for (const [nth, binding] of this.inputs.bindings.entries()) {
      const missing = this.missingOf(binding);
      if (!missing) continue;
      if (size > 0 && size + missing.charges.length > chargesAtMost) {
        yield { bindings, computed: nth };
        [bindings, size] = [[], 0];
      }
      bindings.push(missing);
      size += missing.charges.length;
    }
    if (size > 0) yield { bindings, computed: this.inputs.bindings.length };
  }

  private missingOf(binding: BindingState): BindingCharges | null {
    const { inputs, found, period } = this;
    const { resource, standard: code } = binding.binding;
    const standard = inputs.standards.get(code);
    if (!standard) return null;
    const month = monthCharges({
      standard: standard.standard,
      binding: binding.binding,
      areas: inputs.areas.get(resource) ?? [],
      payers: inputs.payers.get(resource) ?? [],
      period,
    });
    const named = (range: DayRange): UnchargedDays => ({ resource, standard: code, ...range });
    found.daysWithoutPayer.push(...month.daysWithoutPayer.map(named));
    found.daysWithoutArea.push(...month.daysWithoutArea.map(named));

    const standing = inputs.standing.get(binding.id) ?? [];
    const plan = planRun(month.parts, standing);
    if (plan.kind === 'difference') {
      const { standing: stands, computed } = plan;
      found.differences.push({ binding: binding.id, resource, standard: code, standing: stands, computed });
      return null;
    }
    found.standing.push(...standing.map((charge) => charge.position));
    if (plan.kind === 'nothing') return null;
    const charges = plan.parts.map((part) => newCharge(part, binding.binding, standard.standard));
    return { binding, standard, standing, charges };
  }
}

/** Areas by their first day become spells: each ends the day before the next begins. */
const untilTheNext = (areas: readonly { from: string; area: string | null }[]): AreaInForce[] =>
  areas.map(({ from, area }, i) => {
    const next = areas[i + 1];
    return { from, to: next === undefined ? null : addDays(next.from, -1), area };
  });

const grouped = <Row, Value>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  of: (rows: readonly Row[]) => Value,
): Map<string, Value> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return new Map([...groups].map(([key, group]) => [key, of(group)]));
};
