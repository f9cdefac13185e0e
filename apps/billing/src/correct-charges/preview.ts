import type { Period } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import {
  compareText,
  creditsOf,
  formatMoney,
  groupedBy,
  netOf,
  openOf,
  smaller,
  sum,
  type ChargeState,
  type Fen,
} from '@propledger/ledger-core';
import { requestHash } from '@propledger/proof';
import type { Computed, Found } from './compute-corrections';
import type { CorrectionRow, CorrectionTotals, TotalsOfItem, TotalsOfPeriod } from './correction-shapes';

/** A difference with what it does to money that was received. */
export interface Weighed extends Found {
  /** Positive: 补差; negative: 红冲. */
  readonly amount: Fen;
  readonly givenBack: Fen;
  /** Less can be given back than would be needed; or 补差 of days that another is to be given back for, who cannot. */
  readonly held: boolean;
}

/** What the differences do to what is paid. */
export const weigh = async (tx: Tx, book: string, { found }: Computed): Promise<Weighed[]> => {
  const credits = found.map((one) => ({ one, parts: partsOf(one) }));
  // Most are covered by what is open or came in by receipts; of prepayments one must know what was not a deposit.
  const applied = await releasable(
    tx,
    book,
    credits.flatMap(({ parts }) =>
      parts.filter(({ charge, amount }) => amount > openOf(charge)).map(({ charge }) => charge),
    ),
  );
  const weighed = credits.map(({ one, parts }): Weighed => {
    const missing = parts.map(({ charge, amount }) => {
      const wanted = amount - smaller(amount, openOf(charge));
      return { wanted, there: smaller(wanted, charge.cash + (applied.get(charge.position) ?? 0n)) };
    });
    const { standing, computed } = one.difference;
    return {
      ...one,
      amount: sum(computed.map(({ amount }) => amount)) - sum(standing.map(({ amount }) => amount)),
      givenBack: sum(missing.map(({ there }) => there)),
      held: missing.some(({ wanted, there }) => there < wanted),
    };
  });
  // Days are not charged to another customer while the one who was charged for them cannot be given them back.
  const heldUnits = new Set(weighed.filter(({ held }) => held).map(unitOf));
  return weighed.map((one) => (one.amount > 0n && heldUnits.has(unitOf(one)) ? { ...one, held: true } : one));
};

/** What is computed together. */
const unitOf = ({ difference: { binding, subject, days } }: Found): string =>
  JSON.stringify([binding, subject ?? null, days.from, days.to]);

/** How much of which charges is taken back. */
const partsOf = ({ difference, standing }: Found): { readonly charge: ChargeState; readonly amount: Fen }[] => {
  const excess =
    sum(difference.standing.map(({ amount }) => amount)) - sum(difference.computed.map(({ amount }) => amount));
  if (excess <= 0n) return [];
  const left = standing.map((charge) => ({
    position: charge.position,
    customer: charge.customer,
    amount: netOf(charge),
  }));
  return creditsOf(left, excess).flatMap(({ charge, amount }) => {
    const state = standing.find(({ position }) => position === charge);
    return state ? [{ charge: state, amount }] : [];
  });
};

const releasable = async (tx: Tx, book: string, charges: readonly ChargeState[]): Promise<Map<number, Fen>> => {
  const some = charges.filter(({ applied }) => applied > 0n).map(({ position }) => position);
  if (some.length === 0) return new Map();
  const rows = await tx.rows<{ charge: string; fen: string }>(
    `select charge, sum(amount_fen - released_fen)::text as fen from prepayment_application
      where book = $1 and charge = any ($2::bigint[]) group by charge`,
    [book, some],
  );
  return new Map(rows.map(({ charge, fen }) => [Number(charge), BigInt(fen)]));
};

/** Stands for exactly these differences: others have another. */
export const previewOf = (weighed: readonly Weighed[]): string =>
  requestHash(
    weighed.map(({ period, difference: { binding, subject, customer, days, standing }, amount }) => [
      ...[period, binding, JSON.stringify(subject ?? null), customer, days.from, days.to, amount.toString()],
      ...standing.map((part) => `${part.charge} ${part.amount}`),
    ]),
  );

export const rowOf = (one: Weighed, closedThrough: Period | null): CorrectionRow => {
  const { period, binding, standard, difference, standing, amount, givenBack, held } = one;
  const before = sum(difference.standing.map((part) => part.amount));
  return {
    resource: binding.binding.resource,
    standard: standard.code,
    binding: binding.id,
    item: itemOf(one),
    customer: difference.customer,
    period,
    ...difference.days,
    standing: formatMoney(before),
    computed: formatMoney(before + amount),
    difference: formatMoney(amount),
    givenBack: formatMoney(givenBack),
    held: held ? 'charge-is-settled' : null,
    charges: standing.map((charge) => ({
      charge: charge.position,
      amount: formatMoney(netOf(charge)),
      received: formatMoney(charge.cash),
      applied: formatMoney(charge.applied),
      open: formatMoney(openOf(charge)),
      period: charge.period,
      closed: isClosed(charge.period, closedThrough),
    })),
  };
};

const isClosed = (period: Period, closedThrough: Period | null): boolean =>
  closedThrough !== null && period <= closedThrough;

/** The item that is charged now; of what is not charged at all any more, that of the charge. */
const itemOf = ({ difference, standing, standard }: Found): string =>
  difference.computed[0]?.item ?? standing[0]?.item ?? standard.standard.item;

export const totalsOf = (all: readonly Weighed[]): CorrectionTotals => {
  const posted = all.filter(({ held }) => !held);
  const amounts = posted.map(({ amount }) => amount);
  return {
    count: posted.length,
    credited: formatMoney(-sum(amounts.filter((amount) => amount < 0n))),
    charged: formatMoney(sum(amounts.filter((amount) => amount > 0n))),
    givenBack: formatMoney(sum(posted.map(({ givenBack }) => givenBack))),
  };
};

export const totalsByItem = (all: readonly Weighed[]): TotalsOfItem[] =>
  [...groupedBy(all, itemOf)]
    .map(([item, ofItem]) => ({ item, ...totalsOf(ofItem) }))
    .sort((one, other) => compareText(one.item, other.item));

export const totalsByPeriod = (all: readonly Weighed[], closedThrough: Period | null): TotalsOfPeriod[] =>
  [...groupedBy(all, ({ period }) => period)].map(([period, ofPeriod]) => ({
    period,
    closed: isClosed(period, closedThrough),
    ...totalsOf(ofPeriod),
  }));
