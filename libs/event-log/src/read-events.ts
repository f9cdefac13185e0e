import type { RecordedEvent } from '@propledger/contracts';
import type { Pool } from 'pg';
import { copyOut } from './copy-out';
import { RECORDED_AT } from './heads';
import type { Tx } from './transaction';

/** An event with its body as it is stored, byte for byte: what `verifyBook` looks at. */
export interface StoredEvent extends RecordedEvent {
  readonly bodyText: string;
}

/** The same with its body unread. */
export type UnreadEvent = Omit<StoredEvent, 'body'>;

/** What EVENT_COLUMNS select. */
export interface EventColumns extends Omit<UnreadEvent, 'position' | 'reversesPosition'> {
  readonly position: string;
  readonly reversesPosition: string | null;
}

/** The columns of an event, for `unreadEventOf`. */
export const EVENT_COLUMNS = `book, position, event_id as "eventId", command_id as "commandId", type, schema_version as "schemaVersion",
       to_char(effective_date, 'YYYY-MM-DD') as "effectiveDate", accounting_period as "accountingPeriod",
       to_char(recorded_at at time zone 'UTC', ${RECORDED_AT}) as "recordedAt", actor, source,
       reverses_position as "reversesPosition", correlation_id as "correlationId", causation_id as "causationId",
       encode(content_hash, 'hex') as "contentHash", encode(hash, 'hex') as hash, body as "bodyText"`;

export const unreadEventOf = (row: EventColumns): UnreadEvent => ({
  ...row,
  position: Number(row.position),
  reversesPosition: row.reversesPosition === null ? null : Number(row.reversesPosition),
});

/** A place in a book, and what the book's chain hashed to there, in hex. */
export interface PlacedHash {
  readonly book: string;
  readonly position: number;
  readonly hash: string;
}

/** The chain's hashes at places of books, one query for all. A place that a book does not have is left out. */
export const hashesAt = async (
  tx: Tx,
  places: readonly { readonly book: string; readonly position: number }[],
): Promise<PlacedHash[]> => {
  const rows = await tx.rows<Omit<PlacedHash, 'position'> & { position: string }>(
    `select e.book, e.position, encode(e.hash, 'hex') as hash
       from unnest($1::text[], $2::bigint[]) as place(book, position) join event e using (book, position)`,
    [places.map(({ book }) => book), places.map(({ position }) => position)],
  );
  return rows.map((row) => ({ ...row, position: Number(row.position) }));
};

/** Events of a book after a position, in order. */
export const readEvents = async (
  tx: Tx,
  book: string,
  afterPosition: number,
  limit: number,
): Promise<RecordedEvent[]> =>
  (await readStoredEvents(tx, book, afterPosition, limit)).map(({ bodyText: _, ...event }) => event);

/** The same with their bodies' text. */
export const readStoredEvents = async (
  tx: Tx,
  book: string,
  afterPosition: number,
  limit: number,
): Promise<StoredEvent[]> =>
  (await readUnreadEvents(tx, book, afterPosition, limit)).map((event) => ({
    ...event,
    body: JSON.parse(event.bodyText) as unknown,
  }));

/** The same with their bodies' text alone. */
export const readUnreadEvents = async (
  tx: Tx,
  book: string,
  afterPosition: number,
  limit: number,
): Promise<UnreadEvent[]> => {
  const rows = await tx.rows<EventColumns>(
    `select ${EVENT_COLUMNS} from event where book = $1 and position > $2 order by position limit $3`,
    [book, afterPosition, limit],
  );
  return rows.map(unreadEventOf);
};

/** The same of several books, so many of each at most, book by book. One query for all. */
export const readUnreadOfBooks = async (
  tx: Tx,
  places: readonly { readonly book: string; readonly after: number }[],
  limit: number,
): Promise<UnreadEvent[]> => {
  const rows = await tx.rows<EventColumns>(
    `select ${EVENT_COLUMNS}
       from unnest($1::text[], $2::bigint[]) as place(of_book, after)
      cross join lateral (select * from event where book = place.of_book and position > place.after
                           order by position limit $3) e
      order by book, position`,
    [places.map(({ book }) => book), places.map(({ after }) => after), limit],
  );
  return rows.map(unreadEventOf);
};

/** What an event says, without who recorded it when, and without hashes: what a projection is folded from. */
export type Fact = Pick<
  RecordedEvent,
  'book' | 'position' | 'type' | 'effectiveDate' | 'accountingPeriod' | 'reversesPosition' | 'body'
>;

/** A part of a book. */
interface Part {
  readonly book: string;
  readonly after: string;
  readonly limit: string;
}

/** The facts of a part, in order, as one JSON array; null: there are none. */
const factsOf = ({ book, after, limit }: Part): string => `
  select '[' || string_agg(
    concat('{"book":', to_json(book), ',"position":', position, ',"type":', to_json(type),
      ',"effectiveDate":"', to_char(effective_date, 'YYYY-MM-DD'),
      '","accountingPeriod":', coalesce('"' || accounting_period || '"', 'null'),
      ',"reversesPosition":', coalesce(reverses_position::text, 'null'), ',"body":', body, '}'),
    ',' order by position) || ']' as json
  from (select * from event where book = ${book} and position > ${after} order by position limit ${limit}) e`;

/** The facts of a book after a position, in order, as a JSON array that the database writes: nobody else reads the bodies. */
export type ReadFacts = (book: string, afterPosition: number, limit: number) => Promise<string | Buffer>;

export const factsReader =
  (tx: Tx): ReadFacts =>
  async (book, afterPosition, limit) => {
    const sql = factsOf({ book: '$1', after: '$2', limit: '$3' });
    const [row] = await tx.rows<{ json: string | null }>(sql, [book, afterPosition, limit]);
    return row?.json ?? '[]';
  };

/** The same as bytes that are sent on as they came, which is the cheaper the more there is to read. */
export const factsCopier =
  (pool: Pool): ReadFacts =>
  async (book, afterPosition, limit) => {
    const client = await pool.connect();
    // A connection that breaks between two statements says so here; the next statement fails with it.
    const broken = (): void => undefined;
    client.on('error', broken);
    let usable = false;
    try {
      // COPY takes no parameters, but reads settings of its transaction.
      await client.query('begin read only');
      await client.query(
        `select set_config('facts.book', $1, true), set_config('facts.after', $2, true), set_config('facts.limit', $3, true)`,
        [book, String(afterPosition), String(limit)],
      );
      const json = await copyOut(client, FACTS_BY_SETTINGS);
      await client.query('commit');
      usable = true;
      return json ?? '[]';
    } finally {
      client.off('error', broken);
      client.release(!usable);
    }
  };

const FACTS_BY_SETTINGS = factsOf({
  book: `current_setting('facts.book')`,
  after: `current_setting('facts.after')::bigint`,
  limit: `current_setting('facts.limit')::bigint`,
});
