import type { ChargeBasis, Decimal, Rounding, RoundingMode } from '@propledger/contracts';
import { isLess, parseDecimal, plus, roundDown, roundHalfUp, roundUp, times, whole, type Fraction } from '../decimal';
import type { PricedStandard } from '../item/item-terms';
import type { Fen } from '../money';

const FEN_OF: Readonly<Record<Rounding, bigint>> = { 分: 1n, 角: 10n, 元: 100n };
const ROUND: Readonly<Record<RoundingMode, (exact: Fraction, unit: bigint) => bigint>> = {
  四舍五入: roundHalfUp,
  进位: roundUp,
  舍去: roundDown,
};

/** To 分, 角 or 元; half up, up or down. The fraction and the result are fen. Never decreasing in `exact`. */
export const roundTo = (exact: Fraction, rounding: Rounding, mode: RoundingMode = '四舍五入'): Fen =>
  ROUND[mode](exact, FEN_OF[rounding]);

/** What is agreed about an amount beside price and quantity. */
export type Agreed = Pick<ChargeBasis, 'surcharge' | 'minimum' | 'maximum' | 'taxOnTop'>;

/** The amount of a whole month, or of a reading, with the surcharge, within minimum and maximum, and with a tax that comes on top. All in fen. */
export const asAgreed = (amount: Fraction, agreed: Agreed): Fraction => {
  const { taxOnTop } = agreed;
  const net = beforeTax(amount, agreed);
  return taxOnTop === undefined ? net : times(net, plus(whole(1n), parseDecimal(taxOnTop)));
};

/** The same without the tax that comes on top. */
export const beforeTax = (amount: Fraction, { surcharge, minimum, maximum }: Agreed): Fraction => {
  const more = surcharge === undefined ? amount : plus(amount, fenOf(surcharge));
  if (minimum !== undefined && isLess(more, fenOf(minimum))) return fenOf(minimum);
  return maximum !== undefined && isLess(fenOf(maximum), more) ? fenOf(maximum) : more;
};

/** Yuan as fen, exactly. */
export const fenOf = (yuan: Decimal): Fraction => times(parseDecimal(yuan), whole(100n));

/** What a charge keeps of its standard beside method and rounding, to be computed again from alone. */
export const keptOf = (standard: PricedStandard): Partial<ChargeBasis> => {
  const { roundingMode, surcharge, minimum, maximum, taxOnTop, proration } = standard;
  const areaKind = standard.method === '面积单价' ? standard.areaKind : undefined;
  const formula = standard.method === '自定义公式' ? standard.formula : undefined;
  return {
    ...(roundingMode === undefined ? {} : { roundingMode }),
    ...(areaKind === undefined ? {} : { areaKind }),
    ...(surcharge === undefined ? {} : { surcharge }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(maximum === undefined ? {} : { maximum }),
    ...(formula === undefined ? {} : { formula }),
    ...(taxOnTop === undefined ? {} : { taxOnTop }),
    ...(proration === undefined ? {} : { proration }),
  };
};
