import { Worker } from 'node:worker_threads';
import type { MovedListener } from '@propledger/event-log';
import { threadFile } from '@propledger/service-kit';
import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';

/** What the thread says. */
export type FromThread =
  | { readonly is: 'moved'; readonly book: string; readonly position: number }
  | { readonly is: 'ended'; readonly state: EndState; readonly seconds: number }
  | { readonly is: 'rests'; readonly run: string }
  | { readonly is: 'trouble'; readonly error: unknown; readonly text: string; readonly of: object };

export type EndState = 'done' | 'failed';
export type EndedListener = (state: EndState, seconds: number) => void;

/** What it is told. */
export type ToThread = 'wake' | 'stop';

/** One computes while the database writes what another has computed. */
const THREADS = 2;
const YOUNG_MB = 128;
const OLD_MB = 512;

/**
 * The threads on which bill runs are computed, hashed and appended, on connections of their own, as other replicas would:
 * requests are answered meanwhile. Each is made when there is a run for it.
 */
export class RunThreads {
  private readonly workers = new Map<number, Worker>();
  private readonly ended = new Set<Promise<void>>();
  private stopping = false;
  private readonly listeners: MovedListener[] = [];
  private readonly endedListeners: EndedListener[] = [];
  private readonly restListeners: ((run: string) => void)[] = [];

  constructor(
    private readonly database: PoolConfig,
    private readonly log: Logger,
  ) {}

  /** @param runs how many have not ended. */
  wake(runs: number): void {
    if (this.stopping) return;
    for (let nth = 0; nth < Math.min(runs, THREADS); nth += 1)
      this.tell(this.workers.get(nth) ?? this.start(nth), 'wake');
  }

  onMoved(listener: MovedListener): void {
    this.listeners.push(listener);
  }

  /** Told of every run that ends, and how long after it was asked for. */
  onEnded(listener: EndedListener): void {
    this.endedListeners.push(listener);
  }

  /** Told of every run that is at work no more: it ended, or waits for a decision. */
  onRest(listener: (run: string) => void): void {
    this.restListeners.push(listener);
  }

  /** Lets them end the step that they are at. */
  async stop(): Promise<void> {
    this.stopping = true;
    for (const worker of this.workers.values()) this.tell(worker, 'stop');
    await Promise.all(this.ended);
  }

  private tell(worker: Worker, message: ToThread): void {
    worker.postMessage(message);
  }

  private hear(message: FromThread): void {
    switch (message.is) {
      case 'moved':
        return this.listeners.forEach((listener) => listener(message.book, message.position));
      case 'ended':
        return this.endedListeners.forEach((listener) => listener(message.state, message.seconds));
      case 'rests':
        return this.restListeners.forEach((listener) => listener(message.run));
      case 'trouble':
        this.log.error({ err: message.error, ...message.of }, message.text);
    }
  }

  private start(nth: number): Worker {
    // What a chunk is made of is dropped soon after: with room for it, little of it is copied around.
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB };
    const worker = new Worker(threadFile(__dirname, 'run-worker'), { workerData: this.database, resourceLimits });
    this.workers.set(nth, worker);
    worker.on('message', (message: FromThread) => this.hear(message));
    worker.on('error', (error) => this.log.error({ err: error }, 'a thread of bill runs failed; it is started again'));
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve())).finally(() => {
      this.workers.delete(nth);
      this.ended.delete(ended);
    });
    this.ended.add(ended);
    return worker;
  }
}
