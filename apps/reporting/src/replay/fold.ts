import { abortedWith, isPassing, SourceFailed, type Fact, type FactSource, type Tx } from '@propledger/event-log';
import type { Sources } from '../cell-sources';
import { BookFold } from '../projection/fold-book';
import type { Checksums } from './checksums';
import { checksums } from './checksums';
import type { Place, Workshop } from './workshop';

/** A book, and up to which positions of its topics it is folded. */
export interface FoldedBook {
  readonly book: string;
  readonly ledger: number;
  readonly registry: number;
}

/** A book as the live tables have it: how far, and what is in them. */
export interface LiveBook extends FoldedBook {
  readonly sums: Checksums;
}

/** Books with their positions and checksums, all in one snapshot. `book`: that one alone. */
export const liveBooks = (
  workshop: Workshop,
  tables: readonly string[],
  book: string | null = null,
): Promise<LiveBook[]> =>
  workshop.snapshot(async (tx) => {
    const cursors = await tx.rows<{ book: string; ledger: string; registry: string }>(
      `select book, coalesce(max(position) filter (where topic = 'ledger'), 0) as ledger,
         coalesce(max(position) filter (where topic = 'registry'), 0) as registry
       from cursor where $1::text is null or book = $1 group by book order by book`,
      [book],
    );
    const sums = await checksums(tx, tables, book);
    return cursors.map(({ book: name, ledger, registry }) => ({
      book: name,
      ledger: Number(ledger),
      registry: Number(registry),
      sums: sums.get(name) ?? {},
    }));
  });

/**
 * Folds one book from its owners' events up to these positions into the tables of a place, in one transaction: all of it is there,
 * with its cursors, or nothing.
 *
 * @param done runs in the same transaction.
 * @returns the number of events.
 */
export const foldBook = (
  workshop: Workshop,
  place: Place,
  sources: Sources,
  { book, ledger, registry }: FoldedBook,
  signal: AbortSignal,
  done: (tx: Tx, events: number) => Promise<void> = () => Promise.resolve(),
): Promise<number> =>
  workshop.in(place)(async (tx) => {
    const fold = new BookFold(tx, book);
    await upTo(sources.registry, book, registry, signal, (events) => fold.registry(events));
    await upTo(sources.ledger, book, ledger, signal, (events) => fold.ledger(events));
    await fold.end();
    await tx.rows(
      `insert into cursor (topic, book, position) select * from unnest($1::text[], $2::text[], $3::bigint[])
       as c(topic, book, position) where position > 0`,
      [
        ['ledger', 'registry'],
        [book, book],
        [ledger, registry],
      ],
    );
    await done(tx, fold.events);
    return fold.events;
  });

/** Whether the same fold may succeed later: the database or an owner is away. */
export const mayPass = (error: unknown): boolean =>
  isPassing(error) || error instanceof SourceFailed || error instanceof TypeError; // What `fetch` throws.

/** Events 1 to `position`, in order and without a gap. */
const upTo = async (
  source: FactSource,
  book: string,
  position: number,
  signal: AbortSignal,
  add: (events: readonly Fact[]) => Promise<void>,
): Promise<void> => {
  if (position === 0) return;
  const { controller: reading, letGo } = abortedWith(signal);
  let at = 0;
  try {
    for await (const events of source.facts(book, 0, reading.signal)) {
      const wanted = events.slice(0, position - at);
      if (wanted.some((event, i) => event.position !== at + i + 1)) throw new Error(`a gap after ${at} in ${book}`);
      await add(wanted);
      at += wanted.length;
      if (at === position) return;
    }
  } finally {
    reading.abort();
    letGo();
  }
  throw new Error(`${book} ends at ${at}, and ${position} was applied`);
};
