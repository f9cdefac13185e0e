import type { CellError, Lease, LeasePricing, LeaseRole, Rounding, StepKind } from '@propledger/contracts';
import { leaseFault, type LeaseFault } from '@propledger/ledger-core';
import { SHEET_NO, type Cells, type CustomersSheet } from './sheet-rows';

/** A row of one of the sheets that say what a lease is. */
export interface LeaseSheetRow {
  readonly sheet: number;
  readonly row: number;
  readonly cells: Cells;
}

/** What is wrong with a row, at the column that says it. */
export interface LeaseRowFault extends Pick<LeaseSheetRow, 'sheet' | 'row'> {
  readonly column: string;
  readonly code: CellError;
}

const DECIMALS = 2;
const PRIORITY = 10;
/** A path of its own beside the leases by code. */
const RESERVED = 'forecast';
/** As many as the API takes; steps and rent-free times of one item. */
const ROWS_AT_MOST = [
  ['合同各方', 20],
  ['合同资源', 200],
  ['合同费项', 100],
  ['合同押金', 20],
] as const;
const OF_AN_ITEM_AT_MOST = 60;

const rowsIn = <Row extends LeaseSheetRow>(rows: readonly Row[], sheet: CustomersSheet): Row[] =>
  rows.filter((row) => row.sheet === SHEET_NO[sheet]);
const itemOf = ({ cells }: LeaseSheetRow): string => `${cells['收费项目'] ?? ''}\n${cells['资源编码'] ?? ''}`;

/** The lease that rows without faults say: one of 租赁合同 and those that belong to it. */
export const leaseOfRows = (rows: readonly LeaseSheetRow[]): Lease => {
  const cellsIn = (sheet: CustomersSheet): Cells[] => rowsIn(rows, sheet).map(({ cells }) => cells);
  const [head = {}] = cellsIn('租赁合同');
  const from = head['开始日期'] ?? '';
  return {
    lease: head['合同编号'] ?? '',
    from,
    to: head['结束日期'] ?? '',
    parties: cellsIn('合同各方').map((cells) => ({
      customer: cells['客户编码'] ?? '',
      role: (cells['合同角色'] ?? '') as LeaseRole,
      payer: cells['付款方'] === '是',
    })),
    resources: cellsIn('合同资源').map((cells) => ({
      resource: cells['资源编码'] ?? '',
      area: cells['租赁面积'] ?? null,
    })),
    items: rowsIn(rows, '合同费项').map((row) => {
      const { cells } = row;
      const ofItem = (sheet: CustomersSheet): Cells[] =>
        rowsIn(rows, sheet)
          .filter((one) => itemOf(one) === itemOf(row))
          .map((one) => one.cells);
      return {
        item: cells['收费项目'] ?? '',
        resource: cells['资源编码'] ?? null,
        pricing: (cells['计价'] ?? '') as LeasePricing,
        price: cells['单价'] ?? '',
        from: cells['起价日'] ?? from,
        decimals: numberOf(cells['小数位'], DECIMALS),
        steps: ofItem('租金递增').map((step) => ({
          on: step['递增日'] ?? null,
          everyMonths: step['每几个月'] === undefined ? null : Number(step['每几个月']),
          kind: (step['递增方式'] ?? '') as StepKind,
          value: step['递增值'] ?? '',
        })),
        free: ofItem('免租期').map((span) => ({ from: span['免租开始'] ?? '', to: span['免租结束'] ?? '' })),
        priority: numberOf(cells['优先级'], PRIORITY),
      };
    }),
    payment: { months: numberOf(head['付款月数'], 1), dueDay: numberOf(head['应收日'], 1) },
    rounding: (head['取整'] ?? '分') as Rounding,
    deposits: cellsIn('合同押金').map((cells) => ({ item: cells['押金名目'] ?? '', amount: cells['金额'] ?? '' })),
    turnover:
      head['营业额收费项目'] === undefined
        ? null
        : {
            item: head['营业额收费项目'],
            percent: head['营业额提成'] ?? '',
            threshold: head['营业额起点'] ?? null,
            minimum: head['保底费项'] ?? '',
            priority: PRIORITY,
          },
  };
};

const numberOf = (text: string | undefined, otherwise: number): number =>
  text === undefined ? otherwise : Number(text);

/** What is wrong with the rows of one lease, whose cells are as their columns take them; none: it can be signed. */
export const faultsOfLeaseRows = (rows: readonly LeaseSheetRow[]): LeaseRowFault[] => {
  const [head] = rowsIn(rows, '租赁合同');
  if (head === undefined) return rows.map((row) => at(row, '合同编号', 'unknown_reference'));
  const found = [...faultsOfHead(head, rows), ...faultsOfItems(rows)];
  if (found.length > 0) return found;
  const fault = leaseFault({ lease: leaseOfRows(rows), changes: [] });
  return fault ? [placeOf(fault, head, rows)] : [];
};

const at = ({ sheet, row }: LeaseSheetRow, column: string, code: CellError): LeaseRowFault => ({
  sheet,
  row,
  column,
  code,
});

const faultsOfHead = (head: LeaseSheetRow, rows: readonly LeaseSheetRow[]): LeaseRowFault[] => {
  const found: LeaseRowFault[] = [];
  if (head.cells['合同编号'] === RESERVED) found.push(at(head, '合同编号', 'conflict'));
  for (const [sheet, most] of ROWS_AT_MOST) {
    const [count, needed] = [rowsIn(rows, sheet).length, sheet !== '合同押金'];
    if (needed && count === 0) found.push(at(head, '合同编号', 'incomplete'));
    if (count > most) found.push(at(head, '合同编号', 'out_of_range'));
  }
  const turnover = ['营业额收费项目', '营业额提成', '保底费项'];
  const isSaid = [...turnover, '营业额起点'].some((column) => head.cells[column] !== undefined);
  for (const column of turnover)
    if (isSaid && head.cells[column] === undefined) found.push(at(head, column, 'required'));
  return found;
};

const faultsOfItems = (rows: readonly LeaseSheetRow[]): LeaseRowFault[] => {
  const items = new Set(rowsIn(rows, '合同费项').map(itemOf));
  const found: LeaseRowFault[] = [];
  for (const sheet of ['租金递增', '免租期'] as const) {
    const counts = new Map<string, number>();
    for (const row of rowsIn(rows, sheet)) {
      const item = itemOf(row);
      const nth = (counts.get(item) ?? 0) + 1;
      counts.set(item, nth);
      if (!items.has(item)) found.push(at(row, '收费项目', 'unknown_reference'));
      else if (nth > OF_AN_ITEM_AT_MOST) found.push(at(row, '收费项目', 'out_of_range'));
    }
  }
  for (const row of rowsIn(rows, '租金递增')) {
    const [on, every] = [row.cells['递增日'], row.cells['每几个月']];
    if (on === undefined && every === undefined) found.push(at(row, '递增日', 'required'));
    if (on !== undefined && every !== undefined) found.push(at(row, '每几个月', 'conflict'));
  }
  return found;
};

/** The cell at which a fault of the lease as a whole is shown. */
const placeOf = (fault: LeaseFault, head: LeaseSheetRow, rows: readonly LeaseSheetRow[]): LeaseRowFault => {
  const last = (sheet: CustomersSheet, is: (cells: Cells) => boolean): LeaseSheetRow =>
    rowsIn(rows, sheet)
      .filter(({ cells }) => is(cells))
      .at(-1) ?? head;
  const resource = (): LeaseSheetRow => last('合同资源', (cells) => cells['资源编码'] === fault.resource);
  const item = (): LeaseSheetRow =>
    last('合同费项', (cells) => cells['收费项目'] === fault.item && (cells['资源编码'] ?? null) === fault.resource);
  const isTurnover = fault.item !== null && fault.item === head.cells['营业额收费项目'];
  switch (fault.code) {
    case 'no-days':
      return at(head, '结束日期', 'range_reversed');
    case 'term-too-long':
      return at(head, '结束日期', 'out_of_range');
    case 'one-payer':
      return at(
        last('合同各方', () => true),
        '付款方',
        'conflict',
      );
    case 'resource-twice':
      return at(resource(), '资源编码', 'duplicate');
    case 'item-twice':
      return isTurnover ? at(head, '营业额收费项目', 'conflict') : at(item(), '收费项目', 'duplicate');
    case 'item-not-of-lease':
      return at(item(), '资源编码', 'unknown_reference');
    case 'area-missing':
      return at(resource(), '租赁面积', 'required');
    case 'step-undated':
    case 'step-too-early':
      return at(
        last('租金递增', (cells) => cells['收费项目'] === fault.item),
        '递增日',
        'out_of_range',
      );
    case 'price-out-of-range':
      return isTurnover ? at(head, '营业额提成', 'out_of_range') : at(item(), '单价', 'out_of_range');
    case 'free-reversed':
      return at(
        last('免租期', (cells) => cells['收费项目'] === fault.item),
        '免租结束',
        'range_reversed',
      );
    case 'minimum-not-an-item':
      return at(head, '保底费项', 'unknown_reference');
    case 'amount-not-positive':
      if (fault.resource !== null) return at(resource(), '租赁面积', 'not_positive');
      return at(head, '营业额提成', 'not_positive');
    case 'no-resource':
    case 'nothing-changed':
    case 'before-lease':
    case 'after-lease':
      return at(head, '合同编号', 'incomplete');
    case 'too-many-steps':
    case 'too-many-charges':
      return at(head, '合同编号', 'out_of_range');
  }
};
