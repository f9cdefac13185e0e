import type { ClientBase, Connection, Submittable } from 'pg';

/**
 * The JSON texts of a query, one a row, as one JSON array of the bytes in which they came: pg would make strings of them, of which
 * whoever sends them on makes bytes again. Texts with commas between them give as many elements.
 *
 * @param query without parameters, of one column that is never null.
 * @throws what the database says.
 */
export const copyOut = (client: ClientBase, query: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    client.query(new CopyOut(query, resolve, reject));
  });

// https://www.postgresql.org/docs/current/sql-copy.html: a signature, flags, an extension; then of each row the number of its fields,
// and of each field its length and its bytes; then -1 for a number of fields.
const EXTENSION_LENGTH_AT = 15;
const ROW_AFTER_EXTENSION = 19;
const OPEN = 0x5b;
const COMMA = 0x2c;
const CLOSE = 0x5d;

/** What stands before a field is longer than what comes there instead: the array is made where the rows are. */
const arrayIn = (copied: Buffer): Buffer => {
  let from = ROW_AFTER_EXTENSION + copied.readUInt32BE(EXTENSION_LENGTH_AT);
  let to = 0;
  while (copied.readInt16BE(from) === 1) {
    const field = from + 6;
    from = field + copied.readInt32BE(from + 2);
    copied[to] = to === 0 ? OPEN : COMMA;
    copied.copyWithin(to + 1, field, from);
    to += 1 + from - field;
  }
  if (to === 0) copied[to++] = OPEN;
  copied[to++] = CLOSE;
  return copied.subarray(0, to);
};

/** Some thousand events, which is what is read at a time; more doubles it. */
const FIRST_SIZE = 2 ** 21;

/** COPY as pg sends and hears it. */
class CopyOut implements Submittable {
  private copied = Buffer.allocUnsafeSlow(FIRST_SIZE);
  private length = 0;

  constructor(
    private readonly query: string,
    private readonly resolve: (array: Buffer) => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(`copy (${this.query}) to stdout (format binary)`);
  }

  /** @param chunk a part of what is used again afterwards. */
  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    const length = this.length + chunk.length;
    if (length > this.copied.length) {
      const larger = Buffer.allocUnsafeSlow(2 * length);
      this.copied.copy(larger, 0, 0, this.length);
      this.copied = larger;
    }
    chunk.copy(this.copied, this.length);
    this.length = length;
  }

  handleError(error: unknown): void {
    this.reject(error);
  }

  handleCommandComplete(): void {
    // The answer is complete when the server is ready again.
  }

  handleReadyForQuery(): void {
    this.resolve(arrayIn(this.copied.subarray(0, this.length)));
  }
}
