import type { Day, Occupancy } from '@propledger/contracts';
import { accept, reject, type CustomersDecision } from '../archive/facts';
import { dayAfter, occupancyAt, otherPayer } from '../archive/occupancy-rules';

/** Sets the last day, or takes it away (null). The longer an occupancy lasts, the more its payer must be the only one. */
export const endOccupancy = (
  endOn: Day | null,
  occupancy: Occupancy | undefined,
  standing: readonly Occupancy[],
): CustomersDecision => {
  if (occupancy === undefined) return reject({ code: 'occupancy-not-found' });
  if (endOn !== null && endOn < occupancy.from) return reject({ code: 'range-reversed', field: 'endOn' });
  if (endOn === occupancy.to) return accept();
  const ended: Occupancy = { ...occupancy, to: endOn };
  const other = ended.payer ? otherPayer(ended, standing, ended.resource, ended.occupancy) : undefined;
  if (other !== undefined) return reject({ code: 'payer-overlap', occupancy: other.occupancy });
  return accept({ type: 'occupancy.changed', effectiveDate: endOn ?? occupancy.from, body: ended });
};

/**
 * From `effectiveOn` on the customer pays, or pays no longer: the occupancy ends the day before, and another begins. On its
 * first day there is nothing before to keep, and it is changed itself. `position`: of the first event that this records.
 */
export const changePayer = (
  payer: boolean,
  effectiveOn: Day,
  occupancy: Occupancy | undefined,
  standing: readonly Occupancy[],
  position: number,
): CustomersDecision => {
  if (occupancy === undefined) return reject({ code: 'occupancy-not-found' });
  if (effectiveOn < occupancy.from || (occupancy.to !== null && effectiveOn > occupancy.to))
    return reject({ code: 'outside-occupancy' });
  if (payer === occupancy.payer) return accept();
  const days = { from: effectiveOn, to: occupancy.to };
  const other = payer ? otherPayer(days, standing, occupancy.resource, occupancy.occupancy) : undefined;
  if (other !== undefined) return reject({ code: 'payer-overlap', occupancy: other.occupancy });
  if (effectiveOn === occupancy.from)
    return accept({ type: 'occupancy.changed', effectiveDate: effectiveOn, body: { ...occupancy, payer } });
  return accept(
    { type: 'occupancy.changed', effectiveDate: effectiveOn, body: { ...occupancy, to: dayAfter(effectiveOn, -1) } },
    {
      type: 'occupancy.registered',
      effectiveDate: effectiveOn,
      body: { ...occupancy, occupancy: occupancyAt(position + 1), from: effectiveOn, payer },
    },
  );
};
