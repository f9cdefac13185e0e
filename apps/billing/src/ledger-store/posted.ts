import type { Account, Money, Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { parseMoney, type TrialBalanceRow } from '@propledger/ledger-core';

/** Sums of the journal lines that were posted into a period, by account and item, of events `after` < position ≤ `upTo`. */
export const postedBetween = async (
  tx: Tx,
  book: string,
  period: Period,
  after: number,
  upTo: number,
): Promise<TrialBalanceRow[]> => {
  const rows = await tx.rows<{ account: Account; item: string | null; amount: Money }>(
    `select line->>'account' as account, line->>'item' as item, sum((line->>'amount')::numeric(20, 2))::text as amount
       from event e cross join lateral jsonb_array_elements(e.body::jsonb->'lines') line
      where e.book = $1 and e.accounting_period = $2 and e.position > $3 and e.position <= $4
      group by 1, 2
     having sum((line->>'amount')::numeric(20, 2)) <> 0`,
    [book, period, after, upTo],
  );
  return rows.map(({ account, item, amount }) => ({ account, item, amount: parseMoney(amount) }));
};
