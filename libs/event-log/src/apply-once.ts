import type { RecordedEvent, Topic } from '@propledger/contracts';
import { lockCursor, moveCursor, type Cursor } from './cursors';
import type { Tx } from './transaction';

/** Changes a projection by events of one book, dense and in order. */
export type Apply<T extends Tx = Tx> = (tx: T, events: readonly RecordedEvent[]) => Promise<void>;

/**
 * Applies what of these events comes next after the cursor, and moves the cursor, in the same transaction. Events that
 * were applied already are dropped; those behind a gap are not applied. A parked book stays as it is.
 *
 * @param events of one book, in order.
 * @returns the cursor as it is then.
 */
export const applyOnce = async <T extends Tx>(
  tx: T,
  topic: Topic,
  book: string,
  events: readonly RecordedEvent[],
  apply: Apply<T>,
): Promise<Cursor> => {
  const cursor = await lockCursor(tx, topic, book);
  if (cursor.parked) return cursor;
  const next = denseAfter(cursor.position, events);
  if (next.length === 0) return cursor;
  await apply(tx, next);
  const position = cursor.position + next.length;
  void moveCursor(tx, topic, book, position);
  return { ...cursor, position };
};

const denseAfter = (position: number, events: readonly RecordedEvent[]): RecordedEvent[] => {
  const fresh = events.filter((event) => event.position > position);
  const gap = fresh.findIndex((event, index) => event.position !== position + 1 + index);
  return gap < 0 ? fresh : fresh.slice(0, gap);
};
