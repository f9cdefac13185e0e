import type { RecordedEvent } from '@propledger/contracts';
import { emptyBook, evolve, openOf, type BookState, type LedgerEntry } from '@propledger/ledger-core';
import type { Pool } from 'pg';

/** The open state of a book as its events alone make it. */
export const replayed = (book: string, events: readonly RecordedEvent[]): BookState => {
  const state = { books: new Map([[book, emptyBook(book)]]) };
  for (const event of events) evolve(state, event as LedgerEntry);
  return state.books.get(book) ?? emptyBook(book);
};

type Open = Record<string, string>;

/** What is open of each charge and left of each balance and deposit, in fen, by what it is known by. */
export const openStateOf = ({ charges, balances, depositAt }: BookState): Open =>
  Object.fromEntries([
    ...[...charges.values()].map((charge) => [`charge ${charge.position}`, String(openOf(charge))]),
    ...[...balances.values()].map(({ customer, tie, balance }) => [
      `balance ${customer} ${tie ?? '-'}`,
      String(balance),
    ]),
    ...[...depositAt.values()].map((deposit) => [
      `deposit ${deposit.position}`,
      String(deposit.amount - deposit.refunded - deposit.used),
    ]),
  ]) as Open;

/** The same, from billing's tables. */
export const openStateIn = async (pool: Pool, book: string): Promise<Open> => {
  const { rows } = await pool.query<{ key: string; fen: string }>(
    `select 'charge ' || position as key, open_fen::text as fen from charge where book = $1
     union all select 'balance ' || customer || ' ' || coalesce(tie, '-'), balance_fen::text from prepayment_balance where book = $1
     union all select 'deposit ' || position, (amount_fen - refunded_fen - used_fen)::text from deposit where book = $1`,
    [book],
  );
  return Object.fromEntries(rows.map(({ key, fen }) => [key, fen]));
};
