import { isReservedCode, type CellError, type ColumnKind } from '@propledger/contracts';
import type { Cell } from '../read/cell';
import { isUnreadable, oneLine, trimmed } from './clean-text';
import { dayFromNumber, dayFromText, periodFromNumber, periodFromText } from './day-text';
import { decimalText, exactFromNumber, exactFromText, type Exact } from './decimal-text';

/** A value in the form that SheetRow documents, a blank, or what is wrong. */
export type Reading =
  | { readonly is: 'value'; readonly value: string; readonly doubt?: Doubt }
  | { readonly is: 'blank' }
  | { readonly is: 'fault'; readonly code: CellError };

/**
 * What was read, but may not be what was meant:
 *
 * - digits_lost: a number cell of more than 15 digits, of which spreadsheets keep 15
 * - date_in_text: a date in a text column, as spreadsheets make of `1-2`
 */
export type Doubt = 'digits_lost' | 'date_in_text';

/** The longest texts and codes that services take, in characters. */
export const TEXT_CHARS = 200;
export const CODE_CHARS = 64;

/** Digits before the point of the greatest values that services take. */
const WHOLE_DIGITS = { amount: 11, area: 9, price: 9, reading: 12, factor: 9, rate: 9, integer: 9 } as const;
const DECIMALS = { amount: 2, area: 2, price: 4, reading: 2, factor: 4, rate: 4 } as const;
const POSITIVE: ReadonlySet<keyof typeof DECIMALS> = new Set(['amount', 'factor']);

/**
 * Reads a cell as its column asks. What cannot be read is a fault, never a guess. Faults of texts and codes that the error codes
 * have no word for are `out_of_range`: too long, with control characters, or an error value such as #N/A; a date for a code.
 */
export const readCell = (cell: Cell | undefined, kind: ColumnKind): Reading => {
  if (!cell || ('text' in cell && trimmed(cell.text) === '')) return BLANK;
  switch (kind.is) {
    case 'code':
      return readCode(cell);
    case 'text':
      return readText(cell, kind.characters);
    case 'choice':
      return readChoice(cell, kind.of);
    case 'yes-no':
      return readChoice(cell, ['是', '否']);
    case 'day':
      return valueOr(dayOf(cell), 'invalid_date');
    case 'period':
      return valueOr(periodOf(cell), 'invalid_date');
    case 'amount':
    case 'area':
    case 'price':
    case 'reading':
    case 'factor':
    case 'rate':
      return readDecimal(cell, kind.is);
    case 'integer':
      return readInteger(cell, kind.min, kind.max);
  }
};

const BLANK: Reading = { is: 'blank' };
const value = (text: string, doubt?: Doubt): Reading =>
  doubt ? { is: 'value', value: text, doubt } : { is: 'value', value: text };
const fault = (code: CellError): Reading => ({ is: 'fault', code });
const valueOr = (read: string | null, code: CellError): Reading => (read === null ? fault(code) : value(read));

const readCode = (cell: Cell): Reading => {
  // A date where a code belongs is what a spreadsheet made of one: the code itself is lost.
  if (cell.is === 'date' || cell.is === 'other') return fault('out_of_range');
  if (cell.is === 'number') return numberAsText(cell.number);
  const code = trimmed(cell.text);
  return isLonger(code, CODE_CHARS) || isUnreadable(code) || isReservedCode(code) ? fault('out_of_range') : value(code);
};

const isLonger = (text: string, chars: number): boolean => text.length > chars && [...text].length > chars;

const readText = (cell: Cell, characters: number = TEXT_CHARS): Reading => {
  if (cell.is === 'number') return numberAsText(cell.number);
  if (cell.is === 'date') return cell.day === null ? fault('out_of_range') : value(cell.day, 'date_in_text');
  if (cell.is === 'other' && cell.text.startsWith('#')) return fault('out_of_range');
  const text = oneLine(trimmed(cell.text));
  return isLonger(text, characters) || isUnreadable(text) ? fault('out_of_range') : value(text);
};

const numberAsText = (number: number): Reading => {
  const exact = exactFromNumber(number);
  if (!exact || exact.whole.length + exact.fraction.length > CODE_CHARS / 2) return fault('out_of_range');
  return value(decimalText(exact), exact.whole.length + exact.fraction.length > 15 ? 'digits_lost' : undefined);
};

const readChoice = (cell: Cell, choices: readonly string[]): Reading => {
  const text = cell.is === 'text' ? trimmed(cell.text) : '';
  return choices.includes(text) ? value(text) : fault('invalid_choice');
};

const dayOf = (cell: Cell): string | null => {
  if (cell.is === 'date') return cell.day;
  if (cell.is === 'number') return dayFromNumber(cell.number);
  return dayFromText(cell.text);
};

const periodOf = (cell: Cell): string | null => {
  if (cell.is === 'date') return cell.day?.slice(0, 7) ?? null;
  if (cell.is === 'number') return periodFromNumber(cell.number);
  return periodFromText(cell.text);
};

const exactOf = (cell: Cell): Exact | null => {
  if (cell.is === 'number') return exactFromNumber(cell.number);
  return cell.is === 'text' ? exactFromText(cell.text) : null;
};

/** The sign is judged before the decimals: -0.001 is not positive, whatever else it is. */
const readDecimal = (cell: Cell, kind: keyof typeof DECIMALS): Reading => {
  const exact = exactOf(cell);
  if (!exact) return fault('invalid_number');
  if (POSITIVE.has(kind) && (exact.negative || isZero(exact))) return fault('not_positive');
  if (exact.negative) return fault('negative');
  if (exact.fraction.length > DECIMALS[kind]) return fault('too_many_decimals');
  if (exact.whole.length > WHOLE_DIGITS[kind]) return fault('out_of_range');
  return value(kind === 'amount' ? `${exact.whole}.${exact.fraction.padEnd(2, '0')}` : decimalText(exact));
};

const readInteger = (cell: Cell, min: number, max: number): Reading => {
  const exact = exactOf(cell);
  if (!exact || exact.fraction !== '') return fault('invalid_number');
  const number = Number(decimalText(exact));
  if (exact.whole.length > WHOLE_DIGITS.integer || number < min || number > max) return fault('out_of_range');
  return value(decimalText(exact));
};

const isZero = ({ whole, fraction }: Exact): boolean => whole === '0' && fraction === '';
