import { ApiProperty } from '@nestjs/swagger';
import { DayField } from '@propledger/service-kit';
import type { Posting } from '@propledger/ledger-core';
import { CountAndAmount, MoneyShown, PositionShown, PostingField } from '../shapes';
import { POOL_REASONS } from './findings';
import { ListedMeters, ListedVacantDays } from './run-shapes';

export class DraftOfItemView {
  @ApiProperty()
  item!: string;
  @ApiProperty({ type: CountAndAmount, description: '将生成的应收 what it would raise' })
  toRaise!: CountAndAmount;
  @ApiProperty({ type: CountAndAmount, description: '本期已有的应收 what stands of the period already' })
  standing!: CountAndAmount;
  @ApiProperty({ type: CountAndAmount, description: '上期 (按计费周期) 的应收 of the period, or the cycle, before' })
  previous!: CountAndAmount;
  @MoneyShown('本期合计减上期 both together less the period before; may be negative')
  difference!: string;
}

export class UnusualRowView {
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  standard!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ type: String, nullable: true, description: '上期; null: 没有 nothing' })
  before!: string | null;
  @ApiProperty({ type: String, nullable: true, description: '本期; null: 没有 nothing' })
  now!: string | null;
}
export class ListedRows {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: [UnusualRowView], description: '差额最大的至多 200 条 at most 200, the greatest differences' })
  listed!: UnusualRowView[];
}

export class SkippedRowView {
  @ApiProperty({ description: '空: 整个公摊池 empty: a whole pool' })
  resource!: string;
  @ApiProperty({ description: '收费标准, 或公摊编码 or the pool' })
  standard!: string;
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
  @ApiProperty({
    enum: ['no-payer', 'no-area', 'no-price', 'not-computed', 'differs', ...POOL_REASONS],
    description:
      '没有付费人、面积、单价; 公式无法计算; 与已有应收不符; 仪表未抄; 用量异常待复核; 公摊未能分摊的原因 why a pool is not shared',
  })
  reason!: string;
}
export class ListedSkipped {
  @ApiProperty({ type: 'integer' })
  count!: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { 'no-payer': 3 } })
  byReason!: Record<string, number>;
  @ApiProperty({ type: [SkippedRowView], description: '至多 200 条 at most 200 of them' })
  listed!: SkippedRowView[];
}

export class UnusualView {
  @ApiProperty({ type: ListedRows, description: '上期没有的 nothing the period before' })
  added!: ListedRows;
  @ApiProperty({ type: ListedRows, description: '本期没有的 nothing this period' })
  gone!: ListedRows;
  @ApiProperty({ type: ListedRows, description: '相差三成以上的 thirty per cent apart or more' })
  changed!: ListedRows;
  @ApiProperty({ type: ListedRows, description: '金额为零的 of nothing' })
  zero!: ListedRows;
  @ApiProperty({ type: ListedSkipped, description: '没有计费的, 及原因 passed over, and why' })
  skipped!: ListedSkipped;
  @ApiProperty({
    type: ListedMeters,
    required: false,
    description: '须看一看的仪表, 至多 200 条 meters that somebody should look at, at most 200',
  })
  meters?: ListedMeters;
  @ApiProperty({
    type: ListedVacantDays,
    required: false,
    description: '按空置比例计费的日子, 至多 200 条 days that are charged by a rate of vacancy, at most 200',
  })
  vacantDays?: ListedVacantDays;
}

export class SampleView {
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty()
  standard!: string;
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
  @ApiProperty({ example: '2026-03-10' })
  dueOn!: string;
  @MoneyShown()
  amount!: string;
  @ApiProperty({ type: [String], description: '逐步说明' })
  zh!: string[];
  @ApiProperty({ type: [String], description: 'The same, step by step' })
  en!: string[];
}

export class ChangedStandardView {
  @ApiProperty()
  standard!: string;
  @ApiProperty({ type: CountAndAmount, nullable: true })
  drafted!: CountAndAmount | null;
  @ApiProperty({ type: CountAndAmount, nullable: true })
  now!: CountAndAmount | null;
}

export class DraftView {
  @ApiProperty({ type: CountAndAmount, description: '将生成的应收 what it would raise' })
  toRaise!: CountAndAmount;
  @ApiProperty({ type: [DraftOfItemView] })
  byItem!: DraftOfItemView[];
  @ApiProperty({ type: UnusualView })
  unusual!: UnusualView;
  @ApiProperty({
    type: [SampleView],
    description: '每个标准的首笔、最小、最大 of each standard the first, smallest, greatest',
  })
  samples!: SampleView[];
  @ApiProperty({
    type: [ChangedStandardView],
    required: false,
    description: '未能入账: 试算之后已变动的标准 why it was not posted: standards that come to something else by now',
  })
  changed?: ChangedStandardView[];
}

export class RunReversalBody {
  @DayField({ optional: true, description: '红冲日期; 缺省: 各笔自己的日期 by default the day of each entry' })
  date?: string;
  @PostingField()
  posting?: Posting;
}

export class SettledChargeView {
  @PositionShown('应收编号')
  charge!: number;
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty()
  item!: string;
  @MoneyShown()
  amount!: string;
  @MoneyShown('未收')
  open!: string;
}
