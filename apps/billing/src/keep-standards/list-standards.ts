import { decodeCursor, pageLimit, pageOf } from '@propledger/service-kit';
import { Conditions, type Reader } from '../ledger-store/reader';
import type { StandardsPage, StandardsQuery, StandardView } from './standard-shapes';

/** The standards that stand in a book, a project's or the group's, by code. */
export const listStandards = async (reader: Reader, book: string, query: StandardsQuery): Promise<StandardsPage> => {
  const from = decodeCursor(query.cursor, 'string');
  const where = new Conditions()
    .and('book = ?', book)
    .only('not withdrawn')
    .and('item = ?', query.item)
    .and('standard > ?', from?.[0]);
  const limit = pageLimit(query);
  const rows = await reader.rows<{ body: StandardView }>(
    `select body from standard where ${where.sql} order by standard limit ${limit + 1}`,
    where.params,
  );
  return pageOf(
    rows,
    limit,
    ({ body }) => body,
    ({ body }) => [body.standard],
  );
};
