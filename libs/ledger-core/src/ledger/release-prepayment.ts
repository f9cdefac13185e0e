import { accept, reject } from '../decision';
import { formatMoney, smaller } from '../money';
import { place } from '../period/posting';
import type { ReleasePrepayment } from './commands';
import type { LedgerDecision } from './facts';
import { byCharge } from './parts';
import { prepaymentReleased, releaseOf, type Release } from './release-applications';
import type { ApplicationState, BookState, Calendar, Reading } from './state';

/**
 * Gives applications of a prepayment back to their balances. No event when there is nothing to give back.
 *
 * Refused, in this order: unknown-entry, amount-not-positive, date-before-entry, by period, exceeds-settled.
 */
export const releasePrepayment = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: ReleasePrepayment,
): LedgerDecision => {
  const { application: position, parts, date, posting } = command;
  const applications = applicationsAt(book, position);
  const [first] = applications;
  if (!first) return reject({ code: 'unknown-entry', position });
  const { customer, effectiveOn } = first;
  if (parts?.some(({ amount }) => amount <= 0n)) return reject({ code: 'amount-not-positive' });
  if (date < effectiveOn) return reject({ code: 'date-before-entry', effectiveOn });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);

  const standing = applications.map((application) => releaseOf(application, application.amount - application.released));
  const releases: Release[] = [];
  for (const { charge, amount } of parts === null ? [] : byCharge(parts)) {
    let missing = amount;
    for (const release of standing.filter((other) => other.charge === charge)) {
      const part = smaller(missing, release.amount);
      missing -= part;
      releases.push({ ...release, amount: part });
    }
    if (missing > 0n) return reject({ code: 'exceeds-settled', charge, settled: formatMoney(amount - missing) });
  }
  const wanted = (parts === null ? standing : releases).filter(({ amount }) => amount > 0n);
  if (wanted.length === 0) return accept();
  return accept({ ...prepaymentReleased(book, customer, wanted), ...placement.placed, reversesPosition: null });
};

/** The entries of one prepayment.applied, in its order. */
const applicationsAt = (book: Reading<BookState>, position: number): Reading<ApplicationState>[] =>
  [...book.applications.values()]
    .flatMap((list) => list.filter((application) => application.position === position))
    .sort((one, other) => one.index - other.index);
