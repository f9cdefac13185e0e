import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { ReadLimits } from '../read/limits';
import { readWorkbook } from '../read/read-workbook';
import { WorkbookRefused } from '../read/refusal';
import { importRows, inPieces } from './import-rows';
import type { FromWorker } from './read-import';

/** Answers as asked, though requests may come while the next piece is still being read. */
const requestsOf = (port: MessagePort): (() => Promise<void>) => {
  let waiting = 0;
  let wake = (): void => undefined;
  port.on('message', () => {
    waiting += 1;
    wake();
  });
  return async () => {
    if (waiting === 0) await new Promise<void>((resolve) => (wake = resolve));
    waiting -= 1;
  };
};

/**
 * The other end of readImport: answers every request with the next piece, one of which is read ahead. Everything is read once
 * before, so that a workbook that will be refused is refused within seconds and before anybody has any of it.
 */
const run = async (): Promise<void> => {
  const port = parentPort;
  if (!port) return;
  const { file, limits, piece } = workerData as {
    file: string;
    limits: ReadLimits;
    piece: { rows: number; chars: number };
  };
  const requested = requestsOf(port);
  const answer = async (message: FromWorker): Promise<void> => {
    await requested();
    port.postMessage(message);
  };
  try {
    await readThrough(file, limits);
    for await (const rows of inPieces(importRows(file, limits), piece)) await answer({ is: 'rows', rows });
    await answer({ is: 'end' });
  } catch (error) {
    if (!(error instanceof WorkbookRefused)) throw error;
    await answer({ is: 'refused', code: error.code, at: error.at });
  }
};

const readThrough = async (file: string, limits: ReadLimits): Promise<void> => {
  const rows = readWorkbook(file, limits);
  while (!(await rows.next()).done);
};

void run();
