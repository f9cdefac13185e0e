import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  DayField,
  IdempotencyKey,
  PositionParam,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import type { Posting } from '@propledger/ledger-core';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { ChargePartBody, ListField, PostingField, Recorded, ReversalBody } from '../shapes';
import { lastOf, reverseEntry, submit } from '../submit';

export class ReleaseBody {
  @ListField(() => ChargePartBody, {
    min: 1,
    max: 500,
    optional: true,
    description: '释放哪些应收、各多少; 缺省: 全部 how much of which charges; default: all that it settles',
  })
  charges?: ChargePartBody[];

  @DayField({ description: '释放日期 not before what was last done with the receipt' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** 释放核销: what a receipt settled is open again, and its money is the customer's prepayment; the receipt stays as it is. */
@ApiTags('receipts 收款')
@Controller('projects/:project/receipts/:receiptNo/releases')
export class ReleaseAllocationController {
  constructor(
    readonly ledger: Ledger,
    readonly reader: Reader,
  ) {}

  @Post()
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'releaseAllocation',
    summary: '释放收据的核销 Give back what a receipt settled',
    description:
      '应收重新未收, 款项转为客户的预交款, 可再指定冲抵; 收据与收款日报不变 ' +
      'The charges are open again, the money becomes a prepayment that can be allocated anew; receipt and cashbook stay.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-receipt',
    'already-reversed',
    'exceeds-settled',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async release(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @IdempotencyKey() key: string,
    @Body() body: ReleaseBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { date, reason, posting = 'own' } = body;
    const parts = body.charges?.map((charge) => charge.toPart()) ?? null;
    const done = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'ReleaseAllocation', receiptNo, ...body },
      { command: { type: 'ReleaseAllocation', receiptNo, parts, date, posting }, note: noteOf(reason) },
    );
    return lastOf(done);
  }

  @Post(':position/reversal')
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'reverseAllocationRelease',
    summary: '红冲一次释放 Reverse a release: the receipt settles its charges again',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-entry',
    'already-reversed',
    'exceeds-open',
    'prepayment-is-spent',
    'prepayment-is-refunded',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async reverse(
    @CodeParam('project') project: string,
    @CodeParam('receiptNo') receiptNo: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const entry = { type: 'allocation.released', position: Number(position), subject: receiptNo };
    return reverseEntry(this, { project, key, caller }, entry, body);
  }
}
