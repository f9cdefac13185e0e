import type { Tx } from '@propledger/event-log';
import type { Fen } from '../money';
import { countsOn, type HeldCharge } from './charges';
import type { ReceivableRow } from './movements';

interface DaySum {
  readonly item: string;
  readonly row: ReceivableRow;
  /** Empty where it is before the period of the movement. */
  readonly chargePeriod: string;
  amount: Fen;
  standing: number;
}

/** What movements of one book add to `receivable_month`, `receivable_day` and `collection_day`: the same that `sums.ts` says in SQL. */
export class PageSums {
  private readonly days = new Map<string, DaySum>();
  private readonly counted = new Map<string, { readonly on: string; readonly kind: string; amount: Fen }>();
  private settledOn: string | null = null;

  add(row: ReceivableRow, held: HeldCharge): void {
    const { position, charge, kind, amount, effectiveOn, period } = row;
    const chargePeriod = held.period < period ? '' : held.period;
    const standing = kind !== 'charge' ? 0 : position === charge ? 1 : -1;
    const key = [effectiveOn, period, kind, chargePeriod, held.item].join();
    const day = this.days.get(key);
    if (day === undefined) this.days.set(key, { row, chargePeriod, amount, standing, item: held.item });
    else {
      day.amount += amount;
      day.standing += standing;
    }
    const on = countsOn(row, held);
    const counted = this.counted.get(on + kind);
    if (counted === undefined) this.counted.set(on + kind, { on, kind, amount });
    else counted.amount += amount;
    if (position !== charge && on === effectiveOn && (this.settledOn === null || on > this.settledOn))
      this.settledOn = on;
  }

  /** The transaction waits for it. */
  write(tx: Tx, book: string): void {
    const days = [...this.days.values()];
    const counted = [...this.counted.values()];
    if (days.length === 0) return;
    void tx.rows(
      `with moved as (
         select * from unnest($2::date[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
           as r(effective_on, item, period, kind, charge_period, amount_fen, standing)
       ), by_month as (
         insert into receivable_month as t (book, item, period, effective_month, kind, charge_period, amount_fen, standing)
         select $1, item, period, to_char(effective_on, 'YYYY-MM'), kind, charge_period, sum(amount_fen)::bigint, sum(standing)::bigint
         from moved group by 2, 3, 4, 5, 6
         on conflict (book, item, period, effective_month, kind, charge_period)
         do update set amount_fen = t.amount_fen + excluded.amount_fen, standing = t.standing + excluded.standing
       ), by_day as (
         insert into receivable_day as t (book, effective_on, item, period, kind, charge_period, amount_fen, standing)
         select $1, effective_on, item, period, kind, charge_period, amount_fen, standing from moved
         on conflict (book, effective_on, item, period, kind, charge_period)
         do update set amount_fen = t.amount_fen + excluded.amount_fen, standing = t.standing + excluded.standing
       ), by_counting_day as (
         insert into collection_day as t (book, counts_on, kind, amount_fen)
         select $1, r.* from unnest($9::date[], $10::text[], $11::bigint[]) as r
         on conflict (book, counts_on, kind) do update set amount_fen = t.amount_fen + excluded.amount_fen
       )
       update book_dates set settled_on = $12::date where book = $1 and settled_on < $12::date`,
      [
        book,
        days.map(({ row }) => row.effectiveOn),
        days.map(({ item }) => item),
        days.map(({ row }) => row.period),
        days.map(({ row }) => row.kind),
        days.map(({ chargePeriod }) => chargePeriod),
        days.map(({ amount }) => amount.toString()),
        days.map(({ standing }) => standing),
        counted.map(({ on }) => on),
        counted.map(({ kind }) => kind),
        counted.map(({ amount }) => amount.toString()),
        this.settledOn,
      ],
    );
  }
}
