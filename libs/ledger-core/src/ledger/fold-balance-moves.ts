import type { JournalLine } from '@propledger/contracts';
import { parseMoney, type Fen } from '../money';
import type { LedgerEntry } from './facts';
import { putBalanceMove } from './put';
import { balanceKey, type BookState } from './state';

/** What an event moved balances of prepayments by, from its journal: whatever it is, it is the lines that move them. */
export const foldBalanceMoves = (book: BookState, { position, effectiveDate: on, body }: LedgerEntry): void => {
  if (!('lines' in body)) return;
  for (const [key, amount] of prepaidBy(body.lines)) putBalanceMove(book, key, { position, on, amount });
};

/** What lines add to each balance, by balanceKey; nothing of those that they leave as they were. */
export const prepaidBy = (lines: readonly JournalLine[]): Map<string, Fen> => {
  const moved = new Map<string, Fen>();
  for (const { account, amount, customer = '', tie = null } of lines) {
    if (account !== 'unapplied') continue;
    const key = balanceKey(customer, tie);
    moved.set(key, (moved.get(key) ?? 0n) - parseMoney(amount));
  }
  for (const [key, amount] of moved) if (amount === 0n) moved.delete(key);
  return moved;
};
