import type { Binding, Day, Decimal, Standard } from '@propledger/contracts';
import { daysIn, periodOf, type DayRange } from '../day';
import { evaluate, type EvaluationFault } from '../formula/evaluate';
import { compiled } from '../formula/compiled';
import { floorNumber, monthNumber, type FormulaValues, type FormulaVariable } from '../formula/variables';
import type { Term } from './basis';

/** What a day's variables are taken from. */
export interface FormulaDay {
  readonly from: Day;
  readonly price: Decimal;
  readonly month: DayRange;
  readonly spell: ResourceSpell | undefined;
  readonly binding: Pick<Binding, 'persons'>;
}

interface ResourceSpell {
  readonly area: Decimal | null;
  readonly gross?: Decimal | null;
  readonly inside?: Decimal | null;
  readonly floor?: string | null;
}

/** The values that a formula names on a day, or why it cannot be computed with them. */
export const byFormula = (
  { formula: text = '' }: Standard,
  day: FormulaDay,
): { readonly values: NonNullable<Term['values']>; readonly fault?: EvaluationFault } => {
  const formula = compiled(text);
  if (formula === null) return { values: [], fault: { code: 'no-value', at: 1 } };
  const all = valuesOf(day);
  const values = formula.variables.flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [{ name, value }];
  });
  const result = evaluate(formula, all);
  return 'code' in result ? { values, fault: result } : { values };
};

const valuesOf = ({ price, month, spell, binding: { persons } }: FormulaDay): FormulaValues => {
  const known: Record<FormulaVariable, Decimal | null | undefined> = {
    单价: price,
    计费面积: spell?.area,
    建筑面积: spell?.gross,
    套内面积: spell?.inside,
    楼层: spell?.floor == null ? null : floorNumber(spell.floor),
    人数: persons?.toString(),
    户数: '1',
    当月天数: daysIn(month).toString(),
    月份: monthNumber(periodOf(month.from)),
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value != null));
};
