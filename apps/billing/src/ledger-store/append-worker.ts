import { BookWriter, pipelinedTransact, poolFrom, type AppendedBatch } from '@propledger/event-log';
import type { Pool, PoolConfig } from 'pg';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { failureOf, type Answer, type FromThread, type Question, type ToThread } from './append-messages';
import { ledgerHandler } from './ledger-handler';

/** The other end of AppendThread. */
const work = (port: MessagePort, database: PoolConfig): void => {
  const pool = poolFrom(database);
  const writer = new BookWriter(pipelinedTransact(pool), ledgerHandler, {
    writers: pool.options.max,
    limits: 'of the connection',
  });
  const turn = new Turn(port, pool);
  writer.onMoved((book, position) => turn.moved(book, position));
  writer.onAppended((batch) => turn.appended(batch));
  pool.on('remove', () => turn.connectionsChanged());
  const answer = async ({ id, asked }: Question): Promise<void> => {
    try {
      const outcome = await ('book' in asked ? writer.submit(asked) : writer.submitAll(asked));
      turn.answer({ id, outcome });
    } catch (error) {
      turn.answer({ id, failed: failureOf(error) });
    }
  };
  const stop = async (): Promise<void> => {
    await writer.close();
    await pool.end();
    turn.end();
    port.close();
  };
  port.on('message', (message: ToThread) => {
    if (message === 'stop') void stop();
    else for (const question of message) void answer(question);
  });
};

/** What is said in one turn of the event loop goes over together, when it ends. */
class Turn {
  private answers: Answer[] = [];
  private moves: { readonly book: string; readonly position: number }[] = [];
  private batches: AppendedBatch[] = [];
  private begun = false;

  constructor(
    private readonly port: MessagePort,
    private readonly pool: Pool,
  ) {}

  answer(answer: Answer): void {
    this.answers.push(answer);
    this.begin();
  }

  moved(book: string, position: number): void {
    this.moves.push({ book, position });
    this.begin();
  }

  appended(batch: AppendedBatch): void {
    this.batches.push(batch);
    this.begin();
  }

  connectionsChanged(): void {
    this.begin();
  }

  end(): void {
    const { totalCount, idleCount, waitingCount } = this.pool;
    const connections = { totalCount, idleCount, waitingCount };
    const said: FromThread = { answers: this.answers, moved: this.moves, appended: this.batches, connections };
    this.port.postMessage(said);
    this.answers = [];
    this.moves = [];
    this.batches = [];
    this.begun = false;
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    setImmediate(() => this.end());
  }
}

if (parentPort) work(parentPort, workerData as PoolConfig);
