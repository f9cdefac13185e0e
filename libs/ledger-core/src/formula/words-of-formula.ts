import { COMPARISONS, FORMULA_LIMITS, OPERATORS, type Comparison, type FormulaFault, type Operator } from './formula';

/** A word of a formula, with its place. */
export type Word =
  | { readonly is: 'number'; readonly text: string; readonly at: number }
  | { readonly is: 'name'; readonly text: string; readonly at: number }
  | { readonly is: 'operator'; readonly text: Operator; readonly at: number }
  | { readonly is: 'comparison'; readonly text: Comparison; readonly at: number }
  | { readonly is: 'mark'; readonly text: '(' | ')' | ','; readonly at: number }
  | { readonly is: 'end'; readonly text: ''; readonly at: number };

/** What people type for an ASCII sign. One character for one: places stay. */
const MEANT: Readonly<Record<string, string>> = {
  ...{ '（': '(', '）': ')', '，': ',', '＋': '+', '－': '-', '−': '-', '×': '*', '＊': '*', '÷': '/', '／': '/' },
  ...{ '＜': '<', '＞': '>', '＝': '=', '．': '.', '\u3000': ' ', '\u00a0': ' ', '\t': ' ' },
  ...Object.fromEntries([...'０１２３４５６７８９'].map((digit, value) => [digit, String(value)])),
};
const COMPARED: Readonly<Record<string, Comparison>> = { '≤': '<=', '≥': '>=', '≠': '<>', '==': '=', '!=': '<>' };

const DIGIT = /[0-9]/;
const LETTER = /[\p{L}_]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}_]/u;

/** Splits a formula into words; the last one is the end. */
export const wordsOf = (text: string): Word[] | FormulaFault => {
  // Counted as stored first: nobody splits a novel into characters to find that it is too long.
  const characters = text.length > 2 * FORMULA_LIMITS.characters ? [] : [...text].map((one) => MEANT[one] ?? one);
  if (characters.length === 0 && text.length > 0) return { code: 'formula-too-long', at: 1, found: '' };
  if (characters.length > FORMULA_LIMITS.characters)
    return { code: 'formula-too-long', at: FORMULA_LIMITS.characters + 1, found: '' };
  if (text.trim() === '') return { code: 'formula-missing', at: 1, found: '' };
  const words: Word[] = [];
  for (let i = 0; i < characters.length;) {
    if (characters[i] === ' ') {
      i += 1;
      continue;
    }
    const word = wordAt(characters, i);
    if ('code' in word) return word;
    words.push(word);
    i += word.length;
  }
  words.push({ is: 'end', text: '', at: characters.length + 1 });
  return words;
};

type Measured = Word & { readonly length: number };

const wordAt = (characters: readonly string[], i: number): Measured | FormulaFault => {
  const one = characters[i] ?? '';
  const at = i + 1;
  if (DIGIT.test(one)) return numberAt(characters, i);
  if (LETTER.test(one)) {
    const text = takeWhile(characters, i, LETTER_OR_DIGIT);
    return { is: 'name', text, at, length: [...text].length };
  }
  if (one === '(' || one === ')' || one === ',') return { is: 'mark', text: one, at, length: 1 };
  const operator = OPERATORS.find((sign) => sign === one);
  if (operator) return { is: 'operator', text: operator, at, length: 1 };
  const pair = one + (characters[i + 1] ?? '');
  const long = COMPARED[pair] ?? COMPARISONS.find((sign) => sign.length === 2 && sign === pair);
  if (long) return { is: 'comparison', text: long, at, length: 2 };
  const short = COMPARED[one] ?? COMPARISONS.find((sign) => sign === one);
  return short ? { is: 'comparison', text: short, at, length: 1 } : { code: 'formula-unexpected', at, found: one };
};

const numberAt = (characters: readonly string[], i: number): Measured | FormulaFault => {
  const whole = takeWhile(characters, i, DIGIT);
  const point = i + whole.length;
  const fraction = characters[point] === '.' ? takeWhile(characters, point + 1, DIGIT) : null;
  if (fraction === '') return { code: 'formula-unexpected', at: point + 1, found: '.' };
  const text = fraction === null ? whole : `${whole}.${fraction}`;
  if (Math.max(whole.length, fraction?.length ?? 0) > FORMULA_LIMITS.digits)
    return { code: 'formula-number-too-long', at: i + 1, found: text.slice(0, 20) };
  return { is: 'number', text, at: i + 1, length: text.length };
};

const takeWhile = (characters: readonly string[], from: number, belongs: RegExp): string => {
  let end = from;
  while (end < characters.length && belongs.test(characters[end] ?? '')) end += 1;
  return characters.slice(from, end).join('');
};
