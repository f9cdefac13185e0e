import type { Tx } from '@propledger/event-log';
import type { Pool } from 'pg';
import type { Cell, Column } from '../report';
import { readAll, readPage, type Statement } from './read-rows';

/** What an answer shows: columns, and rows in a fixed order, some of them or all. */
export interface Sheet {
  readonly columns: readonly Column[];
  /** Rows `skip` + 1 to `skip` + `limit`. */
  readonly page: (skip: number, limit: number) => Promise<(readonly Cell[])[]>;
  /** Some thousand rows at a time; whatever they hold is given back when the reader stops. */
  readonly all: () => AsyncGenerator<(readonly Cell[])[], void>;
}

/** The rows of a statement. */
export const statementSheet = (
  { tx, pool }: { readonly tx: Tx; readonly pool: Pool },
  columns: readonly Column[],
  statement: Statement,
): Sheet => ({
  columns,
  page: (skip, limit) => readPage(tx, statement, skip, limit),
  all: () => readAll(pool, statement),
});
