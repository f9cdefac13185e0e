import { ApiProperty } from '@nestjs/swagger';
import { CodeField, DayField, FlagField, MoneyField, TextField } from '@propledger/service-kit';
import { parseMoney, type Posting, type ReceiveDeposit } from '@propledger/ledger-core';
import { ListQuery, MoneyShown, NullablePosition, NullableText, PositionShown, PostingField } from '../shapes';

export class DepositBody {
  @CodeField({ description: '收据号' })
  receiptNo!: string;

  @DayField({ description: '收取日期' })
  date!: string;

  @CodeField({ description: '资源编码' })
  resource!: string;

  @CodeField({ description: '客户编码' })
  customer!: string;

  @TextField({ max: 50, description: '押金类型' })
  kind!: string;

  @MoneyField({ positive: true })
  amount!: string;

  @TextField({ max: 50, description: '收款方式' })
  method!: string;

  @TextField({ max: 500, optional: true, nullable: true, description: '备注' })
  remark?: string | null;

  @PostingField()
  posting?: Posting;

  toCommand(): ReceiveDeposit {
    const { receiptNo, date, resource, customer, kind, method, posting = 'own' } = this;
    const amount = parseMoney(this.amount);
    return {
      type: 'ReceiveDeposit',
      origin: 'receipt',
      receiptNo,
      date,
      resource,
      customer,
      kind,
      amount,
      method,
      posting,
    };
  }
}

export class DepositView {
  @PositionShown()
  position!: number;
  @ApiProperty()
  receiptNo!: string;
  @ApiProperty({ example: '2026-03-31', description: '收取日期' })
  date!: string;
  @ApiProperty({ example: '2026-03', description: '入账期' })
  period!: string;
  @ApiProperty({
    enum: ['opening', 'receipt'],
    description: 'opening: 押金台账导入 brought in; receipt: 收取 received',
  })
  origin!: 'opening' | 'receipt';
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  customer!: string;
  @ApiProperty({ description: '押金类型' })
  kind!: string;
  @NullableText('收款方式')
  method!: string | null;
  @MoneyShown()
  amount!: string;
  @MoneyShown('已退')
  refunded!: string;
  @MoneyShown('已冲抵应收或没收 applied to charges, or forfeited')
  used!: string;
  @MoneyShown('余额')
  held!: string;
  @NullablePosition('红冲它的记账位置')
  reversedBy!: number | null;
}

export class RefundView {
  @PositionShown()
  position!: number;
  @ApiProperty({ example: '2026-03-31' })
  date!: string;
  @ApiProperty({ description: '退款方式' })
  method!: string;
  @MoneyShown()
  amount!: string;
  @NullablePosition('红冲它的记账位置')
  reversedBy!: number | null;
}

export class DepositUseCharge {
  @PositionShown('所冲抵的应收 the charge')
  charge!: number;
  @MoneyShown()
  amount!: string;
}

export class DepositUseView {
  @PositionShown()
  position!: number;
  @ApiProperty({ enum: ['application', 'forfeiture'], description: 'application: 冲抵应收 forfeiture: 没收' })
  kind!: 'application' | 'forfeiture';
  @ApiProperty({ example: '2026-03-31' })
  date!: string;
  @MoneyShown()
  amount!: string;
  @ApiProperty({ type: [DepositUseCharge] })
  charges!: DepositUseCharge[];
  @NullablePosition('红冲它的记账位置')
  reversedBy!: number | null;
}

export class DepositDetail extends DepositView {
  @ApiProperty({ type: [RefundView] })
  refunds!: RefundView[];
  @ApiProperty({ type: [DepositUseView], description: '冲抵与没收 what was applied and forfeited' })
  uses!: DepositUseView[];
  @NullableText('备注')
  remark!: string | null;
}

export class DepositsQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;

  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;

  @FlagField({ optional: true, description: 'true: 只列有余额的 only those with something held' })
  held?: boolean;
}

export class DepositsPage {
  @ApiProperty({ type: [DepositView] })
  items!: DepositView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
