import { BookWriter, pgTransact, poolFrom } from '@propledger/event-log';
import type { PoolConfig } from 'pg';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { ledgerHandler } from '../ledger-store/ledger-handler';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { CarriedOutRuns } from './carry-out-runs';
import type { FromThread, ToThread } from './run-threads';

/** The other end of RunThreads. */
const work = (port: MessagePort, database: PoolConfig): void => {
  const say = (message: FromThread): void => port.postMessage(message);
  const pool = poolFrom(database);
  const writer = new BookWriter(pgTransact(pool), ledgerHandler, { writers: 1 });
  writer.onMoved((book, position) => say({ is: 'moved', book, position }));
  const reader = new Reader(pool);
  const runs = new CarriedOutRuns(pool, reader, new Ledger(writer, reader), {
    moved: (book, position) => say({ is: 'moved', book, position }),
    ended: (state, seconds) => say({ is: 'ended', state, seconds }),
    rests: (run) => say({ is: 'rests', run }),
    trouble: (error, text, of) => say({ is: 'trouble', error, text, of }),
  });
  const stop = async (): Promise<void> => {
    await runs.stop();
    await writer.close();
    await pool.end();
    port.close();
  };
  port.on('message', (message: ToThread) => {
    if (message === 'wake') runs.wake();
    else void stop();
  });
};

if (parentPort) work(parentPort, workerData as PoolConfig);
