import type { ChargeMethod, Pool, SheetRow, Standard, Tier } from '@propledger/contracts';
import { isScopeWhole, needsPersons, tidyPool, weightFault } from '@propledger/ledger-core';
import { poolOfRow } from './commands-of-rows';
import type { Calendar } from './check-entries';
import { isOpen } from './check-meters';
import { cell, joined, keyOf, required, type Faults } from './staged-row';

/** What of a standard other sheets depend on: as it stands, or as its first row in the file has it. */
export interface StandardSeen {
  readonly method: ChargeMethod | null;
  readonly meterKind: string | null;
  readonly tiers: readonly Tier[];
  /** Whether what it charges depends on 人数 of a binding. */
  readonly countsPersons: boolean;
  /** Whether bindings may have prices of their own. */
  readonly bindingPrices: boolean;
  /** Its first row in the file; null: it stands. */
  readonly row: SheetRow | null;
}

export const standardsSeen = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, Standard>,
): Map<string, StandardSeen> => {
  const seen = new Map<string, StandardSeen>(
    [...standing].map(([key, standard]) => {
      const { method, meterKind = null, tiers = [] } = standard;
      const bindingPrices = standard.bindingPrices === true;
      return [key, { method, meterKind, tiers, countsPersons: needsPersons(standard), bindingPrices, row: null }];
    }),
  );
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '标准编码']);
    if (key === null || seen.has(key)) continue;
    const method = cell(row, '计费方式') as ChargeMethod | null;
    const countsPersons = method !== null && needsPersons({ method, formula: cell(row, '公式') ?? undefined });
    const bindingPrices = cell(row, '允许绑定单价') === '是';
    seen.set(key, { method, meterKind: cell(row, '仪表种类'), tiers: [], countsPersons, bindingPrices, row });
  }
  return seen;
};

/** Whether the row's standard has another method: `conflict` at 标准编码. */
const otherMethod = (
  sheet: '阶梯价格' | '公摊池',
  row: SheetRow,
  standards: ReadonlyMap<string, StandardSeen>,
  method: ChargeMethod,
  faults: Faults,
): boolean => {
  const standard = standards.get(keyOf(row, ['项目编码', '标准编码']) ?? '');
  const differs = standard !== undefined && standard.method !== null && standard.method !== method;
  if (differs) faults.add(sheet, row.row, '标准编码', 'conflict');
  return differs;
};

/**
 * 阶梯价格: two prices from one usage on are a `duplicate` at 起始用量; a standard of another method is a `conflict`.
 *
 * @returns the rows whose tier stands already.
 */
export const checkTiers = (
  rows: readonly SheetRow[],
  standards: ReadonlyMap<string, StandardSeen>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const seen = new Set<string>();
  for (const row of rows) {
    otherMethod('阶梯价格', row, standards, '用量阶梯', faults);
    const standard = keyOf(row, ['项目编码', '标准编码']);
    const above = cell(row, '起始用量');
    if (standard === null || above === null) continue;
    const key = joined([standard, above]);
    const stands = standards.get(standard)?.tiers.find((tier) => tier.above === above);
    if (seen.has(key)) faults.add('阶梯价格', row.row, '起始用量', 'duplicate');
    else if (stands && faults.clean('阶梯价格', row)) {
      if (stands.price === required(row, '单价')) skipped.add(row.row);
      else faults.add('阶梯价格', row.row, '起始用量', 'duplicate');
    }
    seen.add(key);
  }
  return skipped;
};

/** Rows of 公摊系数 by their pool. */
export type PoolWeights = ReadonlyMap<string, readonly SheetRow[]>;

/**
 * 公摊系数: a resource or a floor (`required` at 资源编码, `conflict` at 楼层 for both; a floor has its 系数), each once (`duplicate` at 公摊编码). Of a pool that stands,
 * and does not come again in the file, it is as it stands, or a `conflict` at 公摊编码: pools are changed as a whole.
 *
 * @returns the rows by their pool, and those of which the weight stands already.
 */
export const checkPoolWeights = (
  rows: readonly SheetRow[],
  pools: readonly SheetRow[],
  standing: ReadonlyMap<string, Pool>,
  faults: Faults,
): { readonly weights: PoolWeights; readonly skipped: ReadonlySet<number> } => {
  const weights = new Map<string, SheetRow[]>();
  const skipped = new Set<number>();
  const seen = new Set<string>();
  const inFile = new Set(pools.map((row) => keyOf(row, ['项目编码', '公摊编码'])));
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '公摊编码']);
    if (key === null) continue;
    const [resource, floor, weight] = [cell(row, '资源编码'), cell(row, '楼层'), cell(row, '系数')];
    const blank = !row.faulty.includes('资源编码') && !row.faulty.includes('楼层');
    if (resource === null && floor === null && blank) faults.add('公摊系数', row.row, '资源编码', 'required');
    if (resource !== null && floor !== null) faults.add('公摊系数', row.row, '楼层', 'conflict');
    if (floor !== null && weight === null && !row.faulty.includes('系数'))
      faults.add('公摊系数', row.row, '系数', 'required');
    const place = joined([key, resource ?? '', floor ?? '']);
    if (seen.has(place)) faults.add('公摊系数', row.row, '公摊编码', 'duplicate');
    seen.add(place);
    weights.set(key, [...(weights.get(key) ?? []), row]);
    const pool = standing.get(key);
    if (pool === undefined || !faults.clean('公摊系数', row)) continue;
    const stands =
      resource === null
        ? pool.floors?.some((one) => one.floor === floor && one.weight === (weight ?? '0'))
        : pool.members?.some((one) => one.resource === resource && (one.weight ?? null) === weight);
    if (stands) skipped.add(row.row);
    else if (!inFile.has(key)) faults.add('公摊系数', row.row, '公摊编码', 'conflict');
  }
  return { weights, skipped };
};

/**
 * 公摊池: one that stands with other content, or is there twice, is a `duplicate` at 公摊编码; a standard of another method is
 * a `conflict`; what is shared by usage needs a standard with 仪表种类: `required`, there; 总表 needs 单价 (`required`); a 范围 or 方式
 * whose resources, floors or weights do not stand in 公摊系数 is a `conflict`.
 *
 * @returns the rows whose pool stands already.
 */
export const checkPools = (
  rows: readonly SheetRow[],
  weights: PoolWeights,
  standing: ReadonlyMap<string, Pool>,
  standards: ReadonlyMap<string, StandardSeen>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const seen = new Set<string>();
  const kindless = new Set<number>();
  for (const row of rows) {
    const other = otherMethod('公摊池', row, standards, '公摊', faults);
    const standard = standards.get(keyOf(row, ['项目编码', '标准编码']) ?? '');
    if (!other && standard?.meterKind === null && cell(row, '方式') === '用量') {
      const at = standard.row;
      if (at === null) faults.add('公摊池', row.row, '方式', 'conflict');
      else if (!kindless.has(at.row) && !at.faulty.includes('仪表种类'))
        faults.add('收费标准', at.row, '仪表种类', 'required');
      if (at !== null) kindless.add(at.row);
    }
    if (cell(row, '总表') !== null && cell(row, '单价') === null && !row.faulty.includes('单价'))
      faults.add('公摊池', row.row, '单价', 'required');
    const key = keyOf(row, ['项目编码', '公摊编码']);
    if (key === null) continue;
    const stands = standing.get(key);
    if (seen.has(key)) faults.add('公摊池', row.row, '公摊编码', 'duplicate');
    else if (faults.clean('公摊池', row)) {
      const own = weights.get(key) ?? [];
      const pool = own.every((weight) => faults.clean('公摊系数', weight)) ? poolOfRow(row, own) : null;
      if (pool !== null && !isScopeWhole(pool)) faults.add('公摊池', row.row, '范围', 'conflict');
      else if (pool !== null && weightFault(pool) !== null) faults.add('公摊池', row.row, '方式', 'conflict');
      else if (pool !== null && stands) {
        if (JSON.stringify(pool) === JSON.stringify(tidyPool(stands))) skipped.add(row.row);
        else faults.add('公摊池', row.row, '公摊编码', 'duplicate');
      }
    }
    seen.add(key);
  }
  return skipped;
};

/**
 * 公摊金额: a pool has one for a 账期 (`duplicate` at 公摊编码), which is open (`closed_period`).
 *
 * @param standing amounts by project, pool and period.
 * @returns the rows whose amount stands already.
 */
export const checkPoolAmounts = (
  rows: readonly SheetRow[],
  standing: ReadonlyMap<string, string>,
  calendars: ReadonlyMap<string, Calendar>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const seen = new Set<string>();
  for (const row of rows) {
    const key = keyOf(row, ['项目编码', '公摊编码', '账期']);
    if (key === null) continue;
    const amount = cell(row, '金额');
    const stands = standing.get(key);
    const calendar = calendars.get(cell(row, '项目编码') ?? '');
    if (seen.has(key) || (stands !== undefined && amount !== null && stands !== amount))
      faults.add('公摊金额', row.row, '公摊编码', 'duplicate');
    else if (stands !== undefined && faults.clean('公摊金额', row)) skipped.add(row.row);
    else if (stands === undefined && calendar && !isOpen(calendar, required(row, '账期')))
      faults.add('公摊金额', row.row, '账期', 'closed_period');
    seen.add(key);
  }
  return skipped;
};
