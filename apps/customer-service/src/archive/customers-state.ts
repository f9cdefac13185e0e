import type { Money, Occupancy, Period } from '@propledger/contracts';
import type { Imported, StagedRows } from '../import-customers/take-and-withdraw';
import type { Customer, CustomersFact, KeptVehicle } from './facts';
import { recordAfter, type LeaseDraft, type LeaseRecord } from './lease-record';

/** A code of a project's book as one key. Codes hold no line breaks. */
export const keyOf = (project: string, code: string): string => `${project}\n${code}`;

/** A row of a project's book. */
export interface In<Row> {
  readonly project: string;
  readonly row: Row;
}

/** The part of the archive that a batch of commands needs, with what the batch itself decided folded in. */
export class CustomersState {
  readonly projects = new Set<string>();
  readonly resources = new Set<string>();
  readonly customers = new Map<string, In<Customer>>();
  /** All occupancies of the resources that the batch is about. */
  readonly occupancies = new Map<string, In<Occupancy>>();
  /** All cars of the resources that the batch is about. */
  readonly vehicles = new Map<string, In<KeptVehicle>>();
  /** Rows that imports add, and codes that an undo withdraws, by command id. */
  readonly staged = new Map<string, StagedRows>();
  readonly imported = new Map<string, Imported>();
  /** Those that are named, and all others of their resources. */
  readonly leases = new Map<string, In<LeaseRecord>>();
  /** By id. */
  readonly drafts = new Map<string, In<LeaseDraft>>();
  /** By lease and period. */
  readonly turnovers = new Map<string, In<{ lease: string; period: Period; turnover: Money }>>();

  /** What changed, by key: written as it stands in the end, or deleted when it stands no more. */
  readonly changedCustomers = new Map<string, In<string>>();
  readonly changedOccupancies = new Map<string, In<string>>();
  readonly changedVehicles = new Map<string, In<string>>();
  readonly changedLeases = new Map<string, In<string>>();
  readonly changedDrafts = new Set<string>();
  readonly changedTurnovers = new Set<string>();

  customerOf(project: string, customer: string): Customer | undefined {
    return this.customers.get(keyOf(project, customer))?.row;
  }

  occupancyOf(project: string, occupancy: string): Occupancy | undefined {
    return this.occupancies.get(keyOf(project, occupancy))?.row;
  }

  occupanciesOf(project: string, resource: string): Occupancy[] {
    return [...this.occupancies.values()]
      .filter((one) => one.project === project && one.row.resource === resource)
      .map(({ row }) => row);
  }

  vehicleOf(project: string, vehicle: string): KeptVehicle | undefined {
    return this.vehicles.get(keyOf(project, vehicle))?.row;
  }

  vehiclesOf(project: string, resource: string): KeptVehicle[] {
    return [...this.vehicles.values()]
      .filter((one) => one.project === project && one.row.resource === resource)
      .map(({ row }) => row);
  }

  leaseOf(project: string, lease: string): LeaseRecord | undefined {
    return this.leases.get(keyOf(project, lease))?.row;
  }

  draftOf(project: string, draft: string): LeaseDraft | undefined {
    const found = this.drafts.get(draft);
    return found?.project === project ? found.row : undefined;
  }

  setDraft(project: string, row: LeaseDraft): void {
    this.drafts.set(row.draft, { project, row });
    this.changedDrafts.add(row.draft);
  }

  /** The archive's side of a customer's registration or change, which the event does not carry. */
  setCustomer(project: string, row: Customer): void {
    const key = keyOf(project, row.customer);
    this.customers.set(key, { project, row });
    this.changedCustomers.set(key, { project, row: row.customer });
  }

  /** The archive's side of a car's registration or change. */
  setVehicle(project: string, row: KeptVehicle): void {
    const key = keyOf(project, row.vehicle);
    this.vehicles.set(key, { project, row });
    this.changedVehicles.set(key, { project, row: row.vehicle });
  }

  /** @param position of the fact's event */
  fold(project: string, fact: CustomersFact, position: number): void {
    switch (fact.type) {
      case 'occupancy.registered':
      case 'occupancy.changed': {
        const key = keyOf(project, fact.body.occupancy);
        this.occupancies.set(key, { project, row: fact.body });
        this.changedOccupancies.set(key, { project, row: fact.body.occupancy });
        return;
      }
      case 'occupancy.withdrawn': {
        const key = keyOf(project, fact.body.occupancy);
        this.occupancies.delete(key);
        this.changedOccupancies.set(key, { project, row: fact.body.occupancy });
        return;
      }
      case 'customer.withdrawn': {
        const key = keyOf(project, fact.body.customer);
        this.customers.delete(key);
        this.changedCustomers.set(key, { project, row: fact.body.customer });
        return;
      }
      case 'vehicle.withdrawn': {
        const key = keyOf(project, fact.body.vehicle);
        this.vehicles.delete(key);
        this.changedVehicles.set(key, { project, row: fact.body.vehicle });
        return;
      }
      case 'lease.signed':
      case 'lease.changed':
      case 'lease.renewed':
      case 'lease.ended': {
        const key = keyOf(project, fact.body.lease);
        this.leases.set(key, { project, row: recordAfter(this.leases.get(key)?.row, fact, position) });
        this.changedLeases.set(key, { project, row: fact.body.lease });
        return;
      }
      case 'lease.withdrawn': {
        const key = keyOf(project, fact.body.lease);
        this.leases.delete(key);
        this.changedLeases.set(key, { project, row: fact.body.lease });
        return;
      }
      case 'lease.turnover-reported': {
        const key = keyOf(keyOf(project, fact.body.lease), fact.body.period);
        this.turnovers.set(key, { project, row: fact.body });
        this.changedTurnovers.add(key);
        return;
      }
      case 'customer.registered':
      case 'customer.changed':
      case 'vehicle.registered':
      case 'vehicle.changed':
        return;
      default:
        throw new Error(`no fold for ${JSON.stringify(fact satisfies never)}`);
    }
  }
}
