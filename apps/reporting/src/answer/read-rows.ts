import type { Tx } from '@propledger/event-log';
import type { Pool, PoolClient } from 'pg';
import type { Cell } from '../report';

const ROWS_A_FETCH = 2_000;

/** A statement whose rows, completely ordered, become cells. */
export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly cells: (row: object) => readonly Cell[];
}

/** Rows `skip` + 1 to `skip` + `limit`. */
export const readPage = async (
  tx: Tx,
  { sql, parameters, cells }: Statement,
  skip: number,
  limit: number,
): Promise<(readonly Cell[])[]> => {
  const [offset, count] = [parameters.length + 1, parameters.length + 2];
  const rows = await tx.rows<object>(`${sql} offset $${offset} limit $${count}`, [...parameters, skip, limit]);
  return rows.map(cells);
};

/**
 * All rows, some thousand at a time, by a cursor on a connection of its own, which is given back at the end, after an error,
 * and when the reader stops early.
 */
export async function* readAll(
  pool: Pool,
  { sql, parameters, cells }: Statement,
): AsyncGenerator<(readonly Cell[])[], void> {
  const connection = await pool.connect();
  // A connection that breaks between two fetches says so here; the next fetch fails with it.
  const broken = (): void => undefined;
  connection.on('error', broken);
  let failed = true;
  try {
    await connection.query('begin read only');
    // The whole answer is wanted: plan for that, not for the first rows.
    await connection.query('set local cursor_tuple_fraction = 1');
    await connection.query(`declare answer no scroll cursor for ${sql}`, [...parameters]);
    for (let rows = await fetchRows(connection); rows.length > 0; rows = await fetchRows(connection))
      yield rows.map(cells);
    await connection.query('rollback');
    failed = false;
  } finally {
    connection.off('error', broken);
    connection.release(failed); // A connection that is closed rolls back.
  }
}

const fetchRows = async (connection: PoolClient): Promise<object[]> =>
  (await connection.query<object>(`fetch forward ${ROWS_A_FETCH} from answer`)).rows;
