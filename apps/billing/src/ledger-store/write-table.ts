import type { Tx } from '@propledger/event-log';
import type { Column, Table } from './tables';

export interface InBook<Entity> {
  readonly book: string;
  readonly entity: Entity;
}

const valuesOf = <Entity>(
  columns: readonly Column<Entity>[],
  rows: readonly InBook<Entity>[],
): (string | number | boolean | null)[][] => [
  rows.map(({ book }) => book),
  ...columns.map(({ of }) => rows.map(({ entity }) => of(entity))),
];

const namesOf = <Entity>(columns: readonly Column<Entity>[]): string =>
  ['book', ...columns.map(({ name }) => name)].join(', ');

const arraysOf = <Entity>(columns: readonly Column<Entity>[]): string =>
  ['text', ...columns.map(({ type }) => type)].map((type, i) => `$${i + 1}::${type}[]`).join(', ');

/** Writes entities that may be there already. */
export const upsert = <Entity>(tx: Tx, table: Table<Entity>, rows: readonly InBook<Entity>[]): void => {
  if (rows.length === 0) return;
  const { name, key, columns } = table;
  const changes = columns.flatMap(({ name: column, changes: how }) =>
    how === undefined ? [] : [`${column} = ${how === true ? `excluded.${column}` : how}`],
  );
  void tx.rows(
    `insert into ${name} as t (${namesOf(columns)}) select * from unnest(${arraysOf(columns)})
     on conflict (${key.join(', ')}) do update set ${changes.join(', ')}`,
    valuesOf(columns, rows),
  );
};

/** Adds entities that no event before this batch made. */
export const insert = <Entity>(tx: Tx, table: Table<Entity>, rows: readonly InBook<Entity>[]): void => {
  if (rows.length === 0) return;
  const { name, columns } = table;
  void tx.rows(
    `insert into ${name} (${namesOf(columns)}) select * from unnest(${arraysOf(columns)})`,
    valuesOf(columns, rows),
  );
};

/** Writes what may change of entities that are there. */
export const update = <Entity>(tx: Tx, table: Table<Entity>, rows: readonly InBook<Entity>[]): void => {
  if (rows.length === 0) return;
  const { name, key } = table;
  const changing = table.columns.filter(({ changes }) => changes !== undefined);
  const columns = [...table.columns.filter((column) => key.includes(column.name)), ...changing];
  void tx.rows(
    `update ${name} t set ${changing.map((column) => `${column.name} = c.${column.name}`).join(', ')}
       from unnest(${arraysOf(columns)}) as c(${namesOf(columns)})
      where ${key.map((column) => `t.${column} = c.${column}`).join(' and ')}`,
    valuesOf(columns, rows),
  );
};
