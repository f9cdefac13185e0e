import type { ChargeBasis } from '@propledger/contracts';
import { isLess, parseFraction, plus, ZERO, type Fraction } from '../decimal';
import { asAgreed, beforeTax, type Agreed } from '../tariff/agreed';
import { exactOf, monthlyOf, occupied, type Term } from '../tariff/basis';
import { equals, percentOf, rounded, runningTotal, span, yuan, type Line } from './words';

/** A charge by days: what each run of days comes to, and how the total is rounded. */
export const ofTerms = (basis: ChargeBasis): Line[] => {
  const { terms = [], rounding = '分', roundingMode } = basis;
  if (basis.year) return [...terms.flatMap((term) => ofTerm(term, basis)), ...ofYear(basis, basis.year)];
  const before = basis.exactBefore === undefined ? ZERO : parseFraction(basis.exactBefore);
  return [
    ...terms.flatMap((term) => ofTerm(term, basis)),
    ...runningTotal(exactOf(terms, basis), rounding, before, roundingMode),
  ];
};

const ofYear = (basis: ChargeBasis, { rounding, before, exactBefore }: NonNullable<ChargeBasis['year']>): Line[] => {
  const { terms = [], roundingMode } = basis;
  const earlier = parseFraction(exactBefore);
  return [
    {
      zh: `本年此前 ${yuan(earlier)} 元, 已计 ${before} 元; 连同本期为全年:`,
      en: `Earlier in the year: ${yuan(earlier)} yuan, of which ${before} yuan were charged; with this it is the year:`,
    },
    rounded(plus(earlier, exactOf(terms, basis)), rounding, roundingMode),
    { zh: `减去本年此前已计的 ${before} 元`, en: `less the ${before} yuan charged earlier in the year` },
  ];
};

const ofTerm = (term: Term, basis: ChargeBasis): Line[] => {
  const monthly = monthlyOf(term, basis);
  const agreed = ofAgreed(monthly, basis) ?? (basis.formula === undefined ? null : NOTHING);
  const quantities = quantitiesOf(term, basis);
  if (agreed === null) return [ofDays(term, basis, quantities)];
  const month = equals(monthly);
  const all = yuan(asAgreed(monthly, basis));
  return [
    {
      zh: `每月 ${quantities.zh} ${month} 元${agreed.zh}`,
      en: `A month: ${quantities.en} ${month} yuan${agreed.en}`,
    },
    ofDays(term, basis, { zh: `${all} 元`, en: `${all} yuan` }),
  ];
};

const NOTHING: Line = { zh: '', en: '' };

/** What a month's amount is multiplied from, or computed. */
const quantitiesOf = (term: Term, basis: ChargeBasis): Line => {
  const { zh, en } = multipliedOf(term, basis);
  if (term.ownPrice === undefined) return { zh, en };
  return { zh: `本户约定单价 ${zh}`, en: `by the price agreed for this one, ${en}` };
};

const multipliedOf = (
  { price, area, persons, values = [] }: Term,
  { formula, areaKind, method }: ChargeBasis,
): Line => {
  if (formula !== undefined) {
    const where = values.map(({ name, value }) => `${name} ${value}`).join(', ');
    return {
      zh: `按公式 ${formula}${where && ` (${where})`}`,
      en: `by the formula ${formula}${where && ` (${where})`}`,
    };
  }
  if (persons !== undefined)
    return { zh: `${price} 元 × ${persons.toString()} 人`, en: `${price} yuan × ${persons.toString()} persons` };
  if (method === '每户') return { zh: `${price} 元 × 1 户`, en: `${price} yuan × 1 household` };
  if (area === null) return { zh: `${price} 元`, en: `${price} yuan` };
  const [zhKind, enKind] = areaKind === undefined ? ['', ''] : [`${areaKind} `, ` (${areaKind})`];
  return { zh: `${price} 元 × ${zhKind}${area} ㎡`, en: `${price} yuan × ${area} m²${enKind}` };
};

/** The days' share of a month; of vacant days, what of it is charged. */
const ofDays = (term: Term, basis: ChargeBasis, month: Line): Line => {
  const all = ofOccupied(term, basis, month);
  const { days, vacancyPercent } = term;
  if (vacancyPercent === undefined) return all;
  const result = equals(exactOf([term], basis));
  return {
    zh: `${all.zh}; 空置 ${days.toString()} 天按 ${vacancyPercent}% ${result} 元`,
    en: `${all.en}; vacant for ${days.toString()} days, ${vacancyPercent} % of it ${result} yuan`,
  };
};

const ofOccupied = (term: Term, basis: ChargeBasis, month: Line): Line => {
  const { from, to, days, daysOfMonth, part: counts } = term;
  const result = equals(occupied(term, basis));
  if (counts !== undefined) {
    const rule = basis.proration ?? '';
    return {
      zh: `${span(from, to)} 不足月 (${rule}) 计 ${counts} 月: ${month.zh} × ${counts} ${result} 元`,
      en: `${span(from, to)}, a broken month (${rule}) counts ${counts} of one: ${month.en} × ${counts} ${result} yuan`,
    };
  }
  if (days === daysOfMonth)
    return {
      zh: `${span(from, to)} 整月: ${month.zh} ${result} 元`,
      en: `${span(from, to)}, a whole month: ${month.en} ${result} yuan`,
    };
  const [part, whole] = [days.toString(), daysOfMonth.toString()];
  return {
    zh: `${span(from, to)} ${part}/${whole} 月: ${month.zh} × ${part} ÷ ${whole} ${result} 元`,
    en: `${span(from, to)}, ${part} of ${whole} days: ${month.en} × ${part} ÷ ${whole} ${result} yuan`,
  };
};

/** How surcharge, minimum, maximum and a tax on top change an amount in fen, to be said after it; null: none of them is agreed. */
export const ofAgreed = (amount: Fraction, agreed: Agreed): Line | null => {
  const { taxOnTop } = agreed;
  const net = ofBounds(amount, agreed);
  if (taxOnTop === undefined) return net;
  const all = equals(asAgreed(amount, agreed));
  const [rate, { zh, en }] = [percentOf(taxOnTop), net ?? NOTHING];
  return {
    zh: `${zh}, 单价不含税, 加税 ${rate} ${all} 元`,
    en: `${en}, prices being without tax, with ${rate} of it ${all} yuan`,
  };
};

const ofBounds = (amount: Fraction, agreed: Agreed): Line | null => {
  const { surcharge, minimum, maximum } = agreed;
  if (surcharge === undefined && minimum === undefined && maximum === undefined) return null;
  const more = beforeTax(amount, surcharge === undefined ? {} : { surcharge });
  const bound = ofBound(more, beforeTax(amount, agreed), agreed);
  if (surcharge === undefined) return bound;
  return {
    zh: `, 加附加费 ${surcharge} 元 ${equals(more)} 元${bound.zh}`,
    en: `, with the surcharge of ${surcharge} yuan ${equals(more)} yuan${bound.en}`,
  };
};

const ofBound = (amount: Fraction, within: Fraction, { minimum = '', maximum = '' }: Agreed): Line => {
  if (isLess(amount, within))
    return { zh: `, 低于最低收费, 按 ${minimum} 元`, en: `, below the minimum, hence ${minimum} yuan` };
  if (isLess(within, amount))
    return { zh: `, 高于最高收费, 按 ${maximum} 元`, en: `, above the maximum, hence ${maximum} yuan` };
  return { zh: '', en: '' };
};
