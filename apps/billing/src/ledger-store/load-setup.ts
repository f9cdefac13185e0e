import type { Tx } from '@propledger/event-log';
import { bookIn, putBinding, type LedgerState } from '@propledger/ledger-core';
import { columnsOf, type Asked } from './asked';
import { bindingOf, standardOf, type BindingRow, type StandardRow } from './rows';

const BINDING_COLUMNS = 'b.book, b.binding, b.resource, b.standard, b.from_on, b.to_on, b.position, b.withdrawn';

/** Standards and bindings by code, and the bindings beside them. */
export const loadSetup = async (tx: Tx, state: LedgerState, asked: Asked): Promise<void> => {
  const { standards, bindings, bindingsOf, siblingsOf, anyBindingTo } = asked;
  if (standards.length > 0)
    for (const row of await tx.rows<StandardRow>(
      `select s.book, s.standard, s.body, s.position, s.withdrawn
         from unnest($1::text[], $2::text[]) as w(book, standard) join standard s using (book, standard)`,
      columnsOf(standards),
    ))
      bookIn(state, row.book).standards.set(row.standard, standardOf(row));

  const found = async (sql: string, keys: readonly (readonly (string | number | null)[])[]): Promise<void> => {
    if (keys.length === 0) return;
    for (const row of await tx.rows<BindingRow>(sql, columnsOf(keys)))
      putBinding(bookIn(state, row.book), bindingOf(row));
  };
  await found(
    `select ${BINDING_COLUMNS}
       from unnest($1::text[], $2::text[]) as w(book, binding) join binding b using (book, binding)`,
    bindings,
  );
  await found(
    `select ${BINDING_COLUMNS}
       from unnest($1::text[], $2::text[], $3::text[]) as w(book, resource, standard)
       join binding b using (book, resource, standard)
      where not b.withdrawn`,
    bindingsOf,
  );
  await found(
    `select ${BINDING_COLUMNS}
       from unnest($1::text[], $2::text[]) as w(book, binding) join binding own using (book, binding)
       join binding b on b.book = own.book and b.resource = own.resource and b.standard = own.standard
      where not b.withdrawn`,
    siblingsOf,
  );
  await found(
    `select ${BINDING_COLUMNS}
       from unnest($1::text[], $2::text[]) as w(book, standard)
      cross join lateral (select * from binding any_one
                           where any_one.book = w.book and any_one.standard = w.standard and not any_one.withdrawn
                           limit 1) b`,
    anyBindingTo,
  );
};
