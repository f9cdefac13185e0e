import type { Day } from '@propledger/contracts';
import { addDays, lastDay, monthOf, overlapOf, type DayRange } from '../day';
import { cyclesOfRun, type TakenCycle } from './cycles';
import { dueAfter, dueOn } from './due';
import type { MonthInputs, NotComputed } from './inputs';
import { roundedParts, type MonthCharges, type MonthPart } from './month-charge';
import { joined, notComputed, runsOfDays, unbroken, type Unbroken } from './runs';

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
  const rounded: MonthPart[] = roundedParts(parts, standard, dueOf);
  return {
    parts: rounded,
    daysWithoutPayer: joined(daysWithoutPayer),
    daysWithoutArea: joined(daysWithoutArea),
    notComputed: uncomputed,
  };
};

/** Joins a part to the one before when it goes on with the next month. */
const append = (parts: Unbroken[], part: Unbroken): void => {
  const last = parts.at(-1);
  if (last?.customer !== part.customer || part.from !== addDays(last.to, 1)) parts.push(part);
  else {
    last.to = part.to;
    last.terms.push(...part.terms);
  }
};
