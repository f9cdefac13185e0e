import { EVENT_COLUMNS, unreadEventOf, type EventColumns, type UnreadEvent } from './read-events';
import type { Tx } from './transaction';

/** A part of a book: the events after one position, up to another and with it. */
export interface Slice {
  readonly book: string;
  readonly after: number;
  readonly upTo: number;
}

/**
 * The events of parts of books, one query for all: book by book in the order of the slices, in order in each. With `offset 0` each
 * slice is looked up by itself: joined, a planner may read the whole table for a few events.
 */
export const readSlices = async (tx: Tx, slices: readonly Slice[]): Promise<UnreadEvent[]> => {
  const rows = await tx.rows<EventColumns>(
    `select e.* from unnest($1::text[], $2::bigint[], $3::bigint[]) with ordinality as s (of_book, after, up_to, nth)
       cross join lateral (
         select ${EVENT_COLUMNS} from event
         where event.book = s.of_book and event.position > s.after and event.position <= s.up_to offset 0
       ) e order by s.nth, e.position`,
    [slices.map(({ book }) => book), slices.map(({ after }) => after), slices.map(({ upTo }) => upTo)],
  );
  return rows.map(unreadEventOf);
};
