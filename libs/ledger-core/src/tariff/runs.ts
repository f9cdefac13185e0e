import type { Decimal, Price, Standard } from '@propledger/contracts';
import { addDays, cutAt, daysIn, endsOf, inForceOn, overlapOf, type DayRange } from '../day';
import type { Term } from './basis';
import { byFormula } from './by-formula';
import type { AreaInForce, MonthInputs, NotComputed, PayerInForce, Spell } from './inputs';
import { weightOf, type Weight } from './proration';
import { ratedDays } from './vacancy';

/** Days in which nothing changes. They lie in one month, in the binding, and have a price. */
export interface Run extends DayRange {
  readonly price: Decimal;
  readonly area: Decimal | null;
  readonly customer: string | null;
  readonly daysOfMonth: number;
  /** The price is the binding's own. */
  readonly ownPrice?: true;
  /** 空置: per cent that is charged of what the days come to. */
  readonly vacancyPercent?: Decimal;
  /** What a day counts of a month; absent: 1/daysOfMonth. */
  readonly weight?: Weight;
  readonly persons?: number;
  readonly values?: NonNullable<Term['values']>;
  /** Why it cannot be computed. */
  readonly fault?: Uncomputed;
}

type Uncomputed = { readonly code: NotComputed['reason']; readonly at?: number; readonly name?: string };

/** Which days are looked at: those of `within` in a month, calendar or not; cut also where a spell of `cut` begins or ends. */
export interface Look {
  readonly month: DayRange;
  readonly within: DayRange;
  readonly cut: readonly Spell[];
}

/** The days of a month that lie in the binding, have a price, and count, cut where anything changes. */
export const runsOfDays = (
  { standard, binding, areas, payers, vacant = [], service = binding }: Omit<MonthInputs, 'period'>,
  { month, within: looked, cut }: Look,
): Run[] => {
  const bound = overlapOf(looked, binding);
  if (bound?.to == null) return [];
  const weight = weightOf(standard, month, service);
  if (weight === 'nothing') return [];
  const daysOfMonth = length(month);
  const within = { from: bound.from, to: bound.to };
  const { prices: ownPrices = [] } = binding;
  const rated = ratedDays(standard, vacant);
  const histories = [standard.prices, ownPrices, areas, payers, cut, rated];
  // Mostly nothing changes within a month, and there are a quarter of a million to look at.
  const days = histories.every((history) => isUnbroken(within, history))
    ? [within]
    : cutAt(within, histories.flat().flatMap(endsOf));
  return days.flatMap(({ from, to }): Run[] => {
    const price: Price | undefined = standard.prices.find(inForceOn(from));
    if (!price) return [];
    const payer = payers.find(inForceOn(from));
    const customer = payer?.customer ?? null;
    const own = letPriceOf(standard, payer) ?? ownPrices.find(inForceOn(from));
    const common = { from, to, price: price.price, area: null, customer, daysOfMonth };
    const plain: Run = own === undefined ? common : { ...common, price: own.price, ownPrice: true };
    const weighed: Run = weight === null ? plain : { ...plain, weight };
    const vacancyPercent = rated.find(inForceOn(from))?.percent;
    const run: Run = vacancyPercent === undefined ? weighed : { ...weighed, vacancyPercent };
    switch (standard.method) {
      case '面积单价': {
        const spell = areas.find(inForceOn(from));
        return [{ ...run, area: spell === undefined ? null : areaOf(standard, spell) }];
      }
      case '每人':
        return [{ ...run, ...personsOf(binding) }];
      case '自定义公式':
        return [{ ...run, ...byFormula(standard, { ...run, month, spell: areas.find(inForceOn(from)), binding }) }];
      default:
        return [run];
    }
  });
};

/** Whether 月租价 takes the place of a standard's price: both are yuan a month, and the standard's may be agreed. */
export const takesLetPrices = ({ method, bindingPrices }: Standard): boolean =>
  method === '固定金额' && bindingPrices === true;

const letPriceOf = (standard: Standard, payer: PayerInForce | undefined): { readonly price: Decimal } | undefined =>
  payer?.price !== undefined && takesLetPrices(standard) ? { price: payer.price } : undefined;

/** The area that a standard multiplies. */
const areaOf = ({ areaKind }: Standard, { area, gross = null, inside = null }: AreaInForce): Decimal | null =>
  areaKind === '建筑面积' ? gross : areaKind === '套内面积' ? inside : area;

const personsOf = ({ persons }: MonthInputs['binding']): Pick<Run, 'persons' | 'fault'> =>
  persons === undefined ? { fault: { code: 'no-persons' } } : { persons };

/** Whether no entry of the history begins or ends within the days. */
const isUnbroken = (within: DayRange, history: readonly Spell[]): boolean =>
  history.every(
    ({ from, to }) =>
      from > within.to ||
      (to !== null && to < within.from) ||
      (from <= within.from && (to === null || to >= within.to)),
  );

/** Of days in order: within one calendar month, as nearly always, a difference of their numbers. */
const length = ({ from, to }: DayRange): number =>
  from.slice(0, 7) === to.slice(0, 7) ? Number(to.slice(8)) - Number(from.slice(8)) + 1 : daysIn({ from, to });

const follows = (before: DayRange, after: DayRange): boolean => addDays(before.to, 1) === after.from;

export interface Unbroken {
  readonly from: string;
  to: string;
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

/** Joins a part to the one before when it goes on with the next month. */
export const append = (parts: Unbroken[], part: Unbroken): void => {
  const last = parts.at(-1);
  if (last?.customer !== part.customer || part.from !== addDays(last.to, 1)) parts.push(part);
  else {
    last.to = part.to;
    last.terms.push(...part.terms);
  }
};

/** Of one month, so that their days count alike. */
const isAlike = (term: Term, { price, ownPrice, area, vacancyPercent, persons, values }: Run): boolean =>
  term.price === price &&
  term.vacancyPercent === vacancyPercent &&
  term.ownPrice === ownPrice &&
  term.area === area &&
  term.persons === persons &&
  (term.values === values || JSON.stringify(term.values) === JSON.stringify(values));

const termOf = (run: Run, { from, to }: DayRange): Term => {
  const { price, ownPrice, area, vacancyPercent, persons, values, daysOfMonth, weight } = run;
  const days = length({ from, to });
  const common = { from, to, days, daysOfMonth, price, area };
  const occupied: Term = ownPrice === undefined ? common : { ...common, ownPrice };
  const plain: Term = vacancyPercent === undefined ? occupied : { ...occupied, vacancyPercent };
  const term: Term =
    weight === undefined ? plain : { ...plain, part: `${(days * weight.perDay).toString()}/${weight.of.toString()}` };
  if (persons !== undefined) return { ...term, persons };
  return values === undefined ? term : { ...term, values };
};

/** Runs of days that could not be computed, each with its reason. */
export const notComputed = (runs: readonly Run[]): NotComputed[] =>
  runs.flatMap(({ from, to, customer, fault }) =>
    fault === undefined || customer === null
      ? []
      : [{ from, to, reason: fault.code, name: fault.name ?? null, at: fault.at ?? null }],
  );

/** Days that are charged by a rate of vacancy, or not at all by one of zero. */
export interface VacantCharged extends DayRange {
  readonly percent: Decimal;
}

/** Vacant days with somebody to pay, each with its rate. */
export const vacantDays = (runs: readonly Run[]): VacantCharged[] =>
  runs.flatMap(({ from, to, customer, vacancyPercent: percent }) =>
    percent === undefined || customer === null ? [] : [{ from, to, percent }],
  );

/** Days in order as few ranges. */
export const joined = (ranges: readonly DayRange[]): DayRange[] => {
  const whole: DayRange[] = [];
  for (const { from, to } of ranges) {
    const last = whole.at(-1);
    if (last && follows(last, { from, to })) whole[whole.length - 1] = { from: last.from, to };
    else whole.push({ from, to });
  }
  return whole;
};
