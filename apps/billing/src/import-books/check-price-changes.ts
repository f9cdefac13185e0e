import { UNPRICED_METHODS, type Price, type SheetRow, type Standard } from '@propledger/contracts';
import { overlapping, shortest, withPrice } from '@propledger/ledger-core';
import type { StandardSeen } from './check-pools';
import { priceChangeOf } from './commands-of-rows';
import { cell, keyOf, type Faults } from './staged-row';

/**
 * 调价, standard by standard and day by day, behind the prices that stand and those that the file gives in 收费标准: a price
 * that would lie on days of another is an `overlap` at 生效日期, and so is a second one of a day. A standard without a price of
 * its own (用量阶梯, 公摊) is a `conflict` at 标准编码.
 *
 * @param standards the rows of 收费标准.
 * @returns the rows whose price stands already.
 */
export const checkPriceChanges = (
  rows: readonly SheetRow[],
  standards: readonly SheetRow[],
  standing: ReadonlyMap<string, Standard>,
  seen: ReadonlyMap<string, StandardSeen>,
  faults: Faults,
): ReadonlySet<number> => {
  const skipped = new Set<number>();
  const prices = new Map<string, readonly Price[]>();
  for (const row of [...rows].sort(byDay)) {
    const key = keyOf(row, ['项目编码', '标准编码']);
    if (key === null) continue;
    const { method = null } = seen.get(key) ?? {};
    if (method !== null && (UNPRICED_METHODS as readonly string[]).includes(method))
      faults.add('调价', row.row, '标准编码', 'conflict');
    if (!faults.clean('调价', row)) continue;
    const price = priceChangeOf(row);
    const before = prices.get(key) ?? pricesOf(key, standards, standing);
    const next = withPrice(before, price);
    if (standing.get(key)?.prices.some((other) => isSame(other, price)) === true) skipped.add(row.row);
    else if (overlapping(next) !== null) faults.add('调价', row.row, '生效日期', 'overlap');
    else prices.set(key, next);
  }
  return skipped;
};

const byDay = (one: SheetRow, other: SheetRow): number => {
  const [a, b] = [cell(one, '生效日期') ?? '', cell(other, '生效日期') ?? ''];
  return a === b ? one.row - other.row : a < b ? -1 : 1;
};

const isSame = (one: Price, other: Price): boolean =>
  one.from === other.from && shortest(one.price) === shortest(other.price);

/** Those that stand, and those of the file that are new and can be read. */
const pricesOf = (
  key: string,
  standards: readonly SheetRow[],
  standing: ReadonlyMap<string, Standard>,
): readonly Price[] => {
  const stands = standing.get(key)?.prices ?? [];
  const added = standards.flatMap((row): Price[] => {
    const from = cell(row, '生效日期');
    if (from === null || keyOf(row, ['项目编码', '标准编码']) !== key) return [];
    return stands.some((price) => price.from === from) ? [] : [{ price: '0', from, to: cell(row, '失效日期') }];
  });
  return [...stands, ...added];
};
