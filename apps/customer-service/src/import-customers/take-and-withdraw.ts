import type { Day, Lease } from '@propledger/contracts';
import {
  accept,
  SINCE_EVER,
  type Customer,
  type CustomersDecision,
  type CustomersFact,
  type NewOccupancy,
  type NewVehicle,
} from '../archive/facts';
import { occupancyAt, vehicleAt } from '../archive/occupancy-rules';

export interface StagedRows {
  readonly customers: readonly Customer[];
  readonly occupancies: readonly NewOccupancy[];
  readonly leases: readonly Lease[];
  /** 月租. */
  readonly lets: readonly NewOccupancy[];
  readonly vehicles: readonly NewVehicle[];
}
export interface Imported {
  readonly customers: readonly string[];
  readonly occupancies: readonly string[];
  readonly leases: readonly string[];
  readonly vehicles: readonly string[];
}

/** Rows of an import that was decided upon. Its check has made sure of them, and nothing else could be written since. */
export const takeStaged = (rows: StagedRows | undefined, position: number): CustomersDecision => {
  const { customers = [], occupancies = [], leases = [], lets = [], vehicles = [] } = rows ?? {};
  const registered = (first: number, some: readonly NewOccupancy[]): CustomersFact[] =>
    some.map((occupancy, index) => ({
      type: 'occupancy.registered',
      effectiveDate: occupancy.from,
      body: { occupancy: occupancyAt(position + first + index), ...occupancy },
    }));
  return accept(
    ...customers.map(({ customer, kind }): CustomersFact => ({
      type: 'customer.registered',
      effectiveDate: SINCE_EVER,
      body: { customer, kind },
    })),
    ...registered(customers.length, occupancies),
    ...leases.map((lease): CustomersFact => ({ type: 'lease.signed', effectiveDate: lease.from, body: lease })),
    ...registered(customers.length + occupancies.length + leases.length, lets),
    ...vehicles.map(({ resource, customer, from, to }, index): CustomersFact => {
      const before = customers.length + occupancies.length + leases.length + lets.length;
      const vehicle = vehicleAt(position + before + index);
      return { type: 'vehicle.registered', effectiveDate: from, body: { vehicle, resource, customer, from, to } };
    }),
  );
};

/** Cars, leases and occupancies go before their customers. */
export const withdrawImported = (imported: Imported | undefined, today: Day): CustomersDecision =>
  accept(
    ...(imported?.vehicles ?? []).map((vehicle): CustomersFact => ({
      type: 'vehicle.withdrawn',
      effectiveDate: today,
      body: { vehicle },
    })),
    ...(imported?.leases ?? []).map((lease): CustomersFact => ({
      type: 'lease.withdrawn',
      effectiveDate: today,
      body: { lease },
    })),
    ...(imported?.occupancies ?? []).map((occupancy): CustomersFact => ({
      type: 'occupancy.withdrawn',
      effectiveDate: today,
      body: { occupancy },
    })),
    ...(imported?.customers ?? []).map((customer): CustomersFact => ({
      type: 'customer.withdrawn',
      effectiveDate: today,
      body: { customer },
    })),
  );
