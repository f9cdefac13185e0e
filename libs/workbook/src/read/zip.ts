import { crc32, createInflateRaw } from 'node:zlib';
import type { ReadLimits } from './limits';
import { WorkbookRefused } from './refusal';

/** One file in an archive. Sizes are those of the central directory, and `inflate` holds the file to them. */
interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly headerAt: number;
}

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const END64_SIGNATURE = 0x06064b50;
const LOCATOR64_SIGNATURE = 0x07064b50;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;
const IN_ZIP64 = 0xffffffff;
const CHUNK_BYTES = 64 * 1024;

/**
 * A zip archive in memory, trusted in nothing: names, counts, sizes and offsets are checked before anything is inflated, and
 * no part yields a byte more than its index entry promises, so that all parts together stay below `limits.inflatedBytes`.
 *
 * @throws WorkbookRefused from the constructor and while a part is inflated.
 */
export class ZipArchive {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly file: Buffer,
    limits: ReadLimits,
  ) {
    const { count, at } = this.directory();
    if (count > limits.parts) throw new WorkbookRefused('too-many-parts', { limit: limits.parts });
    this.readEntries(count, at);

    this.refuseBombs(limits);
  }

  private refuseBombs(limits: ReadLimits): void {
    const total = (pick: (entry: Entry) => number) =>
      [...this.entries.values()].reduce((sum, entry) => sum + pick(entry), 0);
    const packed = total((entry) => entry.packedBytes);
    const inflated = total((entry) => entry.bytes);
    // Entries that share their bytes are how a small archive pretends to be a large one.
    if (packed > this.file.length) throw new WorkbookRefused('damaged');
    if (
      inflated > limits.inflatedBytes ||
      (inflated > limits.inflatedBytes / 16 && inflated > packed * limits.inflatedRatio)
    )
      throw new WorkbookRefused('inflates-too-far', { limit: limits.inflatedBytes });
  }

  /** Names as looked up: lower case, without a leading slash. */
  names(): readonly string[] {
    return [...this.entries.keys()];
  }

  has(name: string): boolean {
    return this.entries.has(partName(name));
  }

  bytesOf(name: string): number {
    return this.entries.get(partName(name))?.bytes ?? 0;
  }

  /** The bytes of one part, chunk by chunk, checked against its size and CRC. */
  async *inflate(name: string): AsyncGenerator<Buffer> {
    const entry = this.entries.get(partName(name));
    if (!entry) throw new WorkbookRefused('damaged');
    const packed = this.packed(entry);
    let bytes = 0;
    let crc = 0;
    for await (const chunk of entry.method === STORED ? slices(packed) : inflated(packed)) {
      bytes += chunk.length;
      if (bytes > entry.bytes) throw new WorkbookRefused('damaged');
      crc = crc32(chunk, crc);
      yield chunk;
    }
    if (bytes !== entry.bytes || crc !== entry.crc) throw new WorkbookRefused('damaged');
  }

  private directory(): { count: number; at: number } {
    const { file } = this;
    const lowest = Math.max(0, file.length - END_BYTES - 0xffff);
    for (let end = file.length - END_BYTES; end >= lowest; end--) {
      if (file.readUInt32LE(end) !== END_SIGNATURE) continue;
      const count = file.readUInt16LE(end + 10);
      const at = file.readUInt32LE(end + 16);
      return count === 0xffff || at === IN_ZIP64 ? this.directory64(end) : { count, at };
    }
    // It began as a zip archive; without its end it was cut off.
    throw new WorkbookRefused('damaged');
  }

  private directory64(end: number): { count: number; at: number } {
    const { file } = this;
    const locator = end - 20;
    if (locator < 0 || file.readUInt32LE(locator) !== LOCATOR64_SIGNATURE) throw new WorkbookRefused('damaged');
    const end64 = Number(file.readBigUInt64LE(locator + 8));
    if (end64 + 56 > locator || file.readUInt32LE(end64) !== END64_SIGNATURE) throw new WorkbookRefused('damaged');
    return { count: Number(file.readBigUInt64LE(end64 + 32)), at: Number(file.readBigUInt64LE(end64 + 48)) };
  }

  private readEntries(count: number, start: number): void {
    const { file } = this;
    let at = start;
    for (let i = 0; i < count; i++) {
      if (at + ENTRY_BYTES > file.length || file.readUInt32LE(at) !== ENTRY_SIGNATURE)
        throw new WorkbookRefused('damaged');
      const nameBytes = file.readUInt16LE(at + 28);
      const extraBytes = file.readUInt16LE(at + 30);
      const next = at + ENTRY_BYTES + nameBytes + extraBytes + file.readUInt16LE(at + 32);
      if (next > file.length) throw new WorkbookRefused('damaged');
      if (file.readUInt16LE(at + 8) & 1) throw new WorkbookRefused('encrypted');

      const nameAt = at + ENTRY_BYTES;
      const name = partName(file.toString('utf8', nameAt, nameAt + nameBytes));
      const extra = file.subarray(nameAt + nameBytes, nameAt + nameBytes + extraBytes);
      const [bytes, packedBytes, headerAt] = wide(
        [file.readUInt32LE(at + 24), file.readUInt32LE(at + 20), file.readUInt32LE(at + 42)],
        extra,
      );
      const method = file.readUInt16LE(at + 10);
      if (method !== STORED && method !== DEFLATED) throw new WorkbookRefused('damaged');
      if (this.entries.has(name)) throw new WorkbookRefused('damaged');
      this.entries.set(name, { method, crc: file.readUInt32LE(at + 16), packedBytes, bytes, headerAt });
      at = next;
    }
  }

  private packed({ headerAt, packedBytes }: Entry): Buffer {
    const { file } = this;
    if (headerAt + LOCAL_BYTES > file.length || file.readUInt32LE(headerAt) !== LOCAL_SIGNATURE)
      throw new WorkbookRefused('damaged');
    const start = headerAt + LOCAL_BYTES + file.readUInt16LE(headerAt + 26) + file.readUInt16LE(headerAt + 28);
    if (start + packedBytes > file.length) throw new WorkbookRefused('damaged');
    return file.subarray(start, start + packedBytes);
  }
}

/** Part names compare without case, and some programs write them with backslashes. */
const partName = (name: string): string => name.replaceAll('\\', '/').replace(/^\//, '').toLowerCase();

/** Sizes that do not fit into 32 bits stand in the zip64 field, in this order, only those that do not fit. */
const wide = (narrow: readonly [number, number, number], extra: Buffer): [number, number, number] => {
  const result: [number, number, number] = [...narrow];
  if (!narrow.includes(IN_ZIP64)) return result;
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  for (const index of [0, 1, 2] as const) {
    if (narrow[index] !== IN_ZIP64) continue;
    if (at + 8 > extra.length) throw new WorkbookRefused('damaged');
    result[index] = Number(extra.readBigUInt64LE(at));
    at += 8;
  }
  return result;
};

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

async function* inflated(packed: Buffer): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
  inflate.end(packed);
  try {
    for await (const chunk of inflate) yield chunk as Buffer;
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
      throw new WorkbookRefused('damaged');
    throw error;
  } finally {
    inflate.destroy();
  }
}
