import type { Day, Decimal, Money, Period } from './event';

/*
 * What charges are computed from: standards, meters, pools and bindings, as the ledger's events carry them.
 */

/**
 * 计费方式: yuan per m² and month; yuan per month; yuan per unit that a meter counts; the same in marginal tiers; a share of a
 * pool; yuan per household and month; yuan per person of the binding and month; yuan per month by a formula.
 */
export const CHARGE_METHODS = [
  '面积单价',
  '固定金额',
  '用量单价',
  '用量阶梯',
  '公摊',
  '每户',
  '每人',
  '自定义公式',
] as const;
/** @extensible */
export type ChargeMethod = (typeof CHARGE_METHODS)[number];
/** Charged by days: so much a month. */
export const TIMED_METHODS = [
  '面积单价',
  '固定金额',
  '每户',
  '每人',
  '自定义公式',
] as const satisfies readonly ChargeMethod[];
/** Charged by what meters of 仪表种类 count. */
export const METERED_METHODS = ['用量单价', '用量阶梯'] as const satisfies readonly ChargeMethod[];
/** Without a price of their own: their prices say only when the standard is in force. */
export const UNPRICED_METHODS = ['用量阶梯', '公摊'] as const satisfies readonly ChargeMethod[];
/** 计费周期, natural ones: calendar quarters, half-years and years. All but the month are charged in advance. */
export const CYCLES = ['月', '季', '半年', '年'] as const;
/** @extensible */
export type Cycle = (typeof CYCLES)[number];
/** 取整: to the fen, to ten fen, to the yuan. */
export const ROUNDINGS = ['分', '角', '元'] as const;
export type Rounding = (typeof ROUNDINGS)[number];
/** 取整方式: half up, up, down. */
export const ROUNDING_MODES = ['四舍五入', '进位', '舍去'] as const;
/** @extensible */
export type RoundingMode = (typeof ROUNDING_MODES)[number];
/** Which area 面积单价 multiplies. */
export const AREA_KINDS = ['计费面积', '建筑面积', '套内面积'] as const;
/** @extensible */
export type AreaKind = (typeof AREA_KINDS)[number];

/** 不足月: what a month counts in which the binding begins or ends. */
export const PRORATIONS = [
  '按天',
  '按30天',
  '按365天',
  '半月',
  '满半月全收',
  '当月全收',
  '次月起收',
  '十五日为准',
] as const;
/** @extensible */
export type Proration = (typeof PRORATIONS)[number];

/** 类别 of a charge item: income of ours; collected for others, owed to them; a deposit, which is received and never charged. */
export const ITEM_CLASSES = ['收入', '代收', '押金'] as const;
/** @extensible */
export type ItemClass = (typeof ITEM_CLASSES)[number];
/** 付费对象: who pays for a resource on a day, by its 入住关系 of that day. */
export const ITEM_PAYERS = ['付费人', '业主', '租户', '开发商'] as const;
/** @extensible */
export type ItemPayer = (typeof ITEM_PAYERS)[number];

/**
 * 收费项目 as it is from a day on, until its next terms. A project's own take the place of the group's. An item without terms is income
 * without tax. Of what is optional, absent says that there is none.
 */
export interface ItemTerms {
  readonly item: string;
  readonly from: Day;
  readonly class: ItemClass;
  /** 税率, a fraction: "0.06" is 6 %. "0" of what is no income. */
  readonly taxRate: Decimal;
  /** 单价不含税: the tax comes on top of what standards say. Absent: it is in it. */
  readonly priceWithoutTax?: true | undefined;
  /** 优先级 of its charges; absent: that of their standards. */
  readonly priority?: number | undefined;
  /** 付费对象; absent: 付费人. */
  readonly payer?: ItemPayer | undefined;
  /** 未售由开发商付: whose days without anybody to pay, and before 交付日期, are the project's developer's. */
  readonly unsoldToDeveloper?: true | undefined;
  /** 车位随房: a space is paid by who pays its 所属房间 of the day, before who holds the space itself. Absent: it is not. */
  readonly spacesWithRooms?: true | undefined;
}

/** The customer who is a project's developer from a day on; null: nobody. */
export interface Developer {
  readonly customer: string | null;
  readonly from: Day;
}

/** A price of a standard, in force on both ends; null: without end. Of UNPRICED_METHODS it is "0". */
export interface Price {
  readonly price: Decimal;
  readonly from: Day;
  readonly to: Day | null;
}

/** 阶梯: the price of the usage above `above`, up to the next tier. */
export interface Tier {
  readonly above: Decimal;
  readonly price: Decimal;
}

/** 空置比例 from a day on, until the next one: what days are charged on which the resource is declared vacant. */
export interface VacancyRate {
  readonly from: Day;
  /** Per cent of what they come to otherwise, 0 to 100. */
  readonly percent: Decimal;
  /** 付费对象 of these days; absent: as of all others. */
  readonly payer?: ItemPayer | undefined;
}

/** 空置申报: a resource is vacant from when to when, both included; null: without end. No two of one resource share a day. */
export interface Vacancy {
  /** Unique in the book; given by billing. */
  readonly vacancy: string;
  readonly resource: string;
  readonly from: Day;
  readonly to: Day | null;
}

/** 违约金 of a standard's charges that are not paid in time. */
export interface LateFeeRule {
  /** 日率, per mille: "0.5" is 0.05 % a day. */
  readonly dailyRate: Decimal;
  /** 宽限天数 after the due date. */
  readonly graceDays: number;
  /** 上限, per cent of the charge; null: none. */
  readonly capPercent: Decimal | null;
  /**
   * 起算: the first day that counts once a charge is late. Absent, 宽限期后: the first late day. 应收日: the day after the due date,
   * if anything is open on a day after the grace.
   */
  readonly countedFrom?: LateFeeStart | undefined;
  /** 推迟: the first late day is that day of the month so many months after the due date's; takes the place of the grace days. */
  readonly delay?: LateFeeDelay | undefined;
  /** 起征欠费: days on which less than this is open do not count. */
  readonly leastOpen?: Money | undefined;
}

export const LATE_FEE_STARTS = ['应收日'] as const;
/** @extensible */
export type LateFeeStart = (typeof LATE_FEE_STARTS)[number];
export interface LateFeeDelay {
  readonly months: number;
  /** 1 to 28. Not after the due date: that day of the next month. */
  readonly day: number;
}

/** 收费标准 with its price history, ordered by `from`, never overlapping. Of what is optional, absent says that there is none. */
export interface Standard {
  readonly standard: string;
  readonly name: string;
  readonly item: string;
  readonly method: ChargeMethod;
  /** 应收日, 1 to 28. */
  readonly dueDay: number;
  readonly rounding: Rounding;
  readonly priority: number;
  readonly prices: readonly Price[];
  /** Absent: 月. */
  readonly cycle?: Cycle | undefined;
  /** 仪表种类 whose usage is charged, or shared by. */
  readonly meterKind?: string | undefined;
  /** Of 用量阶梯, ordered by `above`. */
  readonly tiers?: readonly Tier[] | undefined;
  readonly lateFee?: LateFeeRule | undefined;
  /** 取整方式; absent: 四舍五入. */
  readonly roundingMode?: RoundingMode | undefined;
  /** Of 面积单价; absent: 计费面积. */
  readonly areaKind?: AreaKind | undefined;
  /** 附加费: yuan a month, or a reading, more. */
  readonly surcharge?: Decimal | undefined;
  /** 最低收费: a month, or a reading, comes to at least so many yuan. A part of a month to its part of them. */
  readonly minimum?: Decimal | undefined;
  /** 最高收费, likewise. */
  readonly maximum?: Decimal | undefined;
  /** 公式 of 自定义公式: what a whole month comes to, in yuan. */
  readonly formula?: string | undefined;
  /** 周期月数, 2 to 60, instead of `cycle`. */
  readonly cycleMonths?: number | undefined;
  /** 起算月: a month in which a cycle of several begins; absent: January. */
  readonly cycleFrom?: Period | undefined;
  /** 按户周年: months and cycles begin on the day's number of the resource's 交付日期. */
  readonly anniversary?: true | undefined;
  /** 后付: charged when a cycle is over; absent: when it begins. */
  readonly arrears?: true | undefined;
  /** 应收天数: due so many days after a charge's first day, in arrears (and of usage and pools) its last; instead of `dueDay`. */
  readonly dueDays?: number | undefined;
  /** 不足月; absent: by the days of the month. */
  readonly proration?: Proration | undefined;
  /** 允许绑定单价: bindings to it may have prices of their own. */
  readonly bindingPrices?: true | undefined;
  /** 空置比例, ordered by `from`; absent: vacant days are charged as all others. Of usage, too, where it is said. */
  readonly vacancyRates?: readonly VacancyRate[] | undefined;
  /** 年度取整: what a customer pays for a calendar year is rounded to this, and the last cycle of the year adjusted. */
  readonly yearRounding?: Rounding | undefined;
  /** 损耗率 of usage, per cent: so much more is charged than a meter counted that has no loss of its own. */
  readonly lossPercent?: Decimal | undefined;
  /** 损耗量: so many units more a reading. */
  readonly lossQuantity?: Decimal | undefined;
  /** 允许项目覆盖, of a standard of the group: a project may make it its own from a day on. */
  readonly overridable?: true | undefined;
  /** In a project's book: it is the group's, and changes with it. Absent: the project's own. */
  readonly ofGroup?: true | undefined;
}

/** 损耗: what is lost on the way to a meter is charged with what it counted. */
export interface Loss {
  /** Per cent of what it counted. */
  readonly percent?: Decimal | undefined;
  /** Units a reading. */
  readonly quantity?: Decimal | undefined;
}

/** A meter's loss for readings from a day on. */
export interface MeterLoss extends Loss {
  readonly from: Day;
}

/** 仪表, as it was on the day from which its readings count. */
export interface Meter {
  readonly meter: string;
  /** 仪表种类, as standards name it. */
  readonly kind: string;
  /** The resource that is charged for it; null: none, as of a meter for the whole building. */
  readonly resource: string | null;
  /** 倍率. */
  readonly multiplier: Decimal;
  /** 启用日期. */
  readonly from: Day;
  /** 启用读数. */
  readonly reading: Decimal;
  /** 量程: past it the dial begins at zero again; null: it never does. */
  readonly range: Decimal | null;
  /** 上级仪表: the meter through which what this one counts has gone already. */
  readonly parent?: string | undefined;
  /** By their first day; instead of its standard's. */
  readonly losses?: readonly MeterLoss[] | undefined;
  /** 月最大用量, of thirty days: more is looked at before it is charged. */
  readonly maximum?: Decimal | undefined;
}

/** 抄表: what a meter showed. One of a meter for a 账期. */
export interface MeterRead {
  readonly meter: string;
  /** 账期 whose run charges it. */
  readonly period: Period;
  readonly on: Day;
  readonly reading: Decimal;
  /** 估抄: nobody read it. */
  readonly estimated?: Estimate | undefined;
  /** It is not charged until a meter.reading-confirmed, or recorded anew as corrected. */
  readonly review?: ReadingReview | undefined;
}

/** 估抄方式: the average of readings before; what somebody says was used. */
export const ESTIMATE_WAYS = ['平均', '指定'] as const;
/** @extensible */
export type EstimateWay = (typeof ESTIMATE_WAYS)[number];

/** 估抄: where a reading comes from that nobody took. It is charged; the next one that somebody takes settles what it was out by. */
export interface Estimate {
  readonly by: EstimateWay;
  /** Of 平均: of how many readings. */
  readonly readings?: number | undefined;
}

export const REVIEW_REASONS = ['above-usual', 'above-maximum'] as const;
/** Why a person looks at a reading: more than three times the usual of as many days; more than 月最大用量. */
export interface ReadingReview {
  /** @extensible */
  readonly reason: (typeof REVIEW_REASONS)[number];
  /** What it counted since the reading before that somebody took. */
  readonly quantity: Decimal;
  /** The usual, or the most, of as many days, to the hundredth. */
  readonly expected: Decimal;
}

/** 换表: what the old one showed, and with what the new one begins. */
export interface MeterReplaced {
  readonly meter: string;
  readonly on: Day;
  readonly oldReading: Decimal;
  readonly newReading: Decimal;
  readonly newMultiplier: Decimal;
}

/** 范围 of a pool: 仪表 are the resources with a meter below its own, 资源 those that it lists. */
export const POOL_SCOPES = ['项目', '楼栋', '单元', '仪表', '资源'] as const;
/** @extensible */
export type PoolScope = (typeof POOL_SCOPES)[number];
/**
 * 方式: by 计费面积, equally, by this period's usage; by 建筑面积 or 套内面积; by a coefficient of the floor, or of the resource; by per cents of the
 * resources that make a hundred.
 */
export const POOL_SHARINGS = ['面积', '户数', '用量', '建筑面积', '套内面积', '楼层', '系数', '比例'] as const;
/** @extensible */
export type PoolSharing = (typeof POOL_SHARINGS)[number];
/** 空置: declared so, or nobody pays. The share of a vacant resource is counted and stays with nobody, or is charged to 开发商. */
export const POOL_VACANCIES = ['计入', '开发商'] as const;
/** @extensible */
export type PoolVacancy = (typeof POOL_VACANCIES)[number];

/** 公摊池: what the resources of a scope with a binding to its standard share. */
export interface Pool {
  readonly pool: string;
  readonly standard: string;
  readonly scope: PoolScope;
  /** Of 楼栋 and 单元. */
  readonly building: string | null;
  /** Of 单元: the staircase. */
  readonly entrance: string | null;
  readonly sharing: PoolSharing;
  /** 总表: what they counted, less what the meters right below them did, is shared; absent: amounts are set. By code. */
  readonly meters?: readonly string[] | undefined;
  /** Yuan a unit of it, by their first day. */
  readonly prices?: readonly Price[] | undefined;
  /** Of 资源: who takes part; of 系数 and 比例 with their weights. By resource. */
  readonly members?: readonly PoolMember[] | undefined;
  /** Of 楼层: each floor, as it is written, with its coefficient. */
  readonly floors?: readonly FloorWeight[] | undefined;
  /** 空置; absent: what is vacant takes no part. */
  readonly vacant?: PoolVacancy | undefined;
  /** The customer who is charged for what is vacant, of 开发商. */
  readonly developer?: string | undefined;
  /** 按天: everyone weighs by his days of the month; absent: who pays on its last day has all of it. */
  readonly byDays?: true | undefined;
}

export interface PoolMember {
  readonly resource: string;
  readonly weight?: Decimal | undefined;
}

export interface FloorWeight {
  readonly floor: string;
  readonly weight: Decimal;
}

/** 公摊金额 of a 账期. Above zero. */
export interface PoolAmount {
  readonly pool: string;
  readonly period: Period;
  readonly amount: Money;
}

/** What a pool's meters come to: quantity × price, half up to the fen. */
export interface PoolUse {
  /** What its own meters counted, less what those below them did. */
  readonly quantity: Decimal;
  readonly price: Decimal;
}

/** How a pool was shared: everyone who took part. The amounts, with those of what is vacant, add up to the pool's. */
export interface PoolShared {
  readonly pool: string;
  readonly period: Period;
  readonly amount: Money;
  readonly sharing: PoolSharing;
  /** The position of the pool.amount-set; of a pool with meters, of what defined or last changed it. */
  readonly amountAt: number;
  /** Ordered by resource, then by days. Weights are areas, ones, usages, coefficients or per cents. */
  readonly participants: readonly {
    readonly resource: string;
    readonly customer: string;
    readonly weight: Decimal;
    readonly amount: Money;
    /** 按天: on so many days. */
    readonly days?: number | undefined;
  }[];
  /** Counted, and charged to nobody. */
  readonly vacant?:
    | readonly {
        readonly resource: string;
        readonly weight: Decimal;
        readonly amount: Money;
        readonly days?: number | undefined;
      }[]
    | undefined;
  /** Of a pool with meters: what each counted. */
  readonly use?: (PoolUse & { readonly meters: readonly MeterUse[]; readonly below: readonly MeterUse[] }) | undefined;
}

export interface MeterUse {
  readonly meter: string;
  readonly quantity: Decimal;
}

/**
 * 优惠规则: what of their charges customers need not pay. One of `percentOff`, `amountOff` and, of who prepays, `giftMonths`.
 */
export interface DiscountRule {
  readonly rule: string;
  readonly name: string;
  /** 收费项目 that it is of. */
  readonly items: readonly string[];
  /** 客户分组: customers of this group alone; absent: all. */
  readonly group?: string | undefined;
  /** Days of charges for which it holds; of who prepays, days of receipts. Both included; null: without end. */
  readonly from: Day;
  readonly to: Day | null;
  /** 预交月数: of who prepays so many months; absent: of every charge. */
  readonly prepaidMonths?: number | undefined;
  /** Per cent of a charge, for its days in the rule's. */
  readonly percentOff?: Decimal | undefined;
  /** Yuan of each charge with a day in the rule's; of who prepays, of all charges of the prepaid months together. */
  readonly amountOff?: Money | undefined;
  /** 赠送月数: so many months after the prepaid ones are free. */
  readonly giftMonths?: number | undefined;
  /** Given beside others; without it the best one alone is. */
  readonly stacks?: true | undefined;
}

/** 收费绑定: a resource is charged by a standard from when to when. */
export interface Binding {
  /** Unique in the book; given by billing. */
  readonly binding: string;
  readonly resource: string;
  readonly standard: string;
  readonly from: Day;
  readonly to: Day | null;
  /** 人数, for 每人 and formulas that count them. Another number from a day on is another binding. */
  readonly persons?: number | undefined;
  /** 绑定单价: prices of its own, on days on which its standard has one, too; on other days that one. Ordered, never overlapping. */
  readonly prices?: readonly Price[] | undefined;
  /** 付费对象 of its own, likewise; on other days the item's. */
  readonly payers?: readonly BindingPayer[] | undefined;
}

/** Who pays what a binding charges, from when to when; null: without end. */
export interface BindingPayer {
  readonly payer: ItemPayer;
  readonly from: Day;
  readonly to: Day | null;
}
