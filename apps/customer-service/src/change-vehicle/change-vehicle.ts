import type { Day } from '@propledger/contracts';
import { accept, reject, type CustomersDecision, type KeptVehicle, type VehicleChange } from '../archive/facts';
import { plateThere } from '../archive/occupancy-rules';

/** Another plate, an end or none. Changing nothing records nothing. `standing`: the cars of its resource. */
export const changeVehicle = (
  change: VehicleChange,
  vehicle: KeptVehicle | undefined,
  standing: readonly KeptVehicle[],
  today: Day,
): CustomersDecision => {
  if (vehicle === undefined) return reject({ code: 'vehicle-not-found' });
  const changed = changedVehicle(vehicle, change);
  if (changed.to !== null && changed.to < changed.from) return reject({ code: 'range-reversed', field: 'endOn' });
  if (changed.plate === vehicle.plate && changed.to === vehicle.to) return accept();
  const there = plateThere(changed, standing);
  if (there) return reject(there);
  const { plate: _, ...body } = changed;
  return accept({ type: 'vehicle.changed', effectiveDate: today, body });
};

/** The car as it is after the change. */
export const changedVehicle = (vehicle: KeptVehicle, { plate, endOn }: VehicleChange): KeptVehicle => ({
  ...vehicle,
  plate: plate ?? vehicle.plate,
  to: endOn === undefined ? vehicle.to : endOn,
});
