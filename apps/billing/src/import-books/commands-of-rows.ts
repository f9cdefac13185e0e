import {
  UNPRICED_METHODS,
  type Binding,
  type ChargeMethod,
  type Cycle,
  type Day,
  type Developer,
  type ItemPayer,
  type LateFeeRule,
  type Meter,
  type MeterRead,
  type MeterReplaced,
  type Pool,
  type PoolScope,
  type Price,
  type PoolSharing,
  type PoolVacancy,
  type Rounding,
  type SheetRow,
  type Standard,
  type Tier,
  type Vacancy,
} from '@propledger/contracts';
import {
  earlierDay,
  formatMoney,
  parseMoney,
  shortest,
  tidyPool,
  type EstimateReading,
  type Items,
  type NewCharge,
  type WhenImplausible,
} from '@propledger/ledger-core';
import type { LedgerTask } from '../ledger-store/task';
import { optionsOfRow } from './option-columns';
import { cell, required } from './staged-row';

type Command = LedgerTask['command'];

/** The place of an item in settlement, for what is due on a day. */
export type PriorityOf = (item: string, on: Day) => number;

const amountOf = (row: SheetRow, column: string): bigint => parseMoney(required(row, column));

/** 单价; "0" for a method that has none. */
export const priceOfRow = (row: SheetRow): string =>
  (UNPRICED_METHODS as readonly string[]).includes(required(row, '计费方式')) ? '0' : required(row, '单价');

/** 违约金 as a row of 收费标准 has it; null: none, whatever else it says. */
export const lateFeeOfRow = (row: SheetRow): LateFeeRule | null => {
  const dailyRate = cell(row, '违约金日率');
  return dailyRate === null ? null : { dailyRate, ...lateFeeTermsOfRow(row) };
};

/** What a row of 收费标准 says of 违约金 beside the rate. */
export const lateFeeTermsOfRow = (row: SheetRow): Omit<LateFeeRule, 'dailyRate'> => {
  const months = cell(row, '违约金推迟月数');
  const leastOpen = cell(row, '违约金起征欠费');
  return {
    graceDays: months === null ? Number(cell(row, '宽限天数') ?? '0') : 0,
    capPercent: cell(row, '违约金上限'),
    ...(cell(row, '违约金起算') === '应收日' ? { countedFrom: '应收日' as const } : {}),
    ...(months === null ? {} : { delay: { months: Number(months), day: Number(cell(row, '违约金推迟日') ?? '1') } }),
    ...(leastOpen === null ? {} : { leastOpen: formatMoney(parseMoney(leastOpen)) }),
  };
};

/** A row of 阶梯价格. */
export const tierOfRow = (row: SheetRow): Tier => ({ above: required(row, '起始用量'), price: required(row, '单价') });

/** Rows of one standard, in the file's order, and of its tiers, as the standard that they describe. */
export const standardOfRows = (rows: readonly SheetRow[], tiers: readonly SheetRow[] = []): Standard => {
  const [first] = rows;
  if (first === undefined) throw new Error('a standard has at least one row');
  const cycle = cell(first, '计费周期') as Cycle | null;
  const meterKind = cell(first, '仪表种类');
  const lateFee = lateFeeOfRow(first);
  return {
    standard: required(first, '标准编码'),
    name: required(first, '标准名称'),
    item: required(first, '收费项目'),
    method: required(first, '计费方式') as ChargeMethod,
    dueDay: Number(required(first, '应收日')),
    rounding: required(first, '取整') as Rounding,
    priority: Number(required(first, '优先级')),
    prices: rows.map((row) => ({
      price: priceOfRow(row),
      from: required(row, '生效日期'),
      to: cell(row, '失效日期'),
    })),
    ...(cycle === null ? {} : { cycle }),
    ...(meterKind === null ? {} : { meterKind }),
    ...(lateFee === null ? {} : { lateFee }),
    ...(tiers.length === 0 ? {} : { tiers: tiers.map(tierOfRow) }),
    ...optionsOfRow(first),
    ...vacancyRatesOfRows(rows),
  };
};

/** 空置比例 of rows that say it alike: from the first of their prices on. */
const vacancyRatesOfRows = (rows: readonly SheetRow[]): Pick<Standard, 'vacancyRates'> => {
  const [first] = rows;
  const percent = first && cell(first, '空置比例');
  if (!percent) return {};
  const payer = cell(first, '空置付费对象') as ItemPayer | null;
  const from = rows.map((row) => required(row, '生效日期')).reduce(earlierDay);
  return { vacancyRates: [{ from, percent, ...(payer === null ? {} : { payer }) }] };
};

/** A new standard is defined; one that stands is given the prices and tiers that are new. */
export const standardCommand = (standard: Standard, standing: Standard | undefined): Command =>
  standing === undefined
    ? { type: 'DefineStandard', standard }
    : {
        type: 'EditStandard',
        standard: standard.standard,
        changes: {
          prices: [...standing.prices, ...standard.prices],
          ...(standard.tiers === undefined ? {} : { tiers: [...(standing.tiers ?? []), ...standard.tiers] }),
        },
      };

/** Tiers more, for a standard that stands. */
export const tiersCommand = (standing: Standard, rows: readonly SheetRow[]): Command => ({
  type: 'EditStandard',
  standard: standing.standard,
  changes: { tiers: [...(standing.tiers ?? []), ...rows.map(tierOfRow)] },
});

/** A row of 调价: a price without end. */
export const priceChangeOf = (row: SheetRow): Price => ({
  price: required(row, '单价'),
  from: required(row, '生效日期'),
  to: null,
});

/** A row of 临时费用, raised on its day, with the tax of its item. */
export const oneOffCommand = (row: SheetRow, priorityOf: PriorityOf, items: Items): Command => {
  const item = required(row, '收费项目');
  const date = required(row, '日期');
  const dueOn = required(row, '应收日期');
  const terms = items.on(item, date);
  return {
    type: 'RaiseCharges',
    origin: 'manual',
    date,
    posting: 'own',
    taxRate: terms?.taxRate ?? '0',
    forOthers: terms?.class === '代收',
    charges: [
      {
        resource: required(row, '资源编码'),
        customer: required(row, '客户编码'),
        item,
        from: date,
        to: date,
        dueOn,
        priority: priorityOf(item, dueOn),
        amount: amountOf(row, '金额'),
        standard: null,
        binding: null,
        basis: { method: '手工' },
      },
    ],
  };
};

/** A row of 开发商. */
export const developerOfRow = (row: SheetRow): Developer => ({
  customer: required(row, '客户编码'),
  from: required(row, '开始日期'),
});

/** A row of 空置申报. */
export const vacancyOfRow = (row: SheetRow, vacancy: string): Vacancy => ({
  vacancy,
  resource: required(row, '资源编码'),
  from: required(row, '开始日期'),
  to: cell(row, '结束日期'),
});

export const meterOfRow = (row: SheetRow): Meter => {
  const from = required(row, '启用日期');
  const [parent, maximum] = [cell(row, '上级仪表'), cell(row, '月最大用量')];
  const [percent, quantity] = [cell(row, '损耗率'), cell(row, '损耗量')];
  const loss = {
    from,
    ...(percent === null || percent === '0' ? {} : { percent }),
    ...(quantity === null || quantity === '0' ? {} : { quantity }),
  };
  return {
    meter: required(row, '仪表编码'),
    kind: required(row, '仪表种类'),
    resource: cell(row, '资源编码'),
    multiplier: required(row, '倍率'),
    from,
    reading: required(row, '启用读数'),
    range: cell(row, '量程'),
    ...(parent === null ? {} : { parent }),
    ...(percent === null && quantity === null ? {} : { losses: [loss] }),
    ...(maximum === null ? {} : { maximum }),
  };
};

export const readingOfRow = (row: SheetRow): Omit<MeterRead, 'estimated' | 'review'> => ({
  meter: required(row, '仪表编码'),
  period: required(row, '账期'),
  on: required(row, '抄表日期'),
  reading: required(row, '本期读数'),
});

/** What becomes of the row's reading when its use is implausible. */
export const whenImplausible = (row: SheetRow): WhenImplausible => {
  const looked = cell(row, '用量复核');
  return looked === '是' ? 'hold' : looked === '否' ? 'take' : 'hold-above-maximum';
};

const READINGS_AVERAGED = 3;

/** A row of 估抄. */
export const estimateOfRow = (row: SheetRow): EstimateReading => {
  const use = cell(row, '用量');
  const readings = Number(cell(row, '平均期数') ?? READINGS_AVERAGED);
  return {
    type: 'EstimateReading',
    meter: required(row, '仪表编码'),
    period: required(row, '账期'),
    on: required(row, '估抄日期'),
    by: use === null ? { readings } : { use },
  };
};

export const replacementOfRow = (row: SheetRow): MeterReplaced => ({
  meter: required(row, '仪表编码'),
  on: required(row, '换表日期'),
  oldReading: required(row, '旧表读数'),
  newReading: required(row, '新表读数'),
  newMultiplier: required(row, '新表倍率'),
});

const SINCE_EVER = '0001-01-01';

/** A row of 公摊池 with its rows of 公摊系数. */
export const poolOfRow = (row: SheetRow, weights: readonly SheetRow[] = []): Pool => {
  const scope = required(row, '范围') as PoolScope;
  const [meter, price, vacant] = [cell(row, '总表'), cell(row, '单价'), cell(row, '空置')];
  const developer = vacant === '开发商' ? cell(row, '客户编码') : null;
  const from = cell(row, '单价生效日期') ?? SINCE_EVER;
  const members = weights.flatMap((one) => {
    const [resource, weight] = [cell(one, '资源编码'), cell(one, '系数')];
    return resource === null ? [] : [{ resource, ...(weight === null ? {} : { weight }) }];
  });
  const floors = weights.flatMap((one) => {
    const floor = cell(one, '楼层');
    return floor === null ? [] : [{ floor, weight: cell(one, '系数') ?? '0' }];
  });
  return tidyPool({
    pool: required(row, '公摊编码'),
    standard: required(row, '标准编码'),
    scope,
    building: scope === '楼栋' || scope === '单元' ? required(row, '楼栋') : null,
    entrance: scope === '单元' ? required(row, '单元') : null,
    sharing: required(row, '方式') as PoolSharing,
    ...(meter === null ? {} : { meters: [meter], prices: price === null ? [] : [{ price, from, to: null }] }),
    members,
    floors,
    ...(vacant === null || vacant === '不计' ? {} : { vacant: vacant as PoolVacancy }),
    ...(developer === null ? {} : { developer }),
    ...(cell(row, '按天') === '是' ? { byDays: true } : {}),
  });
};

export const poolAmountCommand = (row: SheetRow): Command => ({
  type: 'SetPoolAmount',
  pool: required(row, '公摊编码'),
  period: required(row, '账期'),
  amount: amountOf(row, '金额'),
});

/** Price and payer of a binding's own, from its first day on. */
export const ownOfRow = (row: SheetRow, from: Day): Pick<Binding, 'prices' | 'payers'> => {
  const price = cell(row, '单价');
  const payer = cell(row, '付费对象') as ItemPayer | null;
  return {
    ...(price === null ? {} : { prices: [{ price: shortest(price), from, to: null }] }),
    ...(payer === null ? {} : { payers: [{ payer, from, to: null }] }),
  };
};

/** `binding`: the id that the row's binding is given. */
export const bindingCommand = (row: SheetRow, binding: string): Command => {
  const persons = cell(row, '人数');
  const from = required(row, '开始日期');
  return {
    type: 'MakeBinding',
    binding: {
      binding,
      resource: required(row, '资源编码'),
      standard: required(row, '标准编码'),
      from,
      to: cell(row, '结束日期'),
      ...ownOfRow(row, from),
      ...(persons === null ? {} : { persons: Number(persons) }),
    },
  };
};

export const openingCharge = (row: SheetRow, priorityOf: PriorityOf): NewCharge => {
  const item = required(row, '收费项目');
  const dueOn = required(row, '应收日期');
  return {
    resource: required(row, '资源编码'),
    customer: required(row, '客户编码'),
    item,
    from: required(row, '费用开始日期'),
    to: required(row, '费用结束日期'),
    dueOn,
    priority: priorityOf(item, dueOn),
    amount: amountOf(row, '欠费金额'),
    standard: null,
    binding: null,
    basis: { method: '历史欠费' },
  };
};

export const depositCommand = (row: SheetRow): Command => ({
  type: 'ReceiveDeposit',
  origin: 'opening',
  receiptNo: required(row, '收据号'),
  resource: required(row, '资源编码'),
  customer: required(row, '客户编码'),
  kind: required(row, '押金类型'),
  date: required(row, '收取日期'),
  amount: amountOf(row, '金额'),
});

export const prepaymentCommand = (row: SheetRow): Command => ({
  type: 'BringInPrepayment',
  customer: required(row, '客户编码'),
  tie: cell(row, '资源编码'),
  amount: amountOf(row, '余额'),
});

export const receiptCommand = (row: SheetRow): Command => {
  const amount = amountOf(row, '金额');
  return {
    type: 'CollectPayment',
    receiptNo: required(row, '收据号'),
    date: required(row, '收款日期'),
    customer: required(row, '客户编码'),
    resource: cell(row, '资源编码'),
    item: cell(row, '收费项目'),
    amount,
    tenders: [{ method: required(row, '收款方式'), amount, reference: null }],
    posting: 'own',
  };
};
