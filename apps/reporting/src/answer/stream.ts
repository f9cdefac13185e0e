import { Readable } from 'node:stream';

/** Read ahead of a slow client, so that an answer of this size needs the database no longer than it takes to read it. */
const READ_AHEAD_BYTES = 8 * 1024 * 1024;
/** A client that takes nothing for this long has gone; PostgreSQL would end the transaction a little later. */
const STALLED_MS = 25_000;

/**
 * A stream of what is generated. The first part is made before it resolves, so that a statement that fails is an error and no
 * half answer. Whatever ends the stream ends the generator, too.
 *
 * @param chunks none of them empty.
 */
export const streamOf = async (chunks: AsyncGenerator<Uint8Array, void>): Promise<Readable> => {
  let first: IteratorResult<Uint8Array, void> | null = await chunks.next();
  let stalled: NodeJS.Timeout | undefined;
  return new Readable({
    highWaterMark: READ_AHEAD_BYTES,
    read() {
      clearTimeout(stalled);
      const next = first === null ? chunks.next() : Promise.resolve(first);
      first = null;
      next.then(
        ({ done, value }) => {
          if (this.destroyed) return;
          if (!done)
            stalled = setTimeout(() => this.destroy(new Error('nobody reads this answer')), STALLED_MS).unref();
          this.push(done ? null : value);
        },
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      clearTimeout(stalled);
      chunks.return().then(
        () => callback(error),
        () => callback(error),
      );
    },
  });
};
