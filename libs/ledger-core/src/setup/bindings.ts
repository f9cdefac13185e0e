import type { Binding, Day, Standard } from '@propledger/contracts';
import { overlapOf } from '../day';
import { accept, reject } from '../decision';
import { compiled } from '../formula/compiled';
import type { ChangeBindingDays, EndBinding, MakeBinding, WithdrawBinding } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { BindingState, BookState, Reading } from '../ledger/state';
import { unposted } from '../period/posting';

/**
 * Refused, in this order: binding-exists (with other content), range-reversed, unknown-standard, persons-missing,
 * bindings-overlap.
 */
export const makeBinding = (book: Reading<BookState>, command: MakeBinding): LedgerDecision => {
  const { binding, resource, standard, from, to, persons } = command.binding;
  const known = book.bindings.get(binding);
  if (known) return isSame(known, command.binding) ? accept() : reject({ code: 'binding-exists', binding });
  if (to !== null && to < from) return reject({ code: 'range-reversed' });
  const bound = book.standards.get(standard);
  if (bound?.withdrawn !== false) return reject({ code: 'unknown-standard', standard });
  if (persons === undefined && needsPersons(bound.standard)) return reject({ code: 'persons-missing', standard });
  const other = overlapping(book, command.binding);
  if (other) return reject({ code: 'bindings-overlap', binding: other.id });
  const body = { binding, resource, standard, from, to, ...(persons === undefined ? {} : { persons }) };
  return accept({ type: 'binding.made', body, ...unposted(from) });
};

/** Whether what a standard charges depends on 人数 of a binding. */
export const needsPersons = ({ method, formula = '' }: Pick<Standard, 'method' | 'formula'>): boolean =>
  method === '每人' || (method === '自定义公式' && compiled(formula)?.variables.includes('人数') === true);

/** Refused, in this order: unknown-binding, range-reversed, bindings-overlap (a later end may meet another one). */
export const endBinding = (book: Reading<BookState>, command: EndBinding): LedgerDecision => {
  const { binding: id, lastDay } = command;
  const known = book.bindings.get(id);
  if (!known || known.withdrawn) return reject({ code: 'unknown-binding', binding: id });
  if (known.binding.to === lastDay) return accept();
  return withDays(book, { ...known.binding, to: lastDay }, lastDay);
};

/** Refused, in this order: unknown-binding, range-reversed, bindings-overlap. The days that there are already need no event. */
export const changeBindingDays = (book: Reading<BookState>, command: ChangeBindingDays): LedgerDecision => {
  const { binding: id, from, to } = command;
  const known = book.bindings.get(id);
  if (!known || known.withdrawn) return reject({ code: 'unknown-binding', binding: id });
  if (known.binding.from === from && known.binding.to === to) return accept();
  return withDays(book, { ...known.binding, from, to }, from);
};

const withDays = (book: Reading<BookState>, changed: Binding, effectiveOn: Day): LedgerDecision => {
  if (changed.to !== null && changed.to < changed.from) return reject({ code: 'range-reversed' });
  const other = overlapping(book, changed);
  if (other) return reject({ code: 'bindings-overlap', binding: other.id });
  return accept({ type: 'binding.changed', body: changed, ...unposted(effectiveOn) });
};

/** Refused, in this order: unknown-binding, binding-in-use. */
export const withdrawBinding = (book: Reading<BookState>, command: WithdrawBinding): LedgerDecision => {
  const { binding } = command;
  const known = book.bindings.get(binding);
  if (!known || known.withdrawn) return reject({ code: 'unknown-binding', binding });
  const charge = (book.chargesOfBinding.get(binding) ?? []).find(({ reversedBy }) => reversedBy === null);
  if (charge) return reject({ code: 'binding-in-use', binding, charge: charge.position });
  return accept({ type: 'binding.withdrawn', body: { binding }, ...unposted(known.binding.from) });
};

/** Another binding of the same resource to the same standard that shares a day with this one. */
const overlapping = (book: Reading<BookState>, binding: Binding): Reading<BindingState> | undefined =>
  (book.bindingsOfResource.get(binding.resource) ?? []).find(
    (other) =>
      !other.withdrawn &&
      other.id !== binding.binding &&
      other.binding.standard === binding.standard &&
      overlapOf(other.binding, binding) !== null,
  );

const isSame = ({ binding, withdrawn }: Reading<BindingState>, other: Binding): boolean =>
  !withdrawn &&
  binding.resource === other.resource &&
  binding.standard === other.standard &&
  binding.from === other.from &&
  binding.to === other.to &&
  binding.persons === other.persons;
