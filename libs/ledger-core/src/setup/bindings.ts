import type { Binding, BindingPayer, Day, Price, Standard } from '@propledger/contracts';
import { addDays, compareDays, overlapOf } from '../day';
import { parseDecimal, shortest } from '../decimal';
import { accept, reject } from '../decision';
import { compiled } from '../formula/compiled';
import type {
  ChangeBindingDays,
  EndBinding,
  MakeBinding,
  SetBindingPayer,
  SetBindingPrice,
  WithdrawBinding,
} from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import type { BindingState, BookState, Reading } from '../ledger/state';
import { unposted } from '../period/posting';
import { overlapping as secondOfADay } from './standard-form';
import type { Spell } from '../tariff/inputs';

/**
 * Refused, in this order: binding-exists (with other content), range-reversed, unknown-standard, persons-missing, by its prices
 * price-of-standard-only, price-negative, range-reversed, prices-overlap, by its payers range-reversed, payers-overlap; bindings-overlap.
 */
export const makeBinding = (book: Reading<BookState>, command: MakeBinding): LedgerDecision => {
  const { binding, resource, standard, from, to, persons, prices = [], payers = [] } = command.binding;
  const known = book.bindings.get(binding);
  if (known) return isSame(known, command.binding) ? accept() : reject({ code: 'binding-exists', binding });
  if (to !== null && to < from) return reject({ code: 'range-reversed' });
  const bound = book.standards.get(standard);
  if (bound?.withdrawn !== false) return reject({ code: 'unknown-standard', standard });
  if (persons === undefined && needsPersons(bound.standard)) return reject({ code: 'persons-missing', standard });
  const fault = prices.length > 0 ? faultOfPrices(prices, bound.standard) : null;
  if (fault) return reject(fault);
  if (payers.some(isReversed)) return reject({ code: 'range-reversed' });
  if (secondOfADay(payers)) return reject({ code: 'payers-overlap' });
  const other = overlapping(book, command.binding);
  if (other) return reject({ code: 'bindings-overlap', binding: other.id });
  const body = {
    binding,
    resource,
    standard,
    from,
    to,
    ...(persons === undefined ? {} : { persons }),
    ...ownOf(prices, payers),
  };
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

/** Refused, in this order: unknown-binding, price-of-standard-only, price-negative, range-reversed. What there is already needs no event. */
export const setBindingPrice = (book: Reading<BookState>, command: SetBindingPrice): LedgerDecision => {
  const { binding: id, standard, price, from, to } = command;
  const known = standing(book, id);
  const bound = book.standards.get(standard);
  if (known?.standard !== standard || !bound) return reject({ code: 'unknown-binding', binding: id });
  const fault = price === null ? null : faultOfPrices([{ price, from, to }], bound.standard);
  if (fault) return reject(fault);
  if (isReversed({ from, to })) return reject({ code: 'range-reversed' });
  const added = price === null ? null : { price: shortest(price), from, to };
  return withOwn(known, { prices: withSpell(known.prices ?? [], { from, to }, added) }, from);
};

/** Refused, in this order: unknown-binding, range-reversed. What there is already needs no event. */
export const setBindingPayer = (book: Reading<BookState>, command: SetBindingPayer): LedgerDecision => {
  const { binding: id, payer, from, to } = command;
  const known = standing(book, id);
  if (!known) return reject({ code: 'unknown-binding', binding: id });
  if (isReversed({ from, to })) return reject({ code: 'range-reversed' });
  const added = payer === null ? null : { payer, from, to };
  return withOwn(known, { payers: withSpell(known.payers ?? [], { from, to }, added) }, from);
};

const standing = (book: Reading<BookState>, id: string): Reading<Binding> | null => {
  const known = book.bindings.get(id);
  return known && !known.withdrawn ? known.binding : null;
};

const withOwn = (
  { prices = [], payers = [], ...binding }: Reading<Binding>,
  own: Partial<Pick<Binding, 'prices' | 'payers'>>,
  effectiveOn: Day,
): LedgerDecision => {
  const [before, after] = [ownOf(prices, payers), ownOf(own.prices ?? prices, own.payers ?? payers)];
  if (JSON.stringify(before) === JSON.stringify(after)) return accept();
  return accept({ type: 'binding.changed', body: { ...binding, ...after }, ...unposted(effectiveOn) });
};

/** Prices and payers of a binding's own, by day and in their shortest form; what is not there is left out. */
const ownOf = (prices: readonly Price[], payers: readonly BindingPayer[]): Pick<Binding, 'prices' | 'payers'> => ({
  ...(prices.length === 0
    ? {}
    : { prices: prices.map(({ price, from, to }) => ({ price: shortest(price), from, to })).sort(byDay) }),
  ...(payers.length === 0 ? {} : { payers: payers.map(({ payer, from, to }) => ({ payer, from, to })).sort(byDay) }),
});

/** A history with these days replaced by an entry, or by nothing: what they cover of others is cut away. In order of days. */
export const withSpell = <Entry extends Spell>(
  history: readonly Entry[],
  days: Spell,
  entry: Entry | null,
): Entry[] => {
  const { from, to } = days;
  const left = history.flatMap((other): Entry[] => {
    if (overlapOf(other, days) === null) return [other];
    const before = other.from < from ? [{ ...other, to: addDays(from, -1) }] : [];
    const after = to !== null && (other.to === null || other.to > to) ? [{ ...other, from: addDays(to, 1) }] : [];
    return [...before, ...after];
  });
  return [...left, ...(entry === null ? [] : [entry])].sort(byDay);
};

const byDay = (one: Spell, other: Spell): number => compareDays(one.from, other.from);
const isReversed = ({ from, to }: Spell): boolean => to !== null && to < from;

/** What is wrong with prices of a binding, in the order of `makeBinding`. */
const faultOfPrices = (prices: readonly Price[], { standard, bindingPrices }: Standard): LedgerRejection | null => {
  if (bindingPrices === undefined) return { code: 'price-of-standard-only', standard };
  if (prices.some(({ price }) => parseDecimal(price).numerator < 0n)) return { code: 'price-negative' };
  if (prices.some(isReversed)) return { code: 'range-reversed' };
  const second = secondOfADay(prices);
  return second ? { code: 'prices-overlap', standard, from: second.from } : null;
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
  binding.persons === other.persons &&
  JSON.stringify(ownOf(binding.prices ?? [], binding.payers ?? [])) ===
    JSON.stringify(ownOf(other.prices ?? [], other.payers ?? []));
