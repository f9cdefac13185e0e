import type {
  CustomerKind,
  CustomerTold,
  CustomersEvent,
  Day,
  Decimal,
  Lease,
  LeaseChange,
  Money,
  Occupancy,
  Period,
  RecordedEvent,
  Vehicle,
} from '@propledger/contracts';
import type { LeaseFault } from '@propledger/ledger-core';
import type { ImportCommand } from '@propledger/service-kit';

/** Type and body of every customers event, as a decider makes them, and the day from which it counts. */
export type CustomersFact = CustomersEvent extends infer E
  ? E extends RecordedEvent<infer Type, infer Body>
    ? { readonly type: Type; readonly effectiveDate: Day; readonly body: Body }
    : never
  : never;

/** A customer as the archive has him. All but code, kind and groups is personal data: it stays here, and out of events and logs. */
export interface Customer {
  readonly customer: string;
  readonly kind: CustomerKind;
  readonly name: string;
  readonly idType: string | null;
  readonly idNumber: string | null;
  readonly phone: string | null;
  readonly address: string | null;
  /** 客户分组, in order, each once. */
  readonly groups: readonly string[];
}

/** What events say of a customer. */
export const toldOf = ({ customer, kind, groups }: Customer): CustomerTold => ({
  customer,
  kind,
  ...(groups.length === 0 ? {} : { groups }),
});

export type CustomerChange = Partial<Omit<Customer, 'customer'>>;
export type NewOccupancy = Omit<Occupancy, 'occupancy'>;

/** A car as the archive has it. The plate is personal data: it stays here, and out of events and logs. */
export interface KeptVehicle extends Vehicle {
  /** 车牌, in its plain form. */
  readonly plate: string;
}
export type NewVehicle = Omit<KeptVehicle, 'vehicle'>;
export interface VehicleChange {
  readonly plate?: string;
  readonly endOn?: Day | null;
}

/** What is known of the project, the resource and the customer that an occupancy or a car names. */
export interface Named {
  readonly project: boolean;
  readonly resource: boolean;
  readonly customer: boolean;
}

/** Why nothing happens. Each has its status in problem.ts. */
export type CustomersRejection =
  | { readonly code: 'project-not-found' }
  | { readonly code: 'customer-exists'; readonly customer: string }
  | { readonly code: 'customer-not-found' }
  | { readonly code: 'occupancy-not-found' }
  | { readonly code: 'vehicle-not-found' }
  /** The plate, by `vehicle`, is at the resource on some of these days already. */
  | { readonly code: 'vehicle-overlap'; readonly vehicle: string }
  | { readonly code: 'resource-unknown'; readonly resource: string }
  | { readonly code: 'customer-unknown'; readonly customer: string }
  | { readonly code: 'range-reversed'; readonly field: 'to' | 'endOn' }
  /** Another payer of the resource, `occupancy`, has some of these days. */
  | { readonly code: 'payer-overlap'; readonly occupancy: string }
  /** Somebody else, by `occupancy`, has the resource by 月租 on some of these days. */
  | { readonly code: 'let-overlap'; readonly occupancy: string }
  /** The same customer has the resource by the same relation, as `occupancy`, on some of these days. */
  | { readonly code: 'occupancy-overlap'; readonly occupancy: string }
  /** Who has a resource by 月租 is charged for it. */
  | { readonly code: 'let-always-pays' }
  /** 月租价 of what is not let by the month. */
  | { readonly code: 'price-without-let' }
  /** The day lies before the occupancy begins or after it ends. */
  | { readonly code: 'outside-occupancy' }
  | { readonly code: 'lease-exists'; readonly lease: string }
  | { readonly code: 'lease-not-found' }
  | { readonly code: 'lease-unsound'; readonly fault: LeaseFault }
  /** Another lease has the resource on some of these days. */
  | { readonly code: 'resource-let'; readonly resource: string; readonly lease: string }
  | { readonly code: 'too-many-changes' }
  | { readonly code: 'no-turnover-rent' }
  | { readonly code: 'draft-not-found' }
  | { readonly code: 'draft-decided' }
  | { readonly code: 'approver-is-requester' };

/** What a decider says: the facts to record, or the one reason why nothing happens. */
export type CustomersDecision =
  | { readonly accepted: true; readonly facts: readonly CustomersFact[] }
  | { readonly accepted: false; readonly rejection: CustomersRejection };

export const accept = (...facts: readonly CustomersFact[]): CustomersDecision => ({ accepted: true, facts });
export const reject = (rejection: CustomersRejection): CustomersDecision => ({ accepted: false, rejection });

/** A customer is known since ever: what he owes may be older than this system. */
export const SINCE_EVER: Day = '1900-01-01';

/** What customer-service is asked to do, in the book of a project. `today` is the day there. */
export type CustomersCommand =
  | { readonly type: 'RegisterCustomer'; readonly customer: Customer }
  | { readonly type: 'ChangeCustomer'; readonly customer: string; readonly change: CustomerChange; readonly today: Day }
  | { readonly type: 'RegisterOccupancy'; readonly occupancy: NewOccupancy }
  | { readonly type: 'EndOccupancy'; readonly occupancy: string; readonly endOn: Day | null }
  /** 月租价 from a day on; null: none is agreed any more. */
  | {
      readonly type: 'ChangeLetPrice';
      readonly occupancy: string;
      readonly price: Decimal | null;
      readonly effectiveOn: Day;
    }
  | { readonly type: 'ChangePayer'; readonly occupancy: string; readonly payer: boolean; readonly effectiveOn: Day }
  | { readonly type: 'RegisterVehicle'; readonly vehicle: NewVehicle }
  | { readonly type: 'ChangeVehicle'; readonly vehicle: string; readonly change: VehicleChange; readonly today: Day }
  | ImportCommand
  | { readonly type: 'SignLease'; readonly lease: Lease }
  | { readonly type: 'ChangeLease'; readonly lease: string; readonly change: LeaseChange }
  /** Keeps the change until a second person approves it. `draft`: its id. */
  | { readonly type: 'DraftChange'; readonly draft: string; readonly lease: string; readonly change: LeaseChange }
  | { readonly type: 'DecideDraft'; readonly draft: string; readonly approve: boolean }
  | {
      readonly type: 'ReportTurnover';
      readonly lease: string;
      readonly period: Period;
      readonly turnover: Money;
      readonly today: Day;
    };
