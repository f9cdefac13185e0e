import type { Tx } from '@propledger/event-log';

/** Of each table of a projection that holds rows of a book: their number and the sum of their hashes, whatever their order. */
export type Checksums = Readonly<Record<string, string>>;

/**
 * Checksums by book of the tables that the search_path leads to; of one book, or of all.
 *
 * @param tables of the projection; the cursors are none of it.
 */
export const checksums = async (
  tx: Tx,
  tables: readonly string[],
  book: string | null,
): Promise<Map<string, Checksums>> => {
  const found = new Map<string, Record<string, string>>();
  for (const table of tables) {
    // Hashes of PostgreSQL are the same on one server, which is where both sides are.
    const rows = await tx.rows<{ book: string; checksum: string }>(
      `select book, count(*) || ':' || coalesce(sum(hash_record_extended(t, 0)), 0) as checksum
       from ${table} t where $1::text is null or book = $1 group by book`,
      [book],
    );
    for (const row of rows) {
      const of = found.get(row.book) ?? {};
      of[table] = row.checksum;
      found.set(row.book, of);
    }
  }
  return found;
};

/** The tables in which two differ, in alphabetical order. */
export const differing = (one: Checksums, other: Checksums): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((table) => one[table] !== other[table]).sort();

/** What `projection_table` names, without the cursors. */
export const projectionTables = async (tx: Tx): Promise<string[]> =>
  (
    await tx.rows<{ name: string }>(`select name from public.projection_table where name <> 'cursor' order by name`)
  ).map(({ name }) => name);
