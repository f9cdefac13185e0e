import { BinaryRows, type CopyTx } from '@propledger/event-log';
import type { Table } from './tables';
import type { InBook } from './write-table';

/** Adds entities that no event before this transaction made, however many there are. */
export const copyRows = async <Entity>(
  tx: CopyTx,
  { name, columns }: Table<Entity>,
  entities: readonly InBook<Entity>[],
): Promise<void> => {
  if (entities.length === 0) return;
  const rows = new BinaryRows(columns.length + 1);
  for (const { book, entity } of entities) {
    rows.begin();
    rows.text(book);
    for (const { type, of } of columns) rows.add(type, of(entity));
  }
  await tx.copy(`${name} (book, ${columns.map((column) => column.name).join(', ')})`, rows.end());
};
