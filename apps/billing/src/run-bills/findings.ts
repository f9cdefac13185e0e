import type { Decimal, Money, ReadingReview } from '@propledger/contracts';
import type { ComparedMoney, DayRange, NotComputed, TooHigh } from '@propledger/ledger-core';

/** Days of a binding on which nothing could be charged. */
export interface UnchargedDays extends DayRange {
  readonly resource: string;
  readonly standard: string;
}

/** What stands otherwise than it would be computed now: nothing is raised for the binding. */
export interface Difference {
  readonly binding: string;
  readonly resource: string;
  /** Of a lease: empty. */
  readonly standard: string;
  readonly lease?: string;
  readonly item?: string;
  readonly standing: readonly ComparedMoney[];
  readonly computed: readonly ComparedMoney[];
}

/** 空置 days that are charged by a rate. */
export interface VacantDaysOf extends UnchargedDays {
  readonly percent: Decimal;
}

/** What a run finds while it computes, beside what it raises. */
export interface Findings {
  /** Positions of charges that stand as they would be computed. */
  readonly standing: readonly number[];
  readonly differences: readonly Difference[];
  readonly daysWithoutPayer: readonly UnchargedDays[];
  readonly daysWithoutArea: readonly UnchargedDays[];
  /** Days of readings, and last days of pools, on which their standard is not in force; days of 月租 whose price no standard takes (then empty). */
  readonly daysWithoutPrice: readonly UnchargedDays[];
  readonly poolsNotShared: readonly PoolNotShared[];
  readonly notComputed: readonly NotComputedDays[];
  readonly meters: readonly MeterFinding[];
  readonly vacantDays: readonly VacantDaysOf[];
}

/**
 * A meter that somebody should look at. unread: nothing is charged for the period. held: its use is implausible, and is charged
 * once it is confirmed or corrected. gap: charged, for longer than a period. too-high: its reading has shown that what was estimated
 * before was too much; what was charged of that is corrected.
 */
export interface MeterFinding extends UnchargedDays {
  readonly meter: string;
  readonly reason: 'unread' | 'held' | 'gap' | 'too-high';
  /** Of held: why. */
  readonly review?: ReadingReview;
  /** Of too-high: the estimate, and up to where it counts. */
  readonly tooHigh?: TooHigh;
}

/** Days of which a formula, or a number of persons that is not there, lets nothing be said, or that come to more than a charge can. */
export interface NotComputedDays extends UnchargedDays, NotComputed {
  readonly lease?: string;
  readonly item?: string;
}

/**
 * A pool of which nothing could be raised. nobody: takes part, or pays; no-weight: of anybody; no-coefficient: of a resource or its floor;
 * not-whole: per cents that make no hundred. unread: one of its meters; held: a use that it comes from or is shared by; no-use; below-zero:
 * the meters below counted more; overflow: more than an amount can be.
 */
export interface PoolNotShared {
  readonly pool: string;
  /** Null: not known, of a pool with meters. */
  readonly amount: Money | null;
  readonly reason: PoolReason;
}
export const POOL_REASONS = [
  ...(['nobody', 'no-weight', 'no-coefficient', 'not-whole'] as const),
  ...(['unread', 'held', 'no-use', 'below-zero', 'overflow'] as const),
] as const;
export type PoolReason = (typeof POOL_REASONS)[number];
