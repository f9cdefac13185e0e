import type { Occupancy } from '@propledger/contracts';
import { accept, reject, type CustomersDecision, type Named, type NewOccupancy } from '../archive/facts';
import { daysTaken, isLet, occupancyAt, standsAlready } from '../archive/occupancy-rules';

/**
 * The checks run in this order, and the first that fails is the answer: project, resource, customer, days, what only 月租 has, payer, the same once more. A
 * resource has one payer a day, and is let by the month once a day; `standing` are its occupancies. `position`: of the event that would register this one.
 */
export const registerOccupancy = (
  asked: NewOccupancy,
  known: Named,
  standing: readonly Occupancy[],
  position: number,
): CustomersDecision => {
  const { resource, customer, from, to, payer, price } = asked;
  if (!known.project) return reject({ code: 'project-not-found' });
  if (!known.resource) return reject({ code: 'resource-unknown', resource });
  if (!known.customer) return reject({ code: 'customer-unknown', customer });
  if (to !== null && to < from) return reject({ code: 'range-reversed', field: 'to' });
  if (price !== undefined && !isLet(asked)) return reject({ code: 'price-without-let' });
  if (isLet(asked) && !payer) return reject({ code: 'let-always-pays' });
  const taken = daysTaken(asked, standing) ?? standsAlready(asked, standing);
  if (taken !== null) return reject(taken);
  return accept({
    type: 'occupancy.registered',
    effectiveDate: from,
    body: { occupancy: occupancyAt(position), ...asked },
  });
};
