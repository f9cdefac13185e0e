import { copyLine, type CopyTx } from '@propledger/event-log';
import type { Table } from './tables';
import type { InBook } from './write-table';

/** Adds entities that no event before this transaction made, however many there are. */
export const copyRows = async <Entity>(
  tx: CopyTx,
  { name, columns }: Table<Entity>,
  rows: readonly InBook<Entity>[],
): Promise<void> => {
  if (rows.length === 0) return;
  const lines = rows.map(({ book, entity }) => copyLine([book, ...columns.map(({ of }) => of(entity))]));
  await tx.copy(`${name} (book, ${columns.map((column) => column.name).join(', ')})`, [Buffer.from(lines.join(''))]);
};
