import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeField,
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
import { Refuses } from '../problem';
import { ChargePartBody, ListField, PostingField, Recorded } from '../shapes';
import { lastOf, submit } from '../submit';

export class AllocationBody {
  @CodeField({ description: '客户编码' })
  customer!: string;

  @CodeField({
    optional: true,
    nullable: true,
    description: '预交款归属的资源; 缺省: 不归属资源的 the resource it is tied to; default: the untied balance',
  })
  resource?: string | null;

  @ListField(() => ChargePartBody, { min: 1, max: 500, description: '冲抵哪些应收、各多少 how much of which charges' })
  charges!: ChargePartBody[];

  @DayField({ description: '冲抵日期' })
  date!: string;

  @PostingField()
  posting?: Posting;
}

export class ApplicationReleaseBody {
  @ListField(() => ChargePartBody, {
    min: 1,
    max: 500,
    optional: true,
    description: '释放哪些应收、各多少; 缺省: 全部 how much of which charges; default: all that it settles',
  })
  charges?: ChargePartBody[];

  @DayField({ description: '释放日期, 不早于冲抵日期 not before the application’s date' })
  date!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

/** 预交款 applied to charges that the cashier names, and given back. */
@ApiTags('prepayments 预交款')
@Controller('projects/:project/prepayments/applications')
export class AllocatePrepaymentController {
  constructor(private readonly ledger: Ledger) {}

  @Post()
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'allocatePrepayment',
    summary: '指定冲抵 Settle named charges from a prepayment',
    description: '归属资源的预交款只冲抵该资源的应收 Money tied to a resource settles only charges of that resource.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-charge',
    'already-reversed',
    'prepayment-is-tied',
    'exceeds-open',
    'exceeds-prepayment',
    'date-before-entry',
    'period-closed',
    'before-first-period',
  )
  async allocate(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: AllocationBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { customer, resource: tie = null, date, posting = 'own' } = body;
    const parts = body.charges.map((charge) => charge.toPart());
    const done = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'AllocatePrepayment', ...body },
      { command: { type: 'AllocatePrepayment', customer, tie, parts, date, posting } },
    );
    return lastOf(done);
  }

  @Post(':position/release')
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'releasePrepayment',
    summary: '释放冲抵 Give back what a prepayment settled, also of a bill run',
    description:
      '应收重新未收, 款项回到预交款余额. 位置见应收的结清记录 The position is shown with what settles a charge.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'exceeds-settled', 'date-before-entry', 'period-closed', 'before-first-period')
  async release(
    @CodeParam('project') project: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ApplicationReleaseBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { date, reason, posting = 'own' } = body;
    const application = Number(position);
    const parts = body.charges?.map((charge) => charge.toPart()) ?? null;
    const done = await submit(
      this.ledger,
      { project, key, caller },
      { type: 'ReleasePrepayment', application, ...body },
      { command: { type: 'ReleasePrepayment', application, parts, date, posting }, note: noteOf(reason) },
    );
    return lastOf(done);
  }
}
