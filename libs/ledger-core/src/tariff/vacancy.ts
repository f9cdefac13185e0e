import type { Decimal, ItemPayer, Standard, VacantDays } from '@propledger/contracts';
import { addDays, daysIn, earlierDay, overlapOf, type DayRange } from '../day';
import { dividedBy, minus, parseDecimal, plus, times, whole, ZERO, type Fraction } from '../decimal';
import type { Spell } from './inputs';

/** Vacant days for which a standard has a rate. */
export interface VacantSpell extends Spell {
  readonly percent: Decimal;
  readonly payer?: ItemPayer | undefined;
}

/** The days on which a resource is declared vacant, cut where the standard's rate changes; those before its first rate are as all others. */
export const ratedDays = (
  { vacancyRates = [] }: Pick<Standard, 'vacancyRates'>,
  vacant: readonly Spell[],
): VacantSpell[] => {
  if (vacant.length === 0) return [];
  return vacancyRates.flatMap(({ from, percent, payer }, at) => {
    const next = vacancyRates[at + 1];
    const rate = { from, to: next === undefined ? null : addDays(next.from, -1) };
    return vacant.flatMap((days): VacantSpell[] => {
      const rated = overlapOf(days, rate);
      return rated === null ? [] : [{ ...rated, percent, ...(payer === undefined ? {} : { payer }) }];
    });
  });
};

/** So many per cent of an amount, exactly. */
export const percentOfAmount = (amount: Fraction, percent: Decimal): Fraction =>
  dividedBy(times(amount, parseDecimal(percent)), 100n);

/** The vacant ones of the days that a reading ends, in order and by their rate. */
export const vacantWithin = (
  standard: Pick<Standard, 'vacancyRates'>,
  vacant: readonly Spell[],
  days: DayRange,
): (DayRange & { readonly percent: Decimal })[] =>
  ratedDays(standard, vacant)
    .sort((one, other) => (one.from < other.from ? -1 : 1))
    .flatMap(({ percent, ...spell }) => {
      const within = overlapOf(spell, days);
      return within === null ? [] : [{ from: within.from, to: earlierDay(within.to ?? days.to, days.to), percent }];
    });

/** How many of a reading's days are vacant, as its charge keeps them; undefined: none. */
export const vacantDaysOf = (vacant: ReturnType<typeof vacantWithin>, days: DayRange): VacantDays | undefined =>
  vacant.length === 0
    ? undefined
    : { ofDays: daysIn(days), parts: vacant.map(({ percent, ...within }) => ({ days: daysIn(within), percent })) };

/** What a reading comes to with its vacant days: what it counted lies on each of its days alike. */
export const withVacantDays = (amount: Fraction, { ofDays, parts }: VacantDays): Fraction => {
  const hundredths = parts
    .map(({ days, percent }) => times(minus(whole(100n), parseDecimal(percent)), whole(BigInt(days))))
    .reduce(plus, ZERO);
  return minus(amount, dividedBy(times(amount, hundredths), 100n * BigInt(ofDays)));
};
