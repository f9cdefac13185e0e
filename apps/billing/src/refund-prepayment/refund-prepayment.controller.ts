import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { PrepaymentRefunded } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeField,
  CodeParam,
  DayField,
  decodeCursor,
  IdempotencyKey,
  MoneyField,
  pageLimit,
  pageOf,
  PositionParam,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { parseMoney, type Posting } from '@propledger/ledger-core';
import { MayAwaitApproval, submitForTwo, type AwaitingApproval } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import { Ledger, noteOf } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import {
  ListQuery,
  MoneyShown,
  NullablePosition,
  NullableText,
  PositionShown,
  PostingField,
  Recorded,
  ReversalBody,
} from '../shapes';
import { reverseEntry } from '../submit';

export class PrepaymentRefundBody {
  @CodeField({ description: '客户编码' })
  customer!: string;

  @CodeField({
    optional: true,
    nullable: true,
    description: '预交款归属的资源; 缺省: 不归属资源的 the resource it is tied to; default: the untied balance',
  })
  resource?: string | null;

  @MoneyField({ positive: true, description: '退款金额, 不超过余额 not above the balance' })
  amount!: string;

  @DayField({ description: '退款日期' })
  date!: string;

  @TextField({ max: 50, description: '退款方式' })
  method!: string;

  @TextField({ max: 500, description: '原因' })
  reason!: string;

  @PostingField()
  posting?: Posting;
}

export class PrepaymentRefundView {
  @PositionShown()
  position!: number;
  @ApiProperty({ example: '2026-03-31' })
  date!: string;
  @ApiProperty()
  customer!: string;
  @NullableText('归属资源')
  resource!: string | null;
  @MoneyShown()
  amount!: string;
  @ApiProperty({ description: '退款方式' })
  method!: string;
  @NullablePosition('红冲它的记账位置')
  reversedBy!: number | null;
}

export class PrepaymentRefundsQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;
}

export class PrepaymentRefundsPage {
  @ApiProperty({ type: [PrepaymentRefundView] })
  items!: PrepaymentRefundView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

/** 退预交款: what a customer has prepaid is paid back, never more than there is. */
@ApiTags('prepayments 预交款')
@Controller('projects/:project/prepayments/refunds')
export class RefundPrepaymentController {
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
    operationId: 'refundPrepayment',
    summary: '退预交款 Pay a prepayment back, in full or in part',
    description:
      '收款日报在退款日期按退款方式记负数 The cashbook shows it negative on the date of the refund, by its method.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('exceeds-prepayment', 'date-before-entry', 'period-closed', 'before-first-period')
  async refund(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: PrepaymentRefundBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const { customer, resource: tie = null, date, method, reason, posting = 'own' } = body;
    const amount = parseMoney(body.amount);
    const command = { type: 'RefundPrepayment', customer, tie, amount, date, method, posting } as const;
    return submitForTwo(
      this.approvals,
      { project, key, caller },
      { type: 'RefundPrepayment', ...body },
      { command, note: noteOf(reason) },
    );
  }

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listPrepaymentRefunds',
    summary: '预交款退款列表 Refunds of prepayments, latest first',
  })
  @ApiOkResponse({ type: PrepaymentRefundsPage })
  async list(
    @CodeParam('project') project: string,
    @Query() query: PrepaymentRefundsQuery,
  ): Promise<PrepaymentRefundsPage> {
    const before = decodeCursor(query.cursor, 'number');
    const where = new Conditions()
      .and('k.book = ?', project)
      .only(`k.type = 'prepayment.refunded'`)
      .and('k.subject = ?', query.customer)
      .and('k.position < ?', before?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<{
      position: string;
      date: string;
      body: PrepaymentRefunded;
      reversedBy: string | null;
    }>(
      `select k.position, to_char(e.effective_date, 'YYYY-MM-DD') as date, e.body::jsonb as body, k.reversed_by as "reversedBy"
         from entry k join event e on e.book = k.book and e.position = k.position
        where ${where.sql} order by k.position desc limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      ({ position, date, body: { customer, tie, amount, method }, reversedBy }) => ({
        position: Number(position),
        date,
        customer,
        resource: tie,
        amount,
        method,
        reversedBy: reversedBy === null ? null : Number(reversedBy),
      }),
      ({ position }) => [Number(position)],
    );
  }

  @Post(':position/reversal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({ operationId: 'reversePrepaymentRefund', summary: '红冲预交款退款 Reverse a refund of a prepayment' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-entry', 'already-reversed', 'date-before-entry', 'period-closed', 'before-first-period')
  async reverse(
    @CodeParam('project') project: string,
    @PositionParam('position') position: string,
    @IdempotencyKey() key: string,
    @Body() body: ReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const entry = { type: 'prepayment.refunded', position: Number(position) };
    return reverseEntry(this, { project, key, caller }, entry, body);
  }
}
