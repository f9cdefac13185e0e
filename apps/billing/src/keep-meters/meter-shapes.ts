import { ApiProperty } from '@nestjs/swagger';
import { ESTIMATE_WAYS, type Meter, type MeterLoss } from '@propledger/contracts';
import type { ChangeMeter, EstimateReading, WhenImplausible } from '@propledger/ledger-core';
import {
  CodeField,
  DayField,
  DecimalField,
  FlagField,
  IntField,
  PeriodField,
  TextField,
} from '@propledger/service-kit';
import { ListQuery, NullableText, PartField, PositionShown, ReadingReviewView } from '../shapes';

const PARENT = '上级仪表: 本表用量已计入的总表 the meter through which what this one counts has gone already';
const MAXIMUM =
  '月最大用量, 按三十天折算: 超过的须复核后计费 the most in thirty days: more is looked at before it is charged';
const LOSS_PERCENT = '损耗率, 用量的百分之几 per cent of what it counted is charged with it';
const LOSS_QUANTITY = '损耗量, 每次抄表多计的单位数 so many units more a reading';

/** A loss of the meter's own, instead of its standard's, for readings from a day on. */
export class MeterLossBody {
  @DayField({ description: '自此日的抄表起 for readings from this day on' })
  from!: string;

  @DecimalField({ decimals: 4, optional: true, description: LOSS_PERCENT, example: '5' })
  percent?: string;

  @DecimalField({ decimals: 2, optional: true, description: LOSS_QUANTITY })
  quantity?: string;

  toLoss(): MeterLoss {
    const { from, percent, quantity } = this;
    return { from, percent, quantity };
  }
}

export class MeterBody {
  @CodeField({ description: '仪表编码' })
  meter!: string;

  @TextField({ max: 100, description: '仪表种类, 与收费标准一致 as standards name it', example: '电表' })
  kind!: string;

  @CodeField({ optional: true, nullable: true, description: '资源编码; 空: 公共用表 null: of no resource' })
  resource?: string | null;

  @DecimalField({ decimals: 4, description: '倍率, 大于零 above zero', example: '1' })
  multiplier!: string;

  @DayField({ description: '启用日期: 次日起计用量 usage counts from the day after' })
  from!: string;

  @DecimalField({ decimals: 2, description: '启用读数', example: '32937.6' })
  reading!: string;

  @DecimalField({
    decimals: 4,
    optional: true,
    nullable: true,
    description: '量程: 读数到此归零 where the dial begins at zero again; null: never',
    example: '100000',
  })
  range?: string | null;

  @CodeField({ optional: true, nullable: true, description: PARENT })
  parent?: string | null;

  @DecimalField({ decimals: 2, optional: true, nullable: true, description: MAXIMUM })
  maximum?: string | null;

  @PartField(() => MeterLossBody, { optional: true, description: '损耗 what is charged with what it counted' })
  loss?: MeterLossBody;

  toMeter(): Meter {
    const { meter, kind, resource = null, multiplier, from, reading, range = null, parent, maximum, loss } = this;
    return {
      ...{ meter, kind, resource, multiplier, from, reading, range },
      parent: parent ?? undefined,
      maximum: maximum ?? undefined,
      losses: loss === undefined ? undefined : [loss.toLoss()],
    };
  }
}

/** What is absent stays; null: none any more. */
export class MeterSettingsBody {
  @CodeField({ optional: true, nullable: true, description: PARENT })
  parent?: string | null;

  @DecimalField({ decimals: 2, optional: true, nullable: true, description: MAXIMUM })
  maximum?: string | null;

  @PartField(() => MeterLossBody, {
    optional: true,
    description: '自某日起的损耗; 已计费的可预览并更正 a loss from a day on; what is charged already is corrected',
  })
  loss?: MeterLossBody;

  toCommand(meter: string): ChangeMeter {
    const { parent, maximum, loss } = this;
    return { type: 'ChangeMeter', meter, parent, maximum, loss: loss?.toLoss() };
  }
}

export class ReadingBody {
  @PeriodField({ description: '账期, 每表每账期一次 one of a meter for a period' })
  period!: string;

  @DayField({ description: '抄表日期' })
  on!: string;

  @DecimalField({ decimals: 2, description: '本期读数', example: '33120.4' })
  reading!: string;

  @FlagField({ optional: true, description: '用量异常时确认无误 the use was looked at, however implausible' })
  confirmed?: boolean;

  @FlagField({
    optional: true,
    description:
      '用量异常时先收下, 复核后计费 when the use is implausible: taken, and not charged before it is confirmed or corrected',
  })
  review?: boolean;

  whenImplausible(): WhenImplausible {
    return this.confirmed === true ? 'take' : this.review === true ? 'hold' : 'refuse';
  }
}

/** 估抄: by a use, or else by the average of readings before. */
export class EstimateBody {
  @PeriodField({ description: '账期, 每表每账期一次 one of a meter for a period' })
  period!: string;

  @DayField({ description: '估抄日期' })
  on!: string;

  @DecimalField({
    decimals: 2,
    optional: true,
    description: '上次抄表或换表以来的用量 what was used since the record before',
  })
  use?: string;

  @IntField({
    min: 1,
    max: 24,
    optional: true,
    description: '没有用量时: 按此前几次实抄的日均用量, 缺省 3 without a use: the daily use of so many readings before',
  })
  readings?: number;

  toCommand(meter: string): EstimateReading {
    const { period, on, use, readings = 3 } = this;
    return { type: 'EstimateReading', meter, period, on, by: use === undefined ? { readings } : { use } };
  }
}

export class ReplacementBody {
  @DayField({ description: '换表日期' })
  on!: string;

  @DecimalField({ decimals: 2, description: '旧表读数' })
  oldReading!: string;

  @DecimalField({ decimals: 2, description: '新表读数' })
  newReading!: string;

  @DecimalField({ decimals: 4, description: '新表倍率', example: '1' })
  newMultiplier!: string;
}

export class CorrectReadingBody {
  @DecimalField({ decimals: 2, description: '应为的读数 what it should have been' })
  reading!: string;
}

export class MeterLossView {
  @ApiProperty({ example: '2026-04-01' })
  from!: string;
  @ApiProperty({ required: false, description: LOSS_PERCENT })
  percent?: string;
  @ApiProperty({ required: false, description: LOSS_QUANTITY })
  quantity?: string;
}

export class MeterView {
  @ApiProperty()
  meter!: string;
  @ApiProperty({ example: '电表' })
  kind!: string;
  @NullableText()
  resource!: string | null;
  @ApiProperty({ example: '1' })
  multiplier!: string;
  @ApiProperty({ example: '2026-02-20' })
  from!: string;
  @ApiProperty({ example: '32937.6' })
  reading!: string;
  @NullableText()
  range!: string | null;
  @ApiProperty({ required: false, description: PARENT })
  parent?: string;
  @ApiProperty({ type: [MeterLossView], required: false, description: '损耗, 按日期 by day' })
  losses?: MeterLossView[];
  @ApiProperty({ required: false, description: MAXIMUM })
  maximum?: string;
}

export class EstimateView {
  @ApiProperty({ enum: ESTIMATE_WAYS })
  by!: string;
  @ApiProperty({ type: 'integer', required: false, description: '平均: 几次抄表 of how many readings' })
  readings?: number;
}

export class MeterRecordView {
  @PositionShown('抄表或换表在账簿中的位置 where it stands in the book')
  position!: number;
  @ApiProperty({ enum: ['read', 'replaced'] })
  kind!: 'read' | 'replaced';
  @ApiProperty({ example: '2026-03-26' })
  on!: string;
  @ApiProperty({ required: false, description: '账期, 抄表 of a reading' })
  period?: string;
  @ApiProperty({ required: false, description: '本期读数' })
  reading?: string;
  @ApiProperty({ required: false, description: '旧表读数, 换表 of a replacement' })
  oldReading?: string;
  @ApiProperty({ required: false })
  newReading?: string;
  @ApiProperty({ required: false })
  newMultiplier?: string;
  @ApiProperty({ type: EstimateView, required: false, description: '估抄 an estimate' })
  estimated?: EstimateView;
  @ApiProperty({ type: ReadingReviewView, required: false, description: '待复核, 尚不计费 held, and not charged yet' })
  review?: ReadingReviewView;
}

export class MeterDetail extends MeterView {
  @ApiProperty({ type: [MeterRecordView], description: '按日期 by day' })
  records!: MeterRecordView[];
}

export class MetersQuery extends ListQuery {
  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;

  @TextField({ max: 100, optional: true, description: '仪表种类' })
  kind?: string;

  @PeriodField({ optional: true, description: '此账期尚未抄表的 those without a reading for the period' })
  unreadIn?: string;

  @PeriodField({
    optional: true,
    description: '此账期读数待复核的 those whose reading for the period is held for its use',
  })
  heldIn?: string;

  @PeriodField({ optional: true, description: '此账期估抄的 those whose reading for the period is an estimate' })
  estimatedIn?: string;
}

export class MetersPage {
  @ApiProperty({ type: [MeterView] })
  items!: MeterView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
