import type { AreaKind, CellError, Proration, Rounding, RoundingMode, SheetRow, Standard } from '@propledger/contracts';
import {
  optionsFault,
  tidyOptions,
  tidyStandard,
  type LedgerRejection,
  type StandardOption,
  type StandardOptions,
} from '@propledger/ledger-core';
import { cell } from './staged-row';

/** An option that is one value, said by one column. */
type PlainOption = Exclude<StandardOption, 'vacancyRates'>;

/** Columns of 收费标准 that may be absent or blank, and the member of a standard that each of them says. */
export const OPTION_COLUMNS: readonly { readonly column: string; readonly member: PlainOption }[] = [
  { column: '取整方式', member: 'roundingMode' },
  { column: '面积口径', member: 'areaKind' },
  { column: '附加费', member: 'surcharge' },
  { column: '最低收费', member: 'minimum' },
  { column: '最高收费', member: 'maximum' },
  { column: '公式', member: 'formula' },
  { column: '周期月数', member: 'cycleMonths' },
  { column: '起算月', member: 'cycleFrom' },
  { column: '按户周年', member: 'anniversary' },
  { column: '后付', member: 'arrears' },
  { column: '应收天数', member: 'dueDays' },
  { column: '不足月', member: 'proration' },
  { column: '年度取整', member: 'yearRounding' },
  { column: '损耗率', member: 'lossPercent' },
  { column: '损耗量', member: 'lossQuantity' },
  { column: '允许绑定单价', member: 'bindingPrices' },
];

/** What a row of 收费标准 says in them; blanks and defaults are left out. */
export const optionsOfRow = (row: SheetRow): StandardOptions =>
  tidyOptions({
    roundingMode: (cell(row, '取整方式') as RoundingMode | null) ?? undefined,
    areaKind: (cell(row, '面积口径') as AreaKind | null) ?? undefined,
    surcharge: cell(row, '附加费') ?? undefined,
    minimum: cell(row, '最低收费') ?? undefined,
    maximum: cell(row, '最高收费') ?? undefined,
    formula: cell(row, '公式') ?? undefined,
    cycleMonths: numberIn(row, '周期月数'),
    cycleFrom: cell(row, '起算月') ?? undefined,
    anniversary: cell(row, '按户周年') === '是' ? true : undefined,
    bindingPrices: cell(row, '允许绑定单价') === '是' ? true : undefined,
    arrears: cell(row, '后付') === '是' ? true : undefined,
    dueDays: numberIn(row, '应收天数'),
    yearRounding: (cell(row, '年度取整') as Rounding | null) ?? undefined,
    proration: (cell(row, '不足月') as Proration | null) ?? undefined,
    lossPercent: cell(row, '损耗率') ?? undefined,
    lossQuantity: cell(row, '损耗量') ?? undefined,
  });

const numberIn = (row: SheetRow, column: string): number | undefined => {
  const text = cell(row, column);
  return text === null ? undefined : Number(text);
};

/** An option as text, to be compared: empty when it is not there. */
export const optionText = (options: StandardOptions, member: PlainOption): string => String(options[member] ?? '');

/** What is wrong with a standard's options, at the cell that says it. */
export const optionFaultOf = (standard: Standard): { readonly column: string; readonly code: CellError } | null => {
  const rejection = optionsFault(tidyStandard(standard));
  return rejection === null ? null : placeOf(rejection);
};

const placeOf = (rejection: LedgerRejection): { readonly column: string; readonly code: CellError } => {
  switch (rejection.code) {
    case 'maximum-below-minimum':
      return { column: '最高收费', code: 'out_of_range' };
    case 'cycle-twice':
      return { column: '周期月数', code: 'conflict' };
    case 'cycle-from-unfit':
      return { column: '起算月', code: 'conflict' };
    case 'cycle-from-missing':
      return { column: '起算月', code: 'required' };
    case 'year-rounding-unfit':
      return { column: '年度取整', code: 'conflict' };
    case 'vacancy-percent-out-of-range':
      return { column: '空置比例', code: 'out_of_range' };
    case 'not-for-method':
      return { column: columnOf(rejection.member), code: 'conflict' };
    default:
      return rejection.code.startsWith('formula-')
        ? { column: '公式', code: 'invalid_formula' }
        : { column: '计费方式', code: 'conflict' };
  }
};

const columnOf = (member: string): string =>
  OPTION_COLUMNS.find((option) => option.member === member)?.column ?? '计费方式';
