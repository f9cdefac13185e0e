import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeField,
  CodeParam,
  DayField,
  IdempotencyKey,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import type { Posting } from '@propledger/ledger-core';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Refuses } from '../problem';
import { PostingField, Recorded } from '../shapes';
import { lastOf, submit } from '../submit';

export class MoveReceiptBody {
  @CodeField({ description: '应记的客户编码 whom it should have been booked on' })
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

  @DayField({ description: '调整日期 not before what was last done with the receipt' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** 收据改户: a receipt that was booked on the wrong customer. */
@ApiTags('receipts 收款')
@Controller('projects/:project/receipts/:receiptNo/move')
export class MoveReceiptController {
  constructor(private readonly ledger: Ledger) {}

  @Post()
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'moveReceipt',
    summary: '收据改户 Move a receipt to another customer',
    description:
      '原客户的应收重新未收, 款项按顺序结清新客户的欠费, 余额为其预交款. 收据号与收款日报不变. 记错时再改回 ' +
      'What it settled is open again; its money settles what the other customer owes, the rest is his prepayment. Number and ' +
      'cashbook stay. To undo it, move it back.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-receipt',
    'already-reversed',
    'same-customer',
    'receipt-is-refunded',
    'prepayment-is-refunded',
    'unknown-customer',
    'unknown-resource',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async move(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: MoveReceiptBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { customer, resource = null, item = null, date, reason, posting = 'own' } = body;
    const done = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'MoveReceipt', receiptNo, ...body },
      {
        command: { type: 'MoveReceipt', receiptNo, customer, resource, item, date, posting },
        names: { resources: resource === null ? [] : [resource], customers: [customer] },
        note: noteOf(reason),
      },
    );
    return lastOf(done);
  }
}
