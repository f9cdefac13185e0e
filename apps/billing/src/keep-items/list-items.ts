import { GROUP_BOOK, type ItemTerms } from '@propledger/contracts';
import { decodeCursor, pageLimit, pageOf } from '@propledger/service-kit';
import { Conditions, type Reader } from '../ledger-store/reader';
import type { ItemsPage, ItemsQuery, ItemTermsView } from './item-shapes';

/** What is set for items in these books, by item and day; of one day a project's own comes first. */
export const listItems = async (reader: Reader, books: readonly string[], query: ItemsQuery): Promise<ItemsPage> => {
  const from = decodeCursor(query.cursor, 'string', 'string', 'string');
  const where = new Conditions()
    .and('book = any (?)', books)
    .only('not withdrawn')
    .and('item = ?', query.item)
    .and('(item, from_on, book collate "C") > ((?::text[])[1], (?::text[])[2], (?::text[])[3])', from ?? undefined);
  const limit = pageLimit(query);
  const rows = await reader.rows<{ book: string; body: ItemTerms }>(
    `select book, body from item_terms where ${where.sql}
      order by item, from_on, book collate "C" limit ${limit + 1}`,
    where.params,
  );
  return pageOf(rows, limit, viewOf, ({ book, body }) => [body.item, body.from, book]);
};

const viewOf = ({ book, body }: { readonly book: string; readonly body: ItemTerms }): ItemTermsView => ({
  item: body.item,
  from: body.from,
  scope: book === GROUP_BOOK ? 'group' : 'project',
  class: body.class,
  taxRate: body.taxRate,
  priceWithoutTax: body.priceWithoutTax === true,
  priority: body.priority ?? null,
  payer: body.payer ?? '付费人',
  unsoldToDeveloper: body.unsoldToDeveloper === true,
  spacesWithRooms: body.spacesWithRooms === true,
});
