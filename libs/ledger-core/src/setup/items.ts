import type { ItemTerms } from '@propledger/contracts';
import { accept, reject } from '../decision';
import { isLess, parseDecimal, shortest, whole } from '../decimal';
import type { NameDeveloper, SetItemTerms, WithdrawDeveloper, WithdrawItemTerms } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import { itemTermsKey, type BookState, type Reading } from '../ledger/state';
import { unposted } from '../period/posting';

/** Refused, in this order: tax-rate-out-of-range, item-bears-no-tax. The terms that there are already need no event. */
export const setItemTerms = (book: Reading<BookState>, command: SetItemTerms): LedgerDecision => {
  const terms = tidyItem(command.terms);
  const rejection = itemFault(terms);
  if (rejection) return reject(rejection);
  const known = book.itemTerms.get(itemTermsKey(terms.item, terms.from));
  if (known?.withdrawn === false && isSameItem(known.terms, terms)) return accept();
  return accept({ type: 'item.terms-set', body: terms, ...unposted(terms.from) });
};

/** Refused: unknown-item-terms. */
export const withdrawItemTerms = (book: Reading<BookState>, { item, from }: WithdrawItemTerms): LedgerDecision =>
  book.itemTerms.get(itemTermsKey(item, from))?.withdrawn === false
    ? accept({ type: 'item.terms-withdrawn', body: { item, from }, ...unposted(from) })
    : reject({ code: 'unknown-item-terms', item, from });

/** Never refused. Who is named for the day already needs no event. */
export const nameDeveloper = (book: Reading<BookState>, { developer }: NameDeveloper): LedgerDecision => {
  const { customer, from } = developer;
  const known = book.developers.get(from);
  if (known?.withdrawn === false && known.developer.customer === customer) return accept();
  return accept({ type: 'developer.named', body: { customer, from }, ...unposted(from) });
};

/** Refused: unknown-developer. */
export const withdrawDeveloper = (book: Reading<BookState>, { from }: WithdrawDeveloper): LedgerDecision =>
  book.developers.get(from)?.withdrawn === false
    ? accept({ type: 'developer.withdrawn', body: { from }, ...unposted(from) })
    : reject({ code: 'unknown-developer', from });

/** Members in one order, the rate in its shortest form; defaults are left out. */
export const tidyItem = (terms: ItemTerms): ItemTerms => {
  const {
    item,
    from,
    class: kind,
    taxRate,
    priceWithoutTax,
    priority,
    payer,
    unsoldToDeveloper,
    spacesWithRooms,
  } = terms;
  return {
    item,
    from,
    class: kind,
    taxRate: shortest(taxRate),
    ...(priceWithoutTax === undefined ? {} : { priceWithoutTax }),
    ...(priority === undefined ? {} : { priority }),
    ...(payer === undefined || payer === '付费人' ? {} : { payer }),
    ...(unsoldToDeveloper === undefined ? {} : { unsoldToDeveloper }),
    ...(spacesWithRooms === undefined ? {} : { spacesWithRooms }),
  };
};

export const isSameItem = (one: ItemTerms, other: ItemTerms): boolean =>
  JSON.stringify(tidyItem(one)) === JSON.stringify(tidyItem(other));

/** What is wrong with terms, in the order of `setItemTerms`. */
export const itemFault = ({ class: kind, taxRate, priceWithoutTax }: ItemTerms): LedgerRejection | null => {
  const rate = parseDecimal(taxRate);
  if (rate.numerator < 0n || !isLess(rate, whole(1n))) return { code: 'tax-rate-out-of-range', taxRate };
  const bears = rate.numerator > 0n || priceWithoutTax !== undefined;
  return kind !== '收入' && bears ? { code: 'item-bears-no-tax' } : null;
};
