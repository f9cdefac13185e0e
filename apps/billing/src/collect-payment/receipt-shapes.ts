import { ApiProperty } from '@nestjs/swagger';
import { CodeField, DayField, FlagField, MoneyField, Problem, TextField } from '@propledger/service-kit';
import { parseMoney, sum, type CollectPayment, type Posting, type Tender } from '@propledger/ledger-core';
import {
  ListQuery,
  ListField,
  MoneyShown,
  NullablePosition,
  NullableText,
  PositionShown,
  PostingField,
  Recorded,
} from '../shapes';

export class TenderBody {
  @TextField({ max: 50, description: '收款方式, 如 现金 微信 how it was paid', example: '微信' })
  method!: string;

  @MoneyField({ positive: true, description: '金额' })
  amount!: string;

  @TextField({
    max: 100,
    optional: true,
    nullable: true,
    description: '渠道流水号 the channel’s transaction number; booked once',
  })
  reference?: string | null;

  toTender(): Tender {
    return { method: this.method, amount: parseMoney(this.amount), reference: this.reference ?? null };
  }
}

/** As much as an amount can be written with, in fen. */
const MOST = parseMoney('99999999999.99');

/** @throws Problem `invalid-input` when the tenders come to more than an amount can be written with. */
export const mustBeWritable = (tenders: readonly Tender[]): void => {
  if (sum(tenders.map(({ amount }) => amount)) <= MOST) return;
  const message = '各方式合计不能超过 99999999999.99 together they come to more than 99999999999.99';
  throw new Problem('invalid-input', { errors: [{ pointer: '/body/tenders', code: 'max', message }] });
};

export class ReceiptBody {
  @CodeField({ description: '收据号' })
  receiptNo!: string;

  @DayField({ description: '收款日期' })
  date!: string;

  @CodeField({ description: '客户编码' })
  customer!: string;

  @CodeField({
    optional: true,
    nullable: true,
    description: '只收这个资源的欠费; 多收的预交款也归它 settles only charges of this resource',
  })
  resource?: string | null;

  @TextField({
    max: 50,
    optional: true,
    nullable: true,
    description: '只收这个收费项目的欠费 settles only charges of this item',
  })
  item?: string | null;

  @ListField(() => TenderBody, {
    min: 1,
    max: 20,
    description: '各种收款方式的金额, 合计不超过 99999999999.99 how much by which method; at most that much together',
  })
  tenders!: TenderBody[];

  @MoneyField({
    positive: true,
    optional: true,
    nullable: true,
    description: '单据金额, 须等于各方式之和 must be what the tenders add up to',
  })
  amount?: string | null;

  @TextField({ max: 500, optional: true, nullable: true, description: '备注' })
  remark?: string | null;

  @PostingField()
  posting?: Posting;

  toCommand(): CollectPayment {
    const { receiptNo, date, customer, resource = null, item = null, amount = null, posting = 'own' } = this;
    const tenders = this.tenders.map((tender) => tender.toTender());
    return {
      type: 'CollectPayment',
      receiptNo,
      date,
      customer,
      resource,
      item,
      amount: amount === null ? null : parseMoney(amount),
      tenders,
      posting,
    };
  }
}

export class SettlementView {
  @PositionShown('所结清的应收 the charge')
  charge!: number;
  @MoneyShown()
  amount!: string;
}

const CODE_SHOWN = {
  type: String,
  nullable: true,
  example: 'K7Q2M-9XRTA-0ZC4E-WHB6N-P1D8S',
  description: '收据码, 印在收据上: 凭它可取证明 to be printed on the receipt: its owner may fetch the proof with it',
} as const;

export class ReceiptTakenView extends Recorded {
  @ApiProperty()
  receiptNo!: string;
  @ApiProperty({ description: '入账期', example: '2026-03' })
  period!: string;
  @MoneyShown()
  amount!: string;
  @ApiProperty({ type: [SettlementView] })
  settlements!: SettlementView[];
  @MoneyShown('转为预交款 what became a prepayment')
  prepaid!: string;
  @ApiProperty(CODE_SHOWN)
  receiptCode!: string | null;
}

export class TenderView {
  @ApiProperty()
  method!: string;
  @MoneyShown()
  amount!: string;
  @NullableText('渠道流水号')
  reference!: string | null;
}

export class ReceiptView {
  @PositionShown()
  position!: number;
  @ApiProperty()
  receiptNo!: string;
  @ApiProperty({ example: '2026-03-31', description: '收款日期' })
  date!: string;
  @ApiProperty({ example: '2026-03', description: '入账期' })
  period!: string;
  @ApiProperty()
  customer!: string;
  @NullableText()
  resource!: string | null;
  @NullableText('收费项目')
  item!: string | null;
  @MoneyShown()
  amount!: string;
  @ApiProperty({ type: [TenderView] })
  tenders!: TenderView[];
  @MoneyShown('转为预交款, 含释放的 what became a prepayment, by being left over or given back')
  prepaid!: string;
  @MoneyShown('已退款')
  refunded!: string;
  @NullablePosition('红冲它的记账位置 the entry that reversed it')
  reversedBy!: number | null;
}

export class SettledCharge extends SettlementView {
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ example: '2026-03-01' })
  from!: string;
  @ApiProperty({ example: '2026-03-31' })
  to!: string;
}

export class ReceiptEntryView {
  @PositionShown()
  position!: number;
  @ApiProperty({ enum: ['release', 'refund', 'move'], description: 'release: 释放核销 refund: 退款 move: 改户' })
  kind!: 'release' | 'refund' | 'move';
  @ApiProperty({ example: '2026-03-31' })
  date!: string;
  @MoneyShown()
  amount!: string;
  @NullableText('退款方式')
  method!: string | null;
  @NullableText('改户前的客户 whose it was before a move')
  former!: string | null;
  @NullablePosition('红冲它的记账位置')
  reversedBy!: number | null;
}

export class ReceiptDetail extends ReceiptView {
  @ApiProperty({
    type: [SettledCharge],
    description: '现在结清的; 释放后为 0.00 what it settles now; zero once given back',
  })
  settlements!: SettledCharge[];
  @ApiProperty({
    type: [ReceiptEntryView],
    description: '释放、退款与改户 what was given back and refunded, and moves to another customer',
  })
  entries!: ReceiptEntryView[];
  @NullableText('备注')
  remark!: string | null;
  @ApiProperty(CODE_SHOWN)
  receiptCode!: string | null;
}

export class ReceiptsQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;

  @CodeField({ optional: true, description: '资源编码' })
  resource?: string;

  @DayField({ optional: true, description: '收款日期自 from this day' })
  from?: string;

  @DayField({ optional: true, description: '收款日期至 to this day' })
  to?: string;

  @FlagField({ optional: true, description: 'true: 只列未红冲的 only those that stand' })
  standing?: boolean;
}

export class ReceiptsPage {
  @ApiProperty({ type: [ReceiptView] })
  items!: ReceiptView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
