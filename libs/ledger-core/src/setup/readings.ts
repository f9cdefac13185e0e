import type { Day, Decimal, Estimate, Meter, MeterRead } from '@propledger/contracts';
import { daysBetween } from '../day';
import { isLess, minus, parseDecimal, plus, shortest, times, ZERO, type Fraction } from '../decimal';
import { accept, reject } from '../decision';
import type { ConfirmReading, CorrectReading, EstimateReading } from '../ledger/commands';
import type { LedgerDecision, LedgerFactWithHeader } from '../ledger/facts';
import type { BookState, MeterState, Reading } from '../ledger/state';
import { estimateAboveMaximum, toHundredths, usualUse } from '../meter/implausible';
import { dialAfter, isEstimate, type MeterRecord } from '../meter/usage';
import { unposted } from '../period/posting';
import { isNegative, readingFaults, replacementFaults, standing } from './meters';

/**
 * 估抄: what the dial would show on the day, to the hundredth. The use is since the record before, the average by the days since.
 *
 * Refused, in this order: unknown-meter, second-reading (with other content), reading-negative, nothing-to-average, reading-out-of-order,
 * reading-implausible (above the meter's 月最大用量: nobody would look at it before it is charged).
 */
export const estimateReading = (book: Reading<BookState>, command: EstimateReading): LedgerDecision => {
  const { meter, period, on, by } = command;
  const known = standing(book, meter);
  if (!known) return reject({ code: 'unknown-meter', meter });
  if ('use' in by && isNegative(by.use)) return reject({ code: 'reading-negative' });
  const same = known.records.find((record) => record.kind === 'read' && record.period === period);
  const before = same === undefined ? known.records : known.records.slice(0, known.records.indexOf(same));
  const made = estimateOf({ meter: known.meter, records: before }, on, by);
  if (same?.kind === 'read') {
    const isSame = same.estimated !== undefined && made !== null && same.on === on && same.reading === made.reading;
    return isSame ? accept() : reject({ code: 'second-reading', meter, period });
  }
  if (made === null) return reject({ code: 'nothing-to-average', meter });
  const body: MeterRead = { meter, period, on, ...made };
  const [fault] = readingFaults(known, body);
  if (fault) return reject(fault);
  const tooMuch = estimateAboveMaximum(known.meter, [...known.records, { position: 0, kind: 'read', ...body }]);
  if (tooMuch) return reject({ code: 'reading-implausible', meter, ...tooMuch });
  return accept({ type: 'meter.read', body, ...unposted(on) });
};

/** What a meter's dial is estimated to show on a day after its records; null: there is nothing to take an average of. */
export const estimateOf = (
  { meter, records }: Pick<Reading<MeterState>, 'meter' | 'records'>,
  on: Day,
  by: EstimateReading['by'],
): { readonly reading: string; readonly estimated: Estimate } | null => {
  const dial = dialAfter(meter, records);
  const days = Math.max(0, daysBetween(dial.on, on));
  const usual = 'use' in by ? null : usualUse(meter, records, { readings: by.readings, days });
  const use = 'use' in by ? parseDecimal(by.use) : usual?.use;
  if (use === undefined) return null;
  const { numerator, denominator } = parseDecimal(dial.multiplier);
  const turned: Fraction = times(use, { numerator: denominator, denominator: numerator });
  return {
    reading: onDial(meter, plus(parseDecimal(dial.reading), turned)),
    estimated: usual === null || 'use' in by ? { by: '指定' } : { by: '平均', readings: usual.readings },
  };
};

/** Refused, in this order: unknown-meter, unknown-reading. */
export const confirmReading = (book: Reading<BookState>, { meter, period }: ConfirmReading): LedgerDecision => {
  const known = standing(book, meter);
  if (!known) return reject({ code: 'unknown-meter', meter });
  const record = known.records.find((one) => one.kind === 'read' && one.period === period);
  if (record?.kind !== 'read') return reject({ code: 'unknown-reading', meter, period });
  if (record.review === undefined) return accept();
  return accept({
    type: 'meter.reading-confirmed',
    body: { meter, record: record.position },
    ...unposted(record.on),
  });
};

/**
 * The reading, and what was recorded after it, are taken back and recorded anew with the other figure, which somebody has looked at: it is no
 * estimate any more, and is not held. Estimates that build on it keep their use, and show on the dial what that comes to now. The same
 * figure needs no event.
 *
 * Refused, in this order: unknown-meter, unknown-reading, reading-negative, reading-backwards (there, or at the next).
 */
export const correctReading = (book: Reading<BookState>, command: CorrectReading): LedgerDecision => {
  const { meter, period } = command;
  const reading = shortest(command.reading);
  const known = standing(book, meter);
  if (!known) return reject({ code: 'unknown-meter', meter });
  const at = known.records.findIndex((record) => record.kind === 'read' && record.period === period);
  const corrected = known.records[at];
  if (corrected?.kind !== 'read') return reject({ code: 'unknown-reading', meter, period });
  const isAsItWas = corrected.estimated === undefined && corrected.review === undefined;
  if (corrected.reading === reading && isAsItWas) return accept();
  if (isNegative(reading)) return reject({ code: 'reading-negative' });

  const taken = known.records.slice(at);
  const records = known.records.slice(0, at);
  const anew: LedgerFactWithHeader[] = [];
  const { position, period: ofPeriod, on } = corrected;
  const later = shifted(known.meter, taken.slice(1), minus(parseDecimal(reading), parseDecimal(corrected.reading)));
  for (const record of [{ position, kind: 'read', period: ofPeriod, on, reading } as const, ...later]) {
    const before = { meter: known.meter, records };
    const fact = recorded(meter, record);
    const [fault] =
      fact.type === 'meter.read' ? readingFaults(before, fact.body) : replacementFaults(before, fact.body);
    if (fault) return reject(fault);
    records.push(record);
    anew.push({ ...fact, ...unposted(record.on) });
  }
  const back = taken
    .reverse()
    .map(
      ({ position, on }) =>
        ({ type: 'meter.record-withdrawn', body: { meter, record: position }, ...unposted(on) }) as const,
    );
  return accept(...back, ...anew);
};

/** The estimates up to the next record that is none, moved on the dial by so much. */
const shifted = (meter: Meter, records: readonly MeterRecord[], by: Fraction): MeterRecord[] => {
  const end = records.findIndex((record) => !isEstimate(record));
  return records.map((record, at) =>
    (end < 0 || at < end) && record.kind === 'read'
      ? { ...record, reading: onDial(meter, plus(parseDecimal(record.reading), by)) }
      : record,
  );
};

/** To the hundredth; past either end of the dial it goes on at the other. */
const onDial = ({ range }: Meter, shown: Fraction): Decimal => {
  const reading = toHundredths(shown);
  if (range === null) return reading;
  const [at, size] = [parseDecimal(reading), parseDecimal(range)];
  if (isLess(at, ZERO)) return toHundredths(plus(at, size));
  return isLess(at, size) ? reading : toHundredths(minus(at, size));
};

/** A record as the event carries it. */
const recorded = (meter: string, record: MeterRecord) => {
  if (record.kind === 'read') {
    const { period, on, reading, estimated, review } = record;
    const body: MeterRead = {
      ...{ meter, period, on, reading },
      ...(estimated === undefined ? {} : { estimated }),
      ...(review === undefined ? {} : { review }),
    };
    return { type: 'meter.read', body } as const;
  }
  const { on, oldReading, newReading, newMultiplier } = record;
  return { type: 'meter.replaced', body: { meter, on, oldReading, newReading, newMultiplier } } as const;
};
