import type { Binding, Period, Standard } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  addDays,
  firstDay,
  formatMoney,
  lastDay,
  monthCharges,
  newCharge,
  planRun,
  type AreaInForce,
  type ComparedMoney,
  type DayRange,
  type NewCharge,
  type PayerInForce,
} from '@propledger/ledger-core';
import { areasOf, payersOf } from '../projection/copies';
import { copiesAt } from '../ledger-store/around';
import { bindingOf, standardOf, type BindingRow, type StandardRow } from '../ledger-store/rows';
import type { CopiesAt } from '../ledger-store/task';

/** What a run would raise for one binding, and the positions it was computed from. */
export interface BindingCharges {
  readonly binding: string;
  readonly bindingPosition: number;
  readonly standard: string;
  readonly standardPosition: number;
  readonly charges: readonly NewCharge[];
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

export interface RunPlan {
  readonly copiesAt: CopiesAt;
  readonly toRaise: readonly BindingCharges[];
  /** Positions of charges that stand as they would be computed. */
  readonly standing: readonly number[];
  readonly differences: readonly Difference[];
  readonly daysWithoutPayer: readonly UnchargedDays[];
  readonly daysWithoutArea: readonly UnchargedDays[];
}

interface StandingCharge extends ComparedMoney {
  readonly position: number;
  readonly fen: bigint;
}

interface Inputs {
  readonly copiesAt: CopiesAt;
  readonly standards: ReadonlyMap<string, { readonly standard: Standard; readonly position: number }>;
  readonly bindings: readonly { readonly binding: Binding; readonly position: number }[];
  readonly areas: ReadonlyMap<string, readonly AreaInForce[]>;
  readonly payers: ReadonlyMap<string, readonly PayerInForce[]>;
  readonly standing: ReadonlyMap<string, readonly StandingCharge[]>;
}

/** Everything that a project's charges of a month are computed from. The copies' positions come first: what has moved since is seen. */
export const readInputs = async (tx: Tx, book: string, period: Period): Promise<Inputs> => {
  const at = (await copiesAt(tx, [book])).get(book) ?? { registry: 0, customers: 0 };
  const [from, to] = [firstDay(period), lastDay(period)];
  const standing = await tx.rows<{
    binding: string;
    position: string;
    customer: string;
    from: string;
    to: string;
    fen: string;
  }>(
    `select binding, position, customer, from_on as "from", to_on as "to", amount_fen as fen from charge
      where book = $1 and binding is not null and reversed_by is null and from_on <= $3 and to_on >= $2
      order by binding, from_on`,
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
    copiesAt: at,
    standards: new Map(standards.map((row) => [row.standard, standardOf(row)])),
    bindings: bindings.map(bindingOf),
    areas: grouped(await areasOf(tx, book, to), untilTheNext),
    payers: grouped(await payersOf(tx, book, from, to), (rows) => rows),
    standing: byBinding(standing.map((row) => ({ ...row, position: Number(row.position), fen: BigInt(row.fen) }))),
  };
};

/** Bindings computed between two turns of the event loop: receipts are served meanwhile. */
const BINDINGS_A_TURN = 200;

/** What the run of a month does: pure, but for letting others go first now and then. */
export const planOf = async (inputs: Inputs, period: Period): Promise<RunPlan> => {
  const toRaise: BindingCharges[] = [];
  const standingPositions: number[] = [];
  const differences: Difference[] = [];
  const daysWithoutPayer: UnchargedDays[] = [];
  const daysWithoutArea: UnchargedDays[] = [];

  for (const [i, { binding, position }] of inputs.bindings.entries()) {
    if (i % BINDINGS_A_TURN === BINDINGS_A_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
    const { resource, standard: code } = binding;
    const standard = inputs.standards.get(code);
    if (!standard) continue;
    const month = monthCharges({
      standard: standard.standard,
      binding,
      areas: inputs.areas.get(resource) ?? [],
      payers: inputs.payers.get(resource) ?? [],
      period,
    });
    const named = (range: DayRange): UnchargedDays => ({ resource, standard: code, ...range });
    daysWithoutPayer.push(...month.daysWithoutPayer.map(named));
    daysWithoutArea.push(...month.daysWithoutArea.map(named));

    const standing = inputs.standing.get(binding.binding) ?? [];
    const plan = planRun(
      month.parts,
      standing.map(({ from, to, customer, fen }) => ({ from, to, customer, amount: fen })),
    );
    if (plan.kind === 'difference') {
      const { standing: stands, computed } = plan;
      differences.push({ binding: binding.binding, resource, standard: code, standing: stands, computed });
      continue;
    }
    standingPositions.push(...standing.map((charge) => charge.position));
    if (plan.kind === 'raise')
      toRaise.push({
        binding: binding.binding,
        bindingPosition: position,
        standard: code,
        standardPosition: standard.position,
        charges: plan.parts.map((part) => newCharge(part, binding, standard.standard)),
      });
  }
  return {
    copiesAt: inputs.copiesAt,
    toRaise,
    standing: standingPositions,
    differences,
    daysWithoutPayer,
    daysWithoutArea,
  };
};

/** Areas by their first day become spells: each ends the day before the next begins. */
const untilTheNext = (areas: readonly { from: string; area: string | null }[]): AreaInForce[] =>
  areas.map(({ from, area }, i) => {
    const next = areas[i + 1];
    return { from, to: next === undefined ? null : addDays(next.from, -1), area };
  });

const grouped = <Row extends { readonly resource: string }, Value>(
  rows: readonly Row[],
  of: (rows: readonly Row[]) => Value,
): Map<string, Value> => {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(row.resource, [...(groups.get(row.resource) ?? []), row]);
  return new Map([...groups].map(([resource, group]) => [resource, of(group)]));
};

const byBinding = (
  rows: readonly { binding: string; position: number; customer: string; from: string; to: string; fen: bigint }[],
): Map<string, StandingCharge[]> => {
  const groups = new Map<string, StandingCharge[]>();
  for (const { binding, ...charge } of rows) {
    const group = groups.get(binding) ?? [];
    groups.set(binding, group);
    group.push({ ...charge, amount: formatMoney(charge.fen) });
  }
  return groups;
};
