import { accept, reject } from '../decision';
import { formatMoney, sum } from '../money';
import { placeReversal } from '../period/posting';
import type { ChargePart, ReleaseAllocation } from './commands';
import type { LedgerDecision } from './facts';
import { findCharge } from './find';
import { allocationReleased } from './journal';
import { byCharge } from './parts';
import type { BookState, Calendar, Reading, ReceiptState } from './state';

/**
 * Gives settlements of a receipt back without touching the receipt. No event when there is nothing to give back.
 *
 * Refused, in this order: unknown-receipt, already-reversed, amount-not-positive, date-before-entry, by period,
 * exceeds-settled.
 */
export const releaseAllocation = (
  book: Reading<BookState>,
  calendar: Calendar,
  command: ReleaseAllocation,
): LedgerDecision => {
  const { receiptNo, parts, date, posting } = command;
  const receipt = book.receipts.get(receiptNo);
  if (!receipt) return reject({ code: 'unknown-receipt', receiptNo });
  const { position, reversedBy, handledOn, period } = receipt;
  if (reversedBy !== null) return reject({ code: 'already-reversed', position, reversedBy });
  if (parts?.some(({ amount }) => amount <= 0n)) return reject({ code: 'amount-not-positive' });
  const placement = placeReversal(calendar, { effectiveOn: handledOn, period }, date, posting);
  if ('rejection' in placement) return reject(placement.rejection);

  const releases = parts === null ? receipt.settlements.filter(({ amount }) => amount > 0n) : byCharge(parts);
  for (const { charge, amount } of releases) {
    const settled = receipt.settlements.find((other) => other.charge === charge)?.amount ?? 0n;
    if (amount > settled) return reject({ code: 'exceeds-settled', charge, settled: formatMoney(settled) });
  }
  if (releases.length === 0) return accept();
  return accept({ ...released(book, receipt, releases), ...placement.placed, reversesPosition: null });
};

/** The fact that these settlements of the receipt are given back. */
export const released = (
  book: Reading<BookState>,
  receipt: Reading<ReceiptState>,
  releases: readonly Reading<ChargePart>[],
) => {
  const { receiptNo, position, customer, resource: tie } = receipt;
  return {
    type: 'allocation.released',
    body: {
      receiptNo,
      receipt: position,
      customer,
      tie,
      releases: releases.map(({ charge, amount }) => ({ charge, amount: formatMoney(amount) })),
      lines: allocationReleased(receipt, releases, (charge) => findCharge(book, charge)),
    },
  } as const;
};

/** What to give back, latest first, so that `wanted` is unapplied; less when the receipt settles less. */
export const latestSettlements = (receipt: Reading<ReceiptState>, wanted: bigint): ChargePart[] => {
  let missing = wanted;
  const parts: ChargePart[] = [];
  for (const { charge, amount } of [...receipt.settlements].reverse()) {
    const part = amount < missing ? amount : missing;
    if (part <= 0n) continue;
    parts.push({ charge, amount: part });
    missing -= part;
  }
  return parts;
};

export const totalOf = (parts: readonly ChargePart[]): bigint => sum(parts.map(({ amount }) => amount));
