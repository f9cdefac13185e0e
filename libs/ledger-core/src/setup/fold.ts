import type { LedgerEntry } from '../ledger/facts';
import { known } from '../ledger/find';
import { putBinding } from '../ledger/put';
import type { BookState } from '../ledger/state';

type StandardEntry = Extract<LedgerEntry, { type: `standard.${string}` }>;
type BindingEntry = Extract<LedgerEntry, { type: `binding.${string}` }>;

/** A withdrawn standard that is defined anew is the same object again. */
export const foldStandard = (book: BookState, entry: StandardEntry): void => {
  const { position, body } = entry;
  const before = book.standards.get(body.standard);
  if (entry.type === 'standard.defined' && !before) {
    const made = { code: body.standard, standard: entry.body, position, withdrawn: false };
    book.standards.set(body.standard, made);
    book.touched.standards.add(made);
    return;
  }
  const standard = known(before, `standard ${body.standard}`);
  standard.position = position;
  standard.withdrawn = entry.type === 'standard.withdrawn';
  if (entry.type !== 'standard.withdrawn') standard.standard = entry.body;
  book.touched.standards.add(standard);
};

export const foldBinding = (book: BookState, entry: BindingEntry): void => {
  const { position, body } = entry;
  if (entry.type === 'binding.made') {
    const made = { id: body.binding, binding: entry.body, position, withdrawn: false };
    putBinding(book, made);
    book.touched.bindings.add(made);
    return;
  }
  const binding = known(book.bindings.get(body.binding), `binding ${body.binding}`);
  binding.position = position;
  if (entry.type === 'binding.withdrawn') binding.withdrawn = true;
  else binding.binding = entry.body;
  book.touched.bindings.add(binding);
};
