import { workerData } from 'node:worker_threads';
import type { ReadLimits } from '../read/limits';
import { readWorkbook } from '../read/read-workbook';
import { answerThread } from '../thread/answer-thread';
import { importRows, inPieces, type ImportRows } from './import-rows';

/**
 * The other end of readImport. Everything is read once before, so that a workbook that will be refused is refused within seconds and
 * before anybody has any of it.
 */
async function* pieces(): AsyncGenerator<ImportRows> {
  const { file, limits, piece } = workerData as {
    file: string;
    limits: ReadLimits;
    piece: { rows: number; chars: number };
  };
  await readThrough(file, limits);
  yield* inPieces(importRows(file, limits), piece);
}

const readThrough = async (file: string, limits: ReadLimits): Promise<void> => {
  const rows = readWorkbook(file, limits);
  while (!(await rows.next()).done);
};

void answerThread(pieces);
