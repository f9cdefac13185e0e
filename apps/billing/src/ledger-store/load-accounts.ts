import type { Tx } from '@propledger/event-log';
import { bookIn, putApplication, putBalance, putCharge, type LedgerState } from '@propledger/ledger-core';
import { columnsOf, type Asked } from './asked';
import { applicationOf, CHARGE_COLUMNS, chargeOf, type ApplicationRow, type BalanceRow, type ChargeRow } from './rows';

/** Every balance of the customers asked for; and single balances with what was applied from them and may be released. */
export const loadBalances = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const { customers, balances } = asked;
  const owners = [...customers, ...balances.map(([book, customer]) => [book, customer])];
  if (owners.length > 0)
    for (const row of await tx.rows<BalanceRow>(
      `select b.book, b.customer, b.tie, b.balance_fen
         from unnest($1::text[], $2::text[]) as w(book, customer) join prepayment_balance b using (book, customer)`,
      columnsOf(owners),
    ))
      putBalance(bookIn(state, row.book), { customer: row.customer, tie: row.tie, balance: BigInt(row.balance_fen) });
  if (balances.length > 0)
    for (const row of await tx.rows<ApplicationRow>(
      `select a.book, a.position, a.index, a.customer, a.tie, a.charge, a.amount_fen, a.released_fen
         from (select distinct * from unnest($1::text[], $2::text[], $3::text[]) as w(book, customer, tie)) w
         join prepayment_application a
           on a.book = w.book and a.customer = w.customer and a.tie is not distinct from w.tie
        where a.released_fen < a.amount_fen
        order by a.position, a.index`,
      columnsOf(balances),
    )) {
      putApplication(bookIn(state, row.book), applicationOf(row));
      asked.charges.push([row.book, Number(row.charge)]);
    }
};

/** Charges in every way they are asked for; the same one found twice is put once. */
export const loadCharges = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const found = async (sql: string, keys: readonly (readonly (string | number | null)[])[]): Promise<void> => {
    if (keys.length === 0) return;
    for (const row of await tx.rows<ChargeRow>(`select ${CHARGE_COLUMNS} ${sql}`, columnsOf(keys)))
      putCharge(bookIn(state, row.book), chargeOf(row));
  };
  await found(
    `from unnest($1::text[], $2::text[]) as w(book, customer) join charge c using (book, customer) where c.open_fen > 0`,
    asked.customers,
  );
  await found(
    'from unnest($1::text[], $2::bigint[]) as w(book, position) join charge c using (book, position)',
    asked.charges,
  );
  await found(
    `from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
            as w(book, resource, customer, item, from_on, to_on)
     join charge c on c.book = w.book and c.resource = w.resource and c.from_on = w.from_on and c.to_on = w.to_on
                  and c.customer = w.customer and c.item = w.item
    where c.reversed_by is null`,
    asked.chargeKeys,
  );
  await found(
    `from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w(book, binding, days_from, days_to)
     join charge c on c.book = w.book and c.binding = w.binding
                  and (w.days_from is null or (c.from_on <= w.days_to and c.to_on >= w.days_from))
    where c.reversed_by is null`,
    asked.bindingCharges,
  );
};
