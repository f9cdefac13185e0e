import { Overloaded, type AppendedBatch, type MovedListener, type Submission } from '@propledger/event-log';
import { threadFile, type PoolCounts } from '@propledger/service-kit';
import { Worker } from 'node:worker_threads';
import type { PoolConfig } from 'pg';
import type { Logger } from 'pino';
import {
  errorOf,
  failureOf,
  type Answer,
  type Failure,
  type FromThread,
  type Question,
  type ToThread,
} from './append-messages';
import type { LedgerOutcome, LedgerWriter } from './ledger';
import type { LedgerTask } from './task';

/** What a batch is made of is dropped as soon as it is answered. */
const YOUNG_MB = 64;
const OLD_MB = 512;
const NO_CONNECTIONS: PoolCounts = { totalCount: 0, idleCount: 0, waitingCount: 0 };

interface Asking {
  readonly resolve: (outcome: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Appends to ledger books on a thread of its own: commands are decided, hashed and written there while requests are read and
 * answered here. What is asked in one turn of the event loop goes over together, and so does what is answered.
 */
export class AppendThread implements LedgerWriter {
  /** Of the thread's pool, as it said last. */
  readonly connections: PoolCounts = { ...NO_CONNECTIONS };
  private worker: Worker | null = null;
  private readonly asking = new Map<number, Asking>();
  private unsent: Question[] = [];
  private lastId = 0;
  private closed = false;
  private ended: Promise<void> = Promise.resolve();
  private readonly listeners: MovedListener[] = [];
  private readonly observers: ((batch: AppendedBatch) => void)[] = [];

  /** @param database how its connections are made: as many as appends at a time, at most. */
  constructor(
    private readonly database: PoolConfig,
    private readonly log: Logger,
  ) {}

  /** Makes the thread. The first command does, too; it waits for that then. */
  start(): void {
    this.worker ??= this.started();
  }

  /** @throws as BookWriter does; where the thread ends, an error that says that the same may be asked again: it is booked once. */
  submit(submission: Submission<LedgerTask>): Promise<LedgerOutcome> {
    return this.ask(submission);
  }

  /** Many submissions, in order, many a transaction; see BookWriter. */
  submitAll(submissions: readonly Submission<LedgerTask>[]): Promise<LedgerOutcome[]> {
    return this.ask(submissions);
  }

  onMoved(listener: MovedListener): void {
    this.listeners.push(listener);
  }

  /** Told of every transaction, whether it was committed or not. */
  onAppended(observer: (batch: AppendedBatch) => void): void {
    this.observers.push(observer);
  }

  /** Takes no more, and waits until what was taken is done. */
  async close(): Promise<void> {
    this.closed = true;
    this.send();
    this.worker?.postMessage('stop' satisfies ToThread);
    await this.ended;
  }

  private ask<Outcome>(asked: Question['asked']): Promise<Outcome> {
    if (this.closed) return Promise.reject(new Overloaded('the ledger is closing'));
    return new Promise((resolve, reject) => {
      const id = (this.lastId += 1);
      this.asking.set(id, { resolve, reject });
      if (this.unsent.length === 0) setImmediate(() => this.send());
      this.unsent.push({ id, asked });
    });
  }

  private send(): void {
    const questions = this.unsent;
    if (questions.length === 0) return;
    this.unsent = [];
    this.start();
    try {
      this.worker?.postMessage(questions satisfies ToThread);
    } catch (error) {
      for (const { id } of questions) this.settle({ id, failed: failureOf(error) });
    }
  }

  private hear({ answers, moved, appended, connections }: FromThread): void {
    Object.assign(this.connections, connections);
    for (const answer of answers) this.settle(answer);
    for (const { book, position } of moved) for (const listener of this.listeners) listener(book, position);
    for (const batch of appended) for (const observer of this.observers) observer(batch);
  }

  private settle(answer: Answer): void {
    const asking = this.asking.get(answer.id);
    this.asking.delete(answer.id);
    if ('failed' in answer) asking?.reject(errorOf(answer.failed));
    else asking?.resolve(answer.outcome as never);
  }

  private started(): Worker {
    const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB };
    const worker = new Worker(threadFile(__dirname, 'append-worker'), { workerData: this.database, resourceLimits });
    worker.on('message', (message: FromThread) => this.hear(message));
    worker.on('error', (error) =>
      this.log.error({ err: error }, 'the thread that appends failed; it is started again'),
    );
    this.ended = new Promise((resolve) =>
      worker.once('exit', () => {
        this.worker = null;
        Object.assign(this.connections, NO_CONNECTIONS);
        this.giveUp();
        resolve();
      }),
    );
    return worker;
  }

  /** Nobody knows what became of what the thread had taken. */
  private giveUp(): void {
    this.unsent = [];
    for (const id of [...this.asking.keys()]) this.settle({ id, failed: ENDED });
  }
}

/** To whoever asked, as if the connection to the database had been lost. */
const ENDED: Failure = { name: 'Error', message: 'the thread that appends ended', code: 'ECONNRESET' };
