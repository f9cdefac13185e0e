import { GROUP_BOOK, type Developer, type ItemTerms } from '@propledger/contracts';
import { heads, type Tx } from '@propledger/event-log';
import { Items } from '@propledger/ledger-core';

/** What is declared of a project's charge items, and where the group's book stood before it was read. */
export const readItems = async (tx: Tx, book: string): Promise<{ readonly items: Items; readonly groupAt: number }> => {
  const [group] = await heads(tx, [GROUP_BOOK]);
  const rows = await tx.rows<{ book: string; body: ItemTerms }>(
    'select book, body from item_terms where book = any ($1) and not withdrawn',
    [[book, GROUP_BOOK]],
  );
  const of = (wanted: string): ItemTerms[] => rows.filter((row) => row.book === wanted).map(({ body }) => body);
  return { items: new Items(of(book), of(GROUP_BOOK)), groupAt: group?.position ?? 0 };
};

/** A project's developers, by their first day. */
export const readDevelopers = (tx: Tx, book: string): Promise<Developer[]> =>
  tx.rows<Developer>(
    'select customer, from_on as "from" from developer where book = $1 and not withdrawn order by from_on',
    [book],
  );
