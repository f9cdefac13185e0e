import type { DiscountBasis, Money } from '@propledger/contracts';
import { valueOf } from '../discount/discounts';
import { formatMoney } from '../money';
import type { Line } from './words';

/** How a discount by rule came about, from its basis alone. @throws RangeError when the basis is malformed */
export const explainDiscount = (basis: DiscountBasis, amount: Money): { readonly zh: string; readonly en: string } => {
  const { of, percentOff, amountOff, days, allDays, before } = basis;
  const value = formatMoney(valueOf(basis));
  const part = partOf(days, allDays);
  const rule: Line =
    amountOff === undefined
      ? {
          zh: `应收 ${of} 元的 ${percentOff ?? '0'}%${part.zh}, 四舍五入到分: ${value} 元`,
          en: `${percentOff ?? '0'} % of ${of} yuan${part.en}, rounded to the fen: ${value} yuan`,
        }
      : {
          zh: `减 ${amountOff} 元, 不超过应收 ${of} 元: ${value} 元`,
          en: `${amountOff} yuan off, never more than the ${of} yuan charged: ${value} yuan`,
        };
  if (value === amount) return rule;
  return {
    zh: `${rule.zh}; 已给 ${before} 元, 或应收已所余不多, 本次 ${amount} 元`,
    en: `${rule.en}; with ${before} yuan given before, or little left of the charge, ${amount} yuan now`,
  };
};

const partOf = (days: number, allDays: number): Line =>
  days === allDays
    ? { zh: '', en: '' }
    : {
        zh: ` × ${days.toString()}/${allDays.toString()} 天`,
        en: ` × ${days.toString()}/${allDays.toString()} days`,
      };
