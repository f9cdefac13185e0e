import type { Day, EntryReversed, JournalLine } from '@propledger/contracts';
import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { placeReversal } from '../period/posting';
import type { ReverseEntry } from './commands';
import type { LedgerDecision } from './facts';
import { movesOfDeposit, tooLittleSince } from './enough';
import { findCharge, known } from './find';
import { hindranceOf } from './hindrance';
import {
  chargeRaised,
  chargeReduced,
  chargeTransferred,
  chargeWrittenOff,
  depositReceived,
  depositRefunded,
  mirrorOf,
  prepaymentBroughtIn,
  writeOffRecovered,
} from './journal';
import type { LedgerRejection } from './rejections';
import { balanceKey, heldOf, netOf, openOf, taxOf, type BookState, type Calendar, type Reading } from './state';

/** What stands at a position, as a reversal sees it. */
interface Reversible {
  readonly of: EntryReversed['of'];
  readonly entry: { readonly effectiveOn: string; readonly period: string; readonly reversedBy: number | null };
  /** Why it can't be reversed now; null when it can. */
  readonly hindrance: LedgerRejection | null;
  /** The same for a date, when it depends on it: what is taken back stood on that day and on every one since. */
  readonly tooEarly?: (date: Day) => LedgerRejection | null;
  readonly lines: readonly JournalLine[];
}

/**
 * Refused, in this order: unknown-entry, already-reversed, date-before-entry, by period; then charge-is-settled,
 * write-off-is-recovered, deposit-is-refunded, prepayment-is-spent or what stands in the way of a kept fact; date-before-entry (what is
 * taken back was not all there on that day, or on one since).
 */
export const reverseEntry = (book: Reading<BookState>, calendar: Calendar, command: ReverseEntry): LedgerDecision => {
  const { position, date, posting } = command;
  const found = reversibleAt(book, position);
  if (!found) return reject({ code: 'unknown-entry', position });
  const { of, entry, hindrance, tooEarly, lines } = found;
  if (entry.reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy: entry.reversedBy });
  const placement = placeReversal(calendar, entry, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  if (hindrance) return reject(hindrance);
  const early = date === null ? null : (tooEarly?.(date) ?? null);
  if (early) return reject(early);

  return accept({
    type: 'entry.reversed',
    body: { of, lines: mirrorOf(lines) },
    ...placement.placed,
    reversesPosition: position,
  });
};

const reversibleAt = (book: Reading<BookState>, position: number): Reversible | null =>
  chargeAt(book, position) ??
  writeOffAt(book, position) ??
  recoveryAt(book, position) ??
  reductionAt(book, position) ??
  depositAt(book, position) ??
  refundAt(book, position) ??
  broughtInAt(book, position) ??
  keptAt(book, position);

const chargeAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.charges.get(position);
  if (!entry) return null;
  const { transferredFrom } = entry;
  const amount = netOf(entry);
  const hindrance = openOf(entry) < amount ? ({ code: 'charge-is-settled', charge: position } as const) : null;
  const tooEarly = (date: Day): LedgerRejection | null => appliedSince(book, position, date);
  if (transferredFrom === null)
    return {
      of: 'charge.raised',
      entry,
      hindrance,
      tooEarly,
      lines: chargeRaised({ ...entry, tax: taxOf(entry, amount) }, amount),
    };
  const lines = chargeTransferred(entry, findCharge(book, transferredFrom), amount);
  return { of: 'charge.transferred', entry, hindrance, tooEarly, lines };
};

/** Whether prepayments settled some of the charge on that day or later, before that was released: the day on which none did any more. */
const appliedSince = (book: Reading<BookState>, charge: number, date: Day): LedgerRejection | null => {
  let since: Day | null = null;
  for (const { charge: of, effectiveOn, releasedOn } of [...book.applications.values()].flat())
    if (of === charge && releasedOn !== null && releasedOn > date && releasedOn > effectiveOn)
      if (since === null || releasedOn > since) since = releasedOn;
  return since === null ? null : { code: 'date-before-entry', effectiveOn: since };
};

const writeOffAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.writeOffs.get(position);
  if (!entry) return null;
  const lines = chargeWrittenOff(findCharge(book, entry.charge), entry.amount);
  return {
    of: 'charge.written-off',
    entry,
    hindrance: entry.recovered > 0n ? { code: 'write-off-is-recovered', writeOff: position } : null,
    lines,
  };
};

const recoveryAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.recoveries.get(position);
  if (!entry) return null;
  const { charge } = known(book.writeOffs.get(entry.writeOff), `write-off ${entry.writeOff.toString()}`);
  const lines = writeOffRecovered(entry, findCharge(book, charge));
  return { of: 'write-off.recovered', entry, hindrance: null, lines };
};

const reductionAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.reductions.get(position);
  if (!entry) return null;
  const lines = chargeReduced(findCharge(book, entry.charge), entry.amount);
  return { of: 'charge.reduced', entry, hindrance: null, lines };
};

const depositAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.depositAt.get(position);
  if (!entry) return null;
  const { receiptNo, refunded, used, amount } = entry;
  return {
    of: 'deposit.received',
    entry,
    hindrance: refunded + used > 0n ? { code: 'deposit-is-refunded', receiptNo } : null,
    tooEarly: (date) => tooLittleSince(date, heldOf(entry), movesOfDeposit(book, entry), amount),
    lines: depositReceived(entry),
  };
};

const refundAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.refunds.get(position);
  if (!entry) return null;
  const deposit = known(book.deposits.get(entry.receiptNo), `deposit ${entry.receiptNo}`);
  return { of: 'deposit.refunded', entry, hindrance: null, lines: depositRefunded(entry, deposit) };
};

const broughtInAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.broughtIn.get(position);
  if (!entry) return null;
  const { customer, tie, amount } = entry;
  const left = book.balances.get(balanceKey(customer, tie))?.balance ?? 0n;
  return {
    of: 'prepayment.brought-in',
    entry,
    hindrance: left < amount ? { code: 'prepayment-is-spent', left: formatMoney(left) } : null,
    lines: prepaymentBroughtIn(customer, tie, amount),
  };
};

const keptAt = (book: Reading<BookState>, position: number): Reversible | null => {
  const entry = book.entries.get(position);
  if (!entry) return null;
  return { of: entry.type, entry, hindrance: hindranceOf(book, entry), lines: entry.body.lines };
};
