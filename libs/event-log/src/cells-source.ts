import { GROUP_BOOK, type RecordedEvent } from '@propledger/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { abortedWith } from './aborted-with';
import type { ConsumerLog } from './consumer-options';
import { SourceFailed, type FactSource, type Moved, type Place } from './event-source';
import type { Fact } from './read-facts';

/** The event API of one service in one region. */
export interface CellSource {
  readonly region: string;
  readonly source: FactSource;
}

const AWAY_MS = 1_000;

/**
 * The books of several regions as one source. A project is in one region; the group book is that of the first, whose
 * operators and group-wide rules hold here. A region that is away keeps nobody from the books of the others.
 */
export class CellsSource implements FactSource {
  private readonly cellOfBook = new Map<string, number>();
  private readonly away = new Set<string>();

  constructor(
    private readonly cells: readonly CellSource[],
    private readonly log: ConsumerLog,
  ) {}

  async moved(since: string | null, waitMs: number, signal: AbortSignal): Promise<Moved> {
    const tokens = tokensOf(since, this.cells.length);
    const { controller: enough, letGo } = abortedWith(signal);
    const answers: (Moved | null)[] = [];
    const failures: unknown[] = [];
    const asked = this.cells.map(async ({ region, source }, nth) => {
      try {
        answers[nth] = await source.moved(tokens[nth] ?? null, waitMs, enough.signal);
        if (this.away.delete(region)) this.log.warn({ region }, 'a region is back');
      } catch (error) {
        if (enough.signal.aborted) return;
        failures.push(error);
        if (!this.away.has(region)) this.log.warn({ region, err: error }, 'a region is away');
        this.away.add(region);
        await pause(Math.min(waitMs, AWAY_MS), undefined, { signal: enough.signal }).catch(() => undefined);
      }
    });
    // Where there is nothing to wait for, all are heard; else the first that has something to say.
    await (waitMs === 0 || since === null ? Promise.all(asked) : Promise.race(asked));
    enough.abort();
    await Promise.all(asked);
    letGo();
    signal.throwIfAborted();
    if (failures.length === this.cells.length) throw failures[0];
    const heads: Record<string, number> = {};
    this.cells.forEach((_cell, nth) => {
      for (const [book, position] of Object.entries(answers[nth]?.heads ?? {}))
        if (this.isOf(book, nth)) heads[book] = position;
    });
    return {
      since: JSON.stringify(this.cells.map((_cell, nth) => answers[nth]?.since ?? tokens[nth] ?? null)),
      heads,
      ...(this.away.size === 0 ? {} : { away: `no answer from ${[...this.away].sort().join(', ')}` }),
    };
  }

  async read(book: string, after: number, limit: number, signal: AbortSignal): Promise<RecordedEvent[]> {
    for (const nth of this.places(book)) {
      const events = (await this.cells[nth]?.source.read(book, after, limit, signal)) ?? [];
      if (events.length > 0 && this.isOf(book, nth)) return events;
    }
    return [];
  }

  async readTogether(places: readonly Place[], limit: number, signal: AbortSignal): Promise<RecordedEvent[]> {
    const ofCells = this.cells.map((): Place[] => []);
    const asked = places.map(({ book, after }) => {
      const [nth, ...others] = this.places(book);
      if (nth === undefined || others.length > 0) return this.read(book, after, limit, signal);
      ofCells[nth]?.push({ book, after });
      return [];
    });
    const together = this.cells.map(async ({ source }, nth) => {
      const ofCell = ofCells[nth] ?? [];
      if (source.readTogether && ofCell.length > 0) return source.readTogether(ofCell, limit, signal);
      return (await Promise.all(ofCell.map(({ book, after }) => source.read(book, after, limit, signal)))).flat();
    });
    // Of a region that is away nothing is given.
    const answers = await Promise.allSettled([...asked, ...together]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  }

  async *facts(book: string, after: number, signal: AbortSignal): AsyncGenerator<Fact[], void> {
    for (const nth of this.places(book)) {
      let found = false;
      for await (const events of this.cells[nth]?.source.facts(book, after, signal) ?? []) {
        found = true;
        yield events;
      }
      if (found) return;
    }
  }

  /** Where a book may be. */
  private places(book: string): number[] {
    const known = book === GROUP_BOOK ? 0 : this.cellOfBook.get(book);
    return known === undefined ? this.cells.map((_cell, nth) => nth) : [known];
  }

  private isOf(book: string, nth: number): boolean {
    if (book === GROUP_BOOK) return nth === 0;
    const known = this.cellOfBook.get(book);
    if (known === undefined) this.cellOfBook.set(book, nth);
    if (known !== undefined && known !== nth)
      throw new SourceFailed(
        `the book ${book} is kept in two regions: ${this.cells[known]?.region ?? ''} and ${this.cells[nth]?.region ?? ''}`,
      );
    return true;
  }
}

const tokensOf = (since: string | null, count: number): (string | null)[] => {
  const tokens = since === null ? [] : (JSON.parse(since) as (string | null)[]);
  return Array.from({ length: count }, (_, nth) => tokens[nth] ?? null);
};
