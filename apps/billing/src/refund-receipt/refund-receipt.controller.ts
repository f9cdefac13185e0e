import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  DayField,
  IdempotencyKey,
  MoneyField,
  PositionParam,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { parseMoney, type Posting } from '@propledger/ledger-core';
import { MayAwaitApproval, submitForTwo, type AwaitingApproval } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { PostingField, Recorded, ReversalBody } from '../shapes';
import { reverseEntry } from '../submit';

export class ReceiptRefundBody {
  @MoneyField({ positive: true, description: '退款金额, 全部或部分 in full or in part' })
  amount!: string;

  @DayField({ description: '退款日期 not before what was last done with the receipt' })
  date!: string;

  @TextField({ max: 50, description: '退款方式' })
  method!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** 退款 of a receipt: money goes back to who paid it. Unlike a reversal, the receipt was and stays. */
@ApiTags('receipts 收款')
@Controller('projects/:project/receipts/:receiptNo/refunds')
export class RefundReceiptController {
  constructor(
    readonly ledger: Ledger,
    private readonly approvals: Approvals,
    readonly reader: Reader,
  ) {}

  @Post()
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'refundReceipt',
    summary: '退款 Pay money of a receipt back, in full or in part',
    description:
      '先退它形成的预交款, 不足时释放它结清的应收 (后结清的先释放), 再不足时释放最近的冲抵. 收款日报在退款日期按退款方式记负数 ' +
      'First from what it prepaid, then from what it settles, latest first, then from the latest applications of the balance. ' +
      'The cashbook shows it negative on the date of the refund, by its method.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-receipt',
    'already-reversed',
    'exceeds-receipt',
    'prepayment-is-refunded',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async refund(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: ReceiptRefundBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const { amount, date, method, reason, posting = 'own' } = body;
    const command = { type: 'RefundReceipt', receiptNo, amount: parseMoney(amount), date, method, posting } as const;
    return submitForTwo(
      this.approvals,
      { project, key, caller },
      { type: 'RefundReceipt', receiptNo, ...body },
      { command, note: noteOf(reason) },
    );
  }

  @Post(':position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'reverseReceiptRefund',
    summary: '红冲退款 Reverse a refund of a receipt',
    description:
      '款项回到客户的预交款; 退款时释放的应收不会自动重新结清 ' +
      'The money is the customer’s prepayment again; what was given back for the refund is not settled again by itself.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverse(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const entry = { type: 'receipt.refunded', position: Number(position), subject: receiptNo };
    return reverseEntry(this, { project, key, caller }, entry, body);
  }
}
