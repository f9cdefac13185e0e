import type { RoundingMode } from '@propledger/contracts';
import { parseDecimal } from '../decimal';
import { constantFault } from './evaluate';
import {
  FORMULA_LIMITS,
  isCondition,
  type Amount,
  type Condition,
  type FormulaFault,
  type FormulaFaultCode,
  type Part,
  type ReadFormula,
} from './formula';
import { variableNamed, type FormulaVariable } from './variables';
import { wordsOf, type Word } from './words-of-formula';

/**
 * Reads a formula: decimals, + - * / and parentheses; min, max; round, ceil, floor to a unit (1 where none is given); if(condition,
 * then, otherwise) with < <= > >= = <>, and, or, not; and the variables of FORMULA_VARIABLES. Functions have Chinese names, too.
 *
 * Never throws, whatever the text; its work is bounded by FORMULA_LIMITS. Refused at the first place that is wrong; then a
 * division by a zero and an overflow that no variable can change.
 */
export const readFormula = (text: string): ReadFormula => {
  const words = wordsOf(text);
  if ('code' in words) return { fault: words };
  const reader = new Reader(words);
  const result = reader.whole();
  if ('code' in result) return { fault: result };
  const fault = constantFault(result);
  return fault ? { fault } : { formula: { result, variables: [...reader.variables] } };
};

/** 进位 is 'ceil' and so on; 'floor' is also the name of a variable, which no parenthesis follows. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  ...{ 最小: 'min', 最大: 'max', 四舍五入: 'round', 进位: 'ceil', 舍去: 'floor' },
  ...{ 如果: 'if', 且: 'and', 或: 'or', 非: 'not' },
  ...Object.fromEntries(['min', 'max', 'round', 'ceil', 'floor', 'if', 'and', 'or', 'not'].map((name) => [name, name])),
};
const MODES: Readonly<Record<string, RoundingMode>> = { round: '四舍五入', ceil: '进位', floor: '舍去' };
const ARITY: Readonly<Record<string, readonly [least: number, most: number]>> = {
  ...{ min: [2, 20], max: [2, 20], and: [2, 20], or: [2, 20] },
  ...{ round: [1, 2], ceil: [1, 2], floor: [1, 2], if: [3, 3], not: [1, 1] },
};

type Read = Part | FormulaFault;

const isFault = (read: Read): read is FormulaFault => 'code' in read;

/** One pass from left to right; every method reads what it names and stops behind it. */
class Reader {
  readonly variables = new Set<FormulaVariable>();
  private next = 0;
  private parts = 0;
  private depth = 0;

  constructor(private readonly words: readonly Word[]) {}

  whole(): Amount | FormulaFault {
    const read = this.comparison();
    if (isFault(read)) return read;
    if (this.word.is !== 'end') return this.fault('formula-unexpected');
    return this.amount(read);
  }

  private get word(): Word {
    return this.words[this.next] ?? { is: 'end', text: '', at: 1 };
  }

  private fault(code: FormulaFaultCode, { at, text: found }: Word = this.word): FormulaFault {
    return { code, at, found };
  }

  private amount(read: Part): Amount | FormulaFault {
    return isCondition(read) ? { code: 'formula-wrong-kind', at: read.at, found: '' } : read;
  }

  private condition(read: Part): Condition | FormulaFault {
    return isCondition(read) ? read : { code: 'formula-wrong-kind', at: read.at, found: '' };
  }

  /** One more part: there are not endlessly many. */
  private made<P extends Part>(part: P): P | FormulaFault {
    this.parts += 1;
    return this.parts > FORMULA_LIMITS.parts ? { code: 'formula-too-many-parts', at: part.at, found: '' } : part;
  }

  private comparison(): Read {
    const left = this.sum();
    const { word } = this;
    if (isFault(left) || word.is !== 'comparison') return left;
    this.next += 1;
    const right = this.sum();
    if (isFault(right)) return right;
    const [one, other] = [this.amount(left), this.amount(right)];
    if ('code' in one) return one;
    if ('code' in other) return other;
    return this.made({ kind: 'comparison', sign: word.text, left: one, right: other, at: word.at });
  }

  private sum(): Read {
    return this.operations(() => this.product(), ['+', '-']);
  }

  private product(): Read {
    return this.operations(() => this.signed(), ['*', '/']);
  }

  /** Operations of one rank, from left to right. */
  private operations(operand: () => Read, operators: readonly string[]): Read {
    let left = operand();
    for (;;) {
      const { word } = this;
      if (isFault(left) || word.is !== 'operator' || !operators.includes(word.text)) return left;
      this.next += 1;
      const right = operand();
      if (isFault(right)) return right;
      const [one, other] = [this.amount(left), this.amount(right)];
      if ('code' in one) return one;
      if ('code' in other) return other;
      left = this.made({ kind: 'operation', operator: word.text, left: one, right: other, at: word.at });
    }
  }

  private signed(): Read {
    const { word } = this;
    if (word.is !== 'operator' || (word.text !== '-' && word.text !== '+')) return this.single();
    return this.deeper(() => {
      this.next += 1;
      const read = this.signed();
      if (isFault(read)) return read;
      const of = this.amount(read);
      return 'code' in of || word.text === '+' ? of : this.made({ kind: 'negative', of, at: word.at });
    });
  }

  private single(): Read {
    const { word } = this;
    if (word.is === 'number') {
      this.next += 1;
      return this.made({ kind: 'number', value: parseDecimal(word.text), at: word.at });
    }
    if (word.is === 'mark' && word.text === '(') return this.deeper(() => this.parenthesis());
    if (word.is !== 'name') return this.fault('formula-unexpected');
    this.next += 1;
    if (this.word.is === 'mark' && this.word.text === '(') return this.deeper(() => this.call(word));
    const name = variableNamed(word.text);
    if (name === null) return this.fault('formula-unknown-name', word);
    this.variables.add(name);
    return this.made({ kind: 'variable', name, at: word.at });
  }

  private deeper(read: () => Read): Read {
    if (this.depth >= FORMULA_LIMITS.depth) return this.fault('formula-too-deep');
    this.depth += 1;
    const result = read();
    this.depth -= 1;
    return result;
  }

  private parenthesis(): Read {
    this.next += 1;
    const read = this.comparison();
    if (isFault(read)) return read;
    return this.closed() ?? read;
  }

  /** Null: a parenthesis closes here. */
  private closed(): FormulaFault | null {
    if (this.word.is !== 'mark' || this.word.text !== ')') return this.fault('formula-unexpected');
    this.next += 1;
    return null;
  }

  private call(word: Word): Read {
    const name = FUNCTIONS[word.text];
    if (name === undefined || !Object.hasOwn(FUNCTIONS, word.text)) return this.fault('formula-unknown-name', word);
    this.next += 1;
    const given: Part[] = [];
    while (!(this.word.is === 'mark' && this.word.text === ')' && given.length === 0)) {
      const read = this.comparison();
      if (isFault(read)) return read;
      given.push(read);
      if (this.word.is !== 'mark' || this.word.text !== ',') break;
      this.next += 1;
    }
    const open = this.closed();
    if (open) return open;
    const [least, most] = ARITY[name] ?? [0, 0];
    if (given.length < least || given.length > most) return this.fault('formula-wrong-arity', word);
    return this.called(name, given, word);
  }

  private called(name: string, given: readonly Part[], { at }: Word): Read {
    if (name === 'and' || name === 'or' || name === 'not') {
      const of = all(given, (one) => this.condition(one));
      if ('code' in of) return of;
      const [only] = of;
      if (name !== 'not') return this.made({ kind: name === 'and' ? 'all' : 'any', of, at });
      return only ? this.made({ kind: 'not', of: only, at }) : { code: 'formula-wrong-arity', at, found: name };
    }
    if (name === 'if') return this.choice(given, at);
    const of = all(given, (one) => this.amount(one));
    if ('code' in of) return of;
    if (name === 'min' || name === 'max') return this.made({ kind: name === 'min' ? 'least' : 'greatest', of, at });
    const [what, unit] = of;
    const mode = MODES[name];
    if (!what || !mode) return { code: 'formula-wrong-arity', at, found: name };
    if (unit && (unit.kind !== 'number' || unit.value.numerator === 0n))
      return { code: 'formula-unit', at: unit.at, found: '' };
    return this.made({ kind: 'rounded', mode, of: what, unit: unit?.value ?? parseDecimal('1'), at });
  }

  private choice([first, second, third]: readonly Part[], at: number): Read {
    if (!first || !second || !third) return { code: 'formula-wrong-arity', at, found: 'if' };
    const is = this.condition(first);
    if ('code' in is) return is;
    const [then, otherwise] = [this.amount(second), this.amount(third)];
    if ('code' in then) return then;
    return 'code' in otherwise ? otherwise : this.made({ kind: 'if', is, then, otherwise, at });
  }
}

/** Each as it should be, or the first fault. */
const all = <P>(given: readonly Part[], as: (part: Part) => P | FormulaFault): P[] | FormulaFault => {
  const read: P[] = [];
  for (const part of given) {
    const one = as(part);
    if (typeof one === 'object' && one !== null && 'code' in one) return one;
    read.push(one);
  }
  return read;
};
