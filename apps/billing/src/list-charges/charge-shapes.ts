import { ApiProperty } from '@nestjs/swagger';
import { CodeField, DayField, FlagField, PeriodField, TextField } from '@propledger/service-kit';
import { ListQuery, MoneyShown, NullablePosition, NullableText, PositionShown } from '../shapes';

export const ORIGINS = ['run', 'opening', 'manual', 'transfer', 'late-fee', 'correction'] as const;

export class ChargeView {
  @PositionShown('应收编号: 记入账簿的位置 what it is known by: where it stands in the book')
  charge!: number;
  @ApiProperty({
    enum: ORIGINS,
    description: 'run: 出账 opening: 历史欠费 manual: 手工 transfer: 过户 late-fee: 违约金 correction: 补差',
  })
  origin!: (typeof ORIGINS)[number];
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ example: '2026-03-01', description: '费用开始日期' })
  from!: string;
  @ApiProperty({ example: '2026-03-31', description: '费用结束日期' })
  to!: string;
  @ApiProperty({ example: '2026-03-10', description: '应收日期' })
  dueOn!: string;
  @ApiProperty({ type: 'integer', description: '优先级' })
  priority!: number;
  @NullableText('标准编码')
  standard!: string | null;
  @NullableText('绑定编号')
  binding!: string | null;
  @NullableText('仪表编码: 用量的应收 of usage')
  meter!: string | null;
  @NullableText('公摊编码: 公摊的应收 of a share')
  pool!: string | null;
  @NullableText('租赁合同编号, 租金时 of rent: the lease')
  lease!: string | null;
  @NullablePosition('违约金所属的应收 of a late fee: the late charge')
  lateCharge!: number | null;
  @ApiProperty({ example: '2026-03', description: '账期' })
  period!: string;
  @MoneyShown('应收金额, 含税 tax included')
  amount!: string;
  @MoneyShown('其中不含税 net of tax')
  net!: string;
  @MoneyShown('其中税额 the tax in it')
  tax!: string;
  @ApiProperty({ description: '代收 collected for others' })
  forOthers!: boolean;
  @MoneyShown('已红冲的部分 taken back: it should not have been charged')
  corrected!: string;
  @MoneyShown('收款结清 settled by receipts')
  received!: string;
  @MoneyShown('预交款冲抵 settled from prepayments')
  applied!: string;
  @MoneyShown('核销')
  writtenOff!: string;
  @MoneyShown('减免与折扣 waived or discounted')
  reduced!: string;
  @MoneyShown('已过户给其他客户 owed by another customer now')
  transferred!: string;
  @NullablePosition('过户前的应收 the charge that it was under another customer')
  transferredFrom!: number | null;
  @MoneyShown('未收 open')
  open!: string;
  @NullablePosition('红冲它的记账位置 the entry that reversed it')
  reversedBy!: number | null;
}

export const ENTRY_KINDS = [
  'receipt',
  'application',
  'write-off',
  'waiver',
  'discount',
  'deposit',
  'transfer',
  'correction',
] as const;

export class ChargeEntryView {
  @PositionShown()
  position!: number;
  @ApiProperty({ enum: ENTRY_KINDS })
  kind!: (typeof ENTRY_KINDS)[number];
  @NullableText('收据号')
  receiptNo!: string | null;
  @ApiProperty({ example: '2026-03-31' })
  date!: string;
  @MoneyShown('红冲与释放后为 0.00 zero once reversed or released')
  amount!: string;
}

export class ChargeDetail extends ChargeView {
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      '计算依据: 单价、面积、天数、取整; 过户的为 null, 见过户前的应收 how the amount came about: prices, areas, days, rounding; null for a transferred charge: see the one that it was',
  })
  basis!: unknown;
  @NullableText('税率, 0.06 为 6%; 过户的为 null a fraction; null for a transferred charge')
  taxRate!: string | null;
  @ApiProperty({ type: [ChargeEntryView], description: '结清它的记录 what settles it' })
  entries!: ChargeEntryView[];
}

export class ChargesQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;

  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;

  @TextField({ max: 50, optional: true, description: '收费项目' })
  item?: string;

  @CodeField({ optional: true, description: '租赁合同编号' })
  lease?: string;

  @PeriodField({ optional: true, description: '账期' })
  period?: string;

  @DayField({ optional: true, description: '应收日期至 due by this day' })
  dueBy?: string;

  @FlagField({ optional: true, description: 'true: 未收清的 with something open; false: 已收清的 without' })
  open?: boolean;
}

export class ChargesPage {
  @ApiProperty({ type: [ChargeView] })
  items!: ChargeView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
