import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { MovedListener } from '@propledger/event-log';
import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';

/** What the thread says. */
export type FromThread =
  | { readonly is: 'moved'; readonly book: string; readonly position: number }
  | { readonly is: 'trouble'; readonly error: unknown; readonly text: string; readonly of: object };

/** What it is told. */
export type ToThread = 'wake' | 'stop';

const YOUNG_MB = 64;
/** A project of 100,000 charges takes a fifth of it. */
const OLD_MB = 1_024;

/** Threads run what was compiled; beside the sources (in specs) that is one folder over. */
const threadFile = (): string => {
  const beside = join(__dirname, 'run-worker.js');
  return existsSync(beside) ? beside : join(__dirname, '../../dist/run-bills/run-worker.js');
};

/**
 * The thread on which bill runs are computed, hashed and appended, on connections of its own, as another replica would:
 * requests are answered meanwhile. Made when the first run is asked for.
 */
export class RunThread {
  private worker: Worker | null = null;
  private ended: Promise<void> = Promise.resolve();
  private stopping = false;
  private readonly listeners: MovedListener[] = [];

  constructor(
    private readonly database: PoolConfig,
    private readonly log: Logger,
  ) {}

  /** There may be something to do. */
  wake(): void {
    if (this.stopping) return;
    this.worker ??= this.start();
    this.tell(this.worker, 'wake');
  }

  onMoved(listener: MovedListener): void {
    this.listeners.push(listener);
  }

  /** Lets it end the step that it is at. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.worker) this.tell(this.worker, 'stop');
    await this.ended;
  }

  private tell(worker: Worker, message: ToThread): void {
    worker.postMessage(message);
  }

  private start(): Worker {
    // What a chunk is made of is dropped soon after: with room for it, little of it is copied around.
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB };
    const worker = new Worker(threadFile(), { workerData: this.database, resourceLimits });
    worker.on('message', (message: FromThread) => {
      if (message.is === 'moved') this.listeners.forEach((listener) => listener(message.book, message.position));
      else this.log.error({ err: message.error, ...message.of }, message.text);
    });
    worker.on('error', (error) =>
      this.log.error({ err: error }, 'the thread of bill runs failed; it is started again'),
    );
    this.ended = new Promise((resolve) =>
      worker.once('exit', () => {
        this.worker = null;
        resolve();
      }),
    );
    return worker;
  }
}
