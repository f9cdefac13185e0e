import type { RoundingMode } from '@propledger/contracts';
import type { Fraction } from '../decimal';
import type { FormulaVariable } from './variables';

/** Characters of a formula, nesting, parts (numbers, names, operations), and digits of a number on either side of its point. */
export const FORMULA_LIMITS = { characters: 500, depth: 32, parts: 200, digits: 12 } as const;

/** Why a text is no formula. */
export type FormulaFaultCode =
  | 'formula-missing'
  | 'formula-too-long'
  /** A character or a word that cannot stand there; or the end, and something lacks. */
  | 'formula-unexpected'
  | 'formula-unknown-name'
  | 'formula-wrong-arity'
  | 'formula-number-too-long'
  | 'formula-too-deep'
  | 'formula-too-many-parts'
  /** A comparison where a number belongs, or the other way round. */
  | 'formula-wrong-kind'
  /** The unit of a rounding is no number above zero. */
  | 'formula-unit'
  | 'formula-division-by-zero'
  | 'formula-overflow';

/** `at`: the place in the formula, its first character being 1. `found`: what stands there; empty at the end. */
export interface FormulaFault {
  readonly code: FormulaFaultCode;
  readonly at: number;
  readonly found: string;
}

export const OPERATORS = ['+', '-', '*', '/'] as const;
export type Operator = (typeof OPERATORS)[number];
export const COMPARISONS = ['<', '<=', '>', '>=', '=', '<>'] as const;
export type Comparison = (typeof COMPARISONS)[number];

interface At {
  readonly at: number;
}

/** Comes to a number. */
export type Amount =
  | ({ readonly kind: 'number'; readonly value: Fraction } & At)
  | ({ readonly kind: 'variable'; readonly name: FormulaVariable } & At)
  | ({ readonly kind: 'negative'; readonly of: Amount } & At)
  | ({ readonly kind: 'operation'; readonly operator: Operator; readonly left: Amount; readonly right: Amount } & At)
  | ({ readonly kind: 'least' | 'greatest'; readonly of: readonly Amount[] } & At)
  | ({ readonly kind: 'rounded'; readonly mode: RoundingMode; readonly of: Amount; readonly unit: Fraction } & At)
  | ({ readonly kind: 'if'; readonly is: Condition; readonly then: Amount; readonly otherwise: Amount } & At);

/** Holds or not. */
export type Condition =
  | ({ readonly kind: 'comparison'; readonly sign: Comparison; readonly left: Amount; readonly right: Amount } & At)
  | ({ readonly kind: 'all' | 'any'; readonly of: readonly Condition[] } & At)
  | ({ readonly kind: 'not'; readonly of: Condition } & At);

export type Part = Amount | Condition;

/** A formula as read. */
export interface Formula {
  readonly result: Amount;
  /** What it names, in the order of its text, each once. */
  readonly variables: readonly FormulaVariable[];
}

export type ReadFormula = { readonly formula: Formula } | { readonly fault: FormulaFault };

export const isCondition = (part: Part): part is Condition =>
  part.kind === 'comparison' || part.kind === 'all' || part.kind === 'any' || part.kind === 'not';

/** The parts directly inside of one. */
export const inside = (part: Part): readonly Part[] => {
  switch (part.kind) {
    case 'number':
    case 'variable':
      return [];
    case 'negative':
    case 'rounded':
    case 'not':
      return [part.of];
    case 'operation':
    case 'comparison':
      return [part.left, part.right];
    case 'least':
    case 'greatest':
    case 'all':
    case 'any':
      return part.of;
    case 'if':
      return [part.is, part.then, part.otherwise];
  }
};
