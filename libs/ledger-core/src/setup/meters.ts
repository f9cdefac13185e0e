import type { Decimal, Meter, MeterLoss, MeterRead, MeterReplaced } from '@propledger/contracts';
import { compareDays } from '../day';
import { parseDecimal, shortest } from '../decimal';
import { accept, reject } from '../decision';
import type {
  ChangeMeter,
  InstallMeter,
  ReadMeter,
  ReplaceMeter,
  WithdrawMeter,
  WithdrawMeterRecord,
} from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import { subjectKey, type BookState, type MeterState, type Reading } from '../ledger/state';
import { implausibleUse } from '../meter/implausible';
import { dialAfter, dialTaken, isBackwards, type DialAt } from '../meter/usage';
import { unposted } from '../period/posting';

/**
 * Refused, in this order: meter-exists (with other content), factor-not-positive, reading-negative; then as by `settingsFault`.
 */
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
  const fault = settingsFault(book, meter);
  if (fault) return reject(fault);
  return accept({ type: 'meter.installed', body: meter, ...unposted(meter.from) });
};

/** Refused, in this order: unknown-meter; then as by `settingsFault`. */
export const changeMeter = (book: Reading<BookState>, command: ChangeMeter): LedgerDecision => {
  const { meter: code, parent, maximum, loss } = command;
  const known = standing(book, code);
  if (!known) return reject({ code: 'unknown-meter', meter: code });
  const { losses = [] } = known.meter;
  const meter = tidy({
    ...known.meter,
    ...(parent === undefined ? {} : { parent: parent ?? undefined }),
    ...(maximum === undefined ? {} : { maximum: maximum ?? undefined }),
    ...(loss === undefined ? {} : { losses: [...losses.filter(({ from }) => from !== loss.from), loss] }),
  });
  if (JSON.stringify(tidy(known.meter)) === JSON.stringify(meter)) return accept();
  const fault = settingsFault(book, meter);
  if (fault) return reject(fault);
  return accept({ type: 'meter.changed', body: meter, ...unposted(loss?.from ?? meter.from) });
};

/** What is wrong with a meter's settings: factor-not-positive (月最大用量), rate-negative (a loss), unknown-meter (上级仪表), parent-unfit. */
const settingsFault = (book: Reading<BookState>, meter: Meter): LedgerRejection | null => {
  const { meter: code, kind, parent, maximum, losses = [] } = meter;
  if (maximum !== undefined && !isPositive(maximum)) return { code: 'factor-not-positive' };
  if (losses.some(({ percent = '0', quantity = '0' }) => isNegative(percent) || isNegative(quantity)))
    return { code: 'rate-negative' };
  if (parent === undefined) return null;
  const above = standing(book, parent);
  if (!above) return { code: 'unknown-meter', meter: parent };
  return parent === code || above.meter.parent === code || above.meter.kind !== kind
    ? { code: 'parent-unfit', meter: code, parent }
    : null;
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
 * reading-backwards, reading-implausible (where that is asked for).
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
  const [rejection] = readingFaults(known, { meter, period, on, reading });
  if (rejection) return reject(rejection);
  const body: MeterRead = { meter, period, on, reading };
  if (command.whenImplausible === 'take') return accept({ type: 'meter.read', body, ...unposted(on) });
  const record = { position: 0, kind: 'read', period, on, reading } as const;
  const usual = command.whenImplausible !== 'hold-above-maximum';
  const review = implausibleUse(known.meter, [...known.records, record], { usual });
  if (review === null) return accept({ type: 'meter.read', body, ...unposted(on) });
  if (command.whenImplausible === 'refuse') return reject({ code: 'reading-implausible', meter, ...review });
  return accept({ type: 'meter.read', body: { ...body, review }, ...unposted(on) });
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
  const [rejection] = replacementFaults(known, body);
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

/**
 * What is wrong with a reading that comes after a meter's records: its day, its dial, or both; empty: nothing. What was only
 * estimated does not bind what somebody reads.
 */
export const readingFaults = (
  { meter, records }: Pick<Reading<MeterState>, 'meter' | 'records'>,
  { meter: code, period, on, reading, estimated }: MeterRead,
): LedgerRejection[] => {
  const dial = dialAfter(meter, records);
  const lastRead = records.findLast(({ kind }) => kind === 'read');
  const outOfOrder: LedgerRejection = { code: 'reading-out-of-order', meter: code, before: dial.on };
  // What comes before it has a later 账期: with that its dial is not compared.
  if (lastRead?.kind === 'read' && lastRead.period > period) return [outOfOrder];
  // A replacement of the same day belongs to the step that this reading ends; another reading does not.
  const after = records.at(-1)?.kind === 'replaced' ? on >= dial.on : on > dial.on;
  const inOrder = after && (lastRead === undefined || on > lastRead.on) && on > meter.from;
  return [
    ...(inOrder ? [] : [outOfOrder]),
    ...backwards(meter, estimated === undefined ? dialTaken(meter, records) : dial, reading),
  ];
};

/** What is wrong with a replacement that comes after a meter's records: its day, its dial, or both; empty: nothing. */
export const replacementFaults = (
  { meter, records }: Pick<Reading<MeterState>, 'meter' | 'records'>,
  { meter: code, on, oldReading }: MeterReplaced,
): LedgerRejection[] => {
  const dial = dialAfter(meter, records);
  // On the day of a reading it would belong to the step that has ended.
  const inOrder = records.length === 0 ? on >= dial.on : on > dial.on;
  return [
    ...(inOrder ? [] : [{ code: 'reading-out-of-order', meter: code, before: dial.on } as const]),
    ...backwards(meter, dialTaken(meter, records), oldReading),
  ];
};

const backwards = (meter: Meter, { reading: before }: DialAt, now: Decimal): LedgerRejection[] =>
  isBackwards(meter, before, now) ? [{ code: 'reading-backwards', meter: meter.meter, before }] : [];

/** A meter that stands; null: there is none. */
export const standing = (book: Reading<BookState>, code: string): Reading<MeterState> | null => {
  const known = book.meters.get(code);
  return known && !known.withdrawn ? known : null;
};

/** Members in one order, decimals in their shortest form; what says nothing is left out. */
const tidy = (whole: Meter): Meter => {
  const { meter, kind, resource, multiplier, from, reading, range, parent, losses, maximum } = whole;
  return {
    meter,
    kind,
    resource,
    multiplier: shortest(multiplier),
    from,
    reading: shortest(reading),
    range: range === null ? null : shortest(range),
    ...(parent === undefined ? {} : { parent }),
    ...(losses === undefined || losses.length === 0
      ? {}
      : { losses: losses.map(tidyLoss).sort((one, other) => compareDays(one.from, other.from)) }),
    ...(maximum === undefined ? {} : { maximum: shortest(maximum) }),
  };
};

/** One of nothing ends what held before. */
const tidyLoss = ({ from, percent, quantity }: MeterLoss): MeterLoss => ({
  from,
  ...(percent === undefined || shortest(percent) === '0' ? {} : { percent: shortest(percent) }),
  ...(quantity === undefined || shortest(quantity) === '0' ? {} : { quantity: shortest(quantity) }),
});

const isPositive = (decimal: Decimal): boolean => parseDecimal(decimal).numerator > 0n;
export const isNegative = (decimal: Decimal): boolean => parseDecimal(decimal).numerator < 0n;
