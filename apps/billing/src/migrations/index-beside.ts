import type { QueryRunner } from 'typeorm';

/**
 * Makes an index while the release before goes on writing its table, for migrations without a transaction: on a table that grows it takes
 * a while. What an attempt that did not come to its end has left is not used by anybody.
 *
 * @param on the table with its columns, and which rows: `charge (book, to_on) where …`.
 */
export const makeIndexBeside = async (
  runner: QueryRunner,
  index: string,
  on: string,
  kind: 'index' | 'unique index' = 'index',
): Promise<void> => {
  await dropIndexBeside(runner, index);
  await runner.query(`create ${kind} concurrently ${index} on ${on}`);
};

export const dropIndexBeside = async (runner: QueryRunner, index: string): Promise<void> => {
  await runner.query(`drop index concurrently if exists ${index}`);
};
