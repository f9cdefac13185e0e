import { unreachable } from '../decision';
import type { LedgerEntry } from './facts';
import { known } from './find';
import type { BookState, FreezeState } from './state';

type FreezeEntry = Extract<
  LedgerEntry,
  { readonly type: 'late-fees.frozen' | 'late-fees.resumed' | 'late-fees.record-withdrawn' }
>;

export const foldFreeze = (book: BookState, entry: FreezeEntry): void => {
  const { position } = entry;
  if (entry.type === 'late-fees.frozen') {
    const { charges, from } = entry.body;
    const frozen: FreezeState = { position, charges, from, end: null, withdrawnBy: null };
    book.freezes.set(position, frozen);
    book.touched.freezes.add(frozen);
    return;
  }
  const freeze = known(book.freezes.get(entry.body.freeze), `freeze ${entry.body.freeze.toString()}`);
  book.touched.freezes.add(freeze);
  switch (entry.type) {
    case 'late-fees.resumed':
      freeze.end = { lastDay: entry.body.lastDay, position };
      return;
    case 'late-fees.record-withdrawn':
      if (entry.body.record === freeze.position) freeze.withdrawnBy = position;
      else freeze.end = null;
      return;
    default:
      return unreachable(entry);
  }
};
