import { checksums, differing, projectionTables } from './checksums';
import { liveBooks } from './fold';
import type { FoldThread } from './fold-thread';
import { makeSums } from '../projection/make-sums';
import { addBooks, moveReplay, replayBooks } from './replay-store';
import type { Workshop } from './workshop';

const THREADS = 2;

/**
 * Rebuilds all projections from the owners' events beside the live ones, book by book and some in parallel, each up to the
 * positions that the live ones had when it began. A book is committed whole, so that after a crash the rest is done.
 */
export const foldAll = async (
  workshop: Workshop,
  newThread: () => FoldThread,
  replay: string,
  signal: AbortSignal,
): Promise<void> => {
  const books = await workshop.live((tx) => replayBooks(tx, replay, false));
  const next = async (): Promise<void> => {
    const thread = newThread();
    const end = (): void => void thread.end();
    signal.addEventListener('abort', end);
    try {
      for (let book = books.shift(); book !== undefined && !signal.aborted; book = books.shift())
        await thread.fold(replay, book);
    } finally {
      signal.removeEventListener('abort', end);
      await thread.end();
    }
  };
  // All end before a failure is told, so that nobody writes any more.
  const ended = await Promise.allSettled(Array.from({ length: Math.min(THREADS, books.length) }, next));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  signal.throwIfAborted();
};

/** Empty tables, and what the live ones hold now: the beginning of a replay. */
export const beginRebuild = async (workshop: Workshop, replay: string): Promise<void> => {
  const tables = await workshop.live(projectionTables);
  await workshop.live(async (tx) => {
    await tx.rows(`select prepare_projection('rebuilding')`);
    await tx.rows('delete from replay_book where replay = $1', [replay]);
    await addBooks(tx, replay, await liveBooks(workshop, tables));
  });
};

/** Indexes and sums, then what differs from the live tables of the beginning. */
export const finishRebuild = async (workshop: Workshop, replay: string): Promise<void> => {
  await workshop.in('rebuilding')(async (tx) => {
    await tx.rows(`set local work_mem = '128MB'`);
    await makeSums(tx);
    await tx.rows(`select index_projection('rebuilding')`);
    const rebuilt = await checksums(tx, await projectionTables(tx), null);
    for (const { book, sums } of await replayBooks(tx, replay, true))
      await tx.rows('update replay_book set differs = $3 where replay = $1 and book = $2', [
        ...[replay, book, differing(sums, rebuilt.get(book) ?? {})],
      ]);
    await moveReplay(tx, replay, ['finishing'], 'ready');
  });
};
