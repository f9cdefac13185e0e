import { parentPort, Worker, workerData } from 'node:worker_threads';
import { checkPiece, type PieceReport, type Setting } from './check-piece';
import type { BundlePiece } from './pieces';
import type { Checker } from './verify-bundle';

/** Checks in this thread. */
export const checkHere = (setting: Setting): Checker => ({
  width: 1,
  check: async ({ bytes, before }) => checkPiece(bytes, before ?? NOWHERE, setting),
  close: async () => undefined,
});

// Pieces whose beginning can't be told are not handed to a checker.
const NOWHERE = { position: 0, hash: '', recordedAt: '' };

/** Two pieces for each thread: one that it works on, one that it takes up next. */
const PIECES_A_THREAD = 2;

/** Checks in threads of their own, which run `script` and there `workAsChecker`. */
export const checkInThreads = (script: string, threads: number, setting: Setting): Checker => {
  const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: setting }));
  const waiting = workers.map((): Answer[] => []);
  workers.forEach((worker, index) => {
    worker.on('message', (report: PieceReport) => waiting[index]?.shift()?.resolve(report));
    worker.on('error', (error) => waiting[index]?.splice(0).forEach(({ reject }) => reject(error)));
  });
  let turn = 0;
  return {
    width: threads * PIECES_A_THREAD,
    check: (piece) =>
      new Promise((resolve, reject) => {
        const index = turn++ % threads;
        waiting[index]?.push({ resolve, reject });
        workers[index]?.postMessage(piece, [piece.bytes.buffer]);
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
      waiting.forEach((answers) => answers.splice(0).forEach(({ reject }) => reject(new Error('closed'))));
    },
  };
};

interface Answer {
  readonly resolve: (report: PieceReport) => void;
  readonly reject: (error: unknown) => void;
}

/** What a thread of `checkInThreads` does until it is ended. */
export const workAsChecker = (): void => {
  const checker = checkHere(workerData as Setting);
  parentPort?.on('message', (piece: BundlePiece) => {
    void checker.check(piece).then((report) => parentPort?.postMessage(report));
  });
};
