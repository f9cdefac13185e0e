import type { Day, DiscountGranted, DiscountRule, Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  discountsOf,
  groupedBy,
  parseMoney,
  sum,
  type DiscountedCharge,
  type GiveDiscounts,
  type NewDiscount,
  type OpenGrant,
} from '@propledger/ledger-core';
import { firstPositionOf, lastPositionOf } from '../ledger-store/positions-of-periods';

/** Discounts that charges lack, and what they were computed from. */
export interface Lacking {
  readonly discounts: readonly NewDiscount[];
  readonly computedFrom: GiveDiscounts['computedFrom'];
  /** The charges that they are of, by position. */
  readonly charges: ReadonlyMap<number, DiscountedCharge>;
}

/** Rules and grants that stand, as discounts are computed from them. */
export interface Rules {
  readonly rules: readonly { readonly rule: DiscountRule; readonly position: number }[];
  readonly grants: readonly OpenGrant[];
}

/** Charges of a period; of one bill run alone, where one is given. */
export interface OfCharges {
  readonly period: Period;
  readonly run?: string;
}

interface Row {
  readonly charge: string;
  readonly resource: string;
  readonly customer: string;
  readonly item: string;
  readonly from: Day;
  readonly to: Day;
  readonly net: string;
  readonly left: string;
  readonly groups: readonly string[];
  readonly given: readonly { readonly rule: string; readonly grant: number | null; readonly fen: string }[] | null;
}

/**
 * Discounts by rule that charges of a period lack: charges that runs raised and their 补差; what was entered by hand was agreed as it is.
 * Nothing is read beside the rules where there are none.
 */
export const discountsLacking = async (tx: Tx, book: string, of: OfCharges): Promise<Lacking> => {
  const rules = await readRules(tx, book);
  const items = itemsOf(rules);
  if (items.length === 0) return { discounts: [], computedFrom: [], charges: new Map() };
  const charges = (await readCharges(tx, book, items, of)).map(chargeOf);
  return {
    ...compute(charges, rules),
    charges: new Map(charges.map((charge) => [charge.charge, charge])),
  };
};

/** @returns what the charges lack, with the rules' positions */
export const compute = (charges: readonly DiscountedCharge[], { rules, grants }: Rules): Omit<Lacking, 'charges'> => ({
  discounts: discountsOf(
    charges,
    rules.map(({ rule }) => rule),
    grants,
  ),
  computedFrom: rules.map(({ rule, position }) => [rule.rule, position] as const),
});

export const itemsOf = ({ rules, grants }: Rules): string[] => [
  ...new Set([...rules.flatMap(({ rule }) => rule.items), ...grants.flatMap(({ body }) => body.items)]),
];

export const readRules = async (tx: Tx, book: string): Promise<Rules> => {
  const rules = await tx.rows<{ body: DiscountRule; position: string }>(
    'select body, position from discount_rule where book = $1 and not withdrawn order by rule',
    [book],
  );
  const grants = await tx.rows<{ position: string; body: DiscountGranted; used: string }>(
    `select g.position, g.body, coalesce((
              select sum(r.amount_fen) from reduction r
               where r.book = g.book and r.grant_at = g.position and r.reversed_by is null), 0) as used
       from discount_grant g where g.book = $1 and g.withdrawn_by is null order by g.position`,
    [book],
  );
  return {
    rules: rules.map(({ body, position }) => ({ rule: body, position: Number(position) })),
    grants: grants.map(({ position, body, used }) => ({
      grant: Number(position),
      body,
      left: body.amountOff === undefined ? null : parseMoney(body.amountOff) - BigInt(used),
    })),
  };
};

const readCharges = (tx: Tx, book: string, items: readonly string[], { period, run }: OfCharges): Promise<Row[]> => {
  const own = `(select k.first_position, k.last_position from command k where k.book = $1 and starts_with(k.command_id, $4)) own
    join charge c on c.book = $1 and c.position between own.first_position and own.last_position`;
  const posted = `(select * from charge
                    where position between ${firstPositionOf('$1', 'array[$2]')} and ${lastPositionOf('$1', 'array[$2]')}) c`;
  return tx.rows<Row>(
    `select c.position as charge, c.resource, c.customer, c.item, c.from_on as "from", c.to_on as "to",
            c.amount_fen - c.corrected_fen as net,
            c.open_fen + c.cash_fen + coalesce((select sum(a.amount_fen - a.released_fen) from prepayment_application a
                                                 where a.book = c.book and a.charge = c.position), 0) as left,
            coalesce(k.groups, '{}') as groups,
            (select jsonb_agg(jsonb_build_object('rule', r.rule, 'grant', r.grant_at, 'fen', r.amount_fen::text))
               from reduction r
              where r.book = c.book and r.charge = c.position and r.rule is not null and r.reversed_by is null) as given
       from ${run === undefined ? posted : own}
       left join copy_customer k on k.project = c.book and k.customer = c.customer
      where c.book = $1 and c.period = $2 and c.reversed_by is null and c.origin in ('run', 'correction') and c.item = any ($3)
      order by c.position`,
    [book, period, items, ...(run === undefined ? [] : [`run:${run}:`])],
  );
};

const chargeOf = ({ charge, net, left, given, ...row }: Row): DiscountedCharge => ({
  ...row,
  charge: Number(charge),
  net: BigInt(net),
  left: BigInt(left),
  given: (given ?? []).map(({ rule, grant, fen }) => ({ rule, grant, amount: BigInt(fen) })),
});

/** Those that one person may give, in commands of so many charges; and, charge by charge, those that take two. */
export const inCommands = (
  { discounts }: Lacking,
  limit: bigint | null,
  chargesAtMost: number,
): { readonly chunks: readonly (readonly NewDiscount[])[]; readonly forTwo: readonly (readonly NewDiscount[])[] } => {
  const ofCharges = [...groupedBy(discounts, ({ charge }) => String(charge)).values()];
  const takesTwo = (parts: readonly NewDiscount[]): boolean =>
    limit !== null && sum(parts.map(({ amount }) => amount)) > limit;
  const single = ofCharges.filter((parts) => !takesTwo(parts));
  const chunks: NewDiscount[][] = [];
  for (let at = 0; at < single.length; at += chargesAtMost) chunks.push(single.slice(at, at + chargesAtMost).flat());
  return { chunks, forTwo: ofCharges.filter(takesTwo) };
};

/** Above which one charge's discounts take two people; null: never. */
export const waiverLimitOf = async (tx: Tx, book: string): Promise<bigint | null> => {
  const [row] = await tx.rows<{ fen: string | null }>('select waiver_fen as fen from approval_limit where book = $1', [
    book,
  ]);
  return row?.fen == null ? null : BigInt(row.fen);
};

/** What they come to together. */
export const totalOf = (discounts: readonly { readonly amount: bigint }[]): bigint =>
  sum(discounts.map(({ amount }) => amount));
