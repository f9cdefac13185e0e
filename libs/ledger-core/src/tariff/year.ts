import type { Period } from '@propledger/contracts';
import { addMonths, firstDay, monthOf, nextPeriod, periodOf, type DayRange } from '../day';
import { keptOf } from './agreed';
import { exactOf } from './basis';
import { monthsOfCycle } from './cycles';
import type { MonthInputs } from './inputs';
import { NOTHING_SO_FAR, roundedParts, together, type SoFar } from './rounded-parts';
import { append, runsOfDays, unbroken, type Unbroken } from './runs';

/**
 * 年度取整: what a customer's days of the year come to before the cycle that ends it, as the earlier runs of the year charge them. Null
 * where the year is not rounded, or does not end with the cycle.
 */
export const yearBefore = (inputs: MonthInputs, cycle: DayRange): ((customer: string) => SoFar) | null => {
  const { standard } = inputs;
  if (standard.yearRounding === undefined || !cycle.to.endsWith('-12-31')) return null;
  let found: ReadonlyMap<string, SoFar> | null = null;
  return (customer) => {
    found ??= soFar(inputs, periodOf(cycle.to));
    return found.get(customer) ?? NOTHING_SO_FAR;
  };
};

const soFar = (inputs: MonthInputs, december: Period): Map<string, SoFar> => {
  const { standard } = inputs;
  const months = monthsOfCycle(standard);
  const lastCycle = periodOf(addMonths(firstDay(december), 1 - months));
  const kept = keptOf(standard);
  const found = new Map<string, SoFar>();
  for (
    let begin = `${december.slice(0, 4)}-01`;
    begin < lastCycle;
    begin = periodOf(addMonths(firstDay(begin), months))
  ) {
    const parts = partsOf(inputs, begin, months);
    for (const { customer, terms } of parts)
      found.set(customer, together({ exact: exactOf(terms, kept), amount: 0n }, found.get(customer)));
    for (const { customer, amount } of roundedParts(parts, standard, ({ from }) => from))
      found.set(customer, together({ ...NOTHING_SO_FAR, amount }, found.get(customer)));
  }
  return found;
};

const partsOf = (inputs: MonthInputs, begin: Period, months: number): Unbroken[] => {
  const parts: Unbroken[] = [];
  let period = begin;
  for (let count = 0; count < months; count += 1, period = nextPeriod(period)) {
    const month = monthOf(period);
    for (const part of unbroken(runsOfDays(inputs, { month, within: month, cut: [] }), inputs.standard))
      append(parts, part);
  }
  return parts;
};
