import type { Day } from '@propledger/contracts';
import { lastDay, monthOf, overlapOf, type DayRange } from '../day';
import { cyclesOfRun, type TakenCycle } from './cycles';
import { dueAfter, dueOn } from './due';
import type { MonthInputs, NotComputed } from './inputs';
import type { MonthCharges } from './month-charge';
import { roundedParts } from './rounded-parts';
import { append, joined, notComputed, runsOfDays, unbroken, type Unbroken } from './runs';
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
  };
};

const withoutHandover = ({ binding, period }: CycleInputs): MonthCharges => {
  const days = overlapOf(monthOf(period), binding);
  const why = { reason: 'no-handover', name: null, at: null } as const;
  const missing: NotComputed[] = days === null ? [] : [{ from: days.from, to: days.to ?? lastDay(period), ...why }];
  return { parts: [], daysWithoutPayer: [], daysWithoutArea: [], notComputed: missing };
};

const chargesOf = (inputs: CycleInputs, cycle: TakenCycle): MonthCharges => {
  const { standard, charged, period } = inputs;
  const parts: Unbroken[] = [];
  const daysWithoutPayer: DayRange[] = [];
  const daysWithoutArea: DayRange[] = [];
  const uncomputed: NotComputed[] = [];
  for (const month of cycle.months) {
    const within = overlapOf(month, cycle);
    if (within?.to == null) continue;
    const runs = runsOfDays(inputs, { month, within: { from: within.from, to: within.to }, cut: charged }).filter(
      (run) => !charged.some((range) => overlapOf(range, run) !== null),
    );
    for (const part of unbroken(runs, standard)) append(parts, part);
    daysWithoutPayer.push(...runs.filter(({ customer }) => customer === null));
    daysWithoutArea.push(...runs.filter(({ area }) => area === null && standard.method === '面积单价'));
    uncomputed.push(...notComputed(runs));
  }
  const dueOf = (part: DayRange): Day =>
    standard.arrears === undefined ? dueOn(standard, period, part) : dueAfter(standard, period, cycle, part);
  return {
    parts: roundedParts(parts, standard, dueOf, isFresh(inputs, cycle) ? yearBefore(inputs, cycle) : null),
    daysWithoutPayer: joined(daysWithoutPayer),
    daysWithoutArea: joined(daysWithoutArea),
    notComputed: uncomputed,
  };
};

/** Whether nothing of the cycle is charged already: of the rest of one, nobody knows what its year lacks. */
const isFresh = ({ charged }: CycleInputs, cycle: TakenCycle): boolean =>
  charged.every((range) => overlapOf(range, cycle) === null);
