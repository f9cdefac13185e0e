import type { ChargeSubject, Period, PoolShared } from '@propledger/contracts';
import {
  cycleCharges,
  formatMoney,
  isMonthly,
  lastDay,
  monthCharges,
  monthOf,
  netOf,
  newCharge,
  overlapOf,
  planRun,
  poolCharges,
  previousPeriod,
  subjectKey,
  usageCharge,
  type BindingState,
  type Candidate,
  type ChargeState,
  type ComparedCharge,
  type ComparedMoney,
  type DayRange,
  type MonthInputs,
  type MonthPart,
  type NewCharge,
  type StandardState,
} from '@propledger/ledger-core';
import type { Difference, Findings, MeterFinding, NotComputedDays, PoolNotShared, UnchargedDays } from './findings';
import { leasedCharges, narrowedTo, type LeasedCharges } from './leased';
import type { Metered, PoolOfPeriod } from './metered';
import type { Inputs } from './run-inputs';
import { ServiceDays } from './service-days';

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
  /** The pool whose shares they are. */
  readonly shared?: PoolShared;
  /** Of leases. */
  readonly leased?: LeasedCharges['raise'];
}

/** All that a piece is to raise. */
export const chargesOf = ({ bindings, leased = [] }: Piece): readonly NewCharge[] =>
  [...bindings, ...leased].flatMap(({ charges }) => charges);

/** What the run of a month does, computed binding by binding as it is asked for. */
export class RunPlan {
  private readonly found = {
    standing: [] as number[],
    differences: [] as Difference[],
    daysWithoutPayer: [] as UnchargedDays[],
    daysWithoutArea: [] as UnchargedDays[],
    daysWithoutPrice: [] as UnchargedDays[],
    poolsNotShared: [] as PoolNotShared[],
    notComputed: [] as NotComputedDays[],
    meters: [] as MeterFinding[],
  };

  private readonly serviceDays: ServiceDays;

  constructor(
    readonly inputs: Inputs,
    private readonly period: Period,
  ) {
    this.serviceDays = new ServiceDays(inputs.bindings);
  }

  /** Complete once everything was computed. */
  get findings(): Findings {
    return this.found;
  }

  /** What is not there yet, in pieces of so many charges; those of one binding, and those of one pool, stay together. */
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
    for (const entry of this.inputs.metered?.pools ?? []) {
      const piece = this.poolPiece(entry);
      if (piece) yield piece;
    }
    yield* this.leasePieces(chargesAtMost);
  }

  private *leasePieces(chargesAtMost: number): Generator<Piece> {
    const { raise, standing, differences, notComputed } = narrowedTo(
      this.inputs.leased,
      leasedCharges(this.inputs.leases, this.period),
    );
    this.found.standing.push(...standing);
    this.found.differences.push(...differences);
    this.found.notComputed.push(...notComputed);
    for (let at = 0; at < raise.length; at += chargesAtMost)
      yield { bindings: [], computed: this.inputs.bindings.length, leased: raise.slice(at, at + chargesAtMost) };
  }

  private missingOf(binding: BindingState): BindingCharges | null {
    const { inputs, period } = this;
    const { resource, standard: code } = binding.binding;
    const standard = inputs.standards.get(code);
    if (!standard) return null;
    const { method } = standard.standard;
    if (method === '公摊') return null;
    if (method === '用量单价' || method === '用量阶梯') return this.usageOf(binding, standard);
    const all = inputs.standing.get(binding.id) ?? [];
    const month: MonthInputs = {
      standard: standard.standard,
      binding: binding.binding,
      areas: inputs.areas.get(resource) ?? [],
      payers: inputs.payers.get(resource) ?? [],
      period,
      service: standard.standard.proration === undefined ? undefined : this.serviceDays.of(binding.binding),
    };
    const whole = isMonthly(standard.standard);
    const handedOverOn = inputs.handovers.get(resource);
    const charges = whole ? monthCharges(month) : cycleCharges({ ...month, charged: all, handedOverOn });
    const named = <Days extends DayRange>(range: Days): Days & UnchargedDays => ({
      resource,
      standard: code,
      ...range,
    });
    this.found.daysWithoutPayer.push(...charges.daysWithoutPayer.map(named));
    this.found.daysWithoutArea.push(...charges.daysWithoutArea.map(named));
    this.found.notComputed.push(...charges.notComputed.map(named));
    // In advance, what stands is not looked at again: the days that it covers are left out.
    const standing = whole ? this.ofMonth(all) : [];
    const missing = this.missing(binding, standard, charges.parts, standing);
    if (!whole) this.found.standing.push(...this.ofMonth(all).map(({ position }) => position));
    return missing.length === 0 ? null : { binding, standard, standing: whole ? standing : all, charges: missing };
  }

  /** Only those that cover a day of the month: what was read may reach further. */
  private ofMonth(charges: readonly ChargeState[]): readonly ChargeState[] {
    const { days } = this.inputs;
    const month = monthOf(this.period);
    if (days.from === month.from && days.to === month.to) return charges;
    return charges.filter((charge) => overlapOf(charge, month) !== null);
  }

  /** The charges to raise for a binding; none when all stand, or something stands otherwise, which is listed. */
  private missing(
    { id, binding }: BindingState,
    { code, standard }: StandardState,
    parts: readonly MonthPart[],
    standing: readonly ChargeState[],
    subject?: ChargeSubject,
  ): NewCharge[] {
    const plan = planRun(parts, standing);
    const named = { resource: binding.resource, standard: code };
    if (plan.kind === 'too-much') this.found.notComputed.push(...plan.days.map((days) => ({ ...named, ...days })));
    if (plan.kind === 'difference') {
      const { standing: stands, computed } = plan;
      this.found.differences.push({ binding: id, ...named, standing: stands, computed });
    }
    if (plan.kind === 'too-much' || plan.kind === 'difference') return [];
    this.found.standing.push(...standing.map((charge) => charge.position));
    return plan.kind === 'nothing' ? [] : plan.parts.map((part) => newCharge(part, binding, standard, subject));
  }

  /** One charge for each meter of the resource that was read for the period, and is not held for its use. */
  private usageOf(binding: BindingState, standard: StandardState): BindingCharges | null {
    const { inputs, found, period } = this;
    const { resource } = binding.binding;
    const all = inputs.standing.get(binding.id) ?? [];
    const charges: NewCharge[] = [];
    const relevant: ChargeState[] = [];
    const kind = standard.standard.meterKind;
    found.meters.push(...metersToLookAt(inputs.metered, { resource, standard: standard.code, kind }, period));
    for (const { meter, step } of inputs.metered?.stepsOf(resource, kind) ?? []) {
      if (step.review !== undefined) continue;
      const subject = { meter };
      const standing = all.filter(
        (charge) => charge.subject === subjectKey(subject) && overlapOf(charge, step) !== null,
      );
      const payers = inputs.payers.get(resource) ?? [];
      const usage = usageCharge({ standard: standard.standard, binding: binding.binding, payers, period, step });
      const day = { resource, standard: standard.code, from: step.to, to: step.to };
      if (usage?.kind === 'no-payer') found.daysWithoutPayer.push(day);
      if (usage?.kind === 'no-price') found.daysWithoutPrice.push(day);
      const part = usage?.kind === 'charge' ? usage.part : null;
      charges.push(...this.missing(binding, standard, part ? [part] : [], standing, subject));
      relevant.push(...standing);
    }
    return charges.length === 0 ? null : { binding, standard, standing: relevant, charges };
  }

  /** The shares of one pool; null when they stand already, differ from what stands, or there are none. */
  private poolPiece(entry: PoolOfPeriod): Piece | null {
    const { inputs, found, period } = this;
    const standard = inputs.standards.get(entry.pool.standard);
    if (!standard) return null;
    const { code } = standard;
    const day = lastDay(period);
    const bindings = new Map<string, BindingState>();
    const candidates: Candidate[] = [];
    for (const state of inputs.bindings) {
      const { binding } = state;
      if (binding.standard !== code || !covers(binding, day)) continue;
      if (inputs.metered?.isIn(entry.pool, binding.resource) !== true) continue;
      const customer = inputs.payers.get(binding.resource)?.find((payer) => covers(payer, day))?.customer ?? null;
      const area = inputs.areas.get(binding.resource)?.find((spell) => covers(spell, day))?.area ?? null;
      const named = { resource: binding.resource, standard: code, from: day, to: day };
      if (customer === null) found.daysWithoutPayer.push(named);
      else if (area === null && entry.pool.sharing === '面积') found.daysWithoutArea.push(named);
      bindings.set(state.id, state);
      const usage = inputs.metered.usageOf(binding.resource, standard.standard.meterKind);
      candidates.push({ binding, customer, area, usage });
    }
    const held = entry.pool.sharing === '用量' && this.isHeld(candidates, standard);
    const outcome = held
      ? ({ kind: 'held' } as const)
      : poolCharges({ ...entry, period, standard: standard.standard, candidates });
    const standing = this.standingOf(entry.pool.pool, code);
    if (outcome.kind !== 'shared' && standing.size === 0) {
      const { pool, amount } = entry;
      if (outcome.kind !== 'no-price')
        found.poolsNotShared.push({ pool: pool.pool, amount: formatMoney(amount), reason: outcome.kind });
      else found.daysWithoutPrice.push({ resource: '', standard: code, from: day, to: day });
      return null;
    }
    const computed = new Map(
      (outcome.kind === 'shared' ? outcome.charges : []).map((charge) => [charge.binding ?? '', charge]),
    );
    const differs = [...new Set([...standing.keys(), ...computed.keys()])].filter((id) => {
      const stands = standing.get(id);
      const share = computed.get(id);
      return stands !== undefined && (stands.amount !== share?.amount || stands.customer !== share.customer);
    });
    if (differs.length > 0) {
      for (const id of differs) found.differences.push(differenceOf(id, code, standing.get(id), computed.get(id)));
      return null;
    }
    found.standing.push(...[...standing.values()].map(({ position }) => position));
    const pieces = [...computed].flatMap(([id, charge]): BindingCharges[] => {
      const binding = bindings.get(id);
      return binding && !standing.has(id) ? [{ binding, standard, standing: [], charges: [charge] }] : [];
    });
    if (pieces.length === 0 || outcome.kind !== 'shared') return null;
    return { bindings: pieces, computed: inputs.bindings.length, shared: outcome.shared };
  }

  /** Whether a use by which something would be shared waits for somebody to look at it. */
  private isHeld(candidates: readonly Candidate[], { standard }: StandardState): boolean {
    return candidates.some(({ binding, customer }) =>
      customer === null
        ? false
        : this.inputs.metered
            ?.stepsOf(binding.resource, standard.meterKind)
            .some(({ step }) => step.review !== undefined),
    );
  }

  /** Shares of a pool that stand for the month, by binding. */
  private standingOf(pool: string, standard: string): Map<string, ChargeState> {
    const subject = subjectKey({ pool });
    const found = new Map<string, ChargeState>();
    for (const { id, binding } of this.inputs.bindings)
      if (binding.standard === standard)
        for (const charge of this.ofMonth(this.inputs.standing.get(id) ?? []))
          if (charge.subject === subject && netOf(charge) > 0n) found.set(id, withCorrections(charge, found.get(id)));
    return found;
  }
}

/** What somebody should look at of the meters of one kind that a resource has. */
const metersToLookAt = (
  metered: Metered | null,
  {
    resource,
    standard,
    kind,
  }: { readonly resource: string; readonly standard: string; readonly kind?: string | undefined },
  period: Period,
): MeterFinding[] => {
  if (metered === null) return [];
  const unread = metered.unreadAt(resource, kind).map(({ meter }): MeterFinding => ({
    ...{ meter, resource, standard, reason: 'unread' },
    ...monthOf(period),
  }));
  const read = metered.stepsOf(resource, kind).flatMap(({ meter, step, since, tooHigh }): MeterFinding[] => {
    const named = { meter, resource, standard };
    const days = { from: step.from, to: step.to };
    return [
      ...(step.review === undefined ? [] : [{ ...named, ...days, reason: 'held' as const, review: step.review }]),
      ...(since < previousPeriod(period) ? [{ ...named, ...days, reason: 'gap' as const }] : []),
      ...tooHigh.map((one) => ({ ...named, ...monthOf(one.period), reason: 'too-high' as const, tooHigh: one })),
    ];
  });
  return [...unread, ...read];
};

const covers = ({ from, to }: { readonly from: string; readonly to: string | null }, day: string): boolean =>
  from <= day && (to === null || day <= to);

/** What is left of a share, together with what was charged for it in addition. */
const withCorrections = (charge: ChargeState, other: ChargeState | undefined): ChargeState => ({
  ...charge,
  amount: netOf(charge) + (other?.customer === charge.customer ? netOf(other) : 0n),
  corrected: 0n,
});

const differenceOf = (
  binding: string,
  standard: string,
  stands: ChargeState | undefined,
  share: NewCharge | undefined,
): Difference => {
  const shown = ({ from, to, customer, amount }: ComparedCharge): ComparedMoney => ({
    from,
    to,
    customer,
    amount: formatMoney(amount),
  });
  return {
    binding,
    resource: (stands ?? share)?.resource ?? '',
    standard,
    standing: stands ? [shown(stands)] : [],
    computed: share ? [shown(share)] : [],
  };
};
