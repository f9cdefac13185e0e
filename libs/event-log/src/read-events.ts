import type { RecordedEvent } from '@propledger/contracts';
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
