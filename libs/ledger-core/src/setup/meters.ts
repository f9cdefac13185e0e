import type { Decimal, Meter, MeterRead, MeterReplaced } from '@propledger/contracts';
import { parseDecimal, shortest } from '../decimal';
import { accept, reject } from '../decision';
import type {
  CorrectReading,
  InstallMeter,
  ReadMeter,
  ReplaceMeter,
  WithdrawMeter,
  WithdrawMeterRecord,
} from '../ledger/commands';
import type { LedgerDecision, LedgerFactWithHeader } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import { subjectKey, type BookState, type MeterState, type Reading } from '../ledger/state';
import { implausibleUse } from '../meter/implausible';
import { dialAfter, isBackwards, type DialAt, type MeterRecord } from '../meter/usage';
import { unposted } from '../period/posting';

/** Refused, in this order: meter-exists (with other content), factor-not-positive, reading-negative. */
export const installMeter = (book: Reading<BookState>, command: InstallMeter): LedgerDecision => {
  const meter = tidy(command.meter);
  const known = standing(book, meter.meter);
  if (known)
    return JSON.stringify(tidy(known.meter)) === JSON.stringify(meter)
      ? accept()
      : reject({ code: 'meter-exists', meter: meter.meter });
  if (!isPositive(meter.multiplier) || (meter.range !== null && !isPositive(meter.range)))
    return reject({ code: 'factor-not-positive' });
  if (isNegative(meter.reading)) return reject({ code: 'reading-negative' });
  return accept({ type: 'meter.installed', body: meter, ...unposted(meter.from) });
};

/** Refused, in this order: unknown-meter, meter-in-use. */
export const withdrawMeter = (book: Reading<BookState>, { meter }: WithdrawMeter): LedgerDecision => {
  const known = standing(book, meter);
  if (!known) return reject({ code: 'unknown-meter', meter });
  if (known.records.length > 0) return reject({ code: 'meter-in-use', meter });
  return accept({ type: 'meter.withdrawn', body: { meter }, ...unposted(known.meter.from) });
};

/**
 * Refused, in this order: unknown-meter, second-reading (with other content), reading-negative, reading-out-of-order,
 * reading-backwards, reading-implausible (unless it is confirmed).
 */
export const readMeter = (book: Reading<BookState>, command: ReadMeter): LedgerDecision => {
  const { meter, period, on } = command.reading;
  const reading = shortest(command.reading.reading);
  const known = standing(book, meter);
  if (!known) return reject({ code: 'unknown-meter', meter });
  const same = known.records.find((record) => record.kind === 'read' && record.period === period);
  if (same?.kind === 'read')
    return same.on === on && same.reading === reading ? accept() : reject({ code: 'second-reading', meter, period });
  if (isNegative(reading)) return reject({ code: 'reading-negative' });
  const rejection = readingFault(known, { meter, period, on, reading });
  if (rejection) return reject(rejection);
  const record = { position: 0, kind: 'read', period, on, reading } as const;
  const implausible = command.confirmed ? null : implausibleUse(known.meter, [...known.records, record]);
  if (implausible) return reject({ code: 'reading-implausible', meter, ...implausible });
  return accept({ type: 'meter.read', body: { meter, period, on, reading }, ...unposted(on) });
};

/**
 * The reading, and what was recorded after it, are taken back and recorded anew with the other figure. The same figure needs no event.
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
  if (corrected.reading === reading) return accept();
  if (isNegative(reading)) return reject({ code: 'reading-negative' });

  const taken = known.records.slice(at);
  const records = known.records.slice(0, at);
  const anew: LedgerFactWithHeader[] = [];
  for (const record of [{ ...corrected, reading }, ...taken.slice(1)]) {
    const before = { meter: known.meter, records };
    const fact = recorded(meter, record);
    const fault = fact.type === 'meter.read' ? readingFault(before, fact.body) : replacementFault(before, fact.body);
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

/** A record as the event carries it. */
const recorded = (meter: string, record: MeterRecord) => {
  if (record.kind === 'read') {
    const { period, on, reading } = record;
    return { type: 'meter.read', body: { meter, period, on, reading } } as const;
  }
  const { on, oldReading, newReading, newMultiplier } = record;
  return { type: 'meter.replaced', body: { meter, on, oldReading, newReading, newMultiplier } } as const;
};

/**
 * Refused, in this order: unknown-meter, factor-not-positive, reading-negative, reading-out-of-order, reading-backwards.
 */
export const replaceMeter = (book: Reading<BookState>, command: ReplaceMeter): LedgerDecision => {
  const { meter, on } = command.replacement;
  const body: MeterReplaced = {
    meter,
    on,
    oldReading: shortest(command.replacement.oldReading),
    newReading: shortest(command.replacement.newReading),
    newMultiplier: shortest(command.replacement.newMultiplier),
  };
  const known = standing(book, meter);
  if (!known) return reject({ code: 'unknown-meter', meter });
  const same = known.records.some(
    (record) =>
      record.kind === 'replaced' &&
      record.on === on &&
      record.oldReading === body.oldReading &&
      record.newReading === body.newReading &&
      record.newMultiplier === body.newMultiplier,
  );
  if (same) return accept();
  if (!isPositive(body.newMultiplier)) return reject({ code: 'factor-not-positive' });
  if (isNegative(body.oldReading) || isNegative(body.newReading)) return reject({ code: 'reading-negative' });
  const rejection = replacementFault(known, body);
  if (rejection) return reject(rejection);
  return accept({ type: 'meter.replaced', body, ...unposted(on) });
};

/** Refused, in this order: unknown-meter, unknown-entry, record-not-latest, reading-in-use. */
export const withdrawMeterRecord = (book: Reading<BookState>, command: WithdrawMeterRecord): LedgerDecision => {
  const { meter, record: position } = command;
  const known = standing(book, meter);
  if (!known) return reject({ code: 'unknown-meter', meter });
  const record = known.records.find((one) => one.position === position);
  if (!record) return reject({ code: 'unknown-entry', position });
  if (known.records.at(-1)?.position !== position) return reject({ code: 'record-not-latest', meter });
  const charge = (book.chargesOfSubject.get(subjectKey({ meter })) ?? []).find(
    ({ reversedBy, to }) => reversedBy === null && to >= record.on,
  );
  if (charge) return reject({ code: 'reading-in-use', meter, charge: charge.position });
  return accept({ type: 'meter.record-withdrawn', body: { meter, record: position }, ...unposted(record.on) });
};

/** What is wrong with a reading that comes after a meter's records; null: nothing. */
export const readingFault = (
  { meter, records }: Pick<Reading<MeterState>, 'meter' | 'records'>,
  { meter: code, period, on, reading }: MeterRead,
): LedgerRejection | null => {
  const dial = dialAfter(meter, records);
  const lastRead = records.findLast(({ kind }) => kind === 'read');
  const late = lastRead?.kind === 'read' && lastRead.period > period;
  // A replacement of the same day belongs to the step that this reading ends; another reading does not.
  const after = records.at(-1)?.kind === 'replaced' ? on >= dial.on : on > dial.on;
  if (late || !after || (lastRead !== undefined && on <= lastRead.on) || on <= meter.from)
    return { code: 'reading-out-of-order', meter: code, before: dial.on };
  return backwards(meter, dial, reading);
};

/** What is wrong with a replacement that comes after a meter's records; null: nothing. */
export const replacementFault = (
  { meter, records }: Pick<Reading<MeterState>, 'meter' | 'records'>,
  { meter: code, on, oldReading }: MeterReplaced,
): LedgerRejection | null => {
  const dial = dialAfter(meter, records);
  // On the day of a reading it would belong to the step that has ended.
  if (records.length === 0 ? on < dial.on : on <= dial.on)
    return { code: 'reading-out-of-order', meter: code, before: dial.on };
  return backwards(meter, dial, oldReading);
};

const backwards = (meter: Meter, { reading: before }: DialAt, now: Decimal): LedgerRejection | null =>
  isBackwards(meter, before, now) ? { code: 'reading-backwards', meter: meter.meter, before } : null;

const standing = (book: Reading<BookState>, code: string): Reading<MeterState> | null => {
  const known = book.meters.get(code);
  return known && !known.withdrawn ? known : null;
};

/** Members in one order, decimals in their shortest form. */
const tidy = ({ meter, kind, resource, multiplier, from, reading, range }: Meter): Meter => ({
  meter,
  kind,
  resource,
  multiplier: shortest(multiplier),
  from,
  reading: shortest(reading),
  range: range === null ? null : shortest(range),
});

const isPositive = (decimal: Decimal): boolean => parseDecimal(decimal).numerator > 0n;
const isNegative = (decimal: Decimal): boolean => parseDecimal(decimal).numerator < 0n;
