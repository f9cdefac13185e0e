import { copyLine, type Tx } from '@propledger/event-log';
import type { Fen } from '../money';
import { type ChargeRow, type ReceivableRow, UnreadableEvent } from './movements';

/** A charge while movements are folded into it. What `moved…` mean is said where the table is made. */
export interface HeldCharge {
  /** As it was raised; null: it is in already. */
  readonly row: ChargeRow | null;
  readonly book: string;
  readonly position: number;
  readonly resource: string;
  readonly item: string;
  readonly period: string;
  readonly dueOn: string;
  /** The first day on which arrears count it. */
  readonly startsOn: string;
  /** What was open on it when it was read; 0: it was not in. */
  readonly before: Fen;
  open: Fen;
  movedOn: string;
  movedAt: number;
  firstMovedOn: string | null;
  firstMovedAt: number | null;
}

/** One that is not in yet. */
export interface RaisedCharge extends HeldCharge {
  readonly row: ChargeRow;
}

export const raisedCharge = (book: string, row: ChargeRow): RaisedCharge => {
  const { position, resource, item, period, dueOn, effectiveOn, amount } = row;
  return {
    row,
    book,
    position,
    resource,
    item,
    period,
    dueOn,
    startsOn: later(effectiveOn, dueOn),
    before: 0n,
    open: amount,
    movedOn: effectiveOn,
    movedAt: position,
    firstMovedOn: null,
    firstMovedAt: null,
  };
};

/** Folds a movement into its charge; movements come in the order of their positions. */
export const moveCharge = (held: HeldCharge, { position, amount, effectiveOn }: ReceivableRow): void => {
  if (position === held.position) return; // Its own, with which it was raised.
  held.open += amount;
  held.movedOn = later(held.movedOn, effectiveOn);
  held.movedAt = position;
  if (held.firstMovedOn === null || effectiveOn < held.firstMovedOn) held.firstMovedOn = effectiveOn;
  held.firstMovedAt ??= position;
};

/** The first day on which a movement of a charge counts in arrears. */
export const countsOn = ({ effectiveOn }: ReceivableRow, { startsOn }: HeldCharge): string =>
  later(effectiveOn, startsOn);

const later = (one: string, other: string): string => (one > other ? one : other);

export const CHARGE = `charge (book, position, resource, customer, item, service_from, service_to, due_on, priority, effective_on,
  period, amount_fen, open_fen, moved_on, moved_at, starts_on, starts_month, open_until, first_moved_on, first_moved_at)`;

/** A charge as a line of CHARGE. */
export const chargeLine = (held: RaisedCharge): string => {
  const { position, resource, customer, item, from, to, dueOn, priority, amount, effectiveOn, period } = held.row;
  const { book, open, movedOn, movedAt, startsOn, firstMovedOn, firstMovedAt } = held;
  return copyLine([
    ...[book, position, resource, customer, item, from, to, dueOn, priority, effectiveOn, period, amount, open],
    ...[movedOn, movedAt, startsOn, `${startsOn.slice(0, 7)}-01`, open === 0n ? movedOn : 'infinity'],
    ...[firstMovedOn, firstMovedAt],
  ]);
};

export const RECEIVABLE_MOVEMENT = `receivable_movement (book, position, charge, kind, amount_fen, effective_on, period, item,
  charge_period, counts_on)`;

/** A movement of a charge as a line of RECEIVABLE_MOVEMENT. */
export const movementLine = (row: ReceivableRow, held: HeldCharge): string => {
  const { position, charge, kind, amount, effectiveOn, period } = row;
  const counts = countsOn(row, held);
  return copyLine([held.book, position, charge, kind, amount, effectiveOn, period, held.item, held.period, counts]);
};

/** Positions of charges, each once, by book. */
export type ChargeKeys = ReadonlyMap<string, ReadonlySet<number>>;

/** The books of these charges, and beside each its position: parameters of `unnest`. */
export const keyColumns = (charges: ChargeKeys): [books: string[], positions: number[]] => {
  const books: string[] = [];
  const positions: number[] = [];
  for (const [book, ofBook] of charges)
    for (const position of ofBook) {
      books.push(book);
      positions.push(position);
    }
  return [books, positions];
};

/** Charges by book and position. */
export class Charges<Charge extends HeldCharge = HeldCharge> {
  private readonly books = new Map<string, Map<number, Charge>>();

  add(charge: Charge): void {
    const ofBook = this.books.get(charge.book);
    if (ofBook === undefined) this.books.set(charge.book, new Map([[charge.position, charge]]));
    else ofBook.set(charge.position, charge);
  }

  get(book: string, position: number): Charge | undefined {
    return this.books.get(book)?.get(position);
  }

  all(): Charge[] {
    return [...this.books.values()].flatMap((ofBook) => [...ofBook.values()]);
  }
}

/** Charges that are in; looked up one by one, whatever a planner without statistics believes. */
export const heldCharges = async (tx: Tx, charges: ChargeKeys): Promise<Charges> => {
  const held = new Charges();
  if (charges.size === 0) return held;
  const rows = await tx.rows<StoredCharge>(
    `select c.book, c.position, c.resource, c.item, c.period, c.due_on::text, c.starts_on::text, c.open_fen, c.moved_on::text,
       c.moved_at, c.first_moved_on::text, c.first_moved_at
     from unnest($1::text[], $2::bigint[]) as m(book, charge)
     cross join lateral (select * from charge where book = m.book and position = m.charge limit 1) c`,
    keyColumns(charges),
  );
  for (const row of rows) {
    const position = Number(row.position);
    // All of one shape, made at once: there are thousands.
    held.add({
      row: null,
      book: row.book,
      position,
      resource: row.resource,
      item: row.item,
      period: row.period,
      dueOn: row.due_on,
      startsOn: row.starts_on,
      before: BigInt(row.open_fen),
      open: BigInt(row.open_fen),
      movedOn: row.moved_on,
      movedAt: Number(row.moved_at),
      firstMovedOn: row.first_moved_on,
      firstMovedAt: row.first_moved_at === null ? null : Number(row.first_moved_at),
    });
  }
  return held;
};

interface StoredCharge {
  readonly book: string;
  readonly position: string;
  readonly resource: string;
  readonly item: string;
  readonly period: string;
  readonly due_on: string;
  readonly starts_on: string;
  readonly open_fen: string;
  readonly moved_on: string;
  readonly moved_at: string;
  readonly first_moved_on: string | null;
  readonly first_moved_at: string | null;
}

/** The charge of a movement. @throws UnreadableEvent when it is not there: the book is parked, not reported wrong. */
export const chargeOf = <Charge>(book: string, row: ReceivableRow, found: Charge | undefined): Charge => {
  if (found === undefined) throw new UnreadableEvent(`${book} ${row.position}: charge ${row.charge} is not there`);
  return found;
};

/** Writes what was folded into charges that are in. The transaction waits for it. */
export const updateCharges = (tx: Tx, charges: readonly HeldCharge[]): void => {
  if (charges.length === 0) return;
  void tx.rows(
    `update charge c
     set open_fen = r.open_fen, moved_on = r.moved_on, moved_at = r.moved_at, first_moved_on = r.first_moved_on,
       first_moved_at = r.first_moved_at, open_until = case when r.open_fen <> 0 then 'infinity' else r.moved_on end
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::date[], $5::bigint[], $6::date[], $7::bigint[])
       as r(book, position, open_fen, moved_on, moved_at, first_moved_on, first_moved_at)
     where c.book = r.book and c.position = r.position`,
    [
      charges.map(({ book }) => book),
      charges.map(({ position }) => position),
      charges.map(({ open }) => open.toString()),
      charges.map(({ movedOn }) => movedOn),
      charges.map(({ movedAt }) => movedAt),
      charges.map(({ firstMovedOn }) => firstMovedOn),
      charges.map(({ firstMovedAt }) => firstMovedAt),
    ],
  );
};
