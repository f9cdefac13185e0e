import type { ClientBase, Connection, Submittable } from 'pg';

/**
 * The one text that a query without parameters gives, as the bytes in which it came: pg would make a string of them, of which
 * whoever sends them on makes bytes again.
 *
 * @param query of one row with one column; null gives null.
 * @throws what the database says.
 */
export const copyOut = (client: ClientBase, query: string): Promise<Buffer | null> =>
  new Promise((resolve, reject) => {
    client.query(new CopyOut(query, resolve, reject));
  });

// https://www.postgresql.org/docs/current/sql-copy.html: a signature, flags, an extension; then of each row the number of its fields,
// and of each field its length (-1: null) and its bytes.
const EXTENSION_LENGTH_AT = 15;
const ROW_AFTER_EXTENSION = 19;

const onlyFieldOf = (copied: Buffer): Buffer | null => {
  const row = ROW_AFTER_EXTENSION + copied.readUInt32BE(EXTENSION_LENGTH_AT);
  const length = copied.readInt32BE(row + 2);
  return length < 0 ? null : copied.subarray(row + 6, row + 6 + length);
};

/** COPY as pg sends and hears it. */
class CopyOut implements Submittable {
  private readonly chunks: Buffer[] = [];

  constructor(
    private readonly query: string,
    private readonly resolve: (text: Buffer | null) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(`copy (${this.query}) to stdout (format binary)`);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.chunks.push(Buffer.from(chunk)); // What it is a part of is used again.
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  handleCommandComplete(): void {
    // The answer is complete when the server is ready again.
  }

  handleReadyForQuery(): void {
    this.resolve(onlyFieldOf(Buffer.concat(this.chunks)));
  }
}
