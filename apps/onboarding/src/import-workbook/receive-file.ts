import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** More bytes than are taken. */
export class FileTooLarge extends Error {}

/** What arrived: so many bytes, and their SHA-256 in hex. */
export interface Received {
  readonly bytes: number;
  readonly sha256: string;
}

const SLOWEST_MS = 10 * 60_000;

/**
 * Writes a body to a file as it comes. Whatever goes wrong, no file is left behind, and the body is left open, so that its sender
 * can be answered.
 *
 * @throws FileTooLarge; what the stream throws when the client goes away.
 */
export const receiveFile = async (body: Readable, path: string, mostBytes: number): Promise<Received> => {
  const hash = createHash('sha256');
  let bytes = 0;
  const measured = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw new FileTooLarge();
      hash.update(chunk);
      yield chunk;
    }
  };
  try {
    await pipeline(body.iterator({ destroyOnReturn: false }), measured, createWriteStream(path, { mode: 0o600 }), {
      signal: AbortSignal.timeout(SLOWEST_MS),
    });
    return { bytes, sha256: hash.digest('hex') };
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
};
