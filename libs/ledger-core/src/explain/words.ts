import type { Day, Decimal, Rounding, RoundingMode } from '@propledger/contracts';
import { formatDecimal, parseDecimal, plus, roundHalfUp, times, whole, type Fraction } from '../decimal';
import { formatMoney } from '../money';
import { roundTo } from '../tariff/agreed';

/** One sentence in both languages. */
export interface Line {
  readonly zh: string;
  readonly en: string;
}

const UNITS: Readonly<Record<Rounding, string>> = { 分: '0.01', 角: '0.10', 元: '1.00' };
const MODES: Readonly<Record<RoundingMode, string>> = { 四舍五入: 'half up', 进位: 'up', 舍去: 'down' };

export const rounded = (exact: Fraction, rounding: Rounding = '分', mode: RoundingMode = '四舍五入'): Line => {
  const amount = formatMoney(roundTo(exact, rounding, mode));
  return {
    zh: `${yuan(exact)} 元${mode}到${rounding}: ${amount} 元`,
    en: `${yuan(exact)} yuan, rounded ${MODES[mode]} to ${UNITS[rounding]}: ${amount} yuan`,
  };
};

/** What the amounts of the lines come to, rounded: with what came before in the same period, less what that was rounded to. */
export const runningTotal = (exact: Fraction, rounding: Rounding, before: Fraction, mode?: RoundingMode): Line[] => {
  const all = plus(before, exact);
  if (before.numerator === 0n) return [rounded(all, rounding, mode)];
  const earlier = formatMoney(roundTo(before, rounding, mode));
  return [
    {
      zh: `同期此前各段共 ${yuan(before)} 元, 取整为 ${earlier} 元; 连同本段:`,
      en: `What came before in the same period: ${yuan(before)} yuan, rounded ${earlier} yuan; with this part:`,
    },
    rounded(all, rounding, mode),
    { zh: `减去此前的 ${earlier} 元`, en: `less the ${earlier} yuan of before` },
  ];
};

/** A fraction in per cent: "0.06" is "6%". */
export const percentOf = (fraction: Decimal): string => `${formatDecimal(times(parseDecimal(fraction), whole(100n)))}%`;

export const span = (from: Day, to: Day): string => (from === to ? from : `${from} – ${to}`);

export const equals = (fen: Fraction): string => (yuan(fen).startsWith('≈') ? yuan(fen) : `= ${yuan(fen)}`);

/** Fen as yuan with two to six decimals; ≈ before what goes on. */
export const yuan = (fen: Fraction): string => {
  const millionths = times(fen, whole(10_000n));
  const nearest = roundHalfUp(millionths, 1n);
  const exact = nearest * millionths.denominator === millionths.numerator;
  const digits = nearest.toString().padStart(7, '0');
  const text = `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/(\.\d\d\d*?)0+$/, '$1');
  return `${exact ? '' : '≈ '}${text}`;
};
