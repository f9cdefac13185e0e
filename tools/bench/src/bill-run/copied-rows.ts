import { Client } from 'pg';

/** Tables that a bill run adds rows to, with the column that tells new rows from old. */
const TABLES = [
  { name: 'event', place: 'position' },
  { name: 'command', place: 'first_position' },
  { name: 'charge', place: 'position' },
  { name: 'prepayment_application', place: 'position' },
] as const;

/**
 * The limit of a bill run: its rows, brought by COPY into tables with the same columns, checks and indexes that hold the same
 * rows from before. One COPY a table, all in one durable transaction, from files that the server itself reads.
 */
export class CopiedRows {
  private constructor(
    private readonly client: Client,
    /** Where the server may write. */
    private readonly folder: string,
  ) {}

  /** @param url billing's database, as superuser. */
  static async beside(url: string): Promise<CopiedRows> {
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    await client.query('create schema copied');
    for (const { name } of TABLES) {
      await client.query(`create table copied.${name} (like public.${name} including all)`);
      const columns = await columnsOf(client, name);
      await client.query(`insert into copied.${name} (${columns}) select ${columns} from public.${name}`);
    }
    await client.query('create table copied.head as select book, position from public.book_head');
    await client.query('vacuum (analyze)');
    return new CopiedRows(client, rows[0]?.data_directory ?? '');
  }

  /** Seconds that it takes to copy what was added since the last time. */
  async copySince(): Promise<number> {
    for (const { name, place } of TABLES) {
      const columns = await columnsOf(this.client, name);
      await this.client.query(
        `copy (select t.* from (select book as of, position as after from copied.head) h
                cross join lateral (select ${columns} from public.${name} where book = h.of and ${place} > h.after) t
                order by t.book, t.${place}) to '${this.file(name)}'`,
      );
    }
    await this.client.query('checkpoint');
    const startedAt = performance.now();
    await this.client.query('begin');
    for (const { name } of TABLES)
      await this.client.query(`copy copied.${name} (${await columnsOf(this.client, name)}) from '${this.file(name)}'`);
    await this.client.query('commit');
    const seconds = (performance.now() - startedAt) / 1000;
    await this.client.query('drop table copied.head');
    await this.client.query('create table copied.head as select book, position from public.book_head');
    return seconds;
  }

  close(): Promise<void> {
    return this.client.end();
  }

  private file(table: string): string {
    return `${this.folder}/copied-${table}`;
  }
}

/** Those that are not computed. */
const columnsOf = async (client: Client, table: string): Promise<string> => {
  const { rows } = await client.query<{ columns: string }>(
    `select string_agg(quote_ident(column_name), ', ' order by ordinal_position) as columns from information_schema.columns
      where table_schema = 'public' and table_name = $1 and is_generated = 'NEVER'`,
    [table],
  );
  return rows[0]?.columns ?? '';
};
