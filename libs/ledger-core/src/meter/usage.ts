import type {
  ChargeBasis,
  Day,
  Decimal,
  Meter,
  MeterRead,
  MeterReplaced,
  Period,
  Tier,
  UsageBasis,
} from '@propledger/contracts';
import { addDays } from '../day';
import { formatDecimal, minus, parseDecimal, plus, times, whole, ZERO, type Fraction } from '../decimal';
import type { Fen } from '../money';
import { asAgreed, roundTo } from '../tariff/agreed';

/** A reading or a replacement where it stands in its book. */
export type MeterRecord = { readonly position: number } & (
  | ({ readonly kind: 'read' } & Omit<MeterRead, 'meter'>)
  | ({ readonly kind: 'replaced' } & Omit<MeterReplaced, 'meter'>)
);

/** What the dial showed last, and by how much it counts from there. */
export interface DialAt {
  readonly on: Day;
  readonly reading: Decimal;
  readonly multiplier: Decimal;
}

/** What a meter counted from one reading to the next. */
export interface UsageStep {
  /** The position of the reading that ends it. */
  readonly record: number;
  /** The day after the reading before. */
  readonly from: Day;
  /** The day of the reading. */
  readonly to: Day;
  readonly steps: UsageBasis['steps'];
  readonly quantity: Decimal;
}

/** In order of days; on one day a replacement comes before the reading: it belongs to the step that ends there. */
export const compareRecords = (one: MeterRecord, other: MeterRecord): number =>
  one.on !== other.on ? (one.on < other.on ? -1 : 1) : rank(one) - rank(other) || one.position - other.position;
const rank = ({ kind }: MeterRecord): number => (kind === 'replaced' ? 0 : 1);

/** Where the dial is after a meter's records, which are in order. */
export const dialAfter = ({ from, reading, multiplier }: Meter, records: readonly MeterRecord[]): DialAt =>
  records.reduce<DialAt>(
    (dial, record) =>
      record.kind === 'replaced'
        ? { on: record.on, reading: record.newReading, multiplier: record.newMultiplier }
        : { on: record.on, reading: record.reading, multiplier: dial.multiplier },
    { on: from, reading, multiplier },
  );

/** Whether the dial would have gone back: less than before, and no end that it can have passed once. */
export const isBackwards = ({ range }: Meter, before: Decimal, now: Decimal): boolean =>
  below(now, before) && (range === null || below(parseSum(now, range), before));

/**
 * The step that ends with the reading of a period; null when there is none. The records are in order. A replacement splits
 * it: the old meter up to what it last showed, then the new one from what it began with.
 */
export const stepOf = (meter: Meter, records: readonly MeterRecord[], period: Period): UsageStep | null => {
  const end = records.findIndex((record) => record.kind === 'read' && record.period === period);
  const reading = records[end];
  if (reading?.kind !== 'read') return null;
  const begin = records.slice(0, end).findLastIndex(({ kind }) => kind === 'read') + 1;
  const before = dialAfter(meter, records.slice(0, begin));
  const steps: UsageBasis['steps'][number][] = [];
  let dial = before;
  for (const record of records.slice(begin, end)) {
    if (record.kind !== 'replaced') continue;
    steps.push(counted(meter, dial, record.oldReading));
    dial = { on: record.on, reading: record.newReading, multiplier: record.newMultiplier };
  }
  steps.push(counted(meter, dial, reading.reading));
  return {
    record: reading.position,
    from: addDays(startOf(meter, records, begin), 1),
    to: reading.on,
    steps,
    quantity: formatDecimal(steps.map(quantityOf).reduce(plus, ZERO)),
  };
};

/** The day of the reading before, or of the beginning: replacements do not begin a step. */
const startOf = (meter: Meter, records: readonly MeterRecord[], begin: number): Day =>
  begin === 0 ? meter.from : (records[begin - 1]?.on ?? meter.from);

const counted = (
  { range }: Meter,
  { reading: from, multiplier }: DialAt,
  to: Decimal,
): UsageBasis['steps'][number] => ({
  from,
  to,
  added: below(to, from) ? range : null,
  multiplier,
});

const quantityOf = ({ from, to, added, multiplier }: UsageBasis['steps'][number]): Fraction => {
  const shown = minus(parseDecimal(to), parseDecimal(from));
  return times(added === null ? shown : plus(shown, parseDecimal(added)), parseDecimal(multiplier));
};

/** The usage of steps in turn. @throws RangeError when a decimal has another form */
export const usageOf = (steps: UsageBasis['steps']): Decimal => formatDecimal(steps.map(quantityOf).reduce(plus, ZERO));

const below = (one: Decimal, other: Decimal): boolean => minus(parseDecimal(one), parseDecimal(other)).numerator < 0n;
const parseSum = (one: Decimal, other: Decimal): Decimal => formatDecimal(plus(parseDecimal(one), parseDecimal(other)));

/**
 * Cuts a quantity at the tiers, which are in order: each price holds for what lies above its `above`, up to the next one.
 * What lies below the first costs nothing.
 */
export const inTiers = (quantity: Decimal, tiers: readonly Tier[]): UsageBasis['parts'] => {
  const all = tiers[0] === undefined || below('0', tiers[0].above) ? [{ above: '0', price: '0' }, ...tiers] : tiers;
  return all.flatMap(({ above, price }, index) => {
    const next = all[index + 1];
    const upTo = next !== undefined && below(next.above, quantity) ? next.above : quantity;
    const part = minus(parseDecimal(upTo), parseDecimal(above));
    return part.numerator > 0n ? [{ quantity: formatDecimal(part), price }] : [];
  });
};

/** What the parts of a usage cost, in fen, exactly. */
export const exactUsage = (parts: UsageBasis['parts']): Fraction =>
  times(
    parts.map(({ quantity, price }) => times(parseDecimal(quantity), parseDecimal(price))).reduce(plus, ZERO),
    whole(100n),
  );

/** The amount of a usage charge from its basis alone. @throws RangeError when the basis is malformed */
export const usageAmount = (basis: ChargeBasis): Fen | null => {
  const { usage, rounding, roundingMode } = basis;
  if (usage === undefined || rounding === undefined) return null;
  return roundTo(asAgreed(exactUsage(usage.parts), basis), rounding, roundingMode);
};
