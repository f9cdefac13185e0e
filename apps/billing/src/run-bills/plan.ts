import type { ChargeSubject, Period, Pool, PoolShared, Standard } from '@propledger/contracts';
import {
  cycleCharges,
  daysOfPool,
  firstDay,
  formatMoney,
  groupedBy,
  inForceOn,
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
  takesLetPrices,
  usageCharge,
  withSpell,
  type AreaInForce,
  type BindingState,
  type Candidate,
  type ChargeState,
  type ComparedCharge,
  type ComparedMoney,
  type DayRange,
  type Fen,
  type MonthInputs,
  type MonthPart,
  type NewCharge,
  type PayerInForce,
  type PoolCharges,
  type PoolInputs,
  type PoolUseOutcome,
  type StandardState,
} from '@propledger/ledger-core';
import type {
  Difference,
  Findings,
  MeterFinding,
  NotComputedDays,
  PoolNotShared,
  UnchargedDays,
  VacantDaysOf,
} from './findings';
import { ItemsOfRun } from './items-of-run';
import { leasedCharges, narrowedTo, type LeasedCharges } from './leased';
import { useOf, type Metered, type PoolOfPeriod } from './metered';
import { PayersOfRun } from './payers-of-run';
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
    vacantDays: [] as VacantDaysOf[],
  };

  private readonly serviceDays: ServiceDays;
  private readonly items: ItemsOfRun;
  private readonly payers: PayersOfRun;

  constructor(
    readonly inputs: Inputs,
    private readonly period: Period,
  ) {
    this.serviceDays = new ServiceDays(inputs.bindings);
    this.payers = new PayersOfRun(inputs);
    this.items = new ItemsOfRun(inputs.items, firstDay(period));
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
    this.lookAtLets();
    for (const entry of this.inputs.metered?.pools ?? []) {
      const piece = this.poolPiece(entry);
      if (piece) yield piece;
    }
    yield* this.leasePieces(chargesAtMost);
  }

  /** A price agreed with who lets a resource by the month that nothing of it takes is listed. Of a part of the bindings nobody can say. */
  private lookAtLets(): void {
    const { bindings, standards, lets, leased } = this.inputs;
    if (leased !== undefined) return;
    const priced = [...lets].flatMap(([resource, of]) =>
      of.flatMap((one) => (one.price === undefined ? [] : [{ ...one, resource }])),
    );
    if (priced.length === 0) return;
    const taking = groupedBy(
      bindings.filter(({ binding }) => {
        const standard = standards.get(binding.standard)?.standard;
        return standard !== undefined && takesLetPrices(standard);
      }),
      ({ binding }) => binding.resource,
    );
    for (const one of priced) {
      const days = overlapOf(one, monthOf(this.period));
      if (days?.to == null || taking.get(one.resource)?.some(({ binding }) => overlapOf(binding, days) !== null))
        continue;
      this.found.daysWithoutPrice.push({ resource: one.resource, standard: '', from: days.from, to: days.to });
    }
  }

  private *leasePieces(chargesAtMost: number): Generator<Piece> {
    const { standing, differences, notComputed, ...found } = narrowedTo(
      this.inputs.leased,
      leasedCharges(this.inputs.leases, this.period),
    );
    const raise = found.raise.map((unit) => ({
      ...unit,
      charges: unit.charges.map((charge) => this.items.charged(charge)),
    }));
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
    if (!standard || this.isDeposit(binding, standard)) return null;
    const { method } = standard.standard;
    if (method === '公摊') return null;
    if (method === '用量单价' || method === '用量阶梯') return this.usageOf(binding, standard);
    const all = inputs.standing.get(binding.id) ?? [];
    const month: MonthInputs = {
      standard: this.items.priced(standard.standard),
      binding: binding.binding,
      areas: inputs.areas.get(resource) ?? [],
      payers: this.payers.of(binding.binding, standard.standard),
      period,
      vacant: inputs.vacancies.get(resource),
      service: standard.standard.proration === undefined ? undefined : this.serviceDays.of(binding.binding),
    };
    const whole = isMonthly(standard.standard);
    const handedOverOn = inputs.handovers.get(resource);
    const charged = [...all, ...(inputs.corrected.get(binding.id) ?? [])];
    const charges = whole ? monthCharges(month) : cycleCharges({ ...month, charged, handedOverOn });
    const named = <Days extends DayRange>(range: Days): Days & UnchargedDays => ({
      resource,
      standard: code,
      ...range,
    });
    this.found.daysWithoutPayer.push(...charges.daysWithoutPayer.map(named));
    this.found.daysWithoutArea.push(...charges.daysWithoutArea.map(named));
    this.found.notComputed.push(...charges.notComputed.map(named));
    this.found.vacantDays.push(...charges.vacantDays.map(named));
    // In advance, what stands is not looked at again: the days that it covers are left out.
    const standing = whole ? this.ofMonth(all) : [];
    const missing = this.missing(binding, standard, charges.parts, standing);
    if (!whole) this.found.standing.push(...this.ofMonth(all).map(({ position }) => position));
    return missing.length === 0 ? null : { binding, standard, standing: whole ? standing : all, charges: missing };
  }

  /** Nothing is charged of an item that is a deposit: the days are listed. */
  private isDeposit({ binding }: BindingState, { code, standard }: StandardState): boolean {
    if (!this.items.isDeposit(standard.item)) return false;
    const days = overlapOf(monthOf(this.period), binding);
    const why = { reason: 'deposit-item', name: null, at: null } as const;
    if (days?.to != null)
      this.found.notComputed.push({ resource: binding.resource, standard: code, from: days.from, to: days.to, ...why });
    return true;
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
    return plan.kind === 'nothing'
      ? []
      : plan.parts.map((part) => this.items.charged(newCharge(part, binding, standard, subject)));
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
      const payers = this.payers.of(binding.binding, standard.standard);
      const usage = usageCharge({
        ...{ standard: this.items.priced(standard.standard), binding: binding.binding },
        ...{ payers, vacant: inputs.vacancies.get(resource) ?? [], period, step },
      });
      const day = { resource, standard: standard.code, from: step.to, to: step.to };
      if (usage?.kind === 'no-payer') found.daysWithoutPayer.push(day);
      if (usage?.kind === 'no-price') found.daysWithoutPrice.push(day);
      const { part, vacantDays } = usage?.kind === 'charge' ? usage : NOTHING_OF_USAGE;
      found.vacantDays.push(...vacantDays.map((days) => ({ ...day, ...days })));
      charges.push(...this.missing(binding, standard, part ? [part] : [], standing, subject));
      relevant.push(...standing);
    }
    return charges.length === 0 ? null : { binding, standard, standing: relevant, charges };
  }

  /** The shares of one pool; null when they stand already, differ from what stands, or there are none. */
  private poolPiece(entry: PoolOfPeriod): Piece | null {
    const { inputs, found, period } = this;
    const { pool, amountAt, of } = entry;
    const standard = inputs.standards.get(pool.standard);
    if (!standard || this.items.isDeposit(standard.standard.item)) return null;
    const { code } = standard;
    const day = lastDay(period);
    const { bindings, candidates } = this.candidatesOf(entry, standard);
    const use = 'meters' in of ? useOf(pool, of.meters, period) : ({ kind: 'amount', ...of, use: undefined } as const);
    const outcome = this.sharesOf(use, { pool, amountAt, period, standard: standard.standard, candidates });
    const standing = this.standingOf(pool.pool, code);
    if (outcome.kind !== 'shared' && standing.size === 0) {
      const amount = use.kind === 'amount' ? formatMoney(use.amount) : null;
      // A pool with meters that is not in force has nothing to share.
      if (outcome.kind !== 'no-price') found.poolsNotShared.push({ pool: pool.pool, amount, reason: outcome.kind });
      else if (use.kind === 'amount') found.daysWithoutPrice.push({ resource: '', standard: code, from: day, to: day });
      return null;
    }
    const computed = groupedBy(outcome.kind === 'shared' ? outcome.charges : [], (charge) => charge.binding ?? '');
    const differs = [...new Set([...standing.keys(), ...computed.keys()])].filter((id) => {
      const stands = standing.get(id);
      return stands !== undefined && !owesTheSame(stands, computed.get(id) ?? []);
    });
    if (differs.length > 0) {
      for (const id of differs)
        found.differences.push(differenceOf(id, code, standing.get(id) ?? [], computed.get(id) ?? []));
      return null;
    }
    found.standing.push(...[...standing.values()].flat().map(({ position }) => position));
    const pieces = [...computed].flatMap(([id, charges]): BindingCharges[] => {
      const binding = bindings.get(id);
      if (!binding || standing.has(id)) return [];
      return [{ binding, standard, standing: [], charges: charges.map((charge) => this.items.charged(charge)) }];
    });
    if (pieces.length === 0 || outcome.kind !== 'shared') return null;
    return { bindings: pieces, computed: inputs.bindings.length, shared: outcome.shared };
  }

  /** What is bound to the standard of a pool, in its scope. */
  private candidatesOf(
    entry: PoolOfPeriod,
    standard: StandardState,
  ): { readonly bindings: ReadonlyMap<string, BindingState>; readonly candidates: readonly Candidate[] } {
    const { inputs, found, period } = this;
    const { pool } = entry;
    const day = lastDay(period);
    const days = daysOfPool(pool, period);
    const bindings = new Map<string, BindingState>();
    const candidates: Candidate[] = [];
    for (const state of inputs.bindings) {
      const { binding } = state;
      if (binding.standard !== standard.code || overlapOf(days, binding) === null) continue;
      if (inputs.metered?.isIn(entry, binding.resource) !== true) continue;
      // To a pool, a day that was declared vacant is one that nobody pays.
      const payers = (inputs.vacancies.get(binding.resource) ?? []).reduce<readonly PayerInForce[]>(
        (left, days) => withSpell(left, days, null),
        this.payers.of(binding, standard.standard),
      );
      const area = inputs.areas.get(binding.resource)?.find(inForceOn(day)) ?? null;
      const named = { resource: binding.resource, standard: standard.code, from: day, to: day };
      const isPaid = payers.some((payer) => overlapOf(payer, days) !== null);
      if (!isPaid && pool.vacant === undefined) found.daysWithoutPayer.push(named);
      else if (lacksArea(pool, area)) found.daysWithoutArea.push(named);
      bindings.set(state.id, state);
      const usage = inputs.metered.usageOf(binding.resource, standard.standard.meterKind);
      candidates.push({ binding, payers, area, usage });
    }
    return { bindings, candidates };
  }

  /** How a pool is shared, or why it is not. */
  private sharesOf(
    use: PoolUseOutcome | { readonly kind: 'amount'; readonly amount: Fen; readonly use: undefined },
    pool: Omit<PoolInputs, 'amount' | 'use'>,
  ): PoolCharges | Exclude<PoolUseOutcome, { kind: 'amount' }> {
    if (use.kind !== 'amount') return use;
    if (pool.pool.sharing === '用量' && this.isHeld(pool.candidates, pool.standard)) return { kind: 'held' };
    return poolCharges({ ...pool, amount: use.amount, use: use.use });
  }

  /** Whether a use by which something would be shared waits for somebody to look at it. */
  private isHeld(candidates: readonly Candidate[], { meterKind }: Standard): boolean {
    const { metered } = this.inputs;
    return candidates.some(({ binding }) =>
      metered?.stepsOf(binding.resource, meterKind).some(({ step }) => step.review !== undefined),
    );
  }

  /** Shares of a pool that stand for the month, by binding. */
  private standingOf(pool: string, standard: string): Map<string, readonly ChargeState[]> {
    const subject = subjectKey({ pool });
    const found = new Map<string, readonly ChargeState[]>();
    for (const { id, binding } of this.inputs.bindings) {
      if (binding.standard !== standard) continue;
      const shares = this.ofMonth(this.inputs.standing.get(id) ?? []).filter(
        (charge) => charge.subject === subject && netOf(charge) > 0n,
      );
      if (shares.length > 0) found.set(id, shares);
    }
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

/** Whether an area that a pool is shared by is not known. */
const lacksArea = ({ sharing }: Pool, area: AreaInForce | null): boolean => {
  switch (sharing) {
    case '面积':
      return (area?.area ?? null) === null;
    case '建筑面积':
      return (area?.gross ?? null) === null;
    case '套内面积':
      return (area?.inside ?? null) === null;
    default:
      return false;
  }
};

/** Whether each customer's shares come to what they would be now, in however many charges. */
const owesTheSame = (standing: readonly ChargeState[], computed: readonly NewCharge[]): boolean => {
  const owed = new Map<string, Fen>();
  for (const charge of standing) owed.set(charge.customer, (owed.get(charge.customer) ?? 0n) + netOf(charge));
  for (const { customer, amount } of computed) owed.set(customer, (owed.get(customer) ?? 0n) - amount);
  return [...owed.values()].every((left) => left === 0n);
};

const differenceOf = (
  binding: string,
  standard: string,
  standing: readonly ChargeState[],
  computed: readonly NewCharge[],
): Difference => {
  const shown = ({ from, to, customer, amount }: ComparedCharge): ComparedMoney => ({
    from,
    to,
    customer,
    amount: formatMoney(amount),
  });
  return {
    binding,
    resource: (standing[0] ?? computed[0])?.resource ?? '',
    standard,
    standing: standing.map((charge) => shown({ ...charge, amount: netOf(charge) })),
    computed: computed.map(shown),
  };
};

const NOTHING_OF_USAGE = { part: null, vacantDays: [] } as const;
