import type { Standard } from '@propledger/contracts';
import { addDays, daysIn, overlapOf, type DayRange } from '../day';
import type { Spell } from './inputs';

/** What each day counts of a month: perDay/of. */
export interface Weight {
  readonly perDay: number;
  readonly of: number;
}

/** Days, and those of others that go on from them, or into them, without a gap. */
export const goingOn = (own: Spell, others: readonly Spell[]): Spell => {
  let { from, to } = own;
  for (;;) {
    const before = others.find((other) => other.to !== null && addDays(other.to, 1) === from);
    const after = to === null ? undefined : others.find((other) => other.from === addDays(to ?? other.from, 1));
    if (!before && !after) return { from, to };
    from = before?.from ?? from;
    to = after === undefined ? to : after.to;
  }
};

/**
 * What a day of a month counts, by 不足月 of the standard; null: 1/days-of-month, as in every whole month; nothing: the month is
 * free. A month is broken where the service begins or ends in it (`service`: the days of the binding), and at both ends alike.
 * A payer's change breaks nothing: each payer has his days' share of what the month comes to.
 *
 * - 按30天: a day is 1/30, 30 of them are the month
 * - 按365天: a day is 12/365
 * - 半月: a broken month is half of one; 满半月全收: from 15 days on it is whole
 * - 当月全收: whole; 次月起收: free
 * - 十五日为准: whole if its 15th day is in it, else free
 */
export const weightOf = (
  { proration, prices }: Pick<Standard, 'proration' | 'prices'>,
  month: DayRange,
  service: Spell,
): Weight | 'nothing' | null => {
  if (proration === undefined) return null;
  const served = overlapOf(month, service);
  if (served?.to == null) return null;
  const spells = prices.flatMap((price) => {
    const days = overlapOf({ from: served.from, to: served.to }, price);
    return days?.to == null ? [] : [{ from: days.from, to: days.to }];
  });
  const days = spells.reduce((sum, spell) => sum + daysIn(spell), 0);
  if (days === 0 || days === daysIn(month)) return null;
  const whole = { perDay: 1, of: days };
  switch (proration) {
    case '按30天':
      return days >= 30 ? whole : { perDay: 1, of: 30 };
    case '按365天':
      return days * 12 >= 365 ? whole : { perDay: 12, of: 365 };
    case '半月':
      return { perDay: 1, of: 2 * days };
    case '满半月全收':
      return days >= 15 ? whole : { perDay: 1, of: 2 * days };
    case '当月全收':
      return whole;
    case '次月起收':
      return 'nothing';
    case '十五日为准': {
      const middle = addDays(month.from, 14);
      return spells.some(({ from, to }) => from <= middle && middle <= to) ? whole : 'nothing';
    }
    default:
      return null;
  }
};
