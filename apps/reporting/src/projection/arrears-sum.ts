import type { Tx } from '@propledger/event-log';
import type { Fen } from '../money';
import { type ChargeKeys, type HeldCharge, keyColumns } from './charges';
import { SEPARATOR } from './page-sums';

/*
 * arrears_sum is kept by what each pair of resource and item contributes: whoever changes what is open, or where resources lie,
 * takes away what the pairs contributed before, and adds what they contribute after, under the row of the book in book_dates.
 */

/** A row of arrears_sum, or what is added to one. */
interface Part {
  readonly startsOn: string;
  readonly dueOn: string;
  open: Fen;
  charges: number;
  resources: number;
}

/** What is added to the sums of an item in a building. */
class PlaceParts {
  readonly parts = new Map<string, Part>();

  constructor(
    readonly book: string,
    readonly item: string,
    readonly building: string,
  ) {}

  add(startsOn: string, dueOn: string, open: Fen, charges: number, resources: number): void {
    const part = this.parts.get(startsOn + dueOn);
    if (part === undefined) this.parts.set(startsOn + dueOn, { startsOn, dueOn, open, charges, resources });
    else {
      part.open += open;
      part.charges += charges;
      part.resources += resources;
    }
  }
}

/** What is added to the sums. */
class Parts {
  private readonly places = new Map<string, PlaceParts>();

  of(book: string, item: string, building: string): PlaceParts {
    const key = book + SEPARATOR + item + SEPARATOR + building;
    let place = this.places.get(key);
    if (place === undefined) this.places.set(key, (place = new PlaceParts(book, item, building)));
    return place;
  }

  /** The transaction waits for it. */
  write(tx: Tx): void {
    const changed = [...this.places.values()].flatMap(({ parts, ...place }) =>
      [...parts.values()]
        .filter(({ open, charges, resources }) => open !== 0n || charges !== 0 || resources !== 0)
        .map((part) => ({ ...place, ...part })),
    );
    if (changed.length === 0) return;
    void tx.rows(
      `merge into arrears_sum t
       using unnest($1::text[], $2::text[], $3::text[], $4::date[], $5::date[], $6::bigint[], $7::integer[], $8::integer[])
         as d(book, item, building, starts_on, due_on, open_fen, charges, resources)
       on t.book = d.book and t.item = d.item and t.building = d.building and t.starts_on = d.starts_on and t.due_on = d.due_on
       when matched and t.charges + d.charges = 0 then delete
       when matched then update set open_fen = t.open_fen + d.open_fen, charges = t.charges + d.charges,
         resources = t.resources + d.resources
       when not matched then insert (book, item, building, starts_on, due_on, open_fen, charges, resources)
         values (d.book, d.item, d.building, d.starts_on, d.due_on, d.open_fen, d.charges, d.resources)`,
      [
        changed.map(({ book }) => book),
        changed.map(({ item }) => item),
        changed.map(({ building }) => building),
        changed.map(({ startsOn }) => startsOn),
        changed.map(({ dueOn }) => dueOn),
        changed.map(({ open }) => open.toString()),
        changed.map(({ charges }) => charges),
        changed.map(({ resources }) => resources),
      ],
    );
  }
}

/**
 * Takes the rows of the books for this transaction, for two topics change the sums of one book, and makes them if need be. `read`
 * is sent along, and sees what whoever had the rows before has changed.
 */
export const lockedDates = async <Read>(tx: Tx, books: readonly string[], read: () => Promise<Read>): Promise<Read> => {
  // In order, so that no two wait for each other.
  const lock = 'select from book_dates where book = any($1) order by book for update';
  const [locked, found] = await Promise.all([tx.rows(lock, [books]), read()]);
  if (locked.length === books.length) return found;
  void tx.rows(
    'insert into book_dates (book) select book from unnest($1::text[]) as b(book) order by book on conflict do nothing',
    [books],
  );
  void tx.rows(lock, [books]);
  return read();
};

/** The building that a resource `r` has by everything applied. */
const PLACE = `select case when parking then '车位' else building end as building
  from resource_version v where v.book = r.book and v.resource = r.resource
  order by generation desc, effective_on desc, position desc limit 1`;

/** Where a charge stands among the open ones of its resource and item. */
type Place = Pick<HeldCharge, 'position' | 'startsOn' | 'dueOn'>;

/** A resource and an item of which charges come in or are moved. */
export interface OpenPair {
  readonly book: string;
  readonly resource: string;
  readonly item: string;
  readonly building: string;
  /** Its earliest open charges that are in: one more than are moved. */
  readonly earliest: readonly Place[];
}

/**
 * The pairs of charges that are brought and of charges that are moved, by their names.
 *
 * @param raised to come in.
 * @param moved charges that are in.
 */
export const openPairs = async (
  tx: Tx,
  raised: readonly HeldCharge[],
  moved: ChargeKeys,
): Promise<Map<string, OpenPair>> => {
  // Charges are looked up one by one, whatever a planner without statistics believes.
  const rows = await tx.rows<{
    book: string;
    resource: string;
    item: string;
    building: string;
    position: string | null;
    starts_on: string;
    due_on: string;
  }>(
    `with r as materialized (
       select book, resource, item, sum(moved) as moved
       from (
         select book, resource, item, 0 as moved from unnest($1::text[], $2::text[], $3::text[]) as p(book, resource, item)
         union all
         select m.book, c.resource, c.item, 1 from unnest($4::text[], $5::bigint[]) as m(book, charge)
         cross join lateral (select resource, item from charge where book = m.book and position = m.charge limit 1) c
       ) touched
       group by book, resource, item
     )
     select r.book, r.resource, r.item, coalesce(place.building, '') as building, c.position, c.starts_on::text, c.due_on::text
     from r
     left join lateral (${PLACE}) place on true
     left join lateral (
       select position, starts_on, due_on from charge
       where book = r.book and resource = r.resource and item = r.item and open_fen <> 0
       order by starts_on, due_on, position limit r.moved + 1
     ) c on true`,
    [
      raised.map(({ book }) => book),
      raised.map(({ resource }) => resource),
      raised.map(({ item }) => item),
      ...keyColumns(moved),
    ],
  );
  const pairs = new Map<string, OpenPair & { earliest: Place[] }>();
  for (const { book, resource, item, building, position, starts_on, due_on } of rows) {
    const name = pairName({ book, resource, item });
    let pair = pairs.get(name);
    if (pair === undefined) pairs.set(name, (pair = { book, resource, item, building, earliest: [] }));
    if (position !== null) pair.earliest.push({ position: Number(position), startsOn: starts_on, dueOn: due_on });
  }
  return pairs;
};

const pairName = ({ book, resource, item }: Pick<OpenPair, 'book' | 'resource' | 'item'>): string =>
  book + SEPARATOR + resource + SEPARATOR + item;

/** Adds to the sums what became of these charges, all that were moved or brought, each once. The transaction waits for it. */
export const addArrears = (tx: Tx, charges: readonly HeldCharge[], pairs: ReadonlyMap<string, OpenPair>): void => {
  const touched = new Map<string, HeldCharge[]>();
  for (const charge of charges) {
    const name = pairName(charge);
    const others = touched.get(name);
    if (others === undefined) touched.set(name, [charge]);
    else others.push(charge);
  }
  const parts = new Parts();
  for (const [name, ofPair] of touched) {
    const { building = '', earliest = [] } = pairs.get(name) ?? {};
    const { book = '', item = '' } = ofPair[0] ?? {};
    const place = parts.of(book, item, building);
    for (const charge of ofPair) {
      const { startsOn, dueOn, before, open } = charge;
      if (before !== 0n) place.add(startsOn, dueOn, -before, -1, 0);
      if (open !== 0n) place.add(startsOn, dueOn, open, 1, 0);
    }
    const moved = new Set(ofPair.map(({ position }) => position));
    const untouched = earliest.find(({ position }) => !moved.has(position));
    const was = firstOf(untouched, ofPair, ({ before }) => before !== 0n);
    const is = firstOf(untouched, ofPair, ({ open }) => open !== 0n);
    if (was?.position === is?.position) continue;
    if (was !== undefined) place.add(was.startsOn, was.dueOn, 0n, 0, -1);
    if (is !== undefined) place.add(is.startsOn, is.dueOn, 0n, 0, 1);
  }
  parts.write(tx);
};

const firstOf = (
  untouched: Place | undefined,
  charges: readonly HeldCharge[],
  isOpen: (charge: HeldCharge) => boolean,
): Place | undefined => {
  let first = untouched;
  for (const charge of charges) if (isOpen(charge) && (first === undefined || isBefore(charge, first))) first = charge;
  return first;
};

const isBefore = (one: Place, other: Place): boolean =>
  one.startsOn !== other.startsOn
    ? one.startsOn < other.startsOn
    : one.dueOn !== other.dueOn
      ? one.dueOn < other.dueOn
      : one.position < other.position;

/**
 * Keeps the sums of a book's arrears while `change` changes where these resources lie.
 *
 * @param change asks for its statements; the transaction waits for them, and fails with any of them.
 */
export const keepingArrears = async (
  tx: Tx,
  book: string,
  resources: readonly string[],
  change: () => void,
): Promise<void> => {
  const read = (): Promise<Contribution[]> => tx.rows<Contribution>(CONTRIBUTIONS, [book, resources]);
  const before = await lockedDates(tx, [book], read);
  change();
  if (before.length === 0) return; // Nothing is open there.
  const parts = new Parts();
  const add = (rows: readonly Contribution[], sign: 1 | -1): void => {
    for (const { item, building, starts_on, due_on, open_fen, charges, resources: firsts } of rows)
      parts
        .of(book, item, building)
        .add(starts_on, due_on, BigInt(sign) * BigInt(open_fen), sign * charges, sign * firsts);
  };
  add(before, -1);
  add(await read(), 1);
  parts.write(tx);
};

interface Contribution {
  readonly item: string;
  readonly building: string;
  readonly starts_on: string;
  readonly due_on: string;
  readonly open_fen: string;
  readonly charges: number;
  readonly resources: number;
}

const CONTRIBUTIONS = `select r.item, coalesce(place.building, '') as building, r.starts_on::text, r.due_on::text,
    sum(r.open_fen)::bigint as open_fen, count(*)::integer as charges, (count(*) filter (where r.nth = 1))::integer as resources
  from (
    select c.*, $1 as book, row_number() over (partition by c.resource, c.item order by c.starts_on, c.due_on, c.position) as nth
    from unnest($2::text[]) as p(resource)
    cross join lateral (
      select resource, item, starts_on, due_on, position, open_fen from charge
      where book = $1 and resource = p.resource and open_fen <> 0 offset 0
    ) c
  ) r
  left join lateral (${PLACE}) place on true
  group by 1, 2, 3, 4`;
