import { ACCOUNTS, type Account, type JournalLine, type PeriodClosed } from '@propledger/contracts';
import { formatMoney, parseMoney, type Fen } from '../money';
import { compareText } from '../text';

export interface TrialBalanceRow {
  readonly account: Account;
  readonly item: string | null;
  /** Debit positive. */
  readonly amount: Fen;
}

/** Sums of journal lines by account and item, in order of account and item; those that come to zero are left out. */
export const trialBalance = (lines: Iterable<JournalLine>): TrialBalanceRow[] => {
  const sums = new Map<Account, Map<string | null, Fen>>();
  for (const { account, item, amount } of lines) {
    const items = sums.get(account) ?? new Map<string | null, Fen>();
    sums.set(account, items.set(item ?? null, (items.get(item ?? null) ?? 0n) + parseMoney(amount)));
  }
  return inOrder(
    [...sums].flatMap(([account, items]) => [...items].map(([item, amount]) => ({ account, item, amount }))),
  ).filter(({ amount }) => amount !== 0n);
};

/** The trial balance as period.closed carries it: in order, so that its hash does not depend on how it was summed. */
export const trialBalanceBody = (rows: readonly TrialBalanceRow[]): PeriodClosed['trialBalance'] =>
  inOrder(rows).map(({ account, item, amount }) => ({ account, item, amount: formatMoney(amount) }));

const inOrder = (rows: readonly TrialBalanceRow[]): TrialBalanceRow[] =>
  [...rows].sort(
    (one, other) =>
      ACCOUNTS.indexOf(one.account) - ACCOUNTS.indexOf(other.account) || compareText(one.item ?? '', other.item ?? ''),
  );
