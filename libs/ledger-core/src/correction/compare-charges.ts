import type { ChargeSubject } from '@propledger/contracts';
import { overlapOf, type DayRange } from '../day';
import type { ChargeDifference, NewCharge } from '../ledger/commands';
import { netOf, subjectKey, type ChargeState, type Reading } from '../ledger/state';
import { differencesOf } from './differences';

/** What is computed together, and so compared together: the days of a month, a cycle or a reading, for one binding. */
export interface ComparedUnit {
  readonly binding: string;
  /** Of usage and shares. */
  readonly subject?: ChargeSubject | undefined;
  readonly days: DayRange;
}

/**
 * The differences of a unit as CorrectCharges takes them.
 *
 * @param standing charges of the binding; those of other days or subjects, and reversed ones, are left out.
 * @param computed all charges of the unit as they would be raised now.
 */
export const compareCharges = (
  unit: ComparedUnit,
  standing: readonly Reading<ChargeState>[],
  computed: readonly NewCharge[],
): ChargeDifference[] => {
  const about = unit.subject === undefined ? null : subjectKey(unit.subject);
  const ofUnit = standing.filter(
    (charge) => charge.reversedBy === null && charge.subject === about && overlapOf(charge, unit.days) !== null,
  );
  const left = ofUnit.map((charge) => ({ ...charge, amount: netOf(charge) }));
  return differencesOf(left, computed).map((difference) => ({
    ...unit,
    customer: difference.customer,
    standing: difference.standing.map(({ position, amount }) => ({ charge: position, amount })),
    computed: difference.computed,
  }));
};
