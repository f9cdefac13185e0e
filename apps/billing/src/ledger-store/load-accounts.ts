import type { Tx } from '@propledger/event-log';
import { bookIn, putApplication, putBalance, putCharge, type LedgerState } from '@propledger/ledger-core';
import type { Asked } from './asked';
import { lookUp } from './look-up';
import { applicationOf, CHARGE_COLUMNS, chargeOf, type ApplicationRow, type BalanceRow, type ChargeRow } from './rows';

const APPLICATIONS = `select a.book, a.position, a.index, a.customer, a.tie, a.charge, a.amount_fen, a.released_fen,
    to_char(e.effective_date, 'YYYY-MM-DD') as effective_on,
    case when a.released_fen > 0 then (
      select to_char(max(r.effective_date), 'YYYY-MM-DD') from event r
       where r.type = 'prepayment.released' and r.body::jsonb ->> 'customer' = a.customer collate "default" and r.book = a.book
         and r.position > a.position and r.body::jsonb -> 'releases'
           @> jsonb_build_array(jsonb_build_object('application', a.position, 'index', a.index))) end as released_on
  from prepayment_application a join event e on e.book = a.book and e.position = a.position`;

/** Every balance of the customers asked for, and of those whose single balances are. */
export const loadBalances = async (tx: Tx, state: LedgerState, { customers, balances }: Asked): Promise<void> => {
  const owners = [...customers, ...balances.map(([book, customer]) => [book, customer])];
  for (const row of await lookUp<BalanceRow>(
    tx,
    owners,
    ['book text', 'customer text'],
    `select book, customer, tie, balance_fen from prepayment_balance b
      where b.book = w.book and b.customer = w.customer`,
  ))
    putBalance(bookIn(state, row.book), { customer: row.customer, tie: row.tie, balance: BigInt(row.balance_fen) });
};

/** Single applications, with their balances; what was applied from single balances and may be released; what was applied to charges and is released. */
export const loadApplications = async (tx: Tx, state: LedgerState, asked: Asked, next: Asked): Promise<void> => {
  const [named, ofBalances, ofCharges] = await Promise.all([
    lookUp<ApplicationRow>(
      tx,
      asked.applications,
      ['book text', 'position bigint'],
      `${APPLICATIONS} where a.book = w.book and a.position = w.position`,
    ),
    lookUp<ApplicationRow>(
      tx,
      asked.balances,
      ['book text', 'customer text', 'tie text'],
      `${APPLICATIONS} where a.book = w.book and a.customer = w.customer and a.tie is not distinct from w.tie
        and a.released_fen < a.amount_fen`,
    ),
    lookUp<ApplicationRow>(
      tx,
      asked.entries,
      ['book text', 'charge bigint'],
      `${APPLICATIONS} where a.book = w.book and a.charge = w.charge and a.released_fen = a.amount_fen`,
    ),
  ]);
  for (const { book, customer, tie } of named) next.balances.push([book, customer, tie]);
  for (const row of [...named, ...ofBalances]) {
    putApplication(bookIn(state, row.book), applicationOf(row));
    next.charges.push([row.book, Number(row.charge)]);
  }
  for (const row of ofCharges) putApplication(bookIn(state, row.book), applicationOf(row));
};

/** Charges in every way they are asked for; the same one found twice is put once. */
export const loadCharges = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const found = async (
    keys: readonly (readonly (string | number | null)[])[],
    columns: readonly string[],
    condition: string,
  ): Promise<void> => {
    const select = `select ${CHARGE_COLUMNS} from charge c where c.book = w.book and ${condition}`;
    for (const row of await lookUp<ChargeRow>(tx, keys, columns, select))
      putCharge(bookIn(state, row.book), chargeOf(row));
  };
  await Promise.all([
    found(asked.customers, ['book text', 'customer text'], 'c.customer = w.customer and c.open_fen > 0'),
    found(asked.charges, ['book text', 'position bigint'], 'c.position = w.position'),
    found(
      asked.chargeKeys,
      ['book text', 'resource text', 'customer text', 'item text', 'from_on text', 'to_on text'],
      `c.resource = w.resource and c.from_on = w.from_on and c.to_on = w.to_on and c.customer = w.customer
       and c.item = w.item and c.reversed_by is null`,
    ),
    found(
      asked.bindingCharges,
      ['book text', 'binding text', 'days_from text', 'days_to text'],
      `c.binding = w.binding and c.reversed_by is null
       and (w.days_from is null or (c.from_on <= w.days_to and c.to_on >= w.days_from))`,
    ),
    found(
      asked.subjectCharges,
      ['book text', 'subject text', 'days_from text', 'days_to text'],
      `c.subject = w.subject and c.reversed_by is null
       and (w.days_from is null or (c.from_on <= w.days_to and c.to_on >= w.days_from))`,
    ),
  ]);
};
