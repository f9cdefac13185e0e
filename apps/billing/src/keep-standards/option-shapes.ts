import { ApiProperty } from '@nestjs/swagger';
import {
  AREA_KINDS,
  ITEM_PAYERS,
  PRORATIONS,
  ROUNDING_MODES,
  ROUNDINGS,
  type AreaKind,
  type ItemPayer,
  type Proration,
  type Rounding,
  type RoundingMode,
  type Standard,
  type VacancyRate,
} from '@propledger/contracts';
import { FORMULA_LIMITS, FORMULA_VARIABLES, type StandardOption } from '@propledger/ledger-core';
import {
  ChoiceField,
  DayField,
  DecimalField,
  FlagField,
  IntField,
  ListField,
  PeriodField,
  TextField,
} from '@propledger/service-kit';

const SURCHARGE = '附加费, 元/月 (用量: 元/次) yuan a month, or a reading, more';
const MINIMUM =
  '最低收费, 元/月 (用量: 元/次); 不足月按比例 a month, or a reading, comes to at least this; a part of a month to its part of it';
const MAXIMUM = '最高收费, 同上 at most, likewise';

const FORMULA = `公式, 自定义公式时: 一个整月多少元 of 自定义公式: what a whole month comes to, in yuan.
+ - * / ( ), min max round ceil floor if and or not (最小 最大 四舍五入 进位 舍去 如果 且 或 非), < <= > >= = <>.
变量 variables: ${FORMULA_VARIABLES.map(({ zh, en }) => `${zh} ${en}`).join(', ')}`;

const CYCLE_MONTHS = '周期月数, 代替计费周期 months of a cycle, instead of cycle';
const CYCLE_FROM = '起算月, 缺省一月 a month in which a cycle begins; absent: January';
const ANNIVERSARY = '按户周年: 自交付日期起算 months and cycles begin with the handover';
const ARREARS = '后付: 周期结束后收 charged when a cycle is over; absent: when it begins';
const DUE_DAYS =
  '应收天数: 费用开始 (后付、用量、公摊为结束) 后几天, 代替应收日 due so many days after the first day, in arrears the last, instead of dueDay';
const YEAR_ROUNDING =
  '年度取整: 全年金额取整, 末期调整 what is paid for a calendar year is rounded to this, and its last cycle adjusted';
const BINDING_PRICES = '允许绑定单价 bindings to it may have prices of their own';
const VACANCY_RATES =
  '空置比例: 申报空置的日子按其 % 计, 用量亦然 what vacant days are charged, per cent; of usage, too. [] : none';
const PRORATION = '不足月, 缺省 按天 what a month counts in which the binding begins or ends; absent: by its days';

const LOSS_PERCENT =
  '损耗率 %, 用量时; 仪表自有损耗的从仪表 per cent of what a meter counted is charged with it; a meter’s own loss comes first';
const LOSS_QUANTITY = '损耗量, 每次抄表多计的单位数 so many units more a reading';

const optional = { optional: true, nullable: true } as const;

/** 空置比例 as a body has it. */
export class VacancyRateBody {
  @DayField({ description: '自此日, 至下一比例前一日 from this day on, until the next rate' })
  from!: string;

  @DecimalField({ decimals: 4, description: '按应收的 % 计, 0 至 100 per cent that is charged', example: '70' })
  percent!: string;

  @ChoiceField(ITEM_PAYERS, { optional: true, description: '空置日的付费对象; 缺省同其他日 who pays on vacant days' })
  payer?: ItemPayer;

  toRate(): VacancyRate {
    const { from, percent, payer } = this;
    return { from, percent, ...(payer === undefined ? {} : { payer }) };
  }
}

/** What may be agreed about an amount beside its price. Null is as absent; in a change it takes back what was agreed. */
export class OptionsBody {
  @ChoiceField(ROUNDING_MODES, { ...optional, description: '取整方式, 缺省 四舍五入 half up, up, down' })
  roundingMode?: RoundingMode | null;

  @ChoiceField(AREA_KINDS, { ...optional, description: '面积, 面积单价时; 缺省 计费面积 which area is multiplied' })
  areaKind?: AreaKind | null;

  @DecimalField({ ...optional, decimals: 4, description: SURCHARGE, example: '10' })
  surcharge?: string | null;

  @DecimalField({ ...optional, decimals: 4, description: MINIMUM, example: '50' })
  minimum?: string | null;

  @DecimalField({ ...optional, decimals: 4, description: MAXIMUM, example: '500' })
  maximum?: string | null;

  @TextField({ ...optional, max: FORMULA_LIMITS.characters, description: FORMULA, example: '单价*计费面积' })
  formula?: string | null;

  @IntField({ ...optional, min: 2, max: 60, description: CYCLE_MONTHS })
  cycleMonths?: number | null;

  @PeriodField({ ...optional, description: CYCLE_FROM })
  cycleFrom?: string | null;

  @FlagField({ ...optional, description: ANNIVERSARY })
  anniversary?: boolean | null;

  @FlagField({ ...optional, description: ARREARS })
  arrears?: boolean | null;

  @IntField({ ...optional, min: 0, max: 366, description: DUE_DAYS })
  dueDays?: number | null;

  @ChoiceField(PRORATIONS, { ...optional, description: PRORATION })
  proration?: Proration | null;

  @ChoiceField(ROUNDINGS, { ...optional, description: YEAR_ROUNDING })
  yearRounding?: Rounding | null;

  @DecimalField({ ...optional, decimals: 4, description: LOSS_PERCENT, example: '5' })
  lossPercent?: string | null;

  @DecimalField({ ...optional, decimals: 2, description: LOSS_QUANTITY })
  lossQuantity?: string | null;

  @FlagField({ ...optional, description: BINDING_PRICES })
  bindingPrices?: boolean | null;

  @ListField(() => VacancyRateBody, { min: 0, max: 50, optional: true, description: VACANCY_RATES })
  vacancyRates?: VacancyRateBody[];
}

/** Of a standard's options those that a body names; null: none. */
export const optionsOf = (body: OptionsBody): Partial<Pick<Standard, StandardOption>> => ({
  ...(body.roundingMode === undefined ? {} : { roundingMode: body.roundingMode ?? undefined }),
  ...(body.areaKind === undefined ? {} : { areaKind: body.areaKind ?? undefined }),
  ...(body.surcharge === undefined ? {} : { surcharge: body.surcharge ?? undefined }),
  ...(body.minimum === undefined ? {} : { minimum: body.minimum ?? undefined }),
  ...(body.maximum === undefined ? {} : { maximum: body.maximum ?? undefined }),
  ...(body.formula === undefined ? {} : { formula: body.formula ?? undefined }),
  ...(body.cycleMonths === undefined ? {} : { cycleMonths: body.cycleMonths ?? undefined }),
  ...(body.cycleFrom === undefined ? {} : { cycleFrom: body.cycleFrom ?? undefined }),
  ...(body.anniversary === undefined ? {} : { anniversary: body.anniversary === true ? true : undefined }),
  ...(body.arrears === undefined ? {} : { arrears: body.arrears === true ? true : undefined }),
  ...(body.dueDays === undefined ? {} : { dueDays: body.dueDays ?? undefined }),
  ...(body.proration === undefined ? {} : { proration: body.proration ?? undefined }),
  ...(body.yearRounding === undefined ? {} : { yearRounding: body.yearRounding ?? undefined }),
  ...(body.lossPercent === undefined ? {} : { lossPercent: body.lossPercent ?? undefined }),
  ...(body.lossQuantity === undefined ? {} : { lossQuantity: body.lossQuantity ?? undefined }),
  ...(body.vacancyRates === undefined ? {} : { vacancyRates: body.vacancyRates.map((rate) => rate.toRate()) }),
  ...(body.bindingPrices === undefined ? {} : { bindingPrices: body.bindingPrices === true ? true : undefined }),
});

export class OptionsView {
  @ApiProperty({ enum: ROUNDING_MODES, required: false, description: '缺省 四舍五入 absent: half up' })
  roundingMode?: RoundingMode;
  @ApiProperty({ enum: AREA_KINDS, required: false, description: '缺省 计费面积 absent: the billable one' })
  areaKind?: AreaKind;
  @ApiProperty({ required: false, description: SURCHARGE })
  surcharge?: string;
  @ApiProperty({ required: false, description: MINIMUM })
  minimum?: string;
  @ApiProperty({ required: false, description: MAXIMUM })
  maximum?: string;
  @ApiProperty({ required: false, description: FORMULA })
  formula?: string;
  @ApiProperty({ type: 'integer', required: false, description: CYCLE_MONTHS })
  cycleMonths?: number;
  @ApiProperty({ required: false, example: '2026-02', description: CYCLE_FROM })
  cycleFrom?: string;
  @ApiProperty({ enum: [true], required: false, description: ANNIVERSARY })
  anniversary?: true;
  @ApiProperty({ enum: [true], required: false, description: ARREARS })
  arrears?: true;
  @ApiProperty({ type: 'integer', required: false, description: DUE_DAYS })
  dueDays?: number;
  @ApiProperty({ enum: PRORATIONS, required: false, description: PRORATION })
  proration?: Proration;
  @ApiProperty({ enum: ROUNDINGS, required: false, description: YEAR_ROUNDING })
  yearRounding?: Rounding;
  @ApiProperty({ required: false, example: '5', description: LOSS_PERCENT })
  lossPercent?: string;
  @ApiProperty({ required: false, description: LOSS_QUANTITY })
  lossQuantity?: string;
  @ApiProperty({ enum: [true], required: false, description: BINDING_PRICES })
  bindingPrices?: true;
  @ApiProperty({ type: [VacancyRateBody], required: false, description: VACANCY_RATES })
  vacancyRates?: VacancyRateBody[];
}
