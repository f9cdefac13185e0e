import { open } from 'node:fs/promises';
import { kindOf } from '../read/file-kind';
import { READ_LIMITS, type ReadLimits } from '../read/limits';
import { WorkbookRefused } from '../read/refusal';
import { askThread } from '../thread/ask-thread';
import type { ImportRows } from './import-rows';

/** A piece fits a request to the service that owns its sheet. */
const PIECE = { rows: 1_000, chars: 500_000 };

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
  yield* askThread<ImportRows>('import/import-worker', { file, limits, piece: PIECE }, signal);
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
