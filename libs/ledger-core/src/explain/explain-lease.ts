import type { RentBasis, Rounding, TurnoverBasis } from '@propledger/contracts';
import type { Fraction } from '../decimal';
import { exactRent, type RentTerm } from '../lease/rent';
import { exactShare } from '../lease/turnover';
import { equals, rounded, runningTotal, span, type Line } from './words';

/** Rent, run of days by run of days. */
export const ofRent = ({ lease, item, terms }: RentBasis, rounding: Rounding, before: Fraction): Line[] => [
  { zh: `租赁合同 ${lease} 的${item}`, en: `${item} of the lease ${lease}` },
  ...terms.map(ofTerm),
  ...runningTotal(exactRent(terms), rounding, before),
];

const ofTerm = (term: RentTerm): Line => {
  const { from, to, days, daysOfMonth, version, pricing, price, steppedOn, area, share } = term;
  const result = equals(exactRent([term]));
  const whole = days === daysOfMonth;
  const [n, of] = [days.toString(), daysOfMonth.toString()];
  const daily = pricing === '每平方米每天';
  const part = daily
    ? { zh: ` × ${n} 天`, en: ` × ${n} days` }
    : whole
      ? { zh: '', en: '' }
      : { zh: ` × ${n} ÷ ${of}`, en: ` × ${n} ÷ ${of}` };
  const shared = share === null ? '' : ` × ${share.weight} ÷ ${share.total}`;
  const agreed =
    version === 1
      ? { zh: '原合同', en: 'as signed' }
      : { zh: `第 ${version.toString()} 版`, en: `version ${version.toString()}` };
  const stepped =
    steppedOn === null ? { zh: '', en: '' } : { zh: `, ${steppedOn} 起递增后`, en: `, after the step of ${steppedOn}` };
  return {
    zh: `${span(from, to)} ${whole ? '整月' : `${n}/${of} 月`} (${agreed.zh}${stepped.zh}): ${price} 元${area === null ? '' : ` × ${area} ㎡`}${shared}${part.zh} ${result} 元`,
    en: `${span(from, to)}${whole ? ', a whole month' : `, ${n} of ${of} days`} (${agreed.en}${stepped.en}): ${price} yuan${area === null ? '' : ` × ${area} m²`}${shared}${part.en} ${result} yuan`,
  };
};

/** Turnover rent: the share of the turnover, less the minimum rent. */
export const ofTurnover = (basis: TurnoverBasis, rounding: Rounding): Line[] => {
  const { lease, period, turnover, percent, threshold, minimum } = basis;
  const above =
    threshold === '0.00'
      ? { zh: '', en: '' }
      : { zh: `超过 ${threshold} 元的部分 `, en: `what is above ${threshold} yuan of ` };
  const result = equals(exactShare(basis));
  return [
    {
      zh: `租赁合同 ${lease}: ${period} 营业额 ${turnover} 元, ${above.zh}× ${percent}% ${result} 元`,
      en: `The lease ${lease}: ${above.en}the turnover of ${period}, ${turnover} yuan × ${percent} % ${result} yuan`,
    },
    rounded(exactShare(basis), rounding),
    ...(minimum === '0.00'
      ? []
      : [{ zh: `减去保底租金 ${minimum} 元`, en: `less the minimum rent of ${minimum} yuan` }]),
  ];
};
