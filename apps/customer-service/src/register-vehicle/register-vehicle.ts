import {
  accept,
  reject,
  type CustomersDecision,
  type KeptVehicle,
  type Named,
  type NewVehicle,
} from '../archive/facts';
import { plateThere, vehicleAt } from '../archive/occupancy-rules';

/**
 * The checks run in this order, and the first that fails is the answer: project, resource, customer, days, plate. A space may have several
 * cars, and a car several spaces; `standing` are those of the resource. `position`: of the event that would register this one.
 */
export const registerVehicle = (
  asked: NewVehicle,
  known: Named,
  standing: readonly KeptVehicle[],
  position: number,
): CustomersDecision => {
  const { plate: _, ...told } = asked;
  if (!known.project) return reject({ code: 'project-not-found' });
  if (!known.resource) return reject({ code: 'resource-unknown', resource: told.resource });
  if (!known.customer) return reject({ code: 'customer-unknown', customer: told.customer });
  if (told.to !== null && told.to < told.from) return reject({ code: 'range-reversed', field: 'to' });
  const there = plateThere(asked, standing);
  if (there) return reject(there);
  return accept({
    type: 'vehicle.registered',
    effectiveDate: told.from,
    body: { vehicle: vehicleAt(position), ...told },
  });
};
