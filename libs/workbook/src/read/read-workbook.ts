import { open } from 'node:fs/promises';
import { trimmed } from '../cells/clean-text';
import type { CellRow } from './cell';
import { kindOf } from './file-kind';
import { READ_LIMITS, type ReadLimits } from './limits';
import { readPackageParts } from './package-parts';
import { WorkbookRefused } from './refusal';
import { readSharedStrings } from './shared-strings';
import { worksheetRows } from './worksheet';
import { ZipArchive } from './zip';

/** Consecutive rows of one sheet. Every sheet comes at least once, with no rows when it has none. */
export interface SheetRows {
  readonly sheet: string;
  readonly rows: readonly CellRow[];
  /** How much of all sheets has been read, 0 … 1, by bytes. */
  readonly read: number;
}

/**
 * Reads an .xlsx (a path, or its bytes) sheet by sheet, never holding more than a chunk of rows. It runs on the calling thread;
 * services read through readImport, which has a thread of its own.
 *
 * Every sheet and every part is looked through before the iteration ends, so a workbook is accepted only when it has ended.
 *
 * @throws WorkbookRefused
 */
export async function* readWorkbook(
  file: string | Uint8Array,
  limits: ReadLimits = READ_LIMITS,
): AsyncGenerator<SheetRows> {
  const bytes =
    typeof file === 'string'
      ? await contentOf(file, limits)
      : Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes.length > limits.fileBytes) throw new WorkbookRefused('file-too-large', { limit: limits.fileBytes });
  refuseOtherFormats(bytes);

  const archive = new ZipArchive(bytes, limits);
  await refuseDocumentTypes(archive);
  const { sheets, sharedStrings, epoch, dateStyles } = await readPackageParts(archive);
  refuseTwins(sheets.map(({ name }) => trimmed(name)));
  const strings = sharedStrings === null ? null : await readSharedStrings(archive.inflate(sharedStrings), limits);

  const total = sheets.reduce((sum, { part }) => sum + archive.bytesOf(part), 0) || 1;
  let done = 0;
  for (const { name: sheet, part } of sheets) {
    const counted = countBytes(archive.inflate(part), (count) => (done += count));
    yield { sheet, rows: [], read: done / total };
    for await (const rows of worksheetRows(counted, { sheet, strings, epoch, dateStyles, limits }))
      yield { sheet, rows, read: done / total };
  }
}

const refuseTwins = (names: readonly string[]): void => {
  const twin = names.find((name, at) => names.indexOf(name) < at);
  if (twin !== undefined) throw new WorkbookRefused('sheet-twice', { sheet: twin });
};

const contentOf = async (path: string, limits: ReadLimits): Promise<Buffer> => {
  const file = await open(path, 'r');
  try {
    if ((await file.stat()).size > limits.fileBytes)
      throw new WorkbookRefused('file-too-large', { limit: limits.fileBytes });
    return await file.readFile();
  } finally {
    await file.close();
  }
};

async function* countBytes(chunks: AsyncIterable<Buffer>, count: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    count(chunk.length);
    yield chunk;
  }
}

const refuseOtherFormats = (bytes: Buffer): void => {
  const kind = kindOf(bytes);
  // An .xls of old, or the wrapper of a workbook with a password: one container, told apart by the names in it.
  if (kind === 'ole2')
    throw new WorkbookRefused(bytes.includes(Buffer.from('EncryptedPackage', 'utf16le')) ? 'encrypted' : 'old-format');
  if (kind === 'other') throw new WorkbookRefused('not-a-workbook');
};

const DOCUMENT_TYPE = /<!(?:DOCTYPE|ENTITY)/i;

/**
 * The scanner refuses document types in what it reads. Parts that nothing here reads are looked through all the same: a
 * workbook with one was made to harm whoever opens it next.
 */
const refuseDocumentTypes = async (archive: ZipArchive): Promise<void> => {
  const unread = archive
    .names()
    .filter((name) => /\.(xml|rels|vml)$/.test(name) && !/^xl\/(worksheets\/[^/]+|sharedstrings)\.xml$/.test(name));
  for (const name of unread) {
    let tail = '';
    for await (const chunk of archive.inflate(name)) {
      const text = tail + chunk.toString('latin1').replaceAll('\0', '');
      if (DOCUMENT_TYPE.test(text)) throw new WorkbookRefused('entities');
      tail = text.slice(-9);
    }
  }
};
