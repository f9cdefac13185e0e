import { copyIn, copyLine } from '@propledger/event-log';
import { Client } from 'pg';

type Field = string | number | bigint | boolean | null;

const CHARACTERS_AT_A_TIME = 2 ** 22;

/** Fills tables by COPY while the next rows are being made. Rows of one table come in as they were added. */
export class Copier {
  private lines = new Map<string, string[]>();
  private size = 0;
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly client: Client) {}

  /** @param url as a role that may write every table. */
  static async to(url: string): Promise<Copier> {
    const client = new Client({ connectionString: url });
    await client.connect();
    return new Copier(client);
  }

  /** @param into the table with its columns: `calendar (book, first_period)`. */
  add(into: string, fields: readonly Field[]): void {
    this.addLine(into, copyLine(fields));
  }

  addLine(into: string, line: string): void {
    const lines = this.lines.get(into);
    if (lines) lines.push(line);
    else this.lines.set(into, [line]);
    this.size += line.length;
  }

  /** To be awaited now and then, so that not too much waits in memory. */
  async relieve(): Promise<void> {
    if (this.size >= CHARACTERS_AT_A_TIME) await this.write();
  }

  /** Everything is in, and the planner knows it. */
  async end(): Promise<void> {
    await this.write();
    await this.writing;
    await this.client.query('vacuum (analyze)');
    await this.client.end();
  }

  private async write(): Promise<void> {
    await this.writing;
    const { lines } = this;
    this.lines = new Map();
    this.size = 0;
    this.writing = (async () => {
      for (const [into, of] of lines) await copyIn(this.client, into, [Buffer.from(of.join(''))]);
    })();
    this.writing.catch(() => undefined); // It is awaited by the next.
  }
}
