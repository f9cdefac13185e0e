import type { Day, LateBasis, Money, Standard } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  firstFeeDay,
  formatMoney,
  lateFee,
  parseMoney,
  type FrozenDays,
  type NewCharge,
  type OpenChange,
} from '@propledger/ledger-core';

const ITEM = '违约金';
const PRIORITY = 90;

/** Late fees to raise, and what they were computed from. */
export interface ComputedFees {
  /** Where the book stood. */
  readonly readAt: number;
  readonly standards: ReadonlyMap<string, number>;
  /** In the order in which the late charges were raised. */
  readonly fees: readonly NewCharge[];
}

/** A late charge and what its late fees have come to, as they would be raised now. */
export interface LateCharge {
  readonly charge: number;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  /** Of the whole time; its segments add up to the fees of `total`, and `before` is what was raised of them. */
  readonly basis: LateBasis;
  /** The first day that bears one. */
  readonly firstDay: Day;
  readonly total: bigint;
}

interface Row {
  readonly head: string;
  readonly position: string;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly dueOn: Day;
  readonly fen: string;
  readonly since: Day | null;
  readonly standard: string;
  readonly standardAt: string;
  readonly rule: NonNullable<Standard['lateFee']>;
  readonly changes: readonly { readonly on: Day; readonly amount: Money }[] | null;
  readonly frozen: readonly FrozenDays[] | null;
  readonly before: string;
}

/**
 * What late fees of a project have grown by, up to and including a day: of charges that runs raised by a standard with a
 * rate, and of what of these came over from another customer. What was open on which day is read from what the events
 * booked on the receivable, each on its own date; so a receipt that is entered late counts from its date on.
 */
export const computeLateFees = async (tx: Tx, book: string, asOf: Day): Promise<ComputedFees> => {
  const rows = await lateRows(tx, book, asOf, null);
  return {
    readAt: Number(rows[0]?.head ?? 0),
    standards: new Map(rows.map(({ standard, standardAt }) => [standard, Number(standardAt)])),
    fees: rows.flatMap((row) => feeOf(row, asOf)),
  };
};

/** What late fees of a customer's charges have come to by a day, raised or not, in the order in which the charges were raised. */
export const lateChargesFor = async (tx: Tx, book: string, asOf: Day, customer: string): Promise<LateCharge[]> =>
  (await lateRows(tx, book, asOf, customer))
    .map((row) => lateChargeOf(row, asOf))
    .filter(({ total, basis }) => total > 0n || basis.frozen !== undefined || basis.before !== '0.00');

/** @param customer null: of all. */
const lateRows = (tx: Tx, book: string, asOf: Day, customer: string | null): Promise<Row[]> =>
  // One statement: all of it is seen as of one moment.
  tx.rows<Row>(
    `with bearing as materialized (
       select c.position, c.resource, c.customer, c.item, c.from_on, c.to_on, c.due_on, c.amount_fen, c.transferred_from, c.effective_on,
              s.standard, s.position as standard_at, s.body->'lateFee' as rule
         from charge c join standard s on s.book = c.book and s.standard = c.standard and not s.withdrawn
        where c.book = $1 and c.reversed_by is null and c.origin in ('run', 'transfer', 'correction') and c.due_on < $2
          and s.body ? 'lateFee' and ($3::text is null or c.customer = $3)),
     changes as materialized (
       select l.charge, e.effective_date as on_day, sum(l.amount) as amount
         from event e
         cross join lateral jsonb_to_recordset(e.body::jsonb->'lines') as l(account text, charge bigint, amount numeric)
        where e.book = $1 and e.position > (select min(position) from bearing) and e.accounting_period is not null
          and e.type <> 'charge.raised' and l.account = 'receivable' and l.charge <> e.position
        group by l.charge, e.effective_date),
     frozen as materialized (
       select c::bigint as charge, jsonb_agg(jsonb_build_object('from', f.from_on, 'to', f.to_on)) as days
         from late_fee_freeze f cross join lateral jsonb_array_elements(f.charges) c
        where f.book = $1 and f.withdrawn_by is null
        group by c)
     select (select h.position from book_head h where h.book = $1) as head,
            b.position, b.resource, b.customer, b.item, b.from_on as "from", b.to_on as "to", b.due_on as "dueOn", b.amount_fen as fen,
            case when b.transferred_from is not null then b.effective_on end as since,
            b.standard, b.standard_at as "standardAt", b.rule,
            (select jsonb_agg(jsonb_build_object('on', to_char(m.on_day, 'YYYY-MM-DD'), 'amount', m.amount::numeric(20, 2)::text))
               from changes m where m.charge = b.position) as changes,
            (select z.days from frozen z where z.charge = b.position) as frozen,
            coalesce((select sum(f.amount_fen) from charge f
                       where f.book = $1 and f.subject = 'charge ' || b.position and f.reversed_by is null), 0) as before
       from bearing b order by b.position`,
    [book, asOf, customer],
  );

const lateChargeOf = (row: Row, asOf: Day): LateCharge => {
  const { position, resource, customer, item, from, to, dueOn, rule, since } = row;
  const amount = BigInt(row.fen);
  const changes = (row.changes ?? []).map((change): OpenChange => ({
    on: change.on,
    amount: parseMoney(change.amount),
  }));
  const { total, segments, frozen } = lateFee({ amount, dueOn, since, changes, frozen: row.frozen ?? [] }, rule, asOf);
  const basis = {
    ...rule,
    amount: formatMoney(amount),
    segments,
    ...(frozen.length === 0 ? {} : { frozen }),
    before: formatMoney(BigInt(row.before)),
  };
  const charge = Number(position);
  return {
    ...{ charge, resource, customer, item, from, to, dueOn, basis, total },
    firstDay: firstFeeDay(dueOn, rule),
  };
};

const feeOf = (row: Row, asOf: Day): NewCharge[] => {
  const { charge, resource, customer, basis, firstDay: from, total } = lateChargeOf(row, asOf);
  const amount = total - parseMoney(basis.before);
  if (from > asOf || amount <= 0n) return [];
  return [
    {
      ...{ resource, customer, item: ITEM, from, to: asOf, dueOn: asOf, priority: PRIORITY, amount },
      ...{ standard: null, binding: null, subject: { charge } },
      basis: { method: ITEM, late: basis },
    },
  ];
};

/** The late charges that fees are of. */
export const lateChargesOf = (fees: readonly NewCharge[]): number[] =>
  fees.flatMap(({ subject }) => (subject?.charge === undefined ? [] : [subject.charge]));
