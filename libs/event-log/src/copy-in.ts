import { type ClientBase, type Connection, Query, type Submittable } from 'pg';

/** Rows for COPY, as text, a line each: see `copyLine`; or see BinaryRows. A chunk is sent whole; one of some 100 kB to 1 MB is best. */
export type CopyChunks = Iterable<Buffer> | AsyncIterable<Buffer>;

/**
 * Adds rows by COPY … FROM STDIN.
 *
 * @param into the table with its columns: `event (book, position)`.
 * @throws what the database says, or what the chunks throw; nothing was added then.
 */
export const copyIn = (
  client: ClientBase,
  into: string,
  chunks: CopyChunks,
  format: 'text' | 'binary' = 'text',
): Promise<void> =>
  new Promise((resolve, reject) => {
    client.query(new CopyIn(`copy ${into} from stdin (format ${format})`, chunks, resolve, reject));
  });

/**
 * The same with rows that are all at hand: they are sent at once, so that on a pipelined connection the COPY has its turn among
 * the statements.
 *
 * @param lines see `copyLine`.
 */
export const copyLines = (client: ClientBase, into: string, lines: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const query = new Query(`copy ${into} from stdin`, (error) => (error ? reject(error) : resolve()));
    const rows = Buffer.from(lines.join(''));
    client.query(
      Object.assign(query, {
        submit: (connection: Connection) => {
          const { stream } = connection;
          stream.cork();
          connection.query(`copy ${into} from stdin`);
          stream.write(copyDataHeader(rows.length));
          stream.write(rows);
          stream.write(DONE);
          stream.uncork();
        },
        handleCopyInResponse: () => undefined, // All of it is sent already.
      }),
    );
  });

const NEEDS_ESCAPE = /[\\\t\n\r]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** A text as a field of a line. */
export const copyText = (text: string): string =>
  NEEDS_ESCAPE.test(text) ? text.replace(/[\\\t\n\r]/g, (character) => ESCAPES[character] ?? character) : text;

/** One row, with its line's end. */
export const copyLine = (fields: readonly (string | number | bigint | boolean | null)[]): string => {
  let line = '';
  let separator = '';
  for (const field of fields) {
    line += separator + (field === null ? '\\N' : typeof field === 'string' ? copyText(field) : String(field));
    separator = '\t';
  }
  return `${line}\n`;
};

const DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const FAIL = Buffer.from([0x66, 0, 0, 0, 5, 0]);
const COPY_DATA = 0x64;

const copyDataHeader = (length: number): Buffer => {
  const header = Buffer.allocUnsafe(5);
  header.writeUInt8(COPY_DATA, 0);
  header.writeUInt32BE(length + 4, 1);
  return header;
};

/** COPY as pg sends and hears it. */
class CopyIn implements Submittable {
  private settled = false;
  private cause: unknown = null;

  constructor(
    private readonly sql: string,
    private readonly chunks: CopyChunks,
    private readonly resolve: () => void,
    private readonly reject: (error: unknown) => void,
  ) {}

  submit(connection: Connection): void {
    connection.query(this.sql);
    // The server drops what comes after an error, so that nobody waits for its answer before sending.
    void this.feed(connection);
  }

  handleError(error: unknown): void {
    this.settled = true;
    this.reject(this.cause ?? error);
  }

  handleReadyForQuery(): void {
    this.settled = true;
    this.resolve();
  }

  handleCopyInResponse(): void {
    // It is being fed already.
  }

  handleCommandComplete(): void {
    // The number of rows is known to who sent them.
  }

  private async feed({ stream }: Connection): Promise<void> {
    try {
      for await (const chunk of this.chunks) {
        if (this.settled) return;
        stream.cork();
        stream.write(copyDataHeader(chunk.length));
        const goesOn = stream.write(chunk);
        stream.uncork();
        if (!goesOn) await drained(stream);
      }
      stream.write(DONE);
    } catch (error) {
      this.cause = error;
      if (!this.settled) stream.write(FAIL);
    }
  }
}

/** Waits until a stream takes more, or takes nothing ever again. */
const drained = (stream: Connection['stream']): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.on('drain', done);
    stream.on('close', done);
  });
