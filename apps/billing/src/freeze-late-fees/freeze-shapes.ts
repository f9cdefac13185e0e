import { ApiProperty } from '@nestjs/swagger';
import { CodeField, DayField, FlagField, IntField, IntsField, TextField } from '@propledger/service-kit';
import { ListQuery, NullableText, PositionShown } from '../shapes';

export class FreezeBody {
  @IntsField({
    optional: true,
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    most: 1_000,
    description: '应收编号; 与 customer 二者填一 the charges; either these or the customer',
  })
  charges?: number[];

  @CodeField({ optional: true, description: '客户编码: 其现有全部未收 all that he has open now' })
  customer?: string;

  @DayField({ description: '自此日起不计违约金 (含) from this day on they bear none' })
  from!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;
}

export class FreezeEndBody {
  @DayField({
    description: '冻结的最后一天; 次日起恢复计违约金 the last day: from the next one on they bear late fees',
  })
  lastDay!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;
}

export class FreezeWithdrawalBody {
  @TextField({ max: 500, description: '原因' })
  reason!: string;
}

export class FreezeView {
  @PositionShown('冻结编号: 记入账簿的位置 what it is known by: where it stands in the book')
  freeze!: number;
  @ApiProperty({ type: [Number], description: '应收编号 the charges' })
  charges!: number[];
  @ApiProperty({ example: '2026-03-01', description: '自此日起 from this day on' })
  from!: string;
  @NullableText('最后一天; null: 仍在冻结 the last day; null: it goes on')
  lastDay!: string | null;
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: '解冻记录的位置, 可撤销 where its end stands, which may be withdrawn',
  })
  endedAt!: number | null;
  @NullableText('原因')
  reason!: string | null;
}

export class FreezesQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;

  @IntField({ optional: true, min: 1, max: Number.MAX_SAFE_INTEGER, description: '应收编号' })
  charge?: number;

  @FlagField({ optional: true, description: 'true: 仍在冻结的 that go on; false: 已有截止日期的 that have an end' })
  open?: boolean;
}

export class FreezesPage {
  @ApiProperty({ type: [FreezeView] })
  items!: FreezeView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
