import { compareDays } from '../day';
import { compareText } from '../text';
import { openOf, type ChargeState, type Reading } from './state';

type Ordered = Pick<ChargeState, 'dueOn' | 'from' | 'priority' | 'resource' | 'item' | 'to' | 'position'>;

/** The order in which charges are settled: due date, start, priority, resource, item, end, the order raised. */
export const compareForSettlement = (one: Ordered, other: Ordered): number =>
  compareDays(one.dueOn, other.dueOn) ||
  compareDays(one.from, other.from) ||
  one.priority - other.priority ||
  compareText(one.resource, other.resource) ||
  compareText(one.item, other.item) ||
  compareDays(one.to, other.to) ||
  one.position - other.position;

/** Those of the charges that have something open, in settlement order. */
export const inSettlementOrder = (charges: readonly Reading<ChargeState>[]): Reading<ChargeState>[] =>
  charges.filter((charge) => openOf(charge) > 0n).sort(compareForSettlement);
