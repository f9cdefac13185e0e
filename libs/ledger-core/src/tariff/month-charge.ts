import type { Binding, ChargeBasis, Day, Decimal, Period, Price, Standard } from '@propledger/contracts';
import { daysOfMonth, monthOf, overlapOf, periodOf, type DayRange } from '../day';
import { formatMoney, type Fen } from '../money';
import { formatFraction, plus, ZERO, type Fraction } from '../decimal';
import { keptOf, roundTo } from './agreed';
import { exactOf, type Term } from './basis';
import { byFormula } from './by-formula';
import type { EvaluationFault } from '../formula/evaluate';

/** The areas of a resource from when to when; null: none, as of a parking space without one. */
export interface AreaInForce {
  readonly from: Day;
  readonly to: Day | null;
  /** 计费面积. */
  readonly area: Decimal | null;
  /** 建筑面积; absent: not known. */
  readonly gross?: Decimal | null;
  /** 套内面积; absent: not known. */
  readonly inside?: Decimal | null;
  /** 楼层, as it is written; absent: not known. */
  readonly floor?: string | null;
}

/** The area that a standard multiplies. */
const areaOf = ({ areaKind }: Standard, { area, gross = null, inside = null }: AreaInForce): Decimal | null =>
  areaKind === '建筑面积' ? gross : areaKind === '套内面积' ? inside : area;

/** 付费人 from when to when. No two on one day. */
export interface PayerInForce {
  readonly from: Day;
  readonly to: Day | null;
  readonly customer: string;
}

/** What the charges of one binding for one month depend on. Histories may be in any order; none overlaps itself. */
export interface MonthInputs {
  readonly standard: Standard;
  readonly binding: Pick<Binding, 'from' | 'to' | 'persons'>;
  readonly areas: readonly AreaInForce[];
  readonly payers: readonly PayerInForce[];
  readonly period: Period;
}

/** Consecutive days of the month with one payer: one charge. */
export interface MonthPart extends DayRange {
  readonly customer: string;
  /** Above zero. */
  readonly amount: Fen;
  readonly basis: ChargeBasis;
  readonly dueOn: Day;
  readonly priority: number;
}

export interface MonthCharges {
  /** In order of days. A part that rounds to nothing is left out; what it came to counts in the running total. */
  readonly parts: readonly MonthPart[];
  /** Days of the binding that have a price and no payer. */
  readonly daysWithoutPayer: readonly DayRange[];
  /** Days of the binding that have a price per m² and no area to multiply. */
  readonly daysWithoutArea: readonly DayRange[];
  /** Days of the binding with a price and a payer that come to nothing else that could be said. */
  readonly notComputed: readonly NotComputed[];
}

/**
 * Why nothing is charged for some days: a binding without persons, or a formula. `name` is the variable that has no value, `at` the
 * place in the formula.
 */
export interface NotComputed extends DayRange {
  readonly reason: 'no-persons' | EvaluationFault['code'];
  readonly name: string | null;
  readonly at: number | null;
}

/**
 * The charges of one binding for one month. Each day that lies in the binding and has a price, a payer and, for 面积单价, an
 * area counts 1/days-of-month of the monthly price. Rounding is cumulative: part k is the rounded total up to part k less
 * the rounded total up to part k − 1, so that the parts add up to the rounded month.
 */
export const monthCharges = (inputs: MonthInputs): MonthCharges => {
  const { standard, period } = inputs;
  const runs = runsOfDays(inputs);
  return {
    parts: roundedParts(unbroken(runs, standard), standard, period),
    daysWithoutPayer: joined(runs.filter(({ customer }) => customer === null)),
    daysWithoutArea: joined(runs.filter(({ area }) => area === null && standard.method === '面积单价')),
    notComputed: notComputed(runs),
  };
};

/** Runs of days that could not be computed, each with its reason. */
export const notComputed = (runs: readonly Run[]): NotComputed[] =>
  runs.flatMap(({ from, to, customer, fault }) =>
    fault === undefined || customer === null
      ? []
      : [{ from, to, reason: fault.code, name: fault.name ?? null, at: fault.at ?? null }],
  );

/** The parts of a month or cycle as charges of the run's period: rounding is cumulative over all of them. */
export const roundedParts = (unroundedParts: readonly Unbroken[], standard: Standard, period: Period): MonthPart[] => {
  const { method, rounding, roundingMode, priority, dueDay } = standard;
  const kept = keptOf(standard);
  const dueOn = `${period}-${dueDay.toString().padStart(2, '0')}`;
  const parts: MonthPart[] = [];
  let before: Fraction = ZERO;
  for (const { customer, terms, from, to } of unroundedParts) {
    const after = plus(before, exactOf(terms, kept));
    const roundedBefore = roundTo(before, rounding, roundingMode);
    const amount = roundTo(after, rounding, roundingMode) - roundedBefore;
    const exactBefore = formatFraction(before);
    const basis: ChargeBasis = { method, rounding, terms, before: formatMoney(roundedBefore), exactBefore, ...kept };
    if (amount > 0n) parts.push({ from, to, customer, amount, basis, dueOn, priority });
    before = after;
  }
  return parts;
};

/** Days in which nothing changes. They lie in the binding and have a price. */
export interface Run extends DayRange {
  readonly price: Decimal;
  readonly area: Decimal | null;
  readonly customer: string | null;
  readonly persons?: number;
  readonly values?: NonNullable<Term['values']>;
  /** Why it cannot be computed. */
  readonly fault?: Uncomputed;
}

type Uncomputed = { readonly code: NotComputed['reason']; readonly at?: number; readonly name?: string };

/** The days of the month that lie in the binding and have a price, cut where anything changes, and where a spell of `cut` does. */
export const runsOfDays = (
  { standard, binding, areas, payers, period }: MonthInputs,
  cut: readonly Spell[] = NO_SPELLS,
): Run[] => {
  const bound = overlapOf(monthOf(period), binding);
  if (bound?.to == null) return [];
  const within = { from: bound.from, to: bound.to };
  const histories = [standard.prices, areas, payers, cut];
  // Mostly nothing changes within a month, and there are a quarter of a million to look at.
  const days = histories.every((history) => isUnbroken(within, history)) ? [within] : stretches(within, histories);
  return days.flatMap(({ from, to }): Run[] => {
    const price: Price | undefined = standard.prices.find(inForce(from));
    if (!price) return [];
    const customer = payers.find(inForce(from))?.customer ?? null;
    const run = { from, to, price: price.price, area: null, customer };
    switch (standard.method) {
      case '面积单价': {
        const spell = areas.find(inForce(from));
        return [{ ...run, area: spell === undefined ? null : areaOf(standard, spell) }];
      }
      case '每人':
        return [{ ...run, ...personsOf(binding) }];
      case '自定义公式':
        return [{ ...run, ...byFormula(standard, { ...run, period, spell: areas.find(inForce(from)), binding }) }];
      default:
        return [run];
    }
  });
};

const personsOf = ({ persons }: MonthInputs['binding']): Pick<Run, 'persons' | 'fault'> =>
  persons === undefined ? { fault: { code: 'no-persons' } } : { persons };

interface Spell {
  readonly from: Day;
  readonly to: Day | null;
}
const NO_SPELLS: readonly Spell[] = [];

const inForce =
  (day: Day) =>
  ({ from, to }: Spell): boolean =>
    from <= day && (to === null || day <= to);

/** Whether no entry of the history begins or ends within the days. */
const isUnbroken = (within: DayRange, history: readonly Spell[]): boolean =>
  history.every(
    ({ from, to }) =>
      from > within.to ||
      (to !== null && to < within.from) ||
      (from <= within.from && (to === null || to >= within.to)),
  );

/** Cuts the days, which lie in one month, wherever an entry of a history begins or has ended. */
const stretches = (within: DayRange, histories: readonly (readonly Spell[])[]): DayRange[] => {
  const starts = new Set<number>([dayOfMonth(within.from)]);
  for (const history of histories)
    for (const spell of history) {
      const inside = overlapOf(within, spell);
      if (inside?.to == null) continue;
      starts.add(dayOfMonth(inside.from));
      if (inside.to < within.to) starts.add(dayOfMonth(inside.to) + 1);
    }
  const cuts = [...starts].sort((one, other) => one - other);
  return cuts.map((start, index) => {
    const next = cuts[index + 1];
    return { from: inMonth(within, start), to: next === undefined ? within.to : inMonth(within, next - 1) };
  });
};

const dayOfMonth = (day: Day): number => Number(day.slice(8));
const inMonth = (within: DayRange, day: number): Day => within.from.slice(0, 8) + day.toString().padStart(2, '0');
const follows = (before: DayRange, after: DayRange): boolean => dayOfMonth(before.to) + 1 === dayOfMonth(after.from);

export interface Unbroken {
  readonly from: Day;
  to: Day;
  readonly customer: string;
  readonly terms: Term[];
}

/** Joins what follows one another in a month with one payer, and in it what has one price and area. */
export const unbroken = (runs: readonly Run[], { method }: Standard): Unbroken[] => {
  const parts: Unbroken[] = [];
  for (const run of runs) {
    const { from, to, area, customer } = run;
    if (customer === null || run.fault !== undefined || (area === null && method === '面积单价')) continue;
    const part = parts.at(-1);
    const term = termOf(run, { from, to });
    if (part?.customer !== customer || !follows(part, term)) {
      parts.push({ from, to, customer, terms: [term] });
      continue;
    }
    part.to = to;
    const last = part.terms.at(-1);
    if (last && isAlike(last, run)) part.terms[part.terms.length - 1] = termOf(run, { from: last.from, to });
    else part.terms.push(term);
  }
  return parts;
};

const isAlike = (term: Term, { price, area, persons, values }: Run): boolean =>
  term.price === price &&
  term.area === area &&
  term.persons === persons &&
  (term.values === values || JSON.stringify(term.values) === JSON.stringify(values));

const termOf = ({ price, area, persons, values }: Run, { from, to }: DayRange): Term => {
  const days = dayOfMonth(to) - dayOfMonth(from) + 1;
  const term = { from, to, days, daysOfMonth: daysOfMonth(periodOf(from)), price, area };
  if (persons !== undefined) return { ...term, persons };
  return values === undefined ? term : { ...term, values };
};

/** Days of one month as few ranges. */
export const joined = (ranges: readonly DayRange[]): DayRange[] => {
  const whole: DayRange[] = [];
  for (const { from, to } of ranges) {
    const last = whole.at(-1);
    if (last && follows(last, { from, to })) whole[whole.length - 1] = { from: last.from, to };
    else whole.push({ from, to });
  }
  return whole;
};
