import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { kindOf } from '../read/file-kind';
import { READ_LIMITS, type ReadLimits } from '../read/limits';
import { type Refusal, type RefusedAt, WorkbookRefused } from '../read/refusal';
import type { ImportRows } from './import-rows';

export type FromWorker =
  | { readonly is: 'rows'; readonly rows: ImportRows }
  | { readonly is: 'end' }
  | { readonly is: 'refused'; readonly code: Refusal; readonly at: RefusedAt };

/** A piece fits a request to the service that owns its sheet. */
const PIECE = { rows: 1_000, chars: 500_000 };

/** What a reading thread may use before it is stopped: real workbooks take a tenth. */
const HEAP_MB = 256;

/** Threads run what was compiled; beside the sources (in specs) that is one folder over. */
const workerFile = (): string => {
  const beside = join(__dirname, 'import-worker.js');
  return existsSync(beside) ? beside : join(__dirname, '../../dist/import/import-worker.js');
};

/**
 * Reads the import workbook at a path on a thread of its own, piece by piece as they are asked for: a piece holds rows of one
 * sheet, at most 1,000. Leaving the loop early stops the thread, and so does the signal.
 *
 * @throws WorkbookRefused, before any piece has come.
 */
export async function* readImport(
  file: string,
  { limits = READ_LIMITS, signal }: { readonly limits?: ReadLimits; readonly signal?: AbortSignal } = {},
): AsyncGenerator<ImportRows> {
  await refuseAtFirstSight(file);
  const worker = new Worker(workerFile(), {
    workerData: { file, limits, piece: PIECE },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32 },
  });
  const ask = questionsTo(worker);
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop);
  try {
    for (;;) {
      const message = await ask();
      if (message.is === 'end') return;
      if (message.is === 'refused') throw new WorkbookRefused(message.code, message.at);
      yield message.rows;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY')
      throw new WorkbookRefused('too-much-text');
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

/** What is no archive of any kind needs no thread to be refused. */
const refuseAtFirstSight = async (path: string): Promise<void> => {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8), 0, 8, 0);
    const kind = kindOf(buffer.subarray(0, bytesRead));
    if (kind === 'other') throw new WorkbookRefused('not-a-workbook');
  } finally {
    await file.close();
  }
};

/** Asks for one message at a time. A thread that ends instead fails the question, or the next one. */
const questionsTo = (worker: Worker): (() => Promise<FromWorker>) => {
  let ended: Error | null = null;
  let resolve: (message: FromWorker) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const end = (error: Error): void => {
    ended ??= error;
    reject(ended);
  };
  worker.on('message', (message: FromWorker) => resolve(message));
  worker.on('error', end);
  worker.on('exit', () => end(new Error('the reading thread ended')));
  return () =>
    new Promise((resolveIt, rejectIt) => {
      if (ended) return rejectIt(ended);
      resolve = resolveIt;
      reject = rejectIt;
      worker.postMessage('next');
    });
};
