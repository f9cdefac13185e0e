import type { Formula } from './formula';
import { readFormula } from './read-formula';

/** Formulas as read, by their text: a run asks for one a hundred thousand times. */
const READ = new Map<string, Formula | null>();
const KEPT_AT_MOST = 200;

/** Null: the text is none. */
export const compiled = (text: string): Formula | null => {
  const known = READ.get(text);
  if (known !== undefined) return known;
  const read = readFormula(text);
  if (READ.size >= KEPT_AT_MOST) READ.clear();
  const formula = 'formula' in read ? read.formula : null;
  READ.set(text, formula);
  return formula;
};
