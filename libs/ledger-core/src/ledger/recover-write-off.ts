import { accept, reject } from '../decision';
import { formatMoney } from '../money';
import { place } from '../period/posting';
import type { RecoverWriteOff } from './commands';
import type { LedgerDecision } from './facts';
import { findCharge } from './find';
import { writeOffRecovered } from './journal';
import type { BookState, Calendar, Reading } from './state';

/**
 * Money for what was written off. The charge stays as it is: nothing of it is open again.
 *
 * Refused, in this order: unknown-entry, already-reversed, amount-not-positive, date-before-entry, by period,
 * exceeds-written-off.
 */
export const recoverWriteOff = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: RecoverWriteOff,
): LedgerDecision => {
  const { writeOff: position, amount, date, method, posting } = command;
  const writeOff = book.writeOffs.get(position);
  if (!writeOff) return reject({ code: 'unknown-entry', position });
  const { reversedBy, effectiveOn } = writeOff;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  if (amount <= 0n) return reject({ code: 'amount-not-positive' });
  if (date < effectiveOn) return reject({ code: 'date-before-entry', effectiveOn });
  const placement = place(calendar, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);
  const left = writeOff.amount - writeOff.recovered;
  if (amount > left) return reject({ code: 'exceeds-written-off', writeOff: position, left: formatMoney(left) });

  return accept({
    type: 'write-off.recovered',
    body: {
      writeOff: position,
      amount: formatMoney(amount),
      method,
      lines: writeOffRecovered({ method, amount }, findCharge(book, writeOff.charge)),
    },
    ...placement.placed,
    reversesPosition: null,
  });
};
