import type { Day, Decimal, Occupancy } from '@propledger/contracts';
import { accept, reject, type CustomersDecision } from '../archive/facts';
import { dayAfter, daysTaken, isLet, occupancyAt, standsAlready } from '../archive/occupancy-rules';

/** Sets the last day, or takes it away (null). The longer an occupancy lasts, the more it, and its payer, must be the only one. */
export const endOccupancy = (
  endOn: Day | null,
  occupancy: Occupancy | undefined,
  standing: readonly Occupancy[],
): CustomersDecision => {
  if (occupancy === undefined) return reject({ code: 'occupancy-not-found' });
  if (endOn !== null && endOn < occupancy.from) return reject({ code: 'range-reversed', field: 'endOn' });
  if (endOn === occupancy.to) return accept();
  const ended: Occupancy = { ...occupancy, to: endOn };
  const taken = daysTaken(ended, standing) ?? (isLonger(ended, occupancy) ? standsAlready(ended, standing) : null);
  if (taken !== null) return reject(taken);
  return accept({ type: 'occupancy.changed', effectiveDate: endOn ?? occupancy.from, body: ended });
};

/** From `effectiveOn` on the customer pays, or pays no longer. `position`: of the first event that this records. */
export const changePayer = (
  payer: boolean,
  effectiveOn: Day,
  occupancy: Occupancy | undefined,
  standing: readonly Occupancy[],
  position: number,
): CustomersDecision => {
  if (occupancy === undefined) return reject({ code: 'occupancy-not-found' });
  if (isOutside(effectiveOn, occupancy)) return reject({ code: 'outside-occupancy' });
  if (payer === occupancy.payer) return accept();
  if (isLet(occupancy)) return reject({ code: 'let-always-pays' });
  const changed = { ...occupancy, from: effectiveOn, payer };
  const taken = daysTaken(changed, standing);
  if (taken !== null) return reject(taken);
  return changedFrom(occupancy, changed, position);
};

/** From `effectiveOn` on another 月租价 holds, or none (null). `position`: of the first event that this records. */
export const changeLetPrice = (
  price: Decimal | null,
  effectiveOn: Day,
  occupancy: Occupancy | undefined,
  position: number,
): CustomersDecision => {
  if (occupancy === undefined) return reject({ code: 'occupancy-not-found' });
  if (!isLet(occupancy)) return reject({ code: 'price-without-let' });
  if (isOutside(effectiveOn, occupancy)) return reject({ code: 'outside-occupancy' });
  const { price: before, ...withoutPrice } = occupancy;
  if (price === (before ?? null)) return accept();
  return changedFrom(occupancy, { ...withoutPrice, ...(price === null ? {} : { price }), from: effectiveOn }, position);
};

/** What stood twice before may end. */
const isLonger = ({ to }: Occupancy, before: Occupancy): boolean =>
  before.to !== null && (to === null || to > before.to);

const isOutside = (day: Day, { from, to }: Occupancy): boolean => day < from || (to !== null && day > to);

/**
 * The occupancy ends on the day before `changed` begins, and that is another one. On its first day there is nothing before to keep, and it is
 * changed itself.
 */
const changedFrom = (occupancy: Occupancy, changed: Occupancy, position: number): CustomersDecision => {
  const effectiveDate = changed.from;
  if (effectiveDate === occupancy.from) return accept({ type: 'occupancy.changed', effectiveDate, body: changed });
  return accept(
    { type: 'occupancy.changed', effectiveDate, body: { ...occupancy, to: dayAfter(effectiveDate, -1) } },
    { type: 'occupancy.registered', effectiveDate, body: { ...changed, occupancy: occupancyAt(position + 1) } },
  );
};
