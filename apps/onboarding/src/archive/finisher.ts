import { laterOf, type After, type Positions, type Topic } from '@propledger/contracts';
import type { Logger } from 'pino';
import type { AskedBy, ImportRecord } from './import-record';
import { TakenOver, type Imports } from './imports';
import { GivenUp, Owners, untilDone } from './owners';

const FOR_EVER = Number.POSITIVE_INFINITY;

/**
 * Carries out what was decided about an import, however often it takes: nothing may refuse it any more. What is not done when
 * this process ends goes on in the next one.
 */
export class Finisher {
  private readonly active = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly imports: Imports,
    private readonly owners: Owners,
    private readonly log: Logger,
  ) {}

  isActive(id: string): boolean {
    return this.active.has(id);
  }

  /** Resolves when the import is at rest, or this service stops. Never rejects. */
  finish(id: string): Promise<void> {
    // After what is being done to it already, which may have looked before the latest decision.
    const running = (this.active.get(id) ?? Promise.resolve()).then(() => this.untilAtRest(id));
    this.active.set(id, running);
    return running.finally(() => {
      if (this.active.get(id) === running) this.active.delete(id);
    });
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.active.values());
  }

  private async untilAtRest(id: string): Promise<void> {
    const { signal } = this.stopping;
    try {
      await untilDone(() => this.step(id), {
        signal,
        patienceMs: FOR_EVER,
        again: (error) => {
          if (error instanceof TakenOver || error instanceof GivenUp) return false;
          this.log.error({ err: error, import: id }, 'an import cannot be finished now; it is tried again');
          return true;
        },
      });
    } catch (error) {
      if (!(error instanceof TakenOver || error instanceof GivenUp)) throw error;
    }
  }

  private async step(id: string): Promise<void> {
    const record = await this.imports.find(id);
    switch (record?.state) {
      case 'dropping':
        await this.each(record.owners, (topic) => this.owners.drop(topic, id));
        return this.imports.end(id, null);
      case 'posting':
        return this.post(record);
      case 'holding':
        await this.each(record.owners, (topic) => this.owners.releaseUndo(topic, id));
        return this.imports.end(id, null);
      case 'undoing':
        return this.undo(record, record.undoneBy ?? record);
      default:
        return;
    }
  }

  private async each(topics: readonly Topic[], work: (topic: Topic) => Promise<void>): Promise<void> {
    for (const topic of Owners.inOrder(topics)) await this.answered(() => work(topic));
  }

  private async post(record: ImportRecord): Promise<void> {
    const topics = Owners.inOrder(record.owners);
    const positions = await this.inTurn(record, topics, (topic) => this.owners.apply(topic, record.import, record));
    await this.imports.end(record.import, positions);
  }

  private async undo(record: ImportRecord, by: AskedBy): Promise<void> {
    const topics = Owners.inOrder(record.owners).reverse();
    const positions = await this.inTurn(record, topics, (topic) => this.owners.undo(topic, record.import, by));
    await this.imports.end(record.import, positions);
  }

  /** One owner after the other; answers where the books have come. */
  private async inTurn(
    record: ImportRecord,
    topics: readonly Topic[],
    work: (topic: Topic) => Promise<Positions>,
  ): Promise<After> {
    let after: After = record.positions;
    let { percent } = record;
    const share = Math.floor((99 - percent) / Math.max(1, topics.length));
    for (const topic of topics) {
      after = laterOf(after, { [topic]: await this.answered(() => work(topic)) });
      percent += share;
      await this.imports.progress(record.import, { ...record, percent });
    }
    return after;
  }

  private answered<Result>(work: () => Promise<Result>): Promise<Result> {
    return untilDone(work, { signal: this.stopping.signal, patienceMs: FOR_EVER });
  }
}
