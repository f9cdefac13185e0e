import type { Binding, Day, Decimal, Period } from '@propledger/contracts';
import type { DayRange } from '../day';
import type { EvaluationFault } from '../formula/evaluate';
import type { PricedStandard } from '../item/item-terms';

/** Days from when to when; null: without end. */
export interface Spell {
  readonly from: Day;
  readonly to: Day | null;
}

/** The areas of a resource from when to when; null: none, as of a parking space without one. */
export interface AreaInForce {
  readonly from: Day;
  readonly to: Day | null;
  /** 计费面积. */
  readonly area: Decimal | null;
  /** 建筑面积; absent: not known. */
  readonly gross?: Decimal | null;
  /** 套内面积; absent: not known. */
  readonly inside?: Decimal | null;
  /** 楼层, as it is written; absent: not known. */
  readonly floor?: string | null;
  /** 所属房间 of a space; absent: not known. */
  readonly room?: string | null;
}

/** Who pays from when to when. No two on one day. */
export interface PayerInForce {
  readonly from: Day;
  readonly to: Day | null;
  readonly customer: string;
  /** 月租价: what he agreed to pay a month, where a fixed price may be agreed. */
  readonly price?: Decimal | undefined;
}

/** What the charges of one binding for one month depend on. Histories may be in any order; none overlaps itself. */
export interface MonthInputs {
  readonly standard: PricedStandard;
  readonly binding: Pick<Binding, 'from' | 'to' | 'persons' | 'prices'>;
  readonly areas: readonly AreaInForce[];
  readonly payers: readonly PayerInForce[];
  readonly period: Period;
  /** 空置申报 of the resource; absent: none. */
  readonly vacant?: readonly Spell[] | undefined;
  /** The days that the binding goes on from and into without a gap, by others of the resource to the standard; absent: its own. */
  readonly service?: Spell | undefined;
}

/**
 * Why nothing is charged for some days: a binding without persons, a resource without 交付日期, an item that is a deposit, or a formula. `name` is the variable that has no value, `at` the
 * place in the formula.
 */
export interface NotComputed extends DayRange {
  readonly reason: 'no-persons' | 'no-handover' | 'deposit-item' | EvaluationFault['code'];
  readonly name: string | null;
  readonly at: number | null;
}
