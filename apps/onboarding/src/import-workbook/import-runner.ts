import { isPassing } from '@propledger/event-log';
import { rm } from 'node:fs/promises';
import { WorkbookRefused } from '@propledger/workbook';
import type { Logger } from 'pino';
import type { Finisher } from '../archive/finisher';
import type { AskedBy, Reason } from '../archive/import-record';
import { TakenOver } from '../archive/imports';
import { GivenUp, untilDone } from '../archive/owners';
import { ImportJob, ImportRefused, type Desk } from './import-job';

/** An upload that lies in a file and waits for its turn. */
export interface Waiting {
  readonly import: string;
  readonly path: string;
  readonly by: AskedBy;
  readonly dryRun: boolean;
}

const AT_ONCE = 2;
const MOST_WAITING = 100;

/** Runs imports, a few at a time, in the order in which they came. They go on when their uploader goes away. */
export class ImportRunner {
  private readonly waiting: Waiting[] = [];
  private arriving = 0;
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly desk: Desk,
    private readonly finisher: Finisher,
    private readonly log: Logger,
  ) {}

  /** Keeps a place for an upload while it arrives. @returns what gives the place back; null when there is none. */
  keepPlace(): (() => void) | null {
    if (this.arriving + this.waiting.length >= MOST_WAITING || this.stopping.signal.aborted) return null;
    this.arriving += 1;
    return () => {
      this.arriving -= 1;
    };
  }

  isActive(id: string): boolean {
    return this.running.has(id) || this.waiting.some((waiting) => waiting.import === id);
  }

  add(waiting: Waiting): void {
    this.waiting.push(waiting);
    this.startNext();
  }

  /** What is not decided by then will be abandoned by whoever looks next. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.waiting.length = 0;
    await Promise.all(this.running.values());
  }

  private startNext(): void {
    while (this.running.size < AT_ONCE) {
      const next = this.waiting.shift();
      if (!next) return;
      const run = this.run(next).finally(() => {
        this.running.delete(next.import);
        this.startNext();
      });
      this.running.set(next.import, run);
    }
  }

  private async run({ import: id, path, by, dryRun }: Waiting): Promise<void> {
    try {
      const { signal } = this.stopping;
      const settle = await this.settled({ import: id, path, by, dryRun });
      // The database may be away at this moment; the import has its answer all the same.
      await untilDone(settle, {
        signal,
        patienceMs: Number.POSITIVE_INFINITY,
        again: (error) => !(error instanceof TakenOver),
      });
    } catch (error) {
      if (error instanceof TakenOver || error instanceof GivenUp) return;
      throw error;
    } finally {
      await rm(path, { force: true });
    }
    await this.finisher.finish(id);
  }

  /** How the import goes on, as one change of its row. */
  private async settled({ import: id, path, by, dryRun }: Waiting): Promise<() => Promise<void>> {
    const { imports, uploads } = this.desk;
    const drop = (outcome: 'refused' | 'abandoned', reason: Reason) => () => imports.drop(id, outcome, reason);
    try {
      const found = await new ImportJob(this.desk, id, by, this.stopping.signal).run(path);
      return dryRun ? () => imports.drop(id, 'checked', null, found) : () => imports.decide(id, found);
    } catch (error) {
      if (error instanceof ImportRefused && error.reason.code === 'faults')
        return async () => {
          await uploads.keep(id, path);
          await imports.drop(id, 'refused', error.reason);
        };
      if (error instanceof ImportRefused) return drop('refused', error.reason);
      if (error instanceof WorkbookRefused) return drop('refused', { code: error.code, ...error.at });
      if (error instanceof TakenOver || this.stopping.signal.aborted)
        throw new GivenUp('not ours any more', { cause: error });
      this.log.error({ err: error, import: id }, 'an import is abandoned');
      return drop('abandoned', { code: error instanceof GivenUp || isPassing(error) ? 'unavailable' : 'unexpected' });
    }
  }
}
