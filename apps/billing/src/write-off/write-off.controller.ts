import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeField,
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
import { parseMoney, type ChargeKey, type Posting } from '@propledger/ledger-core';
import { MayAwaitApproval, submitForTwo, type AwaitingApproval } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import { digestOf } from '../ledger-store/ledger-handler';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { PostingField, Recorded, ReversalBody } from '../shapes';
import { firstOf, submit } from '../submit';

export class WriteOffBody {
  @MoneyField({ positive: true, description: '核销金额 in full or in part' })
  amount!: string;

  @DayField({ description: '核销日期' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

export class WriteOffByKeyBody extends WriteOffBody {
  @CodeField({ description: '资源编码' })
  resource!: string;

  @CodeField({ description: '客户编码' })
  customer!: string;

  @TextField({ max: 50, description: '收费项目' })
  item!: string;

  @DayField({ description: '费用开始日期' })
  from!: string;

  @DayField({ description: '费用结束日期' })
  to!: string;
}

/** 核销 (坏账) of charges, and 红冲 of write-offs and of charges that nothing settles. */
@ApiTags('charges 应收')
@Controller('projects/:project')
export class WriteOffController {
  constructor(
    private readonly ledger: Ledger,
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Post('charges/:charge/write-offs')
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({ operationId: 'writeOffCharge', summary: '核销一笔应收 Write off a charge' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-charge',
    'already-reversed',
    'exceeds-open',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async writeOff(
    @CodeParam('project') project: string,
    @PositionParam('charge') charge: string,
    @IdempotencyKey() key: string,
    @Body() body: WriteOffBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const task = writeOffOf(body, Number(charge));
    return submitForTwo(this.approvals, { project, key, caller }, { type: 'WriteOff', charge, ...body }, task);
  }

  @Post('write-offs')
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'writeOffByKey',
    summary: '按资源、客户、项目与费用期间核销 Write off the charge of a resource, customer, item and service period',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-charge', 'exceeds-open', 'date-before-entry', 'period-closed', 'before-first-period')
  async writeOffByKey(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: WriteOffByKeyBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const { resource, customer, item, from, to } = body;
    const task = writeOffOf(body, { resource, customer, item, from, to });
    return submitForTwo(this.approvals, { project, key, caller }, { type: 'WriteOff', ...body }, task);
  }

  @Post('write-offs/:position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'reverseWriteOff', summary: '红冲核销 Reverse a write-off' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverseWriteOff(
    @CodeParam('project') project: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    await this.mustStand('write_off', project, position);
    return this.reverse(project, Number(position), key, caller, body);
  }

  @Post('charges/:charge/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'reverseCharge',
    summary: '红冲没有结清记录的应收 Reverse a charge that nothing settles',
    description:
      '出账的应收红冲后, 再次出账会重新生成 A charge of a run is raised again by the next run of its period.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-entry',
    'already-reversed',
    'charge-is-settled',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async reverseCharge(
    @CodeParam('project') project: string,
    @PositionParam('charge') charge: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    await this.mustStand('charge', project, charge);
    return this.reverse(project, Number(charge), key, caller, body);
  }

  /** @throws Problem `unknown-entry` when there is no such entry of this kind. */
  private async mustStand(table: 'write_off' | 'charge', book: string, position: string): Promise<void> {
    const found = await this.reader.first(`select 1 from ${table} where book = $1 and position = $2`, [book, position]);
    if (!found) throw new Problem('unknown-entry');
  }

  private async reverse(
    project: string,
    position: number,
    key: string,
    caller: CallerIdentity,
    body: ReversalBody,
  ): Promise<Recorded> {
    const { date, reason, posting = 'own' } = body;
    const task: LedgerTask = { command: { type: 'ReverseEntry', position, date, posting }, note: noteOf(reason) };
    return firstOf(
      await submit(this.ledger, { project, key, caller }, { type: 'ReverseEntry', position, ...body }, task),
    );
  }
}

const writeOffOf = (body: WriteOffBody, charge: number | ChargeKey): LedgerTask => {
  const { amount, date, reason, posting = 'own' } = body;
  const note = noteOf(reason);
  const reasonDigest = digestOf(note);
  return { command: { type: 'WriteOff', charge, amount: parseMoney(amount), date, reasonDigest, posting }, note };
};
