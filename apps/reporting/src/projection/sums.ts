/*
 * What sums are made of: select lists over receivable_movement or rows like its own, in the order of the sums' columns; to be
 * grouped by all but the sums. The projection adds them up event by event, a rebuild all at once.
 */

/** Empty where it is before the period of the movement: reports of that period tell earlier charges from others, no more. */
const CHARGE_PERIOD = `case when charge_period < period then '' else charge_period end`;
/** A charge that stands: raised, and not reversed. */
const STANDING = `case when kind <> 'charge' then 0 when position = charge then 1 else -1 end`;

/** Of receivable_month; grouped by the first six. */
export const RECEIVABLE_MONTHS = `select book, item, period, to_char(effective_on, 'YYYY-MM'), kind, ${CHARGE_PERIOD},
  sum(amount_fen)::bigint, sum(${STANDING})`;

/** Of receivable_day; grouped by the first six. */
export const RECEIVABLE_DAYS = `select book, effective_on, item, period, kind, ${CHARGE_PERIOD},
  sum(amount_fen)::bigint, sum(${STANDING})`;

/** Of collection_day; grouped by the first three. */
export const COLLECTION_DAYS = 'select book, counts_on, kind, sum(amount_fen)::bigint';

/** For book_dates: the latest day on which a charge was moved that counted already. */
export const SETTLED_ON = `coalesce(max(effective_on) filter (where position <> charge and effective_on = counts_on), '-infinity')`;

/** A movement as the sums have it: its charge_period, and what it adds to standing. */
export const AS_SUMMED = `${CHARGE_PERIOD} as charge_period, ${STANDING} as standing`;
