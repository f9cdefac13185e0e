import type { Day, LateBasis, LateFeeRule, Money } from '@propledger/contracts';
import { addDays, addMonths, compareDays, dayIn, daysBetween, periodOf } from '../day';
import { dividedBy, parseDecimal, plus, roundHalfUp, times, whole, ZERO, type Fraction } from '../decimal';
import { formatMoney, parseMoney, smaller, type Fen } from '../money';

/** Something that changed what is open of a charge, on the day from whose end on it counts. Negative: it is less. */
export interface OpenChange {
  readonly on: Day;
  readonly amount: Fen;
}

/** A charge that was raised with an amount, or of which a part came over from another customer on a day. */
export interface LateCharge {
  readonly amount: Fen;
  readonly dueOn: Day;
  /** When it came over; null: it was raised, and counts as open from the beginning, whenever that was. */
  readonly since: Day | null;
  /** In any order. */
  readonly changes: readonly OpenChange[];
  /** Days that bear no fee, both ends inclusive, null: without end; in any order, and they may share days. */
  readonly frozen?: readonly FrozenDays[] | undefined;
}

/** 争议冻结 of a charge. */
export interface FrozenDays {
  readonly from: Day;
  readonly to: Day | null;
}

type Start = Pick<LateFeeRule, 'graceDays' | 'countedFrom' | 'delay'>;

/** The first day on which a charge that is open is late: the grace is over, or the day has come to which it was put off. */
export const firstLateDay = (dueOn: Day, { graceDays, delay }: Start): Day => {
  if (delay === undefined) return addDays(dueOn, graceDays + 1);
  const on = (months: number): Day => addMonths(dayIn(periodOf(dueOn), delay.day), months);
  const first = on(delay.months);
  return first > dueOn ? first : on(delay.months + 1);
};

/** The first day that bears a fee of a charge that is late. */
export const firstFeeDay = (dueOn: Day, rule: Start): Day =>
  rule.countedFrom === '应收日' ? addDays(dueOn, 1) : firstLateDay(dueOn, rule);

/**
 * What late fees of a charge have come to by the end of a day: each day from the first that bears one counts rate × what was
 * open at its end, if that was enough; the sum is rounded half up to the fen once, and never above the cap. Who has paid by
 * the end of the grace owes none, whatever day it is counted from. A frozen day is as one on which nothing is open; what was
 * open on it is in `frozen`.
 */
export const lateFee = (charge: LateCharge, rule: LateFeeRule, asOf: Day): LateFee => {
  const late = firstLateDay(charge.dueOn, rule);
  const least = parseMoney(rule.leastOpen ?? '0.00');
  const open = segmentsOf(charge, firstFeeDay(charge.dueOn, rule), asOf).filter(
    (segment) => parseMoney(segment.open) >= least || least === 0n,
  );
  const { counted, frozen } = thaw(open, spansOf(charge.frozen ?? []));
  const segments = counted.some(({ to }) => to >= late) ? counted : [];
  return { total: feeOf(segments, rule, charge.amount), segments, frozen };
};

/** What late fees of a charge have come to, and of which days. */
export interface LateFee {
  readonly total: Fen;
  readonly segments: LateBasis['segments'];
  /** What was open on frozen days. */
  readonly frozen: LateBasis['segments'];
}

/** Frozen days in order, none twice. */
const spansOf = (frozen: readonly FrozenDays[]): FrozenDays[] => {
  const spans: { from: Day; to: Day | null }[] = [];
  for (const { from, to } of [...frozen].sort((one, other) => compareDays(one.from, other.from))) {
    const last = spans.at(-1);
    if (last === undefined || (last.to !== null && from > last.to)) spans.push({ from, to });
    else if (last.to !== null && (to === null || to > last.to)) last.to = to;
  }
  return spans;
};

/** Segments cut where frozen days begin and end. */
const thaw = (
  segments: LateBasis['segments'],
  spans: readonly FrozenDays[],
): { readonly counted: LateBasis['segments']; readonly frozen: LateBasis['segments'] } => {
  const counted: LateBasis['segments'][number][] = [];
  const frozen: LateBasis['segments'][number][] = [];
  const cut = (into: LateBasis['segments'][number][], from: Day, to: Day, open: Money): void => {
    if (from <= to) into.push({ from, to, days: daysBetween(from, to) + 1, open });
  };
  for (const { from, to, open } of segments) {
    let start = from;
    for (const span of spans) {
      if (span.from > to || (span.to !== null && span.to < start)) continue;
      cut(counted, start, addDays(span.from, -1), open);
      const end = span.to === null || span.to > to ? to : span.to;
      cut(frozen, span.from > start ? span.from : start, end, open);
      start = addDays(end, 1);
    }
    cut(counted, start, to, open);
  }
  return { counted, frozen };
};

/** Days in which nothing changes and something is open. */
const segmentsOf = ({ amount, since, changes }: LateCharge, from: Day, to: Day): LateBasis['segments'] => {
  if (to < from) return [];
  const all = since === null ? changes : [...changes, { on: since, amount }];
  let open = since === null ? amount : 0n;
  for (const change of all) if (change.on <= from) open += change.amount;
  const cuts = all.filter(({ on }) => on > from && on <= to).sort((one, other) => compareDays(one.on, other.on));
  const segments: LateBasis['segments'][number][] = [];
  let start = from;
  const end = (last: Day): void => {
    if (open !== 0n && last >= start)
      segments.push({ from: start, to: last, days: daysBetween(start, last) + 1, open: formatMoney(open) });
  };
  for (const { on, amount: change } of cuts) {
    if (on > start) {
      end(addDays(on, -1));
      start = on;
    }
    open += change;
  }
  end(to);
  return segments;
};

/** The fee of segments in fen: rounded once, at most the cap of the amount, rounded down. */
const feeOf = (segments: LateBasis['segments'], { dailyRate, capPercent }: LateFeeRule, amount: Fen): Fen => {
  const fenDays = segments.reduce<Fraction>(
    (sum, { days, open }) => plus(sum, whole(parseMoney(open) * BigInt(days))),
    ZERO,
  );
  const fee = roundHalfUp(dividedBy(times(fenDays, parseDecimal(dailyRate)), 1_000n), 1n);
  if (capPercent === null) return fee;
  const { numerator, denominator } = parseDecimal(capPercent);
  return smaller(fee, (amount * numerator) / (denominator * 100n));
};

/** The amount of a late fee from its basis alone. @throws RangeError when the basis is malformed */
export const lateAmount = ({ segments, before, amount, ...rule }: LateBasis): Fen =>
  feeOf(segments, rule, parseMoney(amount)) - parseMoney(before);
