import { accept, reject } from '../decision';
import { unposted } from '../period/posting';
import type { FreezeLateFees, ResumeLateFees, WithdrawFreezeRecord } from './commands';
import type { LedgerDecision } from './facts';
import type { LedgerRejection } from './rejections';
import { inSettlementOrder } from './settlement-order';
import type { BookState, FreezeState, Reading } from './state';

/**
 * Freezes the charges that are named, or all that the customer has open now, in settlement order; what is raised or comes over
 * afterwards is not frozen. A freeze books nothing: it may begin in a closed period. Fees that stand are not taken back by it.
 *
 * Refused, in this order: for the first charge of which it is true, unknown-charge, already-reversed, bears-no-late-fee; of a customer
 * nothing-open.
 */
export const freezeLateFees = (book: Reading<BookState>, command: FreezeLateFees): LedgerDecision => {
  const { of, from, reasonDigest } = command;
  const charges = 'customer' in of ? openOfCustomer(book, of.customer) : [...new Set(of.charges)];
  if ('customer' in of && charges.length === 0) return reject({ code: 'nothing-open', customer: of.customer });
  for (const charge of charges) {
    const rejection = unfit(book, charge);
    if (rejection) return reject(rejection);
  }
  return accept({ type: 'late-fees.frozen', body: { charges, from, reasonDigest }, ...unposted(from) });
};

const openOfCustomer = (book: Reading<BookState>, customer: string): number[] =>
  inSettlementOrder((book.chargesOfCustomer.get(customer) ?? []).filter(({ origin }) => origin !== 'late-fee')).map(
    ({ position }) => position,
  );

const unfit = (book: Reading<BookState>, position: number): LedgerRejection | null => {
  const charge = book.charges.get(position);
  if (!charge) return { code: 'unknown-charge' };
  const { reversedBy, origin } = charge;
  if (reversedBy !== null) return { code: 'already-reversed', position, reversedBy };
  return origin === 'late-fee' ? { code: 'bears-no-late-fee', charge: position } : null;
};

/** Refused, in this order: unknown-freeze (not there, or withdrawn), freeze-ended, range-reversed (it would have no day). */
export const resumeLateFees = (book: Reading<BookState>, command: ResumeLateFees): LedgerDecision => {
  const { freeze: position, lastDay, reasonDigest } = command;
  const freeze = book.freezes.get(position);
  if (freeze?.withdrawnBy !== null) return reject({ code: 'unknown-freeze' });
  if (freeze.end !== null) return reject({ code: 'freeze-ended', freeze: position, lastDay: freeze.end.lastDay });
  if (lastDay < freeze.from) return reject({ code: 'range-reversed' });
  return accept({
    type: 'late-fees.resumed',
    body: { freeze: position, lastDay, reasonDigest },
    ...unposted(lastDay),
  });
};

/** Without its end a freeze goes on. Refused: unknown-freeze (no freeze and no end stands there). */
export const withdrawFreezeRecord = (book: Reading<BookState>, command: WithdrawFreezeRecord): LedgerDecision => {
  const { record, reasonDigest } = command;
  const freeze = freezeWith(book, record);
  if (!freeze) return reject({ code: 'unknown-freeze' });
  const { position, from, end } = freeze;
  return accept({
    type: 'late-fees.record-withdrawn',
    body: { freeze: position, record, reasonDigest },
    ...unposted(record === position ? from : (end?.lastDay ?? from)),
  });
};

const freezeWith = (book: Reading<BookState>, record: number): Reading<FreezeState> | null => {
  for (const freeze of book.freezes.values())
    if (freeze.withdrawnBy === null && (freeze.position === record || freeze.end?.position === record)) return freeze;
  return null;
};
