import {
  METERED_METHODS,
  UNPRICED_METHODS,
  type ChargeMethod,
  type Standard,
  type VacancyRate,
} from '@propledger/contracts';
import { isLess, parseDecimal, shortest, whole } from '../decimal';
import { readFormula } from '../formula/read-formula';
import type { LedgerRejection } from '../ledger/rejections';
import { compareDays, isPeriod } from '../day';
import { isTimed, monthsOfCycle } from '../tariff/cycles';

/** Members that say how an amount is made, beside method, price and tiers. Absent is the default of each. */
export type StandardOption =
  | ('roundingMode' | 'areaKind' | 'surcharge' | 'minimum' | 'maximum' | 'formula')
  | ('cycleMonths' | 'cycleFrom' | 'anniversary' | 'arrears' | 'dueDays' | 'proration' | 'yearRounding')
  | ('lossPercent' | 'lossQuantity')
  | ('bindingPrices' | 'vacancyRates');

/** What a standard says of them. */
export type StandardOptions = Partial<Pick<Standard, StandardOption>>;

/** In one order and their shortest form; a default is left out. */
export const tidyOptions = (options: StandardOptions): StandardOptions => {
  const { roundingMode, areaKind, surcharge, minimum, maximum, formula } = options;
  const { cycleMonths, cycleFrom, anniversary, arrears, dueDays, proration, yearRounding } = options;
  const { lossPercent, lossQuantity, bindingPrices, vacancyRates = [] } = options;
  return {
    ...(roundingMode === undefined || roundingMode === '四舍五入' ? {} : { roundingMode }),
    ...(areaKind === undefined || areaKind === '计费面积' ? {} : { areaKind }),
    ...(surcharge === undefined || shortest(surcharge) === '0' ? {} : { surcharge: shortest(surcharge) }),
    ...(minimum === undefined || shortest(minimum) === '0' ? {} : { minimum: shortest(minimum) }),
    ...(maximum === undefined ? {} : { maximum: shortest(maximum) }),
    ...(formula === undefined || formula.trim() === '' ? {} : { formula: formula.trim() }),
    ...(cycleMonths === undefined ? {} : { cycleMonths }),
    ...(cycleFrom === undefined ? {} : { cycleFrom }),
    ...(anniversary === undefined ? {} : { anniversary }),
    ...(arrears === undefined ? {} : { arrears }),
    ...(dueDays === undefined ? {} : { dueDays }),
    ...(proration === undefined || proration === '按天' ? {} : { proration }),
    ...(bindingPrices === undefined ? {} : { bindingPrices }),
    ...(vacancyRates.length === 0 ? {} : { vacancyRates: vacancyRates.map(tidyRate).sort(byDay) }),
    ...(yearRounding === undefined ? {} : { yearRounding }),
    ...(lossPercent === undefined || shortest(lossPercent) === '0' ? {} : { lossPercent: shortest(lossPercent) }),
    ...(lossQuantity === undefined || shortest(lossQuantity) === '0' ? {} : { lossQuantity: shortest(lossQuantity) }),
  };
};

const tidyRate = ({ from, percent, payer }: VacancyRate): VacancyRate => ({
  from,
  percent: shortest(percent),
  ...(payer === undefined ? {} : { payer }),
});
const byDay = (one: VacancyRate, other: VacancyRate): number => compareDays(one.from, other.from);

/**
 * What is wrong with the options of a standard that is tidy, in this order: not-for-method (the method has no use for a member,
 * which somebody means to be charged by), price-negative of an amount or a loss, maximum-below-minimum; vacancy-percent-out-of-range,
 * vacancy-rates-overlap; cycle-out-of-range,
 * cycle-twice, cycle-from-unfit, cycle-from-missing, year-rounding-unfit, due-days-out-of-range; then what is wrong with a formula, with its place.
 */
export const optionsFault = (standard: Standard): LedgerRejection | null => {
  const { standard: code, method, surcharge, minimum, maximum, lossPercent, lossQuantity } = standard;
  const unfit = OPTIONS.find((member) => standard[member] !== undefined && !TAKEN_BY[member](method));
  if (unfit !== undefined) return { code: 'not-for-method', standard: code, member: unfit };
  for (const amount of [surcharge, minimum, maximum, lossPercent, lossQuantity])
    if (amount !== undefined && parseDecimal(amount).numerator < 0n) return { code: 'price-negative' };
  if (minimum !== undefined && maximum !== undefined && isLess(parseDecimal(maximum), parseDecimal(minimum)))
    return { code: 'maximum-below-minimum', standard: code };
  const rateFault = faultOfRates(standard);
  if (rateFault !== null) return rateFault;
  const cycleFault = faultOfCycle(standard);
  if (cycleFault !== null || method !== '自定义公式') return cycleFault;
  const read = readFormula(standard.formula ?? '');
  return 'fault' in read ? read.fault : null;
};

const faultOfRates = ({ standard, vacancyRates = [] }: Standard): LedgerRejection | null => {
  const unfit = vacancyRates.find(({ percent }) => {
    const rate = parseDecimal(percent);
    return rate.numerator < 0n || isLess(whole(100n), rate);
  });
  if (unfit) return { code: 'vacancy-percent-out-of-range', standard, percent: unfit.percent };
  const twice = vacancyRates.find(({ from }, at) => from === vacancyRates[at - 1]?.from);
  return twice ? { code: 'vacancy-rates-overlap', standard, from: twice.from } : null;
};

const LONGEST_CYCLE = 60;
const LATEST_DUE = 366;

/** A cycle is natural (from 起算月, January where it divides the year) or of the handover, never both. */
const faultOfCycle = (standard: Standard): LedgerRejection | null => {
  const { standard: code, cycle, cycleMonths, cycleFrom, anniversary, dueDays } = standard;
  if (cycleMonths !== undefined && !isWithin(cycleMonths, 2, LONGEST_CYCLE))
    return { code: 'cycle-out-of-range', standard: code };
  if (cycleMonths !== undefined && cycle !== undefined) return { code: 'cycle-twice', standard: code };
  const months = monthsOfCycle(standard);
  if (cycleFrom !== undefined && (anniversary !== undefined || months === 1 || !isPeriod(cycleFrom)))
    return { code: 'cycle-from-unfit', standard: code };
  if (cycleFrom === undefined && anniversary === undefined && 12 % months !== 0)
    return { code: 'cycle-from-missing', standard: code };
  if (
    standard.yearRounding !== undefined &&
    (anniversary !== undefined || cycleFrom !== undefined || 12 % months !== 0)
  )
    return { code: 'year-rounding-unfit', standard: code };
  if (dueDays !== undefined && !isWithin(dueDays, 0, LATEST_DUE))
    return { code: 'due-days-out-of-range', standard: code };
  return null;
};
const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

const isMetered = (method: ChargeMethod): boolean => (METERED_METHODS as readonly ChargeMethod[]).includes(method);
const isPriced = (method: ChargeMethod): boolean => isTimed(method) || isMetered(method);

/** Which methods have a use for a member. Shares of a pool are whole fen of it, whatever a standard says. */
const TAKEN_BY: Readonly<Record<StandardOption, (method: ChargeMethod) => boolean>> = {
  roundingMode: isPriced,
  areaKind: (method) => method === '面积单价',
  surcharge: isPriced,
  minimum: isPriced,
  maximum: isPriced,
  formula: (method) => method === '自定义公式',
  cycleMonths: isTimed,
  cycleFrom: isTimed,
  anniversary: isTimed,
  arrears: isTimed,
  dueDays: () => true,
  proration: isTimed,
  yearRounding: isTimed,
  lossPercent: isMetered,
  lossQuantity: isMetered,
  vacancyRates: isPriced,
  bindingPrices: (method) => !(UNPRICED_METHODS as readonly ChargeMethod[]).includes(method),
};
const OPTIONS = Object.keys(TAKEN_BY) as StandardOption[];
