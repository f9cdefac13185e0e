import type { Day, Decimal, RecordedEvent } from './event';
import type { Lease, LeaseChanged, TurnoverReported } from './lease';

export const CUSTOMER_KINDS = ['个人', '单位', '开发商'] as const;
/** @extensible */
export type CustomerKind = (typeof CUSTOMER_KINDS)[number];
/** The last, 月租, is let by the month without a lease, as parking spaces are. */
export const RELATIONS = ['业主', '租户', '开发商', '月租'] as const;
/** @extensible */
export type Relation = (typeof RELATIONS)[number];
/** What the sheet 入住关系 lists: 月租 has one of its own. */
export const HELD_RELATIONS = ['业主', '租户', '开发商'] as const;

/** 入住关系: who owns, rents or holds a resource from when to when. Both ends inclusive; null: open. */
export interface Occupancy {
  /** Unique in the book; given by customer-service. */
  readonly occupancy: string;
  readonly resource: string;
  readonly customer: string;
  readonly relation: Relation;
  readonly from: Day;
  readonly to: Day | null;
  /**
   * 付费人: whether this customer is charged for the resource on these days. One payer a resource and day; but whoever has it by
   * 月租 pays on his days whatever is charged, before any other payer. No two have it by 月租 on one day.
   */
  readonly payer: boolean;
  /** 月租价, agreed with who has it by 月租: yuan a month, in place of a fixed price that may be agreed. Absent: none was. */
  readonly price?: Decimal | undefined;
}

/** 车辆: a car that a customer keeps at a resource from when to when. Its plate 车牌 stays in customer-service's archive. Null: open. */
export interface Vehicle {
  /** Unique in the book; given by customer-service. */
  readonly vehicle: string;
  /** The parking space; the room, of who has none of his own. */
  readonly resource: string;
  readonly customer: string;
  readonly from: Day;
  readonly to: Day | null;
}

/** What others are told of a customer: nothing personal. */
export interface CustomerTold {
  readonly customer: string;
  readonly kind: CustomerKind;
  /** 客户分组, by the group's own codes: who has which discounts. Absent: none. */
  readonly groups?: readonly string[] | undefined;
}

/** Names, identity numbers, phones, addresses and plates stay in customer-service's archive. Events carry codes. */
export type CustomersEvent =
  | RecordedEvent<'customer.registered', CustomerTold>
  /** Something in the archive changed; what is told is as it is now. */
  | RecordedEvent<'customer.changed', CustomerTold>
  | RecordedEvent<'customer.withdrawn', { readonly customer: string }>
  | RecordedEvent<'occupancy.registered', Occupancy>
  /** The whole occupancy as it is now: an end set, a payer changed by ending one and registering the next. */
  | RecordedEvent<'occupancy.changed', Occupancy>
  | RecordedEvent<'occupancy.withdrawn', { readonly occupancy: string }>
  | RecordedEvent<'vehicle.registered', Vehicle>
  /** The whole as it is now: an end set, or something in the archive changed. */
  | RecordedEvent<'vehicle.changed', Vehicle>
  | RecordedEvent<'vehicle.withdrawn', { readonly vehicle: string }>
  | RecordedEvent<'lease.signed', Lease>
  | RecordedEvent<'lease.changed', LeaseChanged>
  /** 续租: a change that has a later last day. */
  | RecordedEvent<'lease.renewed', LeaseChanged>
  /** 退租: a change that has an earlier last day; in force from the day after it. */
  | RecordedEvent<'lease.ended', LeaseChanged>
  | RecordedEvent<'lease.turnover-reported', TurnoverReported>
  /** It is as if it had not been signed: its import was undone, and nothing was built on it. */
  | RecordedEvent<'lease.withdrawn', { readonly lease: string }>;
