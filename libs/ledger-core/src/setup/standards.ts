import type { Day, Price, Standard } from '@propledger/contracts';
import { addDays } from '../day';
import { accept, reject } from '../decision';
import type { AddPrice, ChangeStandard, DefineStandard, WithdrawStandard } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { BookState, Reading } from '../ledger/state';
import { unposted } from '../period/posting';
import { compareText } from '../text';
import { faultOf, tidy } from './standard-form';

/**
 * Refused, in this order: standard-exists (with other content), then by its prices: standard-without-price,
 * price-negative, range-reversed, prices-overlap; then meter-kind-missing, price-negative of a tier, tiers-overlap,
 * rate-negative; then as `optionsFault` says.
 */
export const defineStandard = (book: Reading<BookState>, command: DefineStandard): LedgerDecision => {
  const standard = tidy(command.standard);
  const known = standing(book, standard.standard);
  if (known) return isSame(known, standard) ? accept() : reject({ code: 'standard-exists', standard: known.standard });
  const rejection = faultOf(standard);
  if (rejection) return reject(rejection);
  return accept({ type: 'standard.defined', body: standard, ...unposted(beginOf(standard)) });
};

/**
 * What a project changes of a standard of the group is its own from then on; what changes nothing leaves it the group's. Refused, in this order: unknown-standard, standard-of-group
 * (where the group does not let it be changed), then by its prices as above.
 */
export const changeStandard = (book: Reading<BookState>, command: ChangeStandard): LedgerDecision =>
  changedTo(book, command.standard, beginOf(command.standard), command.ofGroup);

/** Refused, in this order: unknown-standard, standard-of-group, then by the prices as above. */
export const addPrice = (book: Reading<BookState>, command: AddPrice): LedgerDecision => {
  const { standard: code, price } = command;
  const known = standing(book, code);
  if (!known) return reject({ code: 'unknown-standard', standard: code });
  return changedTo(book, { ...known, prices: withPrice(known.prices, price) }, price.from);
};

/** Prices and one more: an open-ended one ends the day before it, when it is open-ended itself. */
export const withPrice = (prices: readonly Price[], price: Price): Price[] => [
  ...prices.map((other) =>
    price.to === null && other.to === null && other.from < price.from
      ? { ...other, to: addDays(price.from, -1) }
      : other,
  ),
  price,
];

/** Refused, in this order: unknown-standard, standard-in-use. */
export const withdrawStandard = (book: Reading<BookState>, command: WithdrawStandard): LedgerDecision => {
  const { standard } = command;
  const known = standing(book, standard);
  if (!known) return reject({ code: 'unknown-standard', standard });
  const users = [...book.bindings.values()].filter((user) => !user.withdrawn && user.binding.standard === standard);
  const [user] = users.sort((one, other) => compareText(one.id, other.id));
  if (user) return reject({ code: 'standard-in-use', standard, binding: user.id });
  return accept({ type: 'standard.withdrawn', body: { standard }, ...unposted(beginOf(known)) });
};

const changedTo = (book: Reading<BookState>, wanted: Standard, on: Day, ofGroup?: true): LedgerDecision => {
  const known = standing(book, wanted.standard);
  if (!known) return reject({ code: 'unknown-standard', standard: wanted.standard });
  if (ofGroup === true && known.ofGroup === undefined) return accept();
  const isMadeOwn = ofGroup === undefined && known.ofGroup === true;
  if (isMadeOwn && known.overridable === undefined)
    return reject({ code: 'standard-of-group', standard: known.standard });
  if (isMadeOwn && isSame(known, tidy(wanted))) return accept();
  const standard = tidy(isMadeOwn ? { ...wanted, ofGroup: undefined, overridable: undefined } : wanted);
  const rejection = faultOf(standard);
  if (rejection) return reject(rejection);
  if (isSame(known, standard)) return accept();
  return accept({ type: 'standard.changed', body: standard, ...unposted(on) });
};

const standing = (book: Reading<BookState>, code: string): Standard | null => {
  const known = book.standards.get(code);
  return known && !known.withdrawn ? known.standard : null;
};

const isSame = (one: Standard, other: Standard): boolean => JSON.stringify(tidy(one)) === JSON.stringify(other);

const beginOf = ({ prices }: Standard): Day =>
  prices.reduce<Day | null>((first, { from }) => (first === null || from < first ? from : first), null) ?? '0001-01-01';
