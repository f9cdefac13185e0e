import type { Day } from '@propledger/contracts';
import { formatMoney, parseMoney, type Fen } from '../money';
import type { LedgerRejection } from './rejections';
import { balanceKey, heldOf, type BookState, type DepositState, type Reading } from './state';

/** What moved an account on a day: fen, above zero what came in. */
export interface Move {
  readonly on: Day;
  readonly amount: Fen;
}

/**
 * Whether an account that has so much now may give `wanted` on a day: at the end of that day, and of every one since, it had
 * as much. Null: it may.
 *
 * @param balance now, with all that ever moved the account: `wanted` or more.
 * @param moves all that moved it after the day; what moved it before, or on it, may be among them.
 * @returns date-before-entry, with the first day since which there was always enough.
 */
export const tooLittleSince = (
  date: Day,
  balance: Fen,
  moves: readonly Move[],
  wanted: Fen,
): LedgerRejection | null => {
  const onDays = new Map<Day, Fen>();
  for (const { on, amount } of moves) if (on > date) onDays.set(on, (onDays.get(on) ?? 0n) + amount);
  let before = balance;
  for (const day of [...onDays.keys()].sort().reverse()) {
    before -= onDays.get(day) ?? 0n;
    if (before < wanted) return { code: 'date-before-entry', effectiveOn: day };
  }
  return null;
};

/** Why so much cannot be taken from a balance on that day: it has less now, or had on a day since; null: it can. */
export const exceedsBalance = (
  book: Reading<BookState>,
  { customer, tie, date }: { readonly customer: string; readonly tie: string | null; readonly date: Day },
  amount: Fen,
): LedgerRejection | null => {
  const key = balanceKey(customer, tie);
  const left = book.balances.get(key)?.balance ?? 0n;
  if (amount > left) return { code: 'exceeds-prepayment', left: formatMoney(left) };
  return tooLittleSince(date, left, [...(book.balanceMoves.get(key)?.values() ?? [])], amount);
};

/** Why so much cannot be taken from the deposit on that day: less is held now, or was on a day since; null: it can. */
export const exceedsHeld = (
  book: Reading<BookState>,
  deposit: Reading<DepositState>,
  date: Day,
  amount: Fen,
): LedgerRejection | null => {
  const held = heldOf(deposit);
  if (amount > held) return { code: 'exceeds-deposit', receiptNo: deposit.receiptNo, held: formatMoney(held) };
  return tooLittleSince(date, held, movesOfDeposit(book, deposit), amount);
};

/** What was refunded, applied or forfeited of a deposit, and what of that came back. */
export const movesOfDeposit = (
  book: Reading<BookState>,
  { position, receiptNo }: Reading<DepositState>,
): readonly Move[] => {
  const refunds = [...book.refunds.values()]
    .filter((refund) => refund.receiptNo === receiptNo && refund.position > position)
    .map(({ amount, effectiveOn, reversedOn }) => ({ amount, effectiveOn, reversedOn }));
  const uses = [...book.entries.values()].flatMap(({ type, body, effectiveOn, reversedOn }) =>
    (type === 'deposit.applied' || type === 'deposit.forfeited') && body.deposit === position
      ? [{ amount: parseMoney(body.amount), effectiveOn, reversedOn }]
      : [],
  );
  return [...refunds, ...uses].flatMap(({ amount, effectiveOn, reversedOn }) => [
    { on: effectiveOn, amount: -amount },
    ...(reversedOn === null ? [] : [{ on: reversedOn, amount }]),
  ]);
};
