import type { Binding, Day, LateFeeRule, SheetRow, Standard, Vacancy } from '@propledger/contracts';
import type { StandardSeen } from './check-pools';
import { lateFeeTermsOfRow, ownOfRow, priceOfRow, standardOfRows } from './commands-of-rows';
import { OPTION_COLUMNS, optionFaultOf, optionsOfRow, optionText } from './option-columns';
import { cell, joined, keyOf, required, type Faults } from './staged-row';

interface Range {
  readonly from: Day;
  readonly to: Day | null;
}
const overlap = (one: Range, other: Range): boolean =>
  (one.to === null || other.from <= one.to) && (other.to === null || one.from <= other.to);
const same = (one: Range, other: Range): boolean => one.from === other.from && one.to === other.to;

interface StandardColumn {
  readonly column: string;
  /** Null: the standard does not say. */
  readonly of: (standard: Standard) => string | null;
  readonly in?: (row: SheetRow) => string | null;
}

type LateFeeTerms = Omit<LateFeeRule, 'dailyRate'>;

/** Rows say it with or without a rate; a standard without one keeps none of it. */
const ofLateFee = (column: string, of: (terms: LateFeeTerms) => string | number | undefined): StandardColumn => ({
  column,
  of: ({ lateFee }) => (lateFee ? String(of(lateFee) ?? '') : null),
  in: (row) => String(of(lateFeeTermsOfRow(row)) ?? ''),
});

/** What every row of one standard says alike: in the standard, and in a row. Null: the row does not say. */
const STANDARD_COLUMNS: readonly StandardColumn[] = [
  { column: '标准名称', of: ({ name }) => name },
  { column: '收费项目', of: ({ item }) => item },
  { column: '计费方式', of: ({ method }) => method },
  { column: '应收日', of: ({ dueDay }) => String(dueDay) },
  { column: '取整', of: ({ rounding }) => rounding },
  { column: '优先级', of: ({ priority }) => String(priority) },
  // A blank says something here: the month, no kind, no late fee.
  { column: '计费周期', of: ({ cycle = '月' }) => cycle, in: (row) => cell(row, '计费周期') ?? '月' },
  { column: '仪表种类', of: ({ meterKind = '' }) => meterKind, in: (row) => cell(row, '仪表种类') ?? '' },
  { column: '违约金日率', of: ({ lateFee }) => lateFee?.dailyRate ?? '', in: (row) => cell(row, '违约金日率') ?? '' },
  ofLateFee('宽限天数', ({ graceDays }) => graceDays),
  ofLateFee('违约金上限', ({ capPercent }) => capPercent ?? undefined),
  ofLateFee('违约金起算', ({ countedFrom }) => countedFrom),
  ofLateFee('违约金推迟月数', ({ delay }) => delay?.months),
  ofLateFee('违约金推迟日', ({ delay }) => delay?.day),
  ofLateFee('违约金起征欠费', ({ leastOpen }) => leastOpen),
  // A standard has one rate after the other: what holds last is what its rows say.
  {
    column: '空置比例',
    of: ({ vacancyRates }) => vacancyRates?.at(-1)?.percent ?? '',
    in: (row) => cell(row, '空置比例') ?? '',
  },
  {
    column: '空置付费对象',
    of: ({ vacancyRates }) => vacancyRates?.at(-1)?.payer ?? '',
    in: (row) => cell(row, '空置付费对象') ?? '',
  },
  ...OPTION_COLUMNS.map(({ column, member }) => ({
    column,
    of: (standard: Standard) => optionText(standard, member),
    in: (row: SheetRow) => optionText(optionsOfRow(row), member),
  })),
];

/** "0.850" and "0.85" are one price. */
const plainDecimal = (text: string): string => (text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text);

/**
 * 收费标准: rows of one standard are its price history. A row differs from the standard as it stands, or from the rows
 * above it, in nothing but price and dates (`conflict`, at the column); what it says beside them fits together; no two prices cover the same day (`overlap`, at the
 * later row's 生效日期).
 *
 * @returns the rows whose price stands already.
 */
export const checkStandards = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, Standard>,
  faults: Faults,
): ReadonlySet<number> => {
  const values = new Map<string, string>();
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '标准编码']);
    if (key === null) continue;
    const standard = standing.get(key);
    for (const { column, of, in: read = (from: SheetRow) => cell(from, column) } of STANDARD_COLUMNS) {
      const value = row.faulty.includes(column) ? null : read(row);
      if (value === null) continue;
      const place = joined([key, column]);
      const first = (standard && of(standard)) ?? values.get(place);
      if (first === undefined) values.set(place, value);
      else if (first !== value) faults.add('收费标准', row.row, column, 'conflict');
    }
  }

  const skipped = new Set<number>();
  const taken = new Map<string, Range[]>();
  for (const row of rows) {
    if (!faults.clean('收费标准', row)) continue;
    const fault = optionFaultOf(standardOfRows([row]));
    if (cell(row, '空置比例') === null && cell(row, '空置付费对象') !== null)
      faults.add('收费标准', row.row, '空置比例', 'required');
    if (fault) {
      faults.add('收费标准', row.row, fault.column, fault.code);
      continue;
    }
    const key = joined([required(row, '项目编码'), required(row, '标准编码')]);
    const range = { from: required(row, '生效日期'), to: cell(row, '失效日期') };
    const price = plainDecimal(priceOfRow(row));
    const stands = standing.get(key)?.prices ?? [];
    const others = taken.get(key) ?? [];
    if (others.some((other) => overlap(other, range))) faults.add('收费标准', row.row, '生效日期', 'overlap');
    else {
      taken.set(key, [...others, range]);
      if (stands.some((other) => same(other, range) && plainDecimal(other.price) === price)) skipped.add(row.row);
      else if (stands.some((other) => overlap(other, range))) faults.add('收费标准', row.row, '生效日期', 'overlap');
    }
  }
  return skipped;
};

/**
 * 收费标准, 阶梯价格 and 调价 of a standard of the group: a `conflict` at 标准编码, unless the group lets projects override it. 阶梯价格 alone do not
 * make it a project's own that has not taken it over yet.
 */
export const checkNotOfGroup = (
  rows: Readonly<Record<'收费标准' | '阶梯价格' | '调价', readonly SheetRow[]>>,
  standing: ReadonlyMap<string, Standard>,
  ofGroup: readonly Standard[],
  faults: Faults,
): void => {
  const group = new Map(ofGroup.map((standard) => [standard.standard, standard]));
  for (const sheet of ['收费标准', '阶梯价格', '调价'] as const)
    for (const row of rows[sheet]) {
      const key = keyOf(row, ['项目编码', '标准编码']);
      const stands = standing.get(key ?? '');
      const groups = stands === undefined ? group.get(cell(row, '标准编码') ?? '') : stands.ofGroup && stands;
      if (groups === undefined) continue;
      const isOverride = groups.overridable === true && (sheet !== '阶梯价格' || stands !== undefined);
      if (!isOverride) faults.add(sheet, row.row, '标准编码', 'conflict');
    }
};

/**
 * 空置申报: two vacancies of one resource share no day (`overlap` at 开始日期); in a project that asks for a second person they are declared
 * one by one (`needs_approval` at 项目编码).
 *
 * @returns the rows whose vacancy stands already.
 */
export const checkVacancies = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, readonly Vacancy[]>,
  forTwo: ReadonlySet<string>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const taken = new Map<string, Range[]>();
  for (const row of rows) {
    if (!faults.clean('空置申报', row)) continue;
    const project = required(row, '项目编码');
    const key = joined([project, required(row, '资源编码')]);
    const range = { from: required(row, '开始日期'), to: cell(row, '结束日期') };
    const [stands, others] = [standing.get(key) ?? [], taken.get(key) ?? []];
    taken.set(key, [...others, range]);
    if (others.some((other) => overlap(other, range))) faults.add('空置申报', row.row, '开始日期', 'overlap');
    else if (stands.some((other) => same(other, range))) skipped.add(row.row);
    else if (stands.some((other) => overlap(other, range))) faults.add('空置申报', row.row, '开始日期', 'overlap');
    else if (forTwo.has(project)) faults.add('空置申报', row.row, '项目编码', 'needs_approval');
  }
  return skipped;
};

/**
 * 收费绑定 over many pages: two bindings of one resource to one standard share no day; where the standard counts persons, there is a
 * number of them (`required` at 人数); a 单价 is only where the standard allows one (`conflict`).
 */
export class BindingCheck {
  private readonly taken = new Map<string, Range[]>();

  /** @param standards what is known of each, by project and code. */
  constructor(private readonly standards: ReadonlyMap<string, Pick<StandardSeen, 'countsPersons' | 'bindingPrices'>>) {}

  /** @returns the rows of the page whose binding stands already. */
  page(rows: readonly SheetRow[], standing: ReadonlyMap<string, readonly Binding[]>, faults: Faults): Set<number> {
    const skipped = new Set<number>();
    for (const row of rows) {
      const standard = this.standards.get(keyOf(row, ['项目编码', '标准编码']) ?? '');
      if (standard?.bindingPrices === false && cell(row, '单价') !== null)
        faults.add('收费绑定', row.row, '单价', 'conflict');
      if (standard?.countsPersons === true && row.values['人数'] === undefined && !row.faulty.includes('人数'))
        faults.add('收费绑定', row.row, '人数', 'required');
      if (!faults.clean('收费绑定', row)) continue;
      const key = joined([required(row, '项目编码'), required(row, '资源编码'), required(row, '标准编码')]);
      const range = { from: required(row, '开始日期'), to: cell(row, '结束日期') };
      const stands = standing.get(key) ?? [];
      const others = this.taken.get(key) ?? [];
      if (others.some((other) => overlap(other, range))) faults.add('收费绑定', row.row, '开始日期', 'overlap');
      else {
        this.taken.set(key, [...others, range]);
        if (stands.some((other) => same(other, range) && saysTheSame(other, row))) skipped.add(row.row);
        else if (stands.some((other) => overlap(other, range))) faults.add('收费绑定', row.row, '开始日期', 'overlap');
      }
    }
    return skipped;
  }
}

const saysTheSame = (binding: Binding, row: SheetRow): boolean =>
  String(binding.persons ?? '') === (cell(row, '人数') ?? '') &&
  ownText(binding) === ownText(ownOfRow(row, binding.from));

const ownText = ({ prices = [], payers = [] }: Pick<Binding, 'prices' | 'payers'>): string =>
  JSON.stringify([
    prices.map(({ price, from, to }) => [price, from, to]),
    payers.map(({ payer, from, to }) => [payer, from, to]),
  ]);
