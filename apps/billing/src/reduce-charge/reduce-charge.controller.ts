import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Reduction } from '@propledger/contracts';
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
import type { LedgerTask } from '../ledger-store/task';
import { digestOf } from '../ledger-store/ledger-handler';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { PostingField, Recorded, ReversalBody } from '../shapes';
import { firstOf, submit } from '../submit';

export class ReductionBody {
  @MoneyField({ positive: true, description: '减免或折扣金额, 不超过未收金额 at most what is open' })
  amount!: string;

  @DayField({ description: '减免日期' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** 减免 and 折扣 of charges, and their 红冲. */
@ApiTags('charges 应收')
@Controller('projects/:project')
export class ReduceChargeController {
  constructor(
    private readonly ledger: Ledger,
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Post('charges/:charge/waivers')
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({ operationId: 'waiveCharge', summary: '减免一笔应收 Waive a charge, in full or in part' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-charge',
    'already-reversed',
    'exceeds-open',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  waive(
    @CodeParam('project') project: string,
    @PositionParam('charge') charge: string,
    @IdempotencyKey() key: string,
    @Body() body: ReductionBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    return this.reduce('waiver', project, Number(charge), key, body, caller);
  }

  @Post('charges/:charge/discounts')
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({ operationId: 'discountCharge', summary: '给一笔应收打折 Give a discount on a charge' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-charge',
    'already-reversed',
    'exceeds-open',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  discount(
    @CodeParam('project') project: string,
    @PositionParam('charge') charge: string,
    @IdempotencyKey() key: string,
    @Body() body: ReductionBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    return this.reduce('discount', project, Number(charge), key, body, caller);
  }

  @Post('waivers/:position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'reverseWaiver', summary: '红冲减免 Reverse a waiver' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  reverseWaiver(
    @CodeParam('project') project: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.reverse('waiver', project, position, key, body, caller);
  }

  @Post('discounts/:position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'reverseDiscount', summary: '红冲折扣 Reverse a discount' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  reverseDiscount(
    @CodeParam('project') project: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.reverse('discount', project, position, key, body, caller);
  }

  private async reduce(
    kind: Reduction,
    project: string,
    charge: number,
    key: string,
    body: ReductionBody,
    caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const { amount, date, reason, posting = 'own' } = body;
    const note = noteOf(reason);
    const parts = { kind, charge, amount: parseMoney(amount), date, reasonDigest: digestOf(note), posting };
    return submitForTwo(
      this.approvals,
      { project, key, caller },
      { type: 'ReduceCharge', kind, charge, ...body },
      { command: { type: 'ReduceCharge', ...parts }, note },
    );
  }

  private async reverse(
    kind: Reduction,
    project: string,
    at: string,
    key: string,
    body: ReversalBody,
    caller: CallerIdentity,
  ): Promise<Recorded> {
    const found = await this.reader.first('select 1 from reduction where book = $1 and position = $2 and kind = $3', [
      project,
      at,
      kind,
    ]);
    if (!found) throw new Problem('unknown-entry');
    const { date, reason, posting = 'own' } = body;
    const position = Number(at);
    const task: LedgerTask = { command: { type: 'ReverseEntry', position, date, posting }, note: noteOf(reason) };
    return firstOf(
      await submit(this.ledger, { project, key, caller }, { type: 'ReverseEntry', position, ...body }, task),
    );
  }
}
