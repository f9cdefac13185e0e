/*
 * How sums have a movement: select expressions over receivable_movement or rows like its own. The projection adds sums up event by
 * event (page-sums.ts says the same in code), a rebuild all at once.
 */

/** Empty where it is before the period of the movement: reports of that period tell earlier charges from others, no more. */
export const CHARGE_PERIOD = `case when charge_period < period then '' else charge_period end`;

/** What it adds to the charges that stand: those raised, and not reversed. */
export const STANDING = `case when kind <> 'charge' then 0 when position = charge then 1 else -1 end`;
