import type { ChargeSubject, Period, PoolShared } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  compareCharges,
  addMonths,
  cyclesOfRun,
  firstDay,
  isMonthly,
  monthOf,
  monthsBetween,
  monthsFrom,
  monthsOfCycle,
  periodOf,
  subjectKey,
  type BindingState,
  type ChargeDifference,
  type ChargeState,
  type ComparedUnit,
  type DayRange,
  type NewCharge,
  type StandardState,
} from '@propledger/ledger-core';
import { RunPlan } from '../run-bills/plan';
import { readInputs, type Inputs } from '../run-bills/run-inputs';
import { isIn, type RunScope } from '../run-bills/scope';
import { withSupposed, type Supposition } from './supposed';

/** Which charges are compared. */
export interface Scope {
  /** 账期, both included. */
  readonly from: Period;
  readonly to: Period;
  readonly standard?: string | undefined;
  readonly resource?: string | undefined;
}

/** A difference, where it belongs. */
export interface Found {
  readonly period: Period;
  readonly binding: BindingState;
  readonly standard: StandardState;
  readonly difference: ChargeDifference;
  /** The charges that stand, as `difference.standing` names them. */
  readonly standing: readonly ChargeState[];
}

export interface Computed {
  /** By period, resource and standard; of one unit credits come first. */
  readonly found: readonly Found[];
  /** Pools with differences, as they are shared now. */
  readonly shared: readonly PoolShared[];
  /** Asked for, and not billed yet: a bill run's to raise. */
  readonly notBilled: readonly Period[];
  /**
   * Bindings with a charge that covers other days than are computed together now, as after another cycle; or which cannot be computed, for want of
   * an area or of what a formula takes: that is no reason to take back what was charged.
   */
  readonly notCompared: readonly { readonly binding: string; readonly period: Period }[];
}

/**
 * Compares what stands of the scope with what a bill run would raise if nothing stood, with the facts as they are, or as they are supposed. A longer
 * cycle is compared as a whole, in the period that it was billed in.
 */
export const computeCorrections = async (
  tx: Tx,
  book: string,
  scope: Scope,
  supposition: Supposition | null,
): Promise<Computed> => {
  const cycles = await cyclesIn(tx, book, scope.from);
  const found: Found[] = [];
  const shared: PoolShared[] = [];
  const notBilled: Period[] = [];
  const notCompared: Computed['notCompared'][number][] = [];
  const cyclesDone = new Set<string>();
  for (const period of monthsFrom(cycles.first, monthsBetween(cycles.first, scope.to) + 1)) {
    const asked = period >= scope.from;
    if (!asked && !(await hasCharges(tx, book, period, cycles.standards))) continue;
    const billed = asked ? await billedOf(tx, book, period) : ALL;
    if (billed.length === 0) {
      notBilled.push(period);
      continue;
    }
    const inputs = await readInputs(tx, book, period);
    const month = new Month(supposition ? withSupposed(inputs, period, supposition) : inputs, period, scope);
    for (const { unit, binding, standard, computed } of month.units()) {
      const all = inputs.standing.get(binding.id) ?? [];
      if (!isMonthly(standard.standard)) {
        const key = `${binding.id} ${unit.days.to}`;
        const reaches = asked || (unit.days.to >= firstDay(scope.from) && isBilledIn(period, all, unit.days));
        if (cyclesDone.has(key) || !reaches) continue;
        cyclesDone.add(key);
      } else if (!asked) continue;
      const standing = standingIn(unit, all);
      if (standing.length === 0 && !billed.some((one) => hasLookedAt(one, unit, binding, standard))) continue;
      if (reachesBeyond(unit, standing) || month.isUnknown(binding)) notCompared.push({ binding: binding.id, period });
      else
        for (const difference of compareCharges(unit, all, computed))
          found.push({ period, binding, standard, difference, standing: named(all, difference) });
    }
    shared.push(...month.shared.filter(({ pool }) => found.some((one) => isOf(one, period, pool))));
  }
  return { found, shared, notBilled, notCompared };
};

/** Standards with longer cycles, and the first month in which one may have been billed that reaches into the period. */
const cyclesIn = async (
  tx: Tx,
  book: string,
  period: Period,
): Promise<{ readonly first: Period; readonly standards: readonly string[] }> => {
  const rows = await tx.rows<{ body: StandardState['standard'] }>(
    'select body from standard where book = $1 and not withdrawn',
    [book],
  );
  const longer = rows.map(({ body }) => body).filter((standard) => !isMonthly(standard));
  const months = Math.max(1, ...longer.map(monthsOfCycle));
  return {
    first: periodOf(addMonths(firstDay(period), 1 - months)),
    standards: longer.map(({ standard }) => standard),
  };
};

const hasCharges = async (tx: Tx, book: string, period: Period, standards: readonly string[]): Promise<boolean> => {
  const rows = await tx.rows(
    `select 1 from event e join charge c on c.book = e.book and c.position = e.position
      where e.book = $1 and e.accounting_period = $2 and e.type = 'charge.raised' and c.standard = any ($3)
        and c.origin = 'run' and c.reversed_by is null limit 1`,
    [book, period, standards],
  );
  return rows.length > 0;
};

const ALL: readonly (RunScope | null)[] = [null];

/** What bill runs of the period were narrowed to: null, to nothing; empty: it is not billed. */
const billedOf = async (tx: Tx, book: string, period: Period): Promise<readonly (RunScope | null)[]> => {
  const runs = await tx.rows<{ scope: RunScope | null }>(
    `select distinct scope from bill_run where book = $1 and period = $2 and state = 'done'`,
    [book, period],
  );
  if (runs.length > 0) return runs.map(({ scope }) => scope);
  const charged = await tx.rows(
    `select 1 from event where book = $1 and accounting_period = $2 and type = 'charge.raised'
        and starts_with(source, 'run:') limit 1`,
    [book, period],
  );
  return charged.length > 0 ? ALL : [];
};

/** Whether runs of this scope have looked at it; what they have not is theirs to raise. */
const hasLookedAt = (
  scope: RunScope | null,
  { subject }: ComparedUnit,
  { binding: { resource } }: BindingState,
  { code, standard: { item } }: StandardState,
): boolean =>
  scope === null || isIn(scope, { item, standard: code, resource: subject?.pool === undefined ? resource : null });

/** Whether a run of the period has charged some of the days. */
const isBilledIn = (period: Period, standing: readonly ChargeState[], days: DayRange): boolean =>
  standing.some(
    (charge) => charge.origin === 'run' && charge.period === period && charge.from <= days.to && charge.to >= days.from,
  );

/** What stands on some of the days, about the same. */
const standingIn = ({ subject, days }: ComparedUnit, all: readonly ChargeState[]): ChargeState[] => {
  const about = subject === undefined ? null : subjectKey(subject);
  return all.filter((charge) => charge.subject === about && charge.from <= days.to && charge.to >= days.from);
};

const reachesBeyond = ({ days }: ComparedUnit, standing: readonly ChargeState[]): boolean =>
  standing.some((charge) => charge.from < days.from || charge.to > days.to);

const named = (all: readonly ChargeState[], { standing }: ChargeDifference): ChargeState[] =>
  standing.flatMap(({ charge }) => all.find(({ position }) => position === charge) ?? []);

const isOf = ({ period, difference }: Found, of: Period, pool: string): boolean =>
  period === of && difference.subject?.pool === pool;

const UNCLEAR: ReadonlySet<string> = new Set([
  'unread',
  'held',
  'below-zero',
  'overflow',
  'no-coefficient',
  'not-whole',
]);

interface Unit {
  readonly unit: ComparedUnit;
  readonly binding: BindingState;
  readonly standard: StandardState;
  readonly computed: readonly NewCharge[];
}

/** What a bill run of a month would raise if nothing stood, by what is computed together. */
class Month {
  readonly shared: PoolShared[] = [];
  private readonly computed = new Map<string, NewCharge[]>();
  /** "RESOURCE STANDARD" of what cannot be computed on some day. */
  private readonly unknown: ReadonlySet<string>;
  /** Pools that cannot be shared as things stand: that is no reason to take back what was charged. */
  private readonly unclear: ReadonlySet<string>;

  constructor(
    private readonly inputs: Inputs,
    private readonly period: Period,
    private readonly scope: Scope,
  ) {
    const fresh = new RunPlan({ ...inputs, standing: new Map(), corrected: new Map() }, period);
    for (const { bindings, shared } of fresh.toRaise(Number.MAX_SAFE_INTEGER)) {
      if (shared) this.shared.push(shared);
      for (const { binding, charges } of bindings)
        for (const charge of charges) {
          const key = keyOf(binding.id, charge.subject);
          this.computed.set(key, [...(this.computed.get(key) ?? []), charge]);
        }
    }
    const { daysWithoutArea, notComputed, poolsNotShared } = fresh.findings;
    this.unclear = new Set(poolsNotShared.filter(({ reason }) => UNCLEAR.has(reason)).map(({ pool }) => pool));
    this.unknown = new Set([...daysWithoutArea, ...notComputed].map((days) => `${days.resource} ${days.standard}`));
  }

  isUnknown({ binding }: BindingState): boolean {
    return this.unknown.has(`${binding.resource} ${binding.standard}`);
  }

  *units(): Generator<Unit> {
    const { standard: code, resource } = this.scope;
    for (const binding of this.inputs.bindings) {
      const standard = this.inputs.standards.get(binding.binding.standard);
      if (!standard || (code !== undefined && standard.code !== code)) continue;
      if (resource !== undefined && binding.binding.resource !== resource) continue;
      for (const { subject, days } of this.spansOf(binding, standard))
        yield {
          unit: { binding: binding.id, ...(subject === undefined ? {} : { subject }), days },
          binding,
          standard,
          computed: (this.computed.get(keyOf(binding.id, subject)) ?? []).filter(
            ({ from, to }) => from <= days.to && to >= days.from,
          ),
        };
    }
  }

  private spansOf(
    { binding }: BindingState,
    { standard }: StandardState,
  ): { readonly subject?: ChargeSubject; readonly days: DayRange }[] {
    const { metered } = this.inputs;
    const month = monthOf(this.period);
    switch (standard.method) {
      case '用量单价':
      case '用量阶梯':
        return (metered?.stepsOf(binding.resource, standard.meterKind) ?? [])
          .filter(({ step }) => step.review === undefined)
          .map(({ meter, step }) => ({ subject: { meter }, days: { from: step.from, to: step.to } }));
      case '公摊':
        return (metered?.pools ?? [])
          .filter(({ pool }) => pool.standard === standard.standard && !this.unclear.has(pool.pool))
          .map(({ pool }) => ({ subject: { pool: pool.pool }, days: month }));
      default: {
        if (isMonthly(standard)) return [{ days: month }];
        const handedOverOn = this.inputs.handovers.get(binding.resource) ?? null;
        const cycles = cyclesOfRun(standard, binding, this.period, handedOverOn) ?? [];
        return cycles.map(({ from, to }) => ({ days: { from, to } }));
      }
    }
  }
}

const keyOf = (binding: string, subject: ChargeSubject | undefined): string =>
  subject === undefined ? binding : `${binding} ${subjectKey(subject)}`;
