import { halfWidth, trimmed } from './clean-text';

/** An exact decimal in shortest form. */
export interface Exact {
  readonly negative: boolean;
  /** Without leading zeros; "0" for zero. */
  readonly whole: string;
  /** Without trailing zeros; "" when there are none. */
  readonly fraction: string;
}

const TYPED = /^([+-]?)(?:(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?|\.(\d+))$/;
const LONGEST = 40;

/** Reads a number as staff type it; null when it is none. Thousands commas stand between groups of three digits or nowhere. */
export const exactFromText = (text: string): Exact | null => {
  const typed = TYPED.exec(halfWidth(trimmed(text)));
  if (!typed || text.length > LONGEST) return null;
  const [, sign, whole = '', fraction, bare] = typed;
  return exact(sign === '-', whole.replaceAll(',', ''), fraction ?? bare ?? '');
};

/** A number cell, by its shortest decimal form: what a spreadsheet stores as 133.16999999999999 was typed as 133.17. */
export const exactFromNumber = (number: number): Exact | null => {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number));
  if (!parts) return null;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const shift = Number(exponent);
  const digits = shift < 0 ? '0'.repeat(-shift) + whole + fraction : whole + fraction.padEnd(shift, '0');
  const point = shift < 0 ? whole.length : whole.length + shift;
  return exact(sign === '-', digits.slice(0, point), digits.slice(point));
};

/** `-106.4`, without an exponent. */
export const decimalText = ({ negative, whole, fraction }: Exact): string =>
  `${negative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;

const exact = (negative: boolean, wholeDigits: string, fractionDigits: string): Exact => {
  const whole = wholeDigits.replace(/^0+(?=\d)/, '') || '0';
  const fraction = fractionDigits.replace(/0+$/, '');
  return { negative: negative && (whole !== '0' || fraction !== ''), whole, fraction };
};
