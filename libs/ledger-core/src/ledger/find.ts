import type { BookState, ChargeState, Reading } from './state';

/** The charge at a position that a fact in the state refers to. @throws Error when it was not loaded. */
export const findCharge = (book: Reading<BookState>, position: number): Reading<ChargeState> =>
  known(book.charges.get(position), `charge ${position.toString()}`);

/** @throws Error when the value is absent: the state lacks what `needs` names, or the log is damaged. */
export const known = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} is not in the state`);
  return value;
};
