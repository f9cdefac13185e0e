import type { Day, JournalLine } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { balanceKey, bookIn, prepaidBy, putBalanceMove, type LedgerState } from '@propledger/ledger-core';
import type { Asked } from './asked';
import { lookUp } from './look-up';

/**
 * Events after a day that can have moved a balance of a customer: those of his receipts, also of former ones, of what was brought in, of
 * what was applied to his charges and released, and of refunds; with what reversed them. Some did not: their lines say so.
 *
 * Each is looked up by itself, as in lookUp. A receipt has its events by its number, in `entry`. Only releases leave no row: they have
 * an index of their own, as moves of receipts do.
 */
const MOVES = `
  with own as (
    select r.position, r.receipt_no, r.reversed_by from receipt r where r.customer = w.customer and r.book = w.book),
  moved as (
    select m.position, (m.body::jsonb ->> 'receipt')::bigint as receipt, m.body::jsonb ->> 'receiptNo' as receipt_no
      from event m where m.book = w.book and m.type = 'receipt.moved'
       and w.customer in (m.body::jsonb ->> 'customer', m.body::jsonb -> 'former' ->> 'customer')),
  kept as (
    select k.position, k.reversed_by
      from (select receipt_no as subject from own union select receipt_no from moved union select w.customer) s
        cross join lateral (
          select k.position, k.reversed_by from entry k where k.book = w.book and k.subject = s.subject offset 0) k),
  brought as (
    select b.position, b.reversed_by from brought_in b where b.book = w.book and b.customer = w.customer),
  candidate as (
    select position from own union select reversed_by from own
    union select position from moved union select receipt from moved
    union select position from kept union select reversed_by from kept
    union select position from brought union select reversed_by from brought
    union select a.position
            from charge c cross join lateral (
              select a.position from prepayment_application a where a.book = w.book and a.charge = c.position offset 0) a
           where c.book = w.book and c.customer = w.customer
    union select r.position from event r
           where r.type = 'prepayment.released' and r.body::jsonb ->> 'customer' = w.customer and r.book = w.book)
  select w.book, w.customer, w.tie, e.position, to_char(e.effective_date, 'YYYY-MM-DD') as on_day,
      e.body::jsonb -> 'lines' as lines
    from candidate cross join lateral (
      select * from event e where e.book = w.book and e.position = candidate.position offset 0) e
   where e.effective_date > w.after`;

export const loadBalanceMoves = async (tx: Tx, state: LedgerState, { balanceMoves }: Asked): Promise<void> => {
  for (const { book, customer, tie, position, on_day: on, lines } of await lookUp<MoveRow>(
    tx,
    balanceMoves,
    ['book text', 'customer text', 'tie text', 'after date'],
    MOVES,
  )) {
    const key = balanceKey(customer, tie);
    const amount = prepaidBy(lines ?? []).get(key);
    if (amount !== undefined) putBalanceMove(bookIn(state, book), key, { position: Number(position), on, amount });
  }
};

interface MoveRow {
  readonly book: string;
  readonly customer: string;
  readonly tie: string | null;
  readonly position: string;
  readonly on_day: Day;
  readonly lines: readonly JournalLine[] | null;
}
