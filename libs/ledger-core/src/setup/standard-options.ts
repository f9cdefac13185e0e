import { METERED_METHODS, type ChargeMethod, type Standard } from '@propledger/contracts';
import { isLess, parseDecimal, shortest } from '../decimal';
import { readFormula } from '../formula/read-formula';
import type { LedgerRejection } from '../ledger/rejections';
import { isTimed } from '../tariff/cycle-charge';

/** Members that say how an amount is made, beside method, price and tiers. Absent is the default of each. */
export type StandardOption = 'roundingMode' | 'areaKind' | 'surcharge' | 'minimum' | 'maximum' | 'formula';

/** What a standard says of them. */
export type StandardOptions = Partial<Pick<Standard, StandardOption>>;

/** In one order and their shortest form; a default is left out. */
export const tidyOptions = ({
  roundingMode,
  areaKind,
  surcharge,
  minimum,
  maximum,
  formula,
}: StandardOptions): StandardOptions => ({
  ...(roundingMode === undefined || roundingMode === '四舍五入' ? {} : { roundingMode }),
  ...(areaKind === undefined || areaKind === '计费面积' ? {} : { areaKind }),
  ...(surcharge === undefined || shortest(surcharge) === '0' ? {} : { surcharge: shortest(surcharge) }),
  ...(minimum === undefined || shortest(minimum) === '0' ? {} : { minimum: shortest(minimum) }),
  ...(maximum === undefined ? {} : { maximum: shortest(maximum) }),
  ...(formula === undefined || formula.trim() === '' ? {} : { formula: formula.trim() }),
});

/**
 * What is wrong with the options of a standard that is tidy, in this order: not-for-method (the method has no use for a member,
 * which somebody means to be charged by), price-negative of an amount, maximum-below-minimum; then what is wrong with a
 * formula, with its place.
 */
export const optionsFault = (standard: Standard): LedgerRejection | null => {
  const { standard: code, method, surcharge, minimum, maximum } = standard;
  const unfit = OPTIONS.find((member) => standard[member] !== undefined && !TAKEN_BY[member](method));
  if (unfit !== undefined) return { code: 'not-for-method', standard: code, member: unfit };
  for (const amount of [surcharge, minimum, maximum])
    if (amount !== undefined && parseDecimal(amount).numerator < 0n) return { code: 'price-negative' };
  if (minimum !== undefined && maximum !== undefined && isLess(parseDecimal(maximum), parseDecimal(minimum)))
    return { code: 'maximum-below-minimum', standard: code };
  if (method !== '自定义公式') return null;
  const read = readFormula(standard.formula ?? '');
  return 'fault' in read ? read.fault : null;
};

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
};
const OPTIONS = Object.keys(TAKEN_BY) as StandardOption[];
