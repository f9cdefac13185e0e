import { GENESIS_HASH } from '@propledger/proof';
import { isUtf8 } from 'node:buffer';
import { open, type FileHandle } from 'node:fs/promises';
import { isSeal, LONGEST_LINE, readEvent } from './bundle-event';
import type { Before } from './check-piece';

/** Whole lines of a bundle, and the event in front of them; null: the line there can't be read. */
export interface BundlePiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly before: Before | null;
}

const PIECE_BYTES = 2 << 20;
const LINE_FEED = 10;

/** A bundle's file, piece by piece. */
export class BundleFile {
  /** Bytes handed out so far. */
  done = 0;

  private constructor(
    private readonly file: FileHandle,
    readonly bytes: number,
    private rest: Uint8Array,
  ) {}

  /** @throws Error (ENOENT …) when the file can't be read. */
  static async open(path: string): Promise<BundleFile> {
    const file = await open(path);
    try {
      return new BundleFile(file, (await file.stat()).size, new Uint8Array(0));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** The first line, without its end; empty where it is no text. Comes first, once. */
  async firstLine(): Promise<string> {
    let end = this.rest.indexOf(LINE_FEED);
    while (end < 0 && this.rest.length < LONGEST_LINE) {
      const more = await this.read();
      if (more === null) return '';
      this.rest = more;
      end = this.rest.indexOf(LINE_FEED);
    }
    if (end < 0 || end >= LONGEST_LINE) return '';
    const bytes = this.rest.subarray(0, end);
    const line = isUtf8(bytes) ? new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) : '';
    this.rest = this.rest.slice(end + 1);
    this.done = end + 1;
    return line;
  }

  /** Everything behind the first line. A last line without an end comes as it is; one that is too long is the last. */
  async *pieces(): AsyncGenerator<BundlePiece> {
    let before: Before | null = { position: 0, hash: GENESIS_HASH, recordedAt: '' };
    for (;;) {
      const more = this.rest.length < LONGEST_LINE ? await this.read() : null;
      const all = more ?? new Uint8Array(this.rest);
      const end = more === null ? all.length : all.lastIndexOf(LINE_FEED) + 1;
      const bytes = all.subarray(0, end);
      this.rest = all.slice(end);
      const next: Before | null = bytes.length === 0 ? before : lastEventOf(bytes, before);
      this.done += bytes.length;
      if (bytes.length > 0) yield { bytes, before };
      if (more === null) return;
      before = next;
    }
  }

  /** What was left, and more of the file behind it; null at its end. */
  private async read(): Promise<Uint8Array<ArrayBuffer> | null> {
    // A line longer than a piece makes the next one longer.
    const bytes = new Uint8Array(this.rest.length + Math.max(PIECE_BYTES, this.rest.length));
    bytes.set(this.rest);
    const { bytesRead } = await this.file.read(bytes, this.rest.length);
    return bytesRead === 0 ? null : bytes.subarray(0, this.rest.length + bytesRead);
  }
}

/** The last event among these lines; the one before them where there is none. */
const lastEventOf = (bytes: Uint8Array, before: Before | null): Before | null => {
  for (let end = bytes.length - 1; end >= 0;) {
    const start = end === 0 ? 0 : bytes.lastIndexOf(LINE_FEED, end - 1) + 1;
    const last = bytes.subarray(start, end);
    const line = new TextDecoder('utf-8', { ignoreBOM: true }).decode(last);
    if (!isSeal(line)) return readEvent(last, line);
    end = start - 1;
  }
  return before;
};
