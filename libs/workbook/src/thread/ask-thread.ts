import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Refusal, type RefusedAt, WorkbookRefused } from '../read/refusal';

/** What a thread answers, once for every time that it is asked. */
export type FromThread<Item> =
  | { readonly is: 'item'; readonly item: Item }
  | { readonly is: 'end' }
  | { readonly is: 'refused'; readonly code: Refusal; readonly at: RefusedAt };

/** What a thread may use before it is stopped: real workbooks take a tenth. */
const HEAP_MB = 256;

/** Threads run what was compiled; beside the sources (in specs) that is one folder over. */
const compiled = (file: string): string => {
  const beside = join(__dirname, '..', `${file}.js`);
  return existsSync(beside) ? beside : join(__dirname, '../../dist', `${file}.js`);
};

/**
 * What a thread of its own makes, piece by piece as they are asked for. Leaving the loop early stops the thread, and so does the
 * signal.
 *
 * @param file the thread's, from `src`, without its ending.
 * @throws WorkbookRefused, too, when it needs more memory than a workbook may.
 */
export async function* askThread<Item>(file: string, given: object, signal?: AbortSignal): AsyncGenerator<Item> {
  const worker = new Worker(compiled(file), {
    workerData: given,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: 32 },
  });
  const ask = questionsTo<Item>(worker);
  const stop = (): void => void worker.terminate();
  signal?.addEventListener('abort', stop);
  try {
    for (;;) {
      const message = await ask();
      if (message.is === 'end') return;
      if (message.is === 'refused') throw new WorkbookRefused(message.code, message.at);
      yield message.item;
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

/** Asks for one message at a time. A thread that ends instead fails the question, or the next one. */
const questionsTo = <Item>(worker: Worker): (() => Promise<FromThread<Item>>) => {
  let ended: Error | null = null;
  let resolve: (message: FromThread<Item>) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const end = (error: Error): void => {
    ended ??= error;
    reject(ended);
  };
  worker.on('message', (message: FromThread<Item>) => resolve(message));
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
