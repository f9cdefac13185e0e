import type { Lease } from '@propledger/contracts';
import { faultsOfLeaseRows, leaseOfRows, type LeaseSheetRow } from './lease-rows';
import { SHEET_NO, type Cells, type CustomersSheet } from './sheet-rows';

type Sheets = Partial<Record<CustomersSheet, Cells[]>>;
const L = { 项目编码: 'YT01', 合同编号: 'HT-1' };
const SOUND: Sheets = {
  租赁合同: [{ ...L, 开始日期: '2026-01-01', 结束日期: '2028-12-31', 付款月数: '3', 应收日: '5' }],
  合同各方: [
    { ...L, 客户编码: 'K1', 合同角色: '承租方', 付款方: '是' },
    { ...L, 客户编码: 'K2', 合同角色: '担保方', 付款方: '否' },
  ],
  合同资源: [
    { ...L, 资源编码: 'R1', 租赁面积: '20.5' },
    { ...L, 资源编码: 'R2', 租赁面积: '30' },
  ],
  合同费项: [
    { ...L, 收费项目: '租金', 计价: '每月', 单价: '3000' },
    { ...L, 收费项目: '物业费', 资源编码: 'R2', 计价: '每平方米每月', 单价: '2.5', 起价日: '2026-02-01', 小数位: '4' },
  ],
  租金递增: [{ ...L, 收费项目: '租金', 每几个月: '12', 递增方式: '百分比', 递增值: '5' }],
  免租期: [{ ...L, 收费项目: '租金', 免租开始: '2026-01-01', 免租结束: '2026-01-31' }],
  合同押金: [{ ...L, 押金名目: '租赁押金', 金额: '9000.00' }],
};
const rowsOf = (sheets: Sheets): LeaseSheetRow[] =>
  Object.entries({ ...SOUND, ...sheets }).flatMap(([name, rows]) =>
    rows.map((cells, nth) => ({ sheet: SHEET_NO[name as CustomersSheet], row: nth + 3, cells })),
  );
/** The sheet's rows with these cells more in the first of them. */
const more = (name: CustomersSheet, cells: Cells): Sheets => {
  const [first = {}, ...rest] = SOUND[name] ?? [];
  return { [name]: [{ ...first, ...cells }, ...rest] };
};
const second = (name: CustomersSheet, cells: Cells): Sheets => ({
  [name]: [...(SOUND[name] ?? []), { ...L, ...cells }],
});

it('say a lease as it would be signed', () => {
  const item = {
    item: '租金',
    resource: null,
    pricing: '每月',
    price: '3000',
    from: '2026-01-01',
    decimals: 2,
  } as const;
  const fee = {
    item: '物业费',
    resource: 'R2',
    pricing: '每平方米每月',
    price: '2.5',
    from: '2026-02-01',
    decimals: 4,
  } as const;
  expect(faultsOfLeaseRows(rowsOf({}))).toEqual([]);
  expect(leaseOfRows(rowsOf({}))).toEqual({
    ...{ lease: 'HT-1', from: '2026-01-01', to: '2028-12-31', rounding: '分', turnover: null },
    parties: [
      { customer: 'K1', role: '承租方', payer: true },
      { customer: 'K2', role: '担保方', payer: false },
    ],
    resources: [
      { resource: 'R1', area: '20.5' },
      { resource: 'R2', area: '30' },
    ],
    items: [
      {
        ...{ ...item, priority: 10, free: [{ from: '2026-01-01', to: '2026-01-31' }] },
        steps: [{ on: null, everyMonths: 12, kind: '百分比', value: '5' }],
      },
      { ...fee, priority: 10, steps: [], free: [] },
    ],
    payment: { months: 3, dueDay: 5 },
    deposits: [{ item: '租赁押金', amount: '9000.00' }],
  } satisfies Lease);
  const turnover = { 营业额收费项目: '营业额租金', 营业额提成: '8', 保底费项: '租金' };
  expect(leaseOfRows(rowsOf(more('租赁合同', turnover))).turnover).toEqual({
    ...{ item: '营业额租金', percent: '8', threshold: null, minimum: '租金', priority: 10 },
  });
});

it.each<[string, string, Sheets]>([
  ['合同编号 unknown_reference', 'rows without a lease', { 租赁合同: [] }],
  ['合同编号 incomplete', 'nobody', { 合同各方: [] }],
  ['合同编号 incomplete', 'nothing let', { 合同资源: [], 合同费项: SOUND['合同费项']?.slice(0, 1) ?? [] }],
  ['合同编号 incomplete', 'no item', { 合同费项: [], 租金递增: [], 免租期: [] }],
  ['合同编号 conflict', 'a code that is a path', more('租赁合同', { 合同编号: 'forecast' })],
  ['付款方 conflict', 'two payers', second('合同各方', { 客户编码: 'K3', 合同角色: '共同承租方', 付款方: '是' })],
  ['资源编码 duplicate', 'a resource twice', second('合同资源', { 资源编码: 'R1' })],
  ['收费项目 duplicate', 'an item twice', second('合同费项', { 收费项目: '租金', 计价: '每月', 单价: '1' })],
  [
    '资源编码 unknown_reference',
    'an item of another resource',
    second('合同费项', { 收费项目: '水', 资源编码: 'R9', 计价: '每月', 单价: '1' }),
  ],
  ['租赁面积 required', 'a price by area without one', second('合同资源', { 资源编码: 'R3' })],
  [
    '收费项目 unknown_reference',
    'a step of no item',
    second('租金递增', { 收费项目: '水', 每几个月: '12', 递增方式: '金额', 递增值: '1' }),
  ],
  ['递增日 required', 'a step without a day', second('租金递增', { 收费项目: '租金', 递增方式: '金额', 递增值: '1' })],
  ['每几个月 conflict', 'a step with both', more('租金递增', { 递增日: '2027-01-01' })],
  [
    '递增日 out_of_range',
    'a step too early',
    second('租金递增', { 收费项目: '租金', 递增日: '2025-01-01', 递增方式: '金额', 递增值: '1' }),
  ],
  ['结束日期 out_of_range', 'too long', more('租赁合同', { 结束日期: '2199-12-31' })],
  [
    '营业额提成 required',
    'half of a turnover rent',
    more('租赁合同', { 营业额收费项目: '营业额租金', 保底费项: '租金' }),
  ],
  [
    '保底费项 unknown_reference',
    'no such minimum',
    more('租赁合同', { 营业额收费项目: '营业额租金', 营业额提成: '8', 保底费项: '底租' }),
  ],
  [
    '营业额提成 not_positive',
    'a share of nothing',
    more('租赁合同', { 营业额收费项目: '营业额租金', 营业额提成: '0', 保底费项: '租金' }),
  ],
])('show %s of %s', (place, _, sheets) => {
  const extra = sheets['合同资源']?.some(({ 资源编码: code }) => code === 'R3')
    ? { 合同费项: [{ ...L, 收费项目: '租金', 计价: '每平方米每月', 单价: '2' }] }
    : {};
  const faults = faultsOfLeaseRows(rowsOf({ ...sheets, ...extra }));
  expect(new Set(faults.map(({ column, code }) => `${column} ${code}`))).toEqual(new Set([place]));
});
