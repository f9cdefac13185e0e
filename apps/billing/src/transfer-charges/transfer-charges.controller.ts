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
import { submit } from '../submit';

export class TransferBody {
  @CodeField({ description: '原客户编码 who owes it' })
  customer!: string;

  @CodeField({ description: '新客户编码 who owes it from then on' })
  to!: string;

  @DayField({ description: '过户日期' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** 过户: what is open of a resource goes over to another customer. */
@ApiTags('charges 应收')
@Controller('projects/:project/resources/:resource/transfers')
export class TransferChargesController {
  constructor(private readonly ledger: Ledger) {}

  @Post()
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'transferCharges',
    summary: '过户 Transfer what a customer has open of a resource to another',
    description:
      '逐笔转给新客户: 应收日期、费用期间、项目与优先级不变, 不计入本期应收与实收. 过户日期之前的欠费仍属原客户. ' +
      '单笔可像应收一样红冲, 全部则再过户回来. position 为第一笔; null: 没有未收 ' +
      'Charge by charge, with its due date, service period, item and priority; neither charged nor received in the period. Before ' +
      'that date the former customer owes it. One is reversed as a charge is, all of them by a transfer back. position: of ' +
      'the first; null: nothing was open.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('same-customer', 'unknown-customer', 'unknown-resource', 'period-closed', 'before-first-period')
  async transfer(
    @CodeParam('project') project: string,
    @CodeParam('resource') resource: string,
    @IdempotencyKey() key: string,
    @Body() body: TransferBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { customer, to, date, reason, posting = 'own' } = body;
    const { answer, after: seen } = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'TransferCharges', resource, ...body },
      {
        command: { type: 'TransferCharges', resource, customer, to, date, posting },
        names: { resources: [resource], customers: [to] },
        note: noteOf(reason),
      },
    );
    return { position: answer.position, after: seen };
  }
}
