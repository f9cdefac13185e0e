import type { Tx } from '@propledger/event-log';

type Key = readonly (string | number | null)[];

/**
 * Finds the rows of a table that many keys ask for, in one round trip.
 *
 * Each key is looked up by itself, through an index: OFFSET 0 keeps the planner from joining. It would read whole tables
 * instead, because its statistics are older than the rows that an import or a bill run has just written.
 *
 * @param columns names and types of the keys' members, as in `book text`.
 * @param select what one key finds; it names the key's members as `w.book` and so on.
 */
export const lookUp = async <Row>(
  tx: Tx,
  keys: readonly Key[],
  columns: readonly string[],
  select: string,
): Promise<Row[]> => {
  if (keys.length === 0) return [];
  const names = columns.map((column) => column.split(' ')[0] ?? '').join(', ');
  const arrays = columns.map((column, i) => `$${i + 1}::${column.split(' ')[1] ?? ''}[]`).join(', ');
  return tx.rows<Row>(
    `select found.* from unnest(${arrays}) as w(${names}) cross join lateral (${select} offset 0) found`,
    columns.map((_, column) => keys.map((key) => key[column] ?? null)),
  );
};
