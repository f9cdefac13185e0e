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
  Problem,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { parseMoney, type Posting } from '@propledger/ledger-core';
import { MayAwaitApproval, submitForTwo, type AwaitingApproval } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { PostingField, Recorded, ReversalBody } from '../shapes';
import { firstOf, submit } from '../submit';

export class RefundBody {
  @MoneyField({ positive: true, description: '退款金额, 全部或部分 in full or in part' })
  amount!: string;

  @DayField({ description: '退款日期' })
  date!: string;

  @TextField({ max: 50, description: '退款方式' })
  method!: string;

  @PostingField()
  posting?: Posting;
}

/** 退押金, and 红冲 of deposits and of refunds. */
@ApiTags('deposits 押金')
@Controller('projects/:project/deposits/:receiptNo')
export class RefundDepositController {
  constructor(
    private readonly ledger: Ledger,
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Post('refunds')
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({ operationId: 'refundDeposit', summary: '退押金 Refund a deposit, in full or in part' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-deposit',
    'already-reversed',
    'exceeds-deposit',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async refund(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: RefundBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const { amount, date, method, posting = 'own' } = body;
    const command = { type: 'RefundDeposit', receiptNo, amount: parseMoney(amount), date, method, posting } as const;
    return submitForTwo(
      this.approvals,
      { project, key, caller },
      { type: 'RefundDeposit', receiptNo, ...body },
      { command },
    );
  }

  @Post('refunds/:position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'reverseRefund', summary: '红冲押金退款 Reverse a refund' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverseRefund(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const refund = await this.reader.first(
      'select 1 from deposit_refund where book = $1 and position = $2 and receipt_no = $3',
      [project, position, receiptNo],
    );
    if (!refund) throw new Problem('unknown-entry');
    return this.reverse(project, Number(position), key, caller, body);
  }

  @Post('reversal')
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'reverseDeposit',
    summary: '红冲没有退款的押金 Reverse a deposit of which nothing is refunded',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-deposit',
    'already-reversed',
    'deposit-is-refunded',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async reverseDeposit(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const deposit = await this.reader.first<{ position: string }>(
      'select position from deposit where book = $1 and receipt_no = $2 order by position desc limit 1',
      [project, receiptNo],
    );
    if (!deposit) throw new Problem('unknown-deposit');
    return this.reverse(project, Number(deposit.position), key, caller, body, receiptNo);
  }

  /** `named`: what the caller named instead of the position; a repeated call must mean the same, whatever stands by then. */
  private async reverse(
    project: string,
    position: number,
    key: string,
    caller: CallerIdentity,
    body: ReversalBody,
    named?: string,
  ): Promise<Recorded> {
    const { date, reason, posting = 'own' } = body;
    const task: LedgerTask = { command: { type: 'ReverseEntry', position, date, posting }, note: noteOf(reason) };
    const content = { type: 'ReverseEntry', ...(named === undefined ? { position } : { deposit: named }), ...body };
    return firstOf(await submit(this.ledger, { project, key, caller }, content, task));
  }
}
