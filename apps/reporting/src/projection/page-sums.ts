import type { Tx } from '@propledger/event-log';
import type { Fen } from '../money';
import { countsOn, type HeldCharge } from './charges';
import type { ReceivableRow } from './movements';

/** Between the parts of a key: PostgreSQL has no text with it. */
export const SEPARATOR = '\u0000';

interface DaySum {
  readonly book: string;
  readonly item: string;
  readonly row: ReceivableRow;
  /** Empty where it is before the period of the movement. */
  readonly chargePeriod: string;
  amount: Fen;
  standing: number;
}

interface CountedSum {
  readonly book: string;
  readonly on: string;
  readonly kind: string;
  amount: Fen;
}

/** What movements add to `receivable_month`, `receivable_day` and `collection_day`: the same that `sums.ts` says in SQL. */
export class PageSums {
  private readonly days = new Map<string, DaySum>();
  private readonly counted = new Map<string, CountedSum>();
  private readonly settledOn = new Map<string, string>();

  add(row: ReceivableRow, held: HeldCharge): void {
    const { position, charge, kind, amount, effectiveOn, period } = row;
    const { book, item } = held;
    const chargePeriod = held.period < period ? '' : held.period;
    const standing = kind !== 'charge' ? 0 : position === charge ? 1 : -1;
    const key = effectiveOn + period + chargePeriod + SEPARATOR + kind + SEPARATOR + book + SEPARATOR + item;
    const day = this.days.get(key);
    if (day === undefined) this.days.set(key, { book, row, chargePeriod, amount, standing, item });
    else {
      day.amount += amount;
      day.standing += standing;
    }
    const on = countsOn(row, held);
    const countedKey = on + kind + book;
    const counted = this.counted.get(countedKey);
    if (counted === undefined) this.counted.set(countedKey, { book, on, kind, amount });
    else counted.amount += amount;
    if (position !== charge && on === effectiveOn && on > (this.settledOn.get(book) ?? ''))
      this.settledOn.set(book, on);
  }

  /** The transaction waits for it. */
  write(tx: Tx): void {
    const days = [...this.days.values()];
    const counted = [...this.counted.values()];
    if (days.length === 0) return;
    void tx.rows(
      `with moved as (
         select * from unnest($1::text[], $2::date[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[])
           as r(book, effective_on, item, period, kind, charge_period, amount_fen, standing)
       ), by_month as (
         insert into receivable_month as t (book, item, period, effective_month, kind, charge_period, amount_fen, standing)
         select book, item, period, to_char(effective_on, 'YYYY-MM'), kind, charge_period, sum(amount_fen)::bigint, sum(standing)::bigint
         from moved group by 1, 2, 3, 4, 5, 6
         on conflict (book, item, period, effective_month, kind, charge_period)
         do update set amount_fen = t.amount_fen + excluded.amount_fen, standing = t.standing + excluded.standing
       ), by_day as (
         insert into receivable_day as t (book, effective_on, item, period, kind, charge_period, amount_fen, standing)
         select book, effective_on, item, period, kind, charge_period, amount_fen, standing from moved
         on conflict (book, effective_on, item, period, kind, charge_period)
         do update set amount_fen = t.amount_fen + excluded.amount_fen, standing = t.standing + excluded.standing
       ), by_counting_day as (
         insert into collection_day as t (book, counts_on, kind, amount_fen)
         select * from unnest($9::text[], $10::date[], $11::text[], $12::bigint[])
         on conflict (book, counts_on, kind) do update set amount_fen = t.amount_fen + excluded.amount_fen
       )
       update book_dates d set settled_on = s.settled_on from unnest($13::text[], $14::date[]) as s(book, settled_on)
       where d.book = s.book and d.settled_on < s.settled_on`,
      [
        days.map(({ book }) => book),
        days.map(({ row }) => row.effectiveOn),
        days.map(({ item }) => item),
        days.map(({ row }) => row.period),
        days.map(({ row }) => row.kind),
        days.map(({ chargePeriod }) => chargePeriod),
        days.map(({ amount }) => amount.toString()),
        days.map(({ standing }) => standing),
        counted.map(({ book }) => book),
        counted.map(({ on }) => on),
        counted.map(({ kind }) => kind),
        counted.map(({ amount }) => amount.toString()),
        [...this.settledOn.keys()],
        [...this.settledOn.values()],
      ],
    );
  }
}
