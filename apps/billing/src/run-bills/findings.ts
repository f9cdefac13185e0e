import type { Money } from '@propledger/contracts';
import type { ComparedMoney, DayRange, NotComputed } from '@propledger/ledger-core';

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

/** What a run finds while it computes, beside what it raises. */
export interface Findings {
  /** Positions of charges that stand as they would be computed. */
  readonly standing: readonly number[];
  readonly differences: readonly Difference[];
  readonly daysWithoutPayer: readonly UnchargedDays[];
  readonly daysWithoutArea: readonly UnchargedDays[];
  /** Days of readings, and last days of pools, on which their standard is not in force. */
  readonly daysWithoutPrice: readonly UnchargedDays[];
  readonly poolsNotShared: readonly PoolNotShared[];
  readonly notComputed: readonly NotComputedDays[];
}

/** Days of which a formula, or a number of persons that is not there, lets nothing be said, or that come to more than a charge can. */
export interface NotComputedDays extends UnchargedDays, NotComputed {
  readonly lease?: string;
  readonly item?: string;
}

/** A pool of which nothing could be raised: nobody takes part, or nobody has a weight. */
export interface PoolNotShared {
  readonly pool: string;
  readonly amount: Money;
  readonly reason: 'nobody' | 'no-weight';
}
