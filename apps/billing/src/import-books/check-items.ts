import { GROUP_BOOK, type ItemClass, type ItemPayer, type ItemTerms, type SheetRow } from '@propledger/contracts';
import { formatDecimal, isSameItem, itemFault, Items, parseDecimal } from '@propledger/ledger-core';
import { cell, joined, keyOf, required, type Faults } from './staged-row';

/** A row of 收费项目. 税率 there is per cent. */
export const itemOfRow = (row: SheetRow): ItemTerms => {
  const { numerator, denominator } = parseDecimal(cell(row, '税率') ?? '0');
  const priority = cell(row, '优先级');
  const payer = cell(row, '付费对象') as ItemPayer | null;
  return {
    item: required(row, '收费项目'),
    from: required(row, '生效日期'),
    class: required(row, '类别') as ItemClass,
    taxRate: formatDecimal({ numerator, denominator: denominator * 100n }),
    ...(cell(row, '单价不含税') === '是' ? { priceWithoutTax: true } : {}),
    ...(priority === null ? {} : { priority: Number(priority) }),
    ...(payer === null ? {} : { payer }),
    ...(cell(row, '未售由开发商付') === '是' ? { unsoldToDeveloper: true } : {}),
    ...(cell(row, '车位随房') === '是' ? { spacesWithRooms: true } : {}),
  };
};

/**
 * 收费项目: what is set twice for an item and day, or stands otherwise, is a `duplicate` at 生效日期; a rate of the whole and more is
 * `out_of_range`, one of what is no income a `conflict`, both at 税率.
 *
 * @returns the rows whose terms stand already.
 */
export const checkItems = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, ItemTerms>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '收费项目', '生效日期']);
    const again = key !== null && seen.has(key);
    if (key !== null) seen.add(key);
    if (again) faults.add('收费项目', row.row, '生效日期', 'duplicate');
    if (key === null || !faults.clean('收费项目', row)) continue;
    const terms = itemOfRow(row);
    const fault = itemFault(terms);
    const stands = standing.get(key);
    if (fault?.code === 'tax-rate-out-of-range') faults.add('收费项目', row.row, '税率', 'out_of_range');
    else if (fault) faults.add('收费项目', row.row, terms.taxRate === '0' ? '单价不含税' : '税率', 'conflict');
    else if (stands && isSameItem(stands, terms)) skipped.add(row.row);
    else if (stands) faults.add('收费项目', row.row, '生效日期', 'duplicate');
  }
  return skipped;
};

/**
 * 开发商: one of a project and day (`duplicate` at 开始日期).
 *
 * @param standing customers by project and day.
 * @returns the rows whose developer stands already.
 */
export const checkDevelopers = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, string>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '开始日期']);
    if (key === null) continue;
    const stands = standing.get(key);
    const differs = stands !== undefined && stands !== cell(row, '客户编码');
    if (seen.has(key) || (differs && faults.clean('开发商', row)))
      faults.add('开发商', row.row, '开始日期', 'duplicate');
    else if (stands !== undefined && faults.clean('开发商', row)) skipped.add(row.row);
    seen.add(key);
  }
  return skipped;
};

/** What will be declared of each project's items: what stands, and what the file brings. */
export const itemsByProject = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, ItemTerms>,
  projects: readonly string[],
): Map<string, Items> => {
  const standingOf = (book: string): ItemTerms[] =>
    [...standing].filter(([key]) => key.startsWith(joined([book, '']))).map(([, terms]) => terms);
  const group = standingOf(GROUP_BOOK);
  return new Map(
    projects.map((project) => {
      const added = rows.filter((row) => cell(row, '项目编码') === project).map(itemOfRow);
      return [project, new Items([...standingOf(project), ...added], group)];
    }),
  );
};

/** 临时费用 of an item that is a deposit on its day: a `conflict` at 收费项目. */
export const checkNoDeposits = (rows: readonly SheetRow[], items: ReadonlyMap<string, Items>, faults: Faults): void => {
  for (const row of rows) {
    const [project, item, day] = [cell(row, '项目编码'), cell(row, '收费项目'), cell(row, '日期')];
    if (project === null || item === null || day === null) continue;
    if (items.get(project)?.on(item, day)?.class === '押金') faults.add('临时费用', row.row, '收费项目', 'conflict');
  }
};
