import type { RecordedEvent, Topic } from '@propledger/contracts';
import { lockCursors, moveCursors, type Cursor } from './cursors';
import type { Tx } from './transaction';

/** Changes a projection by events, book by book, those of each dense and in order. */
export type Apply<T extends Tx = Tx> = (tx: T, events: readonly RecordedEvent[]) => Promise<void>;

/**
 * Applies what of these events comes next after the cursors, and moves the cursors, in the same transaction. Events that
 * were applied already are dropped; those behind a gap are not applied. A parked book stays as it is.
 *
 * @param pages events of each book, in order.
 * @returns the cursors of these books as they are then.
 */
export const applyOnce = async <T extends Tx>(
  tx: T,
  topic: Topic,
  pages: ReadonlyMap<string, readonly RecordedEvent[]>,
  apply: Apply<T>,
): Promise<Cursor[]> => {
  const cursors = await lockCursors(tx, topic, [...pages.keys()]);
  const next: RecordedEvent[] = [];
  const moved: Cursor[] = [];
  const then = cursors.map((cursor) => {
    const dense = cursor.parked ? [] : denseAfter(cursor.position, pages.get(cursor.book) ?? []);
    if (dense.length === 0) return cursor;
    for (const event of dense) next.push(event);
    const after = { ...cursor, position: cursor.position + dense.length };
    moved.push(after);
    return after;
  });
  if (moved.length === 0) return then;
  await apply(tx, next);
  void moveCursors(tx, topic, moved);
  return then;
};

const denseAfter = (position: number, events: readonly RecordedEvent[]): RecordedEvent[] => {
  const fresh = events.filter((event) => event.position > position);
  const gap = fresh.findIndex((event, index) => event.position !== position + 1 + index);
  return gap < 0 ? fresh : fresh.slice(0, gap);
};
