import type { ConsumerLog, Tx } from '@propledger/event-log';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sources } from '../cell-sources';
import { makeSums } from '../projection/make-sums';
import { checksums, differing, projectionTables } from './checksums';
import { foldBook, liveBooks, type LiveBook } from './fold';
import type { Workshop } from './workshop';

/** Of an advisory lock: one process at a time looks for drift. */
const WATCHER = 7_267_152;
/** Looking takes a tenth of the time at most. */
const REST = 9;

/**
 * Folds one book after the other again, in tables of its own, and compares it with the live one at the same positions; all the
 * time, with long rests. It takes no lock that anybody waits for.
 */
export class DriftWatch {
  private readonly stopping = new AbortController();
  private watching: Promise<void> | null = null;

  /** @param pauseSeconds between two books; 0: never look. */
  constructor(
    private readonly workshop: Workshop,
    private readonly sources: Sources,
    private readonly pauseSeconds: number,
    private readonly log: ConsumerLog,
  ) {}

  start(): void {
    if (this.pauseSeconds > 0) this.watching ??= this.watch();
  }

  async stop(): Promise<void> {
    this.stopping.abort(new Error('the service stops'));
    await this.watching;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    let restMs = 0;
    while (!signal.aborted) {
      await pause(this.pauseSeconds * 1_000 + restMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const begunAt = performance.now();
      try {
        await this.workshop.alone(WATCHER, () => this.checkNext());
      } catch (error) {
        if (!signal.aborted) this.log.warn({ err: error }, 'a book could not be looked through for drift');
      }
      restMs = REST * (performance.now() - begunAt);
    }
  }

  private async checkNext(): Promise<boolean> {
    const [next] = await this.workshop.live((tx) =>
      tx.rows<{ book: string }>(
        `select book from (select distinct book from cursor) c left join drift_check d using (book)
         order by d.checked_at nulls first, book limit 1`,
      ),
    );
    if (next) await this.check(next.book);
    return next !== undefined;
  }

  private async check(book: string): Promise<void> {
    const { workshop, sources, log } = this;
    const tables = await workshop.live(projectionTables);
    const [live] = await liveBooks(workshop, tables, book);
    if (!live) return;
    await workshop.live((tx) => tx.rows(`select prepare_projection('checking')`));
    await foldBook(workshop, 'checking', sources, live, this.stopping.signal);
    const differs = await workshop.in('checking')(async (tx) => {
      await makeSums(tx);
      return differing(live.sums, (await checksums(tx, tables, book)).get(book) ?? {});
    });
    await workshop.live((tx) => keep(tx, live, differs));
    if (differs.length > 0)
      log.error(
        { book, ledger: live.ledger, registry: live.registry, tables: differs },
        'a book has drifted from its events',
      );
  }
}

const keep = async (tx: Tx, { book, ledger, registry }: LiveBook, differs: readonly string[]): Promise<void> => {
  await tx.rows(
    `insert into drift_check (book, ledger, registry, differs) values ($1, $2, $3, $4)
     on conflict (book) do update set checked_at = now(), ledger = excluded.ledger, registry = excluded.registry, differs = excluded.differs`,
    [book, ledger, registry, differs],
  );
};
