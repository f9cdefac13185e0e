import { ApiProperty } from '@nestjs/swagger';
import {
  CHARGE_METHODS,
  CYCLES,
  ROUNDINGS,
  type ChargeMethod,
  type Cycle,
  LATE_FEE_STARTS,
  type LateFeeRule,
  type LateFeeStart,
  type Price,
  type Rounding,
  type Standard,
  type Tier,
} from '@propledger/contracts';
import {
  ChoiceField,
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  IntField,
  MoneyField,
  TextField,
} from '@propledger/service-kit';
import { ListField, ListQuery, PartField, Recorded } from '../shapes';
import { OptionsBody, optionsOf, OptionsView } from './option-shapes';

/** Refusals of what is agreed beside prices; those of a formula have the place in it. */
export const OPTION_FAULTS = [
  'not-for-method',
  'maximum-below-minimum',
  'vacancy-percent-out-of-range',
  'vacancy-rates-overlap',
  'cycle-out-of-range',
  'cycle-twice',
  'cycle-from-unfit',
  'cycle-from-missing',
  'year-rounding-unfit',
  'due-days-out-of-range',
  'formula-missing',
  'formula-too-long',
  'formula-unexpected',
  'formula-unknown-name',
  'formula-wrong-arity',
  'formula-number-too-long',
  'formula-too-deep',
  'formula-too-many-parts',
  'formula-wrong-kind',
  'formula-unit',
  'formula-division-by-zero',
  'formula-overflow',
] as const;

export class PriceBody {
  @DecimalField({
    decimals: 4,
    description:
      '元/平方米·月, 元/月 或 元/单位用量; 用量阶梯与公摊填 0 yuan per m² and month, per month, or per unit; 0 for 用量阶梯 and 公摊',
    example: '2.85',
  })
  price!: string;

  @DayField({ description: '生效日期 in force from this day' })
  from!: string;

  @DayField({
    optional: true,
    nullable: true,
    description: '失效日期, 含当日; 空: 不限 to this day inclusive; null: open',
  })
  to?: string | null;

  toPrice(): Price {
    return { price: this.price, from: this.from, to: this.to ?? null };
  }
}

export class TierBody {
  @DecimalField({
    decimals: 2,
    description: '起始用量: 以上部分按此单价 the price holds for the usage above it',
    example: '15',
  })
  above!: string;

  @DecimalField({ decimals: 4, description: '单价', example: '4.15' })
  price!: string;
}

const COUNTED_FROM =
  '应收日: 过了宽限期仍未清的, 自应收日次日起计; 缺省自宽限期后 counted from the day after the due date once the grace is over; absent: from after the grace';
const DELAY =
  '推迟: 应收日所在月后第几个月的几号起计, 代替宽限天数 late from that day so many months after the due date’s month, instead of graceDays';

export class LateFeeDelayBody {
  @IntField({ min: 0, max: 24, description: '推迟月数 months' })
  months!: number;

  @IntField({ min: 1, max: 28, description: '几号 day of the month' })
  day!: number;
}

export class LateFeeBody {
  @DecimalField({ decimals: 4, description: '违约金日率, ‰ per mille a day', example: '0.5' })
  dailyRate!: string;

  @IntField({ min: 0, max: 3650, description: '宽限天数 days of grace after the due date' })
  graceDays!: number;

  @DecimalField({
    decimals: 4,
    optional: true,
    nullable: true,
    description: '违约金上限, 应收的 % per cent of the charge; null: none',
    example: '100',
  })
  capPercent?: string | null;

  @ChoiceField(LATE_FEE_STARTS, { optional: true, description: COUNTED_FROM })
  countedFrom?: LateFeeStart;

  @PartField(() => LateFeeDelayBody, { optional: true, description: DELAY })
  delay?: LateFeeDelayBody;

  @MoneyField({ optional: true, description: '起征欠费: 未收不足此数的日子不计 days with less open do not count' })
  leastOpen?: string;

  toRule(): LateFeeRule {
    const { dailyRate, graceDays, capPercent = null, countedFrom, delay, leastOpen } = this;
    return {
      ...{ dailyRate, graceDays, capPercent },
      ...(countedFrom === undefined ? {} : { countedFrom }),
      ...(delay === undefined ? {} : { delay: { months: delay.months, day: delay.day } }),
      ...(leastOpen === undefined ? {} : { leastOpen }),
    };
  }
}

export class StandardBody extends OptionsBody {
  @CodeField({ description: '标准编码' })
  standard!: string;

  @TextField({ max: 100, description: '标准名称' })
  name!: string;

  @TextField({ max: 50, description: '收费项目 charge item' })
  item!: string;

  @ChoiceField(CHARGE_METHODS, { description: '计费方式' })
  method!: ChargeMethod;

  @IntField({ min: 1, max: 28, description: '应收日 day of the month on which charges are due' })
  dueDay!: number;

  @ChoiceField(ROUNDINGS, { description: '取整 rounding, 取整方式 as roundingMode says' })
  rounding!: Rounding;

  @IntField({ min: 0, max: 9999, description: '优先级 settlement priority, low first' })
  priority!: number;

  @ListField(() => PriceBody, { min: 1, max: 200, description: '单价沿革 price history' })
  prices!: PriceBody[];

  @ChoiceField(CYCLES, { optional: true, description: '计费周期, 缺省 月; 更长的预收 charged in advance where longer' })
  cycle?: Cycle;

  @TextField({
    max: 100,
    optional: true,
    description: '仪表种类, 用量计费或按用量公摊时 for usage, and pools shared by it',
  })
  meterKind?: string;

  @ListField(() => TierBody, { min: 1, max: 50, optional: true, description: '阶梯价格, 用量阶梯时 of 用量阶梯' })
  tiers?: TierBody[];

  @PartField(() => LateFeeBody, { optional: true, description: '违约金 late fee' })
  lateFee?: LateFeeBody;

  toStandard(): Standard {
    const { standard, name, item, method, dueDay, rounding, priority, cycle, meterKind, tiers, lateFee } = this;
    return {
      standard,
      name,
      item,
      method,
      dueDay,
      rounding,
      priority,
      prices: this.prices.map((price) => price.toPrice()),
      ...(cycle === undefined ? {} : { cycle }),
      ...(meterKind === undefined ? {} : { meterKind }),
      ...(tiers === undefined ? {} : { tiers: tiersOf(tiers) }),
      ...(lateFee === undefined ? {} : { lateFee: lateFee.toRule() }),
      ...optionsOf(this),
    };
  }
}

const tiersOf = (tiers: readonly TierBody[]): Tier[] => tiers.map(({ above, price }) => ({ above, price }));

export class ChangesBody extends OptionsBody {
  @TextField({ max: 100, optional: true, description: '标准名称' })
  name?: string;

  @TextField({ max: 50, optional: true, description: '收费项目 charge item' })
  item?: string;

  @ChoiceField(CHARGE_METHODS, { optional: true, description: '计费方式' })
  method?: ChargeMethod;

  @IntField({ min: 1, max: 28, optional: true, description: '应收日' })
  dueDay?: number;

  @ChoiceField(ROUNDINGS, { optional: true, description: '取整' })
  rounding?: Rounding;

  @IntField({ min: 0, max: 9999, optional: true, description: '优先级' })
  priority?: number;

  @ListField(() => PriceBody, { min: 1, max: 200, optional: true, description: '整个单价沿革 the whole price history' })
  prices?: PriceBody[];

  @ChoiceField(CYCLES, { optional: true, description: '计费周期' })
  cycle?: Cycle;

  @TextField({ max: 100, optional: true, nullable: true, description: '仪表种类; null: 不再有 none any more' })
  meterKind?: string | null;

  @ListField(() => TierBody, { min: 0, max: 50, optional: true, description: '全部阶梯价格 all tiers' })
  tiers?: TierBody[];

  @PartField(() => LateFeeBody, { optional: true, nullable: true, description: '违约金; null: 不再计 none any more' })
  lateFee?: LateFeeBody | null;

  toChanges(): Partial<Omit<Standard, 'standard'>> {
    const { name, item, method, dueDay, rounding, priority, prices, cycle, meterKind, tiers, lateFee } = this;
    return {
      ...(name === undefined ? {} : { name }),
      ...(item === undefined ? {} : { item }),
      ...(method === undefined ? {} : { method }),
      ...(dueDay === undefined ? {} : { dueDay }),
      ...(rounding === undefined ? {} : { rounding }),
      ...(priority === undefined ? {} : { priority }),
      ...(prices === undefined ? {} : { prices: prices.map((price) => price.toPrice()) }),
      ...(cycle === undefined ? {} : { cycle }),
      ...(meterKind === undefined ? {} : { meterKind: meterKind ?? undefined }),
      ...(tiers === undefined ? {} : { tiers: tiersOf(tiers) }),
      ...(lateFee === undefined ? {} : { lateFee: lateFee?.toRule() }),
      ...optionsOf(this),
    };
  }
}

export class PriceView {
  @ApiProperty({ example: '2.85' })
  price!: string;
  @ApiProperty({ example: '2026-01-01' })
  from!: string;
  @ApiProperty({ type: String, nullable: true })
  to!: string | null;
}

export class StandardView extends OptionsView {
  @ApiProperty()
  standard!: string;
  @ApiProperty()
  name!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ enum: CHARGE_METHODS })
  method!: ChargeMethod;
  @ApiProperty({ type: 'integer' })
  dueDay!: number;
  @ApiProperty({ enum: ROUNDINGS })
  rounding!: Rounding;
  @ApiProperty({ type: 'integer' })
  priority!: number;
  @ApiProperty({ type: [PriceView], description: '用量阶梯与公摊的单价为 0 of 用量阶梯 and 公摊 the price is 0' })
  prices!: PriceView[];
  @ApiProperty({ enum: CYCLES, required: false, description: '缺省 月 absent: 月' })
  cycle?: Cycle;
  @ApiProperty({ required: false, description: '仪表种类' })
  meterKind?: string;
  @ApiProperty({ type: [TierBody], required: false, description: '阶梯价格' })
  tiers?: TierBody[];
  @ApiProperty({ type: LateFeeBody, required: false, description: '违约金' })
  lateFee?: LateFeeBody;
  @ApiProperty({ enum: [true], required: false, description: '允许项目覆盖 projects may make it their own' })
  overridable?: true;
  @ApiProperty({ enum: [true], required: false, description: '集团标准 the group’s' })
  ofGroup?: true;
}

export class GroupStandardBody extends StandardBody {
  @FlagField({
    optional: true,
    description: '允许项目覆盖: 项目可自某日起改为自己的 a project may make it its own from a day on',
  })
  overridable?: boolean;

  override toStandard(): Standard {
    return { ...super.toStandard(), ...(this.overridable === true ? { overridable: true } : {}) };
  }
}

export class GroupChangesBody extends ChangesBody {
  @FlagField({ optional: true, description: '允许项目覆盖 whether projects may override it' })
  overridable?: boolean;

  override toChanges(): Partial<Omit<Standard, 'standard'>> {
    const { overridable } = this;
    return {
      ...super.toChanges(),
      ...(overridable === undefined ? {} : { overridable: overridable ? true : undefined }),
    };
  }
}

/** A project that has a standard of the group's code. */
export class ProjectOfStandard {
  @ApiProperty()
  project!: string;
  @ApiProperty({ type: 'integer', description: '绑定数 bindings to it' })
  bindings!: number;
  @ApiProperty({ description: '已改为项目自己的, 不随集团变更 its own by now: it does not change with the group’s' })
  own!: boolean;
}

export class ProjectsOfStandardPage {
  @ApiProperty({ type: [ProjectOfStandard] })
  items!: ProjectOfStandard[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

export class GroupStandardChanged extends Recorded {
  @ApiProperty({
    type: [String],
    description: '随之变更的项目, 已出的应收可在项目中预览并更正 projects that it changed in',
  })
  projects!: string[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { YT02: 'import-in-progress' },
    description: '未能变更的项目及原因: 以同一键重发 projects that refused, and why: send it again with its key',
  })
  refused!: Record<string, string>;
}

export class StandardsQuery extends ListQuery {
  @TextField({ max: 50, optional: true, description: '收费项目' })
  item?: string;
}

export class StandardsPage {
  @ApiProperty({ type: [StandardView] })
  items!: StandardView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
