import type { Decimal, Period } from '@propledger/contracts';

/** What a formula may name: in Chinese, in English, and what it stands for. */
export const FORMULA_VARIABLES = [
  { zh: '单价', en: 'price', says: '该日的单价, 元 the price in force on the day, yuan' },
  { zh: '计费面积', en: 'area', says: '㎡ the billable area' },
  { zh: '建筑面积', en: 'grossArea', says: '㎡' },
  { zh: '套内面积', en: 'insideArea', says: '㎡' },
  { zh: '楼层', en: 'floor', says: '楼层为数字时; B1 为 -1 the floor where it is a number; B1 is -1' },
  { zh: '人数', en: 'persons', says: '收费绑定的人数 the persons of the binding' },
  { zh: '户数', en: 'households', says: '恒为 1 always 1' },
  { zh: '当月天数', en: 'daysOfMonth', says: '28 至 31 28 to 31' },
  { zh: '月份', en: 'month', says: '1 至 12 1 to 12' },
] as const;

/** The Chinese name, by which it is known everywhere else. */
export type FormulaVariable = (typeof FORMULA_VARIABLES)[number]['zh'];

/** What variables stand for; one that is not there has no value. */
export type FormulaValues = Partial<Readonly<Record<FormulaVariable, Decimal>>>;

const BY_NAME: ReadonlyMap<string, FormulaVariable> = new Map(
  FORMULA_VARIABLES.flatMap(({ zh, en }) => [[zh, zh] as const, [en, zh] as const]),
);

/** Null: there is none of this name. */
export const variableNamed = (name: string): FormulaVariable | null => BY_NAME.get(name) ?? null;

const FLOOR = /^(-?\d{1,3})(?:层|楼|F|f)?$/;
const BASEMENT = /^(?:B|b|负|地下)(\d{1,2})(?:层|楼|F|f)?$/;

/** 楼层 as a number: "12", "12层", "12F"; "B1", "负1层" are -1. Null: it is none. */
export const floorNumber = (floor: string): Decimal | null => {
  const above = FLOOR.exec(floor)?.[1];
  if (above !== undefined) return String(Number(above));
  const below = BASEMENT.exec(floor)?.[1];
  return below === undefined ? null : String(-Number(below));
};

/** 1 to 12. */
export const monthNumber = (period: Period): Decimal => String(Number(period.slice(5)));
