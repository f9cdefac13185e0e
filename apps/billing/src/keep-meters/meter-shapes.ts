import { ApiProperty } from '@nestjs/swagger';
import type { Meter } from '@propledger/contracts';
import { CodeField, DayField, DecimalField, FlagField, PeriodField, TextField } from '@propledger/service-kit';
import { ListQuery, NullableText, PositionShown } from '../shapes';

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

  toMeter(): Meter {
    const { meter, kind, resource = null, multiplier, from, reading, range = null } = this;
    return { meter, kind, resource, multiplier, from, reading, range };
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
}

export class MetersPage {
  @ApiProperty({ type: [MeterView] })
  items!: MeterView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
