import {
  AREA_KINDS,
  CHARGE_METHODS,
  CYCLES,
  ITEM_CLASSES,
  ITEM_PAYERS,
  LATE_FEE_STARTS,
  METERED_METHODS,
  POOL_SCOPES,
  POOL_SHARINGS,
  POOL_VACANCIES,
  PRORATIONS,
  ROUNDING_MODES,
  ROUNDINGS,
  TIMED_METHODS,
  UNPRICED_METHODS,
} from './charging';
import { CUSTOMER_KINDS, HELD_RELATIONS } from './customers';
import { LEASE_PRICINGS, LEASE_ROLES, STEP_KINDS } from './lease';
import { PARKING_NATURES, ROOM_NATURES } from './registry';
import type { Topic } from './event';

/** What is wrong with a cell. The codes are part of the contract; their texts come from the catalogues. */
export const CELL_ERRORS = [
  'required',
  'missing_column',
  'duplicate',
  'invalid_choice',
  'invalid_number',
  'invalid_date',
  'negative',
  'not_positive',
  'too_many_decimals',
  'unknown_reference',
  'range_reversed',
  'overlap',
  'conflict',
  'out_of_range',
  'closed_period',
  'reading_backwards',
  'reading_out_of_order',
  'second_reading',
  'invalid_formula',
  /** Rows that belong to it are missing. */
  'incomplete',
  /** The project asks for a second person: it cannot come by workbook. */
  'needs_approval',
  'invalid_plate',
] as const;
export type CellError = (typeof CELL_ERRORS)[number];

/** A fault at its place: `row` as a spreadsheet shows it (the header is row 2), `column` the header's text without `*`. */
export interface CellFault {
  readonly sheet: string;
  readonly row: number;
  readonly column: string;
  readonly code: CellError;
}

/** How a column's cells are read. Amounts, areas and readings have at most 2 decimals, prices, factors and rates 4. */
export type ColumnKind =
  | { readonly is: 'code' }
  /** One line, of at most 200 characters where nothing else is said. */
  | { readonly is: 'text'; readonly characters?: number }
  | { readonly is: 'choice'; readonly of: readonly string[] }
  | { readonly is: 'day' }
  | { readonly is: 'period' }
  | { readonly is: 'area' }
  | { readonly is: 'price' }
  /** Money above zero. */
  | { readonly is: 'amount' }
  /** What a meter shows, or counted. */
  | { readonly is: 'reading' }
  /** Above zero. */
  | { readonly is: 'factor' }
  /** Per mille or per cent. */
  | { readonly is: 'rate' }
  | { readonly is: 'integer'; readonly min: number; readonly max: number }
  /** 是 / 否. */
  | { readonly is: 'yes-no' };

export interface Column {
  readonly header: string;
  readonly kind: ColumnKind;
  readonly required: boolean;
  /** Rows in which its cell is needed, though the column may be absent. */
  readonly neededWhere?: Where | undefined;
  /** Rows to which its cell has nothing to say: what stands there is passed over, with a warning. */
  readonly ignoredWhere?: Where | undefined;
}

/** Rows in which another column has one of these values. */
export interface Where {
  readonly column: string;
  readonly is: readonly string[];
}

/** A sheet of an import workbook: who owns it, its columns, and pairs of day columns that must not be reversed. */
export interface Sheet {
  readonly name: SheetName;
  readonly owner: Topic;
  readonly columns: readonly Column[];
  readonly range: { readonly from: string; readonly to: string } | null;
}

export const SHEET_NAMES = [
  '项目',
  '物业资源',
  '车位',
  '客户档案',
  '入住关系',
  '收费标准',
  '收费绑定',
  '历史欠费',
  '押金台账',
  '预交款',
  '实收补录',
  '阶梯价格',
  '仪表',
  '公摊池',
  '抄表',
  '换表',
  '公摊金额',
  '调价',
  '临时费用',
  '估抄',
  '公摊系数',
  '租赁合同',
  '合同各方',
  '合同资源',
  '合同费项',
  '租金递增',
  '免租期',
  '合同押金',
  '收费项目',
  '开发商',
  '车位月租',
  '空置申报',
  '车辆',
] as const;
export type SheetName = (typeof SHEET_NAMES)[number];

/** Sheets that we add to workbooks for whoever fills them in. An import passes them over without a word. */
export const HELP_SHEET = '填写说明';
export const FAULTS_SHEET = '错误清单';
/** What drop-downs of a project's own codes list. */
export const CODES_SHEET = '编码清单';
export const HELPER_SHEETS: readonly string[] = [HELP_SHEET, FAULTS_SHEET, CODES_SHEET];

const code: ColumnKind = { is: 'code' };
const text: ColumnKind = { is: 'text' };
const day: ColumnKind = { is: 'day' };
const area: ColumnKind = { is: 'area' };
const amount: ColumnKind = { is: 'amount' };
const price: ColumnKind = { is: 'price' };
const reading: ColumnKind = { is: 'reading' };
const factor: ColumnKind = { is: 'factor' };
const rate: ColumnKind = { is: 'rate' };
const period: ColumnKind = { is: 'period' };
const choice = (of: readonly string[]): ColumnKind => ({ is: 'choice', of });
const must = (header: string, kind: ColumnKind): Column => ({ header, kind, required: true });
const may = (header: string, kind: ColumnKind): Column => ({ header, kind, required: false });
const sheet = (name: SheetName, owner: Topic, columns: readonly Column[], range: Sheet['range'] = null): Sheet => ({
  name,
  owner,
  columns,
  range,
});

/** 收费标准 of a pool: its shares are whole fen, whatever else is said. */
const shared: Where = { column: '计费方式', is: ['公摊'] };
const NOT_BY_DAYS: Where = { column: '计费方式', is: [...METERED_METHODS, '公摊'] };
const NOT_BY_USAGE: Where = { column: '计费方式', is: [...TIMED_METHODS, '公摊'] };
const NOT_BY_AREA = CHARGE_METHODS.filter((method) => method !== '面积单价');

const item: ColumnKind = { is: 'text', characters: 50 };

const occupancyRange = { from: '开始日期', to: '结束日期' };

/**
 * Every sheet that an import takes. Faults are kept by a sheet's place in this list and a column's place in its sheet: what is
 * new comes last.
 */
export const SHEETS: readonly Sheet[] = [
  sheet('项目', 'registry', [
    must('项目编码', code),
    must('项目名称', text),
    must('区域', text),
    must('城市公司', text),
    must('启用账期', { is: 'period' }),
  ]),
  sheet('物业资源', 'registry', [
    must('项目编码', code),
    must('资源编码', code),
    must('资源名称', text),
    must('资源性质', choice(ROOM_NATURES)),
    must('楼栋', text),
    may('单元', text),
    may('楼层', text),
    may('房号', text),
    must('建筑面积', area),
    may('套内面积', area),
    may('计费面积', area),
    may('交付日期', day),
  ]),
  sheet('车位', 'registry', [
    must('项目编码', code),
    must('资源编码', code),
    must('车位类型', choice(PARKING_NATURES)),
    may('位置', text),
    may('面积', area),
    may('所属房间', code),
  ]),
  sheet('客户档案', 'customers', [
    must('项目编码', code),
    must('客户编码', code),
    must('客户名称', text),
    must('客户类型', choice(CUSTOMER_KINDS)),
    may('证件类型', text),
    may('证件号码', text),
    may('手机', text),
    may('联系地址', text),
  ]),
  sheet(
    '入住关系',
    'customers',
    [
      must('项目编码', code),
      must('资源编码', code),
      must('客户编码', code),
      must('关系', choice(HELD_RELATIONS)),
      must('开始日期', day),
      may('结束日期', day),
      must('付费人', { is: 'yes-no' }),
    ],
    occupancyRange,
  ),
  sheet(
    '收费标准',
    'ledger',
    [
      must('项目编码', code),
      must('标准编码', code),
      must('标准名称', text),
      must('收费项目', text),
      must('计费方式', choice(CHARGE_METHODS)),
      { ...must('单价', price), ignoredWhere: { column: '计费方式', is: UNPRICED_METHODS } },
      must('应收日', { is: 'integer', min: 1, max: 28 }),
      must('取整', choice(ROUNDINGS)),
      must('优先级', { is: 'integer', min: 0, max: 9999 }),
      must('生效日期', day),
      may('失效日期', day),
      may('计费周期', choice(CYCLES)),
      { ...may('仪表种类', text), neededWhere: { column: '计费方式', is: METERED_METHODS } },
      may('违约金日率', rate),
      may('宽限天数', { is: 'integer', min: 0, max: 3650 }),
      may('违约金上限', rate),
      may('违约金起算', choice(['宽限期后', ...LATE_FEE_STARTS])),
      may('违约金推迟月数', { is: 'integer', min: 0, max: 24 }),
      may('违约金推迟日', { is: 'integer', min: 1, max: 28 }),
      may('违约金起征欠费', amount),
      { ...may('取整方式', choice(ROUNDING_MODES)), ignoredWhere: shared },
      { ...may('面积口径', choice(AREA_KINDS)), ignoredWhere: { column: '计费方式', is: NOT_BY_AREA } },
      { ...may('附加费', price), ignoredWhere: shared },
      { ...may('最低收费', price), ignoredWhere: shared },
      { ...may('最高收费', price), ignoredWhere: shared },
      {
        ...may('公式', { is: 'text', characters: 500 }),
        neededWhere: { column: '计费方式', is: ['自定义公式'] },
        ignoredWhere: { column: '计费方式', is: CHARGE_METHODS.filter((method) => method !== '自定义公式') },
      },
      { ...may('周期月数', { is: 'integer', min: 2, max: 60 }), ignoredWhere: NOT_BY_DAYS },
      { ...may('起算月', period), ignoredWhere: NOT_BY_DAYS },
      { ...may('按户周年', { is: 'yes-no' }), ignoredWhere: NOT_BY_DAYS },
      { ...may('后付', { is: 'yes-no' }), ignoredWhere: NOT_BY_DAYS },
      may('应收天数', { is: 'integer', min: 0, max: 366 }),
      { ...may('不足月', choice(PRORATIONS)), ignoredWhere: NOT_BY_DAYS },
      { ...may('年度取整', choice(ROUNDINGS)), ignoredWhere: NOT_BY_DAYS },
      { ...may('损耗率', rate), ignoredWhere: NOT_BY_USAGE },
      { ...may('损耗量', reading), ignoredWhere: NOT_BY_USAGE },
      { ...may('允许绑定单价', { is: 'yes-no' }), ignoredWhere: { column: '计费方式', is: UNPRICED_METHODS } },
      { ...may('空置比例', rate), ignoredWhere: shared },
      { ...may('空置付费对象', choice(ITEM_PAYERS)), ignoredWhere: shared },
    ],
    { from: '生效日期', to: '失效日期' },
  ),
  sheet(
    '收费绑定',
    'ledger',
    [
      must('项目编码', code),
      must('资源编码', code),
      must('标准编码', code),
      must('开始日期', day),
      may('结束日期', day),
      may('人数', { is: 'integer', min: 0, max: 9999 }),
      may('单价', price),
      may('付费对象', choice(ITEM_PAYERS)),
    ],
    occupancyRange,
  ),
  sheet(
    '历史欠费',
    'ledger',
    [
      must('项目编码', code),
      must('资源编码', code),
      must('客户编码', code),
      must('收费项目', text),
      must('费用开始日期', day),
      must('费用结束日期', day),
      must('应收日期', day),
      must('欠费金额', amount),
    ],
    { from: '费用开始日期', to: '费用结束日期' },
  ),
  sheet('押金台账', 'ledger', [
    must('项目编码', code),
    must('资源编码', code),
    must('客户编码', code),
    must('押金类型', text),
    must('收取日期', day),
    must('金额', amount),
    must('收据号', code),
  ]),
  sheet('预交款', 'ledger', [
    must('项目编码', code),
    must('客户编码', code),
    may('资源编码', code),
    must('余额', amount),
  ]),
  sheet('实收补录', 'ledger', [
    must('项目编码', code),
    must('收据号', code),
    must('收款日期', day),
    must('客户编码', code),
    may('资源编码', code),
    may('收费项目', text),
    must('收款方式', text),
    must('金额', amount),
    may('备注', text),
  ]),
  sheet('阶梯价格', 'ledger', [
    must('项目编码', code),
    must('标准编码', code),
    must('起始用量', reading),
    must('单价', price),
  ]),
  sheet('仪表', 'ledger', [
    must('项目编码', code),
    must('仪表编码', code),
    must('仪表种类', text),
    may('资源编码', code),
    must('倍率', factor),
    must('启用日期', day),
    must('启用读数', reading),
    may('量程', factor),
    may('上级仪表', code),
    may('损耗率', rate),
    may('损耗量', reading),
    may('月最大用量', factor),
  ]),
  sheet('公摊池', 'ledger', [
    must('项目编码', code),
    must('公摊编码', code),
    must('标准编码', code),
    must('范围', choice(POOL_SCOPES)),
    { ...may('楼栋', text), neededWhere: { column: '范围', is: ['楼栋', '单元'] } },
    { ...may('单元', text), neededWhere: { column: '范围', is: ['单元'] } },
    must('方式', choice(POOL_SHARINGS)),
    { ...may('总表', code), neededWhere: { column: '范围', is: ['仪表'] } },
    may('单价', price),
    may('单价生效日期', day),
    may('空置', choice(['不计', ...POOL_VACANCIES])),
    { ...may('客户编码', code), neededWhere: { column: '空置', is: ['开发商'] } },
    may('按天', { is: 'yes-no' }),
  ]),
  sheet('抄表', 'ledger', [
    must('项目编码', code),
    must('仪表编码', code),
    must('账期', period),
    must('抄表日期', day),
    must('本期读数', reading),
    may('用量复核', { is: 'yes-no' }),
  ]),
  sheet('换表', 'ledger', [
    must('项目编码', code),
    must('仪表编码', code),
    must('换表日期', day),
    must('旧表读数', reading),
    must('新表读数', reading),
    must('新表倍率', factor),
  ]),
  sheet('公摊金额', 'ledger', [
    must('项目编码', code),
    must('公摊编码', code),
    must('账期', period),
    must('金额', amount),
  ]),
  sheet('调价', 'ledger', [must('项目编码', code), must('标准编码', code), must('单价', price), must('生效日期', day)]),
  sheet('临时费用', 'ledger', [
    must('项目编码', code),
    must('资源编码', code),
    must('客户编码', code),
    must('收费项目', text),
    must('日期', day),
    must('应收日期', day),
    must('金额', amount),
    may('备注', text),
  ]),
  sheet('估抄', 'ledger', [
    must('项目编码', code),
    must('仪表编码', code),
    must('账期', period),
    must('估抄日期', day),
    may('用量', reading),
    may('平均期数', { is: 'integer', min: 1, max: 24 }),
  ]),
  sheet('公摊系数', 'ledger', [
    must('项目编码', code),
    must('公摊编码', code),
    may('资源编码', code),
    may('楼层', text),
    may('系数', rate),
  ]),
  sheet(
    '租赁合同',
    'customers',
    [
      must('项目编码', code),
      must('合同编号', code),
      must('开始日期', day),
      must('结束日期', day),
      must('付款月数', { is: 'integer', min: 1, max: 60 }),
      must('应收日', { is: 'integer', min: 1, max: 28 }),
      may('取整', choice(ROUNDINGS)),
      may('营业额收费项目', item),
      may('营业额提成', rate),
      may('营业额起点', amount),
      may('保底费项', item),
    ],
    occupancyRange,
  ),
  sheet('合同各方', 'customers', [
    must('项目编码', code),
    must('合同编号', code),
    must('客户编码', code),
    must('合同角色', choice(LEASE_ROLES)),
    must('付款方', { is: 'yes-no' }),
  ]),
  sheet('合同资源', 'customers', [
    must('项目编码', code),
    must('合同编号', code),
    must('资源编码', code),
    may('租赁面积', area),
  ]),
  sheet('合同费项', 'customers', [
    must('项目编码', code),
    must('合同编号', code),
    must('收费项目', item),
    may('资源编码', code),
    must('计价', choice(LEASE_PRICINGS)),
    must('单价', price),
    may('起价日', day),
    may('小数位', { is: 'integer', min: 0, max: 6 }),
    may('优先级', { is: 'integer', min: 0, max: 9999 }),
  ]),
  sheet('租金递增', 'customers', [
    must('项目编码', code),
    must('合同编号', code),
    must('收费项目', item),
    may('资源编码', code),
    may('递增日', day),
    may('每几个月', { is: 'integer', min: 1, max: 600 }),
    must('递增方式', choice(STEP_KINDS)),
    must('递增值', price),
  ]),
  sheet(
    '免租期',
    'customers',
    [
      must('项目编码', code),
      must('合同编号', code),
      must('收费项目', item),
      may('资源编码', code),
      must('免租开始', day),
      must('免租结束', day),
    ],
    { from: '免租开始', to: '免租结束' },
  ),
  sheet('合同押金', 'customers', [
    must('项目编码', code),
    must('合同编号', code),
    must('押金名目', item),
    must('金额', amount),
  ]),
  sheet('收费项目', 'ledger', [
    must('项目编码', code),
    must('收费项目', text),
    must('类别', choice(ITEM_CLASSES)),
    may('税率', rate),
    may('单价不含税', { is: 'yes-no' }),
    may('优先级', { is: 'integer', min: 0, max: 9999 }),
    may('付费对象', choice(ITEM_PAYERS)),
    may('未售由开发商付', { is: 'yes-no' }),
    must('生效日期', day),
    may('车位随房', { is: 'yes-no' }),
  ]),
  sheet('开发商', 'ledger', [must('项目编码', code), must('客户编码', code), must('开始日期', day)]),
  sheet(
    '车位月租',
    'customers',
    [
      must('项目编码', code),
      must('资源编码', code),
      must('客户编码', code),
      must('开始日期', day),
      may('结束日期', day),
      may('月租价', price),
    ],
    occupancyRange,
  ),
  sheet(
    '空置申报',
    'ledger',
    [must('项目编码', code), must('资源编码', code), must('开始日期', day), may('结束日期', day)],
    occupancyRange,
  ),
  sheet(
    '车辆',
    'customers',
    [
      must('项目编码', code),
      must('资源编码', code),
      must('客户编码', code),
      must('车牌号', code),
      must('开始日期', day),
      may('结束日期', day),
    ],
    occupancyRange,
  ),
];

/**
 * A row as read: values by header, trimmed and typed as strings (days `YYYY-MM-DD`, periods `YYYY-MM`, decimals in
 * shortest exact form "106.4", amounts with two decimals "3000.00", integers "10", yes-no "是"/"否"); a blank or
 * unreadable cell is absent. `faulty` names the columns in which the reader found faults already.
 */
export interface SheetRow {
  readonly row: number;
  readonly values: Readonly<Record<string, string>>;
  readonly faulty: readonly string[];
}
