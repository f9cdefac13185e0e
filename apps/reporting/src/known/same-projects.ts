import { faulty, type Place } from '../faulty';
import type { Known } from './known-cuts';

/**
 * Of two cuts that are compared, none may lack a project of the other: nobody knows whether what is in it alone came since, or was not
 * asked for.
 *
 * @throws Problem `invalid-input`, naming the cut and the project.
 */
export const mustHoldTheSame = (
  { known, against }: { readonly known: Known; readonly against: Known | null },
  place: Place,
): void => {
  if (against === null) return;
  mustHold('against', against, known, place);
  mustHold('known', known, against, place);
};

const mustHold = (name: 'known' | 'against', one: Known, other: Known, place: Place): void => {
  const held = new Set(one.books.map(({ book }) => book));
  const lacking = other.books.find(({ book }) => !held.has(book));
  if (lacking !== undefined)
    throw faulty(name, `切片不含项目 ${lacking.book} the cut does not hold this project: ${lacking.book}`, place);
};
