import type {
  ChargeBasis,
  Day,
  Decimal,
  Loss,
  Meter,
  MeterRead,
  MeterReplaced,
  Period,
  ReadingReview,
  Tier,
  UsageBasis,
  UsageEstimate,
} from '@propledger/contracts';
import { addDays } from '../day';
import { formatDecimal, isLess, minus, parseDecimal, plus, times, whole, ZERO, type Fraction } from '../decimal';
import type { Fen } from '../money';
import { asAgreed, roundTo } from '../tariff/agreed';
import { withVacantDays } from '../tariff/vacancy';

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
  /** Of the meter itself on that day; absent: none of its own. */
  readonly loss?: Loss;
  readonly estimated?: UsageEstimate;
  /** The reading before was an estimate, and this one none. */
  readonly settles?: true;
  /** Not charged before somebody has looked at it. */
  readonly review?: ReadingReview;
}

/** A reading as it counts beside the later ones. */
type CountedRecord = MeterRecord & { readonly above?: Decimal };

export const isEstimate = (record: MeterRecord): boolean => record.kind === 'read' && record.estimated !== undefined;

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

/** The dial as somebody saw it last: estimates are left out. */
export const dialTaken = (meter: Meter, records: readonly MeterRecord[]): DialAt =>
  dialAfter(
    meter,
    records.filter((record) => !isEstimate(record)),
  );

/**
 * The records as they count. An estimate of more than a later record shows that somebody took was too high: it counts up to that,
 * the latest estimates first, so that all steps together are what the dial has turned.
 */
const asTheyCount = (meter: Meter, records: readonly MeterRecord[]): readonly CountedRecord[] => {
  if (!records.some(isEstimate)) return records;
  const counting: CountedRecord[] = [...records];
  let [taken, shown, turned] = [meter.reading, meter.reading, ZERO];
  let estimates: { readonly at: number; readonly turned: Fraction }[] = [];
  for (const [at, record] of records.entries()) {
    const dial = record.kind === 'read' ? record.reading : record.oldReading;
    if (record.kind === 'read' && record.estimated !== undefined) {
      turned = plus(turned, turnedBy(meter, shown, dial));
      estimates.push({ at, turned });
      shown = dial;
      continue;
    }
    const really = turnedBy(meter, taken, dial);
    for (const estimate of estimates) {
      const known = records[estimate.at];
      if (known?.kind === 'read' && isLess(really, estimate.turned))
        counting[estimate.at] = { ...known, reading: dial, above: known.reading };
    }
    taken = shown = record.kind === 'read' ? dial : record.newReading;
    [turned, estimates] = [ZERO, []];
  }
  return counting;
};

/** How far a dial has turned that may have passed its end once. */
const turnedBy = ({ range }: Meter, from: Decimal, to: Decimal): Fraction => {
  const shown = minus(parseDecimal(to), parseDecimal(from));
  return shown.numerator < 0n && range !== null ? plus(shown, parseDecimal(range)) : shown;
};

/** An estimate that counts for less than it was, by the reading of a period that shows so. */
export interface TooHigh {
  readonly period: Period;
  readonly estimated: Decimal;
  readonly read: Decimal;
}

/** The estimates that the reading of a period has shown to be too high. */
export const estimatesTooHigh = (meter: Meter, records: readonly MeterRecord[], period: Period): TooHigh[] => {
  const end = records.findIndex((record) => record.kind === 'read' && record.period === period);
  const last = records[end];
  if (last === undefined || isEstimate(last)) return [];
  const before = records.slice(0, end).findLastIndex((record) => record.kind === 'read' && !isEstimate(record)) + 1;
  return asTheyCount(meter, records)
    .slice(before, end)
    .flatMap((record) =>
      record.kind === 'read' && record.above !== undefined
        ? [{ period: record.period, estimated: record.above, read: record.reading }]
        : [],
    );
};

/** Whether the dial would have gone back: less than before, and no end that it can have passed once. */
export const isBackwards = ({ range }: Meter, before: Decimal, now: Decimal): boolean =>
  below(now, before) && (range === null || below(parseSum(now, range), before));

/**
 * The step that ends with the reading of a period; null when there is none. The records are in order. A replacement splits
 * it: the old meter up to what it last showed, then the new one from what it began with.
 */
export const stepOf = (meter: Meter, recorded: readonly MeterRecord[], period: Period): UsageStep | null => {
  const records = asTheyCount(meter, recorded);
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
  const { above, estimated, review } = reading;
  const loss = lossOn(meter, reading.on);
  const readBefore = records[begin - 1];
  return {
    record: reading.position,
    from: addDays(startOf(meter, records, begin), 1),
    to: reading.on,
    steps,
    quantity: formatDecimal(steps.map(quantityOf).reduce(plus, ZERO)),
    ...(loss === null ? {} : { loss }),
    ...(estimated === undefined ? {} : { estimated: above === undefined ? estimated : { ...estimated, above } }),
    ...(estimated === undefined && readBefore !== undefined && isEstimate(readBefore) ? { settles: true } : {}),
    ...(review === undefined ? {} : { review }),
  };
};

/** The loss that a meter has of its own for readings of a day; null: none. */
const lossOn = ({ losses = [] }: Meter, day: Day): Loss | null => {
  const loss = losses.findLast(({ from }) => from <= day);
  if (loss === undefined) return null;
  const { percent, quantity } = loss;
  return { ...(percent === undefined ? {} : { percent }), ...(quantity === undefined ? {} : { quantity }) };
};

/** What is charged of a quantity that a meter counted: with the loss on the way to it. */
export const withLoss = (quantity: Decimal, { percent = '0', quantity: more = '0' }: Loss): Decimal => {
  const counted = parseDecimal(quantity);
  const { numerator, denominator } = times(counted, parseDecimal(percent));
  return formatDecimal(plus(plus(counted, { numerator, denominator: denominator * 100n }), parseDecimal(more)));
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
  const all = asAgreed(exactUsage(usage.parts), basis);
  return roundTo(usage.vacant === undefined ? all : withVacantDays(all, usage.vacant), rounding, roundingMode);
};
