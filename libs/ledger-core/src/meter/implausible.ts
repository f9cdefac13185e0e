import type { Decimal, Meter, ReadingReview } from '@propledger/contracts';
import { daysIn, type DayRange } from '../day';
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
import { isEstimate, stepOf, type MeterRecord } from './usage';

const SPANS_COMPARED = 12;
const SPANS_NEEDED = 3;
const MOST_TIMES = 3n;
const DAYS_OF_MAXIMUM = 30n;

/** What a meter counted between two readings that somebody took: what was estimated between them, or is held, makes no difference. */
interface Span extends DayRange {
  readonly quantity: Fraction;
}

const isHeld = (record: MeterRecord): boolean => record.kind === 'read' && record.review !== undefined;

const spansOf = (meter: Meter, records: readonly MeterRecord[]): Span[] => {
  const spans: Span[] = [];
  let open: Pick<Span, 'from' | 'quantity'>[] = [];
  for (const record of records) {
    const step = record.kind === 'read' ? stepOf(meter, records, record.period) : null;
    if (step === null) continue;
    open.push({ from: step.from, quantity: parseDecimal(step.quantity) });
    if (isEstimate(record) || isHeld(record)) continue;
    const quantity = open.reduce((sum, part) => plus(sum, part.quantity), ZERO);
    spans.push({ from: open[0]?.from ?? step.from, to: step.to, quantity });
    open = [];
  }
  return spans;
};

/** What spans come to in so many days; null: there are none. */
const usualOf = (spans: readonly Span[], days: number): Fraction | null => {
  if (spans.length === 0) return null;
  const all = spans.reduce((sum, span) => sum + daysIn(span), 0);
  const used = spans.reduce<Fraction>((sum, { quantity }) => plus(sum, quantity), ZERO);
  return dividedBy(times(used, whole(BigInt(days))), BigInt(all));
};

/** What a meter usually counts in so many days, by its latest readings that somebody took; null: there are none. */
export const usualUse = (
  meter: Meter,
  records: readonly MeterRecord[],
  { readings, days }: { readonly readings: number; readonly days: number },
): { readonly use: Fraction; readonly readings: number } | null => {
  const spans = spansOf(meter, records).slice(-readings);
  const use = usualOf(spans, days);
  return use === null ? null : { use, readings: spans.length };
};

/**
 * Whether a meter's latest reading shows more than somebody should look at before it is charged: more than three times what it usually
 * counts in as many days, by its twelve readings before (`usual`); or more than its 月最大用量, of thirty days. The maximum comes first.
 * Null: no; of the usual also when there are not three of them yet.
 */
export const implausibleUse = (
  meter: Meter,
  records: readonly MeterRecord[],
  { usual: comparesUsual }: { readonly usual: boolean } = { usual: true },
): ReadingReview | null => {
  if (meter.maximum === undefined && !comparesUsual) return null;
  const spans = spansOf(meter, records);
  const last = spans.at(-1);
  if (last === undefined) return null;
  const days = daysIn(last);
  const tooMuch = aboveMaximum(meter, last);
  if (tooMuch !== null) return tooMuch;
  const before = spans.slice(0, -1).slice(-SPANS_COMPARED);
  if (!comparesUsual || before.length < SPANS_NEEDED) return null;
  const usual = usualOf(before, days) ?? ZERO;
  return isAbove(last.quantity, times(usual, whole(MOST_TIMES))) ? review('above-usual', last.quantity, usual) : null;
};

/** Whether a meter's latest record, an estimate, says more than its 月最大用量; null: no, or it has none. */
export const estimateAboveMaximum = (meter: Meter, records: readonly MeterRecord[]): ReadingReview | null => {
  const last = records.at(-1);
  const step = last?.kind === 'read' ? stepOf(meter, records, last.period) : null;
  return step === null ? null : aboveMaximum(meter, { ...step, quantity: parseDecimal(step.quantity) });
};

const aboveMaximum = ({ maximum }: Meter, span: Span): ReadingReview | null => {
  if (maximum === undefined) return null;
  const most = dividedBy(times(parseDecimal(maximum), whole(BigInt(daysIn(span)))), DAYS_OF_MAXIMUM);
  return isAbove(span.quantity, most) ? review('above-maximum', span.quantity, most) : null;
};

const isAbove = (one: Fraction, other: Fraction): boolean => minus(one, other).numerator > 0n;

const review = (reason: ReadingReview['reason'], quantity: Fraction, expected: Fraction): ReadingReview => ({
  reason,
  quantity: formatDecimal(quantity),
  expected: toHundredths(expected),
});

/** Half up. */
export const toHundredths = (exact: Fraction): Decimal =>
  formatDecimal({ numerator: roundHalfUp(times(exact, whole(100n)), 1n), denominator: 100n });
