import type { ConsumerLog } from '@propledger/event-log';
import { threadFile } from '@propledger/service-kit';
import { Worker } from 'node:worker_threads';
import type { Cell } from '../cell-sources';
import type { ReadTopic } from '../projections';
import type { FoldedBook } from './fold';

/** Whose events are folded: region and base URL of each owner. Tokens are asked for. */
export interface ThreadData {
  readonly databaseUrl: string;
  readonly cells: readonly { readonly region: string; readonly baseUrls: Readonly<Record<ReadTopic, string>> }[];
}

/** What a thread is told. */
export type ToThread =
  | { readonly is: 'fold'; readonly replay: string; readonly book: FoldedBook }
  | { readonly is: 'token'; readonly nth: number; readonly token: string | null }
  | { readonly is: 'stop' };

/** What it says. */
export type FromThread =
  | { readonly is: 'folded' }
  | { readonly is: 'failed'; readonly reason: string; readonly passing: boolean }
  | { readonly is: 'token'; readonly nth: number; readonly cell: number; readonly topic: ReadTopic }
  | { readonly is: 'log'; readonly level: 'warn' | 'error'; readonly fields: object; readonly message: string };

/** A book was not folded. */
export class FoldFailed extends Error {
  constructor(
    reason: string,
    /** Whether it may succeed later. */
    readonly passing: boolean,
  ) {
    super(reason);
  }
}

/** Pages of facts are dropped as soon as they are folded: with room for them, few are copied around. */
const YOUNG_MB = 96;
const OLD_MB = 1_024;

/** Folds books on a thread of its own, one at a time, so that millions of events keep no question waiting. */
export class FoldThread {
  private readonly worker: Worker;
  private readonly ended: Promise<void>;
  private settle: (failure: FoldFailed | null) => void = () => undefined;
  /** Why it folds nothing any more. */
  private gone: FoldFailed | null = null;
  private stopping = false;

  constructor(
    databaseUrl: string,
    private readonly cells: readonly Cell[],
    private readonly log: ConsumerLog,
  ) {
    const workerData: ThreadData = {
      databaseUrl,
      cells: cells.map(({ region, owners: { ledger, registry } }) => ({
        region,
        baseUrls: { ledger: ledger.baseUrl, registry: registry.baseUrl },
      })),
    };
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB };
    this.worker = new Worker(threadFile(__dirname, 'fold-worker'), { workerData, resourceLimits });
    this.worker.on('message', (message: FromThread) => this.hear(message));
    const leave = (failure: FoldFailed): void => {
      this.gone ??= failure;
      this.settle(this.gone);
    };
    this.worker.on('error', ({ message }) => leave(new FoldFailed(message, false)));
    this.ended = new Promise((resolve) => {
      this.worker.once('exit', () => {
        leave(new FoldFailed('the folding thread ended', true));
        resolve();
      });
    });
  }

  /**
   * Folds a book of a replay as `foldBook` does, and notes in the same transaction that it is done.
   *
   * @throws FoldFailed; nothing of the book is there then.
   */
  fold(replay: string, book: FoldedBook): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.gone) return reject(this.gone);
      this.settle = (failure) => (failure === null ? resolve() : reject(failure));
      this.tell({ is: 'fold', replay, book });
    });
  }

  /** What is being folded fails. Resolves when the thread has rolled it back and is gone. */
  async end(): Promise<void> {
    if (!this.stopping) this.tell({ is: 'stop' });
    this.stopping = true;
    await this.ended;
  }

  private tell(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private hear(message: FromThread): void {
    switch (message.is) {
      case 'folded':
        return this.settle(null);
      case 'failed':
        return this.settle(new FoldFailed(message.reason, message.passing));
      case 'log':
        return this.log[message.level](message.fields, message.message);
      case 'token': {
        const { nth, cell, topic } = message;
        const token = this.cells[cell]?.owners[topic].token() ?? Promise.resolve(null);
        token.then(
          (given) => this.tell({ is: 'token', nth, token: given }),
          () => this.tell({ is: 'token', nth, token: null }),
        );
      }
    }
  }
}
