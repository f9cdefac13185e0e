import type { JournalLine } from '@propledger/contracts';
import type { LedgerEntry } from '../src/ledger/facts';
import { parseMoney, sum, type Fen } from '../src/money';
import { linesOf } from './given';

/** Sums of an account's journal lines by a key. */
export const sums = (
  log: readonly LedgerEntry[],
  account: JournalLine['account'],
  key: (line: JournalLine) => string | number,
): Map<string | number, Fen> => {
  const totals = new Map<string | number, Fen>();
  for (const entry of log)
    for (const line of linesOf(entry))
      if (line.account === account) totals.set(key(line), (totals.get(key(line)) ?? 0n) + parseMoney(line.amount));
  return totals;
};

/** What a period did to the receivables of an item, read from what the events say, not from what they book. */
export interface Movement {
  raised: Fen;
  cash: Fen;
  prepayment: Fen;
  writtenOff: Fen;
  reduced: Fen;
}

export const movement = (log: readonly LedgerEntry[], item: string, period: string): Movement => {
  const at = (position: number | null): LedgerEntry | undefined => log[(position ?? 0) - 1];
  const itemOf = (charge: number): string | undefined => {
    const entry = at(charge);
    return entry?.type === 'charge.raised' || entry?.type === 'charge.transferred' ? entry.body.item : undefined;
  };
  const of = (parts: readonly { charge: number; amount: string }[]): Fen =>
    sum(parts.filter(({ charge }) => itemOf(charge) === item).map(({ amount }) => parseMoney(amount)));

  const total: Movement = { raised: 0n, cash: 0n, prepayment: 0n, writtenOff: 0n, reduced: 0n };
  /** What an event settles from a receipt's money, and which receipt it is. */
  const settledBy = (entry: LedgerEntry): { receipt: number; fen: Fen } | null => {
    if (entry.type === 'receipt.taken') return { receipt: entry.position, fen: of(entry.body.settlements) };
    if (entry.type === 'allocation.released') return { receipt: entry.body.receipt, fen: -of(entry.body.releases) };
    if (entry.type === 'receipt.moved') return { receipt: entry.body.receipt, fen: of(entry.body.settlements) };
    const reversed = entry.type === 'entry.reversed' ? at(entry.reversesPosition) : undefined;
    const settled = reversed ? settledBy(reversed) : null;
    return settled && { ...settled, fen: -settled.fen };
  };
  const add = (entry: LedgerEntry, sign: bigint): void => {
    if (entry.type === 'charge.raised')
      total.raised += sign * of([{ charge: entry.position, amount: entry.body.amount }]);
    if (entry.type === 'charge.corrected') total.raised -= sign * of([entry.body]);
    if (entry.type === 'deposit.applied') total.prepayment += sign * of(entry.body.applications);
    if (entry.type === 'prepayment.applied') total.prepayment += sign * of(entry.body.applications);
    if (entry.type === 'prepayment.released') total.prepayment -= sign * of(entry.body.releases);
    if (entry.type === 'charge.written-off') total.writtenOff += sign * of([entry.body]);
    if (entry.type === 'charge.reduced') total.reduced += sign * of([entry.body]);
  };
  for (const entry of log) {
    if (entry.accountingPeriod !== period) continue;
    add(entry, 1n);
    total.cash += settledBy(entry)?.fen ?? 0n;
    if (entry.type === 'receipt.reversed')
      for (const earlier of log.slice(0, entry.position - 1)) {
        const settled = settledBy(earlier);
        if (settled?.receipt === entry.reversesPosition) total.cash -= settled.fen;
      }
    const reversed = at(entry.reversesPosition);
    if (reversed) add(reversed, -1n);
  }
  return total;
};
