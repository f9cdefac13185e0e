import {
  inLowestTerms,
  isLess,
  minus,
  parseDecimal,
  plus,
  roundDown,
  roundHalfUp,
  roundUp,
  times,
  type Fraction,
} from '../decimal';
import {
  inside,
  isCondition,
  type Amount,
  type Condition,
  type Formula,
  type FormulaFault,
  type Part,
} from './formula';
import type { FormulaValues } from './variables';

/** Why a formula comes to nothing with some values. `at` is the place in the formula, `name` the variable without a value. */
export interface EvaluationFault {
  readonly code: 'no-value' | 'division-by-zero' | 'overflow' | 'negative';
  readonly at: number;
  readonly name?: string;
}

/** Beyond these a numerator or a denominator is an overflow, and a result is. */
const TOO_LONG = 10n ** 60n;
const TOO_MUCH: Fraction = { numerator: 10n ** 10n, denominator: 1n };

/**
 * What a formula comes to, exactly. Of an `if` only what is taken is looked at. A result below zero is a fault: nobody is charged
 * less than nothing. Values that are no decimals are the caller's fault. @throws RangeError then
 */
export const evaluate = ({ result }: Formula, values: FormulaValues): Fraction | EvaluationFault => {
  const value = amountOf(result, values);
  if ('code' in value) return value;
  if (value.numerator < 0n) return { code: 'negative', at: 1 };
  return isLess(value, TOO_MUCH) ? value : { code: 'overflow', at: 1 };
};

const amountOf = (amount: Amount, values: FormulaValues): Fraction | EvaluationFault => {
  switch (amount.kind) {
    case 'number':
      return amount.value;
    case 'variable': {
      const value = values[amount.name];
      return value === undefined ? { code: 'no-value', at: amount.at, name: amount.name } : parseDecimal(value);
    }
    case 'negative': {
      const value = amountOf(amount.of, values);
      return 'code' in value ? value : negated(value);
    }
    case 'operation':
      return operation(amount, values);
    case 'least':
    case 'greatest':
      return extreme(amount, values);
    case 'rounded': {
      const value = amountOf(amount.of, values);
      return 'code' in value ? value : bounded(rounded(value, amount), amount.at);
    }
    case 'if': {
      const holds = conditionOf(amount.is, values);
      if (typeof holds !== 'boolean') return holds;
      return amountOf(holds ? amount.then : amount.otherwise, values);
    }
  }
};

const negated = ({ numerator, denominator }: Fraction): Fraction => ({ numerator: -numerator, denominator });

const operation = (
  { operator, left, right, at }: Extract<Amount, { kind: 'operation' }>,
  values: FormulaValues,
): Fraction | EvaluationFault => {
  const one = amountOf(left, values);
  if ('code' in one) return one;
  const other = amountOf(right, values);
  if ('code' in other) return other;
  switch (operator) {
    case '+':
      return bounded(plus(one, other), at);
    case '-':
      return bounded(minus(one, other), at);
    case '*':
      return bounded(times(one, other), at);
    case '/':
      return other.numerator === 0n ? { code: 'division-by-zero', at } : bounded(times(one, inverse(other)), at);
  }
};

const inverse = ({ numerator, denominator }: Fraction): Fraction =>
  numerator < 0n
    ? { numerator: -denominator, denominator: -numerator }
    : { numerator: denominator, denominator: numerator };

const bounded = (value: Fraction, at: number): Fraction | EvaluationFault => {
  const least = inLowestTerms(value);
  const { numerator, denominator } = least;
  const isTooLong = numerator >= TOO_LONG || numerator <= -TOO_LONG || denominator >= TOO_LONG;
  return isTooLong ? { code: 'overflow', at } : least;
};

const extreme = (
  { kind, of }: Extract<Amount, { kind: 'least' | 'greatest' }>,
  values: FormulaValues,
): Fraction | EvaluationFault => {
  let found: Fraction | null = null;
  for (const one of of) {
    const value = amountOf(one, values);
    if ('code' in value) return value;
    if (found === null || (kind === 'least' ? isLess(value, found) : isLess(found, value))) found = value;
  }
  return found ?? { code: 'overflow', at: 1 };
};

const ROUND = { 四舍五入: roundHalfUp, 进位: roundUp, 舍去: roundDown } as const;

/** In whole units. */
const rounded = (value: Fraction, { mode, unit }: Extract<Amount, { kind: 'rounded' }>): Fraction =>
  times({ numerator: ROUND[mode](times(value, inverse(unit)), 1n), denominator: 1n }, unit);

const conditionOf = (condition: Condition, values: FormulaValues): boolean | EvaluationFault => {
  switch (condition.kind) {
    case 'comparison': {
      const left = amountOf(condition.left, values);
      if ('code' in left) return left;
      const right = amountOf(condition.right, values);
      return 'code' in right ? right : compared(condition, left, right);
    }
    case 'not': {
      const holds = conditionOf(condition.of, values);
      return typeof holds === 'boolean' ? !holds : holds;
    }
    case 'all':
    case 'any':
      for (const one of condition.of) {
        const holds = conditionOf(one, values);
        if (holds !== (condition.kind === 'all')) return holds;
      }
      return condition.kind === 'all';
  }
};

const compared = ({ sign }: Extract<Condition, { kind: 'comparison' }>, left: Fraction, right: Fraction): boolean => {
  switch (sign) {
    case '<':
      return isLess(left, right);
    case '<=':
      return !isLess(right, left);
    case '>':
      return isLess(right, left);
    case '>=':
      return !isLess(left, right);
    case '=':
      return !isLess(left, right) && !isLess(right, left);
    case '<>':
      return isLess(left, right) || isLess(right, left);
  }
};

/** A division by zero or an overflow that is there whatever the variables are: of parts without any, taken or not. */
export const constantFault = (result: Amount): FormulaFault | null => {
  let found: FormulaFault | null = null;
  /** @returns whether the part names no variable. */
  const isConstant = (part: Part): boolean => {
    const constant = inside(part).map(isConstant).every(Boolean) && part.kind !== 'variable';
    if (found || isCondition(part)) return constant;
    const divisor = part.kind === 'operation' && part.operator === '/' ? amountOf(part.right, {}) : null;
    const value = constant ? amountOf(part, {}) : null;
    if (divisor && !('code' in divisor) && divisor.numerator === 0n)
      found = { code: 'formula-division-by-zero', at: part.at, found: '/' };
    else if (value && 'code' in value && value.code === 'overflow')
      found = { code: 'formula-overflow', at: value.at, found: '' };
    return constant;
  };
  isConstant(result);
  return found;
};
