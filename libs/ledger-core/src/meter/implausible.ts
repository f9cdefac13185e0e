import type { Decimal, Meter } from '@propledger/contracts';
import { daysIn } from '../day';
import {
  dividedBy,
  formatDecimal,
  minus,
  parseDecimal,
  plus,
  roundHalfUp,
  times,
  whole,
  ZERO,
  type Fraction,
} from '../decimal';
import { stepOf, type MeterRecord } from './usage';

const STEPS_COMPARED = 12;
const STEPS_NEEDED = 3;
const MOST_TIMES = 3n;

/** A use that somebody should look at before it is charged. */
export interface Implausible {
  readonly quantity: Decimal;
  /** What as many days usually come to, to the hundredth. */
  readonly usual: Decimal;
}

/**
 * Whether a meter's latest reading shows more than three times what it usually counts in as many days, by its twelve
 * readings before. Null: no, or there are not three of them yet.
 */
export const implausibleUse = (meter: Meter, records: readonly MeterRecord[]): Implausible | null => {
  const steps = records.flatMap((record) =>
    record.kind === 'read' ? (stepOf(meter, records, record.period) ?? []) : [],
  );
  const last = steps.at(-1);
  const before = steps.slice(0, -1).slice(-STEPS_COMPARED);
  if (!last || before.length < STEPS_NEEDED) return null;
  const days = before.reduce((sum, step) => sum + daysIn(step), 0);
  const used = before.reduce<Fraction>((sum, { quantity }) => plus(sum, parseDecimal(quantity)), ZERO);
  const usual = dividedBy(times(used, whole(BigInt(daysIn(last)))), BigInt(days));
  const above = minus(parseDecimal(last.quantity), times(usual, whole(MOST_TIMES)));
  if (above.numerator <= 0n) return null;
  const hundredths = roundHalfUp(times(usual, whole(100n)), 1n);
  return { quantity: last.quantity, usual: formatDecimal({ numerator: hundredths, denominator: 100n }) };
};
