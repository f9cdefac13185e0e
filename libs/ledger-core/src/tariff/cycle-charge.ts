import type { Day } from '@propledger/contracts';
import { lastDay, monthOf, overlapOf, type DayRange } from '../day';
import { cyclesOfRun, type TakenCycle } from './cycles';
import { dueAfter, dueOn } from './due';
import type { MonthInputs, NotComputed } from './inputs';
import type { MonthCharges } from './month-charge';
import { roundedParts } from './rounded-parts';
import { append, joined, notComputed, runsOfDays, unbroken, vacantDays, type Run, type Unbroken } from './runs';
import { yearBefore } from './year';

/** A month's inputs, and what of its cycle is charged already. */
export interface CycleInputs extends MonthInputs {
  /** The days of standing charges of the binding. */
  readonly charged: readonly DayRange[];
  /** 交付日期 of the resource, for cycles that are counted from it. */
  readonly handedOverOn?: Day | null | undefined;
}

/**
 * The charges of one binding for the cycles that a run takes (see `cyclesOfRun`): every day of them that no standing charge covers
 * counts 1/days-of-its-month of that day's monthly price. Parts and rounding are those of a month, over the whole of a cycle. A
 * binding that begins after the run's month has none.
 */
export const cycleCharges = (inputs: CycleInputs): MonthCharges => {
  const { standard, binding, period, handedOverOn = null } = inputs;
  const cycles = cyclesOfRun(standard, binding, period, handedOverOn);
  if (cycles === null) return withoutHandover(inputs);
  const each = cycles.map((cycle) => chargesOf(inputs, cycle));
  return {
    parts: each.flatMap(({ parts }) => parts),
    daysWithoutPayer: joined(each.flatMap(({ daysWithoutPayer }) => daysWithoutPayer)),
    daysWithoutArea: joined(each.flatMap(({ daysWithoutArea }) => daysWithoutArea)),
    notComputed: each.flatMap((charges) => charges.notComputed),
    vacantDays: each.flatMap((charges) => charges.vacantDays),
  };
};

const withoutHandover = ({ binding, period }: CycleInputs): MonthCharges => {
  const days = overlapOf(monthOf(period), binding);
  const why = { reason: 'no-handover', name: null, at: null } as const;
  const missing: NotComputed[] = days === null ? [] : [{ from: days.from, to: days.to ?? lastDay(period), ...why }];
  return { parts: [], daysWithoutPayer: [], daysWithoutArea: [], notComputed: missing, vacantDays: [] };
};

const chargesOf = (inputs: CycleInputs, cycle: TakenCycle): MonthCharges => {
  const { standard, charged, period } = inputs;
  const { parts, runs } = unchargedIn(inputs, cycle, charged);
  const fresh = isFresh(inputs, cycle);
  const dueOf = (part: DayRange): Day =>
    standard.arrears === undefined ? dueOn(standard, period, part) : dueAfter(standard, period, cycle, part);
  const missing = fresh || parts.length === 0 ? parts : parts.filter((part) => !isNaught(inputs, cycle, part));
  return {
    parts: roundedParts(missing, standard, dueOf, fresh ? yearBefore(inputs, cycle) : null),
    daysWithoutPayer: joined(runs.filter(({ customer }) => customer === null)),
    daysWithoutArea: joined(runs.filter(({ area }) => area === null && standard.method === '面积单价')),
    notComputed: notComputed(runs),
    vacantDays: vacantDays(runs),
  };
};

/** What of a cycle no charge covers. */
const unchargedIn = (
  inputs: CycleInputs,
  cycle: TakenCycle,
  charged: readonly DayRange[],
): { readonly parts: readonly Unbroken[]; readonly runs: readonly Run[] } => {
  const parts: Unbroken[] = [];
  const all: Run[] = [];
  for (const month of cycle.months) {
    const within = overlapOf(month, cycle);
    if (within?.to == null) continue;
    const runs = runsOfDays(inputs, { month, within: { from: within.from, to: within.to }, cut: charged }).filter(
      (run) => !charged.some((range) => overlapOf(range, run) !== null),
    );
    for (const part of unbroken(runs, inputs.standard)) append(parts, part);
    all.push(...runs);
  }
  return { parts, runs: all };
};

/**
 * Whether the part is one of the whole cycle that its rounding leaves nothing for: no charge covers it, and none is missing. Taken by
 * itself it might be rounded up, and the run repeated would add to the rounded whole.
 */
const isNaught = (inputs: CycleInputs, cycle: TakenCycle, { from, to, customer }: Unbroken): boolean => {
  const whole = unchargedIn(inputs, cycle, []).parts;
  const isThere = (parts: readonly (DayRange & { readonly customer: string })[]): boolean =>
    parts.some((part) => part.from === from && part.to === to && part.customer === customer);
  return isThere(whole) && !isThere(roundedParts(whole, inputs.standard, () => from));
};

/** Whether nothing of the cycle is charged already: of the rest of one, nobody knows what its year lacks. */
const isFresh = ({ charged }: CycleInputs, cycle: TakenCycle): boolean =>
  charged.every((range) => overlapOf(range, cycle) === null);
