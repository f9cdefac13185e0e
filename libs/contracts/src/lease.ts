import type { Rounding } from './charging';
import type { Day, Decimal, Money, Period } from './event';

/*
 * Leases 租赁合同, as customer-service's events carry them. Codes only: who the parties are stays in its archive.
 */

/** 合同角色. */
export const LEASE_ROLES = ['承租方', '共同承租方', '担保方'] as const;
/** @extensible */
export type LeaseRole = (typeof LEASE_ROLES)[number];

/** A party of a lease. One of them pays. */
export interface LeaseParty {
  readonly customer: string;
  readonly role: LeaseRole;
  readonly payer: boolean;
}

/** A resource that is let. */
export interface LeasedResource {
  readonly resource: string;
  /** 租赁面积 in m², as agreed: it need not be the resource's own. Null: none was agreed. */
  readonly area: Decimal | null;
}

/** 计价: yuan per month for all of an item's resources together; yuan per m² and month, or per m² and day, of each. */
export const LEASE_PRICINGS = ['每月', '每平方米每月', '每平方米每天'] as const;
/** @extensible */
export type LeasePricing = (typeof LEASE_PRICINGS)[number];

/** 递增方式: by per cent of the price before; by yuan; to a price. */
export const STEP_KINDS = ['百分比', '金额', '调至'] as const;
/** @extensible */
export type StepKind = (typeof STEP_KINDS)[number];

/** 租金递增. Either `on` a day, or each time that `everyMonths` have gone by since the item's `from`; the other is null. */
export interface LeaseStep {
  readonly on: Day | null;
  readonly everyMonths: number | null;
  readonly kind: StepKind;
  /** "5" is 5 % more, or 5 yuan more, or 5 yuan from then on. Less: negative. */
  readonly value: Decimal;
}

/** What is charged for a lease: the rent, or an extra such as a management fee. Named by item and resource. */
export interface LeaseItem {
  /** 收费项目. */
  readonly item: string;
  /** The one resource that it is for; null: all of the lease. */
  readonly resource: string | null;
  readonly pricing: LeasePricing;
  /** The price from `from` on, before any step. */
  readonly price: Decimal;
  /** Nothing is charged before it. Steps are counted from it. */
  readonly from: Day;
  /** A price that a step makes is rounded half up to so many decimals, each time: steps compound. */
  readonly decimals: number;
  /** Of two on one day, the first comes first. */
  readonly steps: readonly LeaseStep[];
  /** 免租期, both ends included. */
  readonly free: readonly { readonly from: Day; readonly to: Day }[];
  readonly priority: number;
}

/** 付款: in advance, for so many months at once, counted from the month in which the lease begins. */
export interface LeasePayment {
  readonly months: number;
  /** 应收日 in the first of them, 1 to 28. */
  readonly dueDay: number;
}

/** 押金条款: what is to be held. */
export interface LeaseDeposit {
  readonly item: string;
  readonly amount: Money;
}

/** 营业额租金 of a calendar month: what `percent` of the turnover comes to, above the minimum; or of what is above `threshold`. */
export interface LeaseTurnover {
  readonly item: string;
  /** "8" is 8 %. */
  readonly percent: Decimal;
  /** Null: what the share comes to above the month's `minimum`. */
  readonly threshold: Money | null;
  /** 保底: the item that is the minimum rent. */
  readonly minimum: string;
  readonly priority: number;
}

/** What a change order may change. The first day is not among it. */
export interface LeaseTerms {
  readonly parties: readonly LeaseParty[];
  /** The last day. */
  readonly to: Day;
  readonly resources: readonly LeasedResource[];
  readonly items: readonly LeaseItem[];
  readonly payment: LeasePayment;
  /** 取整 of a month's amounts: to the fen, to ten fen, to the yuan; half up. */
  readonly rounding: Rounding;
  readonly deposits: readonly LeaseDeposit[];
  /** Null: no turnover rent. */
  readonly turnover: LeaseTurnover | null;
}

/** 租赁合同 as it was signed. */
export interface Lease extends LeaseTerms {
  /** 合同编号, unique in the project. */
  readonly lease: string;
  readonly from: Day;
}

/**
 * 变更: what holds instead from a day on; absent: as before. Changes are in force in the order of their days, and of two for one
 * day in the order in which they were recorded: one that is entered late leaves what was agreed for later days in force. But
 * one with `to` puts an end to what had been recorded before it for days after the day after `to`.
 */
export interface LeaseChange {
  readonly effectiveOn: Day;
  readonly parties?: readonly LeaseParty[] | undefined;
  readonly to?: Day | undefined;
  readonly resources?: readonly LeasedResource[] | undefined;
  /** Each in place of the one with its item and resource, or beside the others. */
  readonly items?: readonly LeaseItem[] | undefined;
  /** Charged no longer. */
  readonly endedItems?: readonly { readonly item: string; readonly resource: string | null }[] | undefined;
  readonly payment?: LeasePayment | undefined;
  readonly deposits?: readonly LeaseDeposit[] | undefined;
  readonly turnover?: LeaseTurnover | null | undefined;
}

/** A change of a lease, recorded. Version 1 is the lease as signed. */
export interface LeaseChanged {
  readonly lease: string;
  readonly version: number;
  readonly change: LeaseChange;
  /** There when a second person has approved it: the operators' codes. */
  readonly approval?: { readonly requestedBy: string; readonly approvedBy: string } | undefined;
}

/** 营业额 of a month, as the tenant reported it. Of two for one month the later one holds. */
export interface TurnoverReported {
  readonly lease: string;
  readonly period: Period;
  readonly turnover: Money;
}

/** How rent came about: of each run of days price × area (or the share of it) × days, of the month or of itself. */
export interface RentBasis {
  readonly lease: string;
  readonly item: string;
  readonly terms: readonly {
    readonly from: Day;
    readonly to: Day;
    readonly days: number;
    readonly daysOfMonth: number;
    /** Of the lease: 1 is as signed, each change is one more. */
    readonly version: number;
    readonly pricing: LeasePricing;
    readonly price: Decimal;
    /** The day of the step that made the price; null: none. */
    readonly steppedOn: Day | null;
    readonly area: Decimal | null;
    /** The part of a price for several resources: `weight` ÷ `total`. Null: all of it. */
    readonly share: { readonly weight: Decimal; readonly total: Decimal } | null;
  }[];
}

/** How turnover rent came about: `percent` of `turnover` above `threshold`, less the `minimum`. */
export interface TurnoverBasis {
  readonly lease: string;
  readonly period: Period;
  readonly version: number;
  readonly turnover: Money;
  readonly percent: Decimal;
  readonly threshold: Money;
  readonly minimum: Money;
}
