import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  DayField,
  IdempotencyKey,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import type { Posting } from '@propledger/ledger-core';
import { Ledger, noteOf } from '../ledger-store/ledger';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { PostingField, Recorded } from '../shapes';
import { firstOf, submit } from '../submit';

export class ReceiptReversalBody {
  @DayField({ description: '红冲日期, 不早于收款日期 not before the receipt’s date' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

export class ReceiptReversed extends Recorded {
  @ApiProperty()
  receiptNo!: string;
}

/** 红冲 of a receipt: what it settled is open again, its prepayment is taken back. */
@ApiTags('receipts 收款')
@Controller('projects/:project/receipts/:receiptNo/reversal')
export class ReverseReceiptController {
  constructor(private readonly ledger: Ledger) {}

  @Post()
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'reverseReceipt',
    summary: '红冲收据 Reverse a receipt',
    description:
      '退回它结清的应收, 收回它形成的预交款; 预交款不足时先释放最近的冲抵. 收据号随之可再用 ' +
      'Gives back what it settled and takes back its prepayment, releasing the latest applications first where too little is left. The number is free again.',
  })
  @ApiCreatedResponse({ type: ReceiptReversed })
  @Refuses('unknown-receipt', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverse(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: ReceiptReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<ReceiptReversed> {
    const { date, reason, posting = 'own' } = body;
    const task: LedgerTask = { command: { type: 'ReverseReceipt', receiptNo, date, posting }, note: noteOf(reason) };
    const content = { type: 'ReverseReceipt', receiptNo, ...body };
    return { receiptNo, ...firstOf(await submit(this.ledger, { project, key, caller }, content, task)) };
  }
}
