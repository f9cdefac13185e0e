import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Money } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  pageLimit,
  pageOf,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Ledger, noteOf } from '../ledger-store/ledger';
import type { LedgerTask } from '../ledger-store/task';
import { shownCode } from '../ledger-store/receipt-codes';
import { Conditions, Reader } from '../ledger-store/reader';
import { type Done, Refuses } from '../problem';
import { receiptByNumber, RECEIPT_COLUMNS, receiptViewOf, type ReceiptViewRow } from './receipts';
import {
  mustBeWritable,
  ReceiptBody,
  ReceiptDetail,
  ReceiptsPage,
  ReceiptsQuery,
  ReceiptTakenView,
  type SettlementView,
} from './receipt-shapes';
import { submit } from '../submit';

/** 收款 at the counter. */
@ApiTags('receipts 收款')
@Controller('projects/:project/receipts')
export class ReceiptsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Post()
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({
    operationId: 'collectPayment',
    summary: '收款 Collect a payment',
    description:
      '按应收日、开始日期、优先级等顺序结清客户的欠费, 余额转为预交款. 同一 Idempotency-Key 重发只记一次 ' +
      'Settles what the customer owes in settlement order; the rest becomes a prepayment. Safe to repeat with the same key.',
  })
  @ApiCreatedResponse({ type: ReceiptTakenView })
  @Refuses(
    'receipt-number-taken',
    'transaction-taken',
    'tenders-do-not-add-up',
    'unknown-customer',
    'unknown-resource',
    'period-closed',
    'before-first-period',
  )
  async collect(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: ReceiptBody,
    @Caller() caller: CallerIdentity,
  ): Promise<ReceiptTakenView> {
    const command = body.toCommand();
    mustBeWritable(command.tenders);
    const task: LedgerTask = {
      command,
      names: { resources: command.resource === null ? [] : [command.resource], customers: [command.customer] },
      note: body.remark == null ? undefined : noteOf(body.remark),
    };
    return takenOf(await submit(this.ledger, { project, key, caller }, { type: command.type, ...body }, task));
  }

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listReceipts', summary: '收款列表, 新的在前 List receipts, latest first' })
  @ApiOkResponse({ type: ReceiptsPage })
  async list(@CodeParam('project') project: string, @Query() query: ReceiptsQuery): Promise<ReceiptsPage> {
    const before = decodeCursor(query.cursor, 'number');
    const where = new Conditions()
      .and('book = ?', project)
      .and('customer = ?', query.customer)
      .and('resource = ?', query.resource)
      .and('effective_on >= ?', query.from)
      .and('effective_on <= ?', query.to)
      .only('reversed_by is null', query.standing === true)
      .and('position < ?', before?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<ReceiptViewRow>(
      `select ${RECEIPT_COLUMNS} from receipt where ${where.sql} order by position desc limit ${limit + 1}`,
      where.params,
    );
    return pageOf(rows, limit, receiptViewOf, ({ position }) => [Number(position)]);
  }

  @Get(':receiptNo')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getReceipt', summary: '收据及其结清的应收 A receipt and what it settled' })
  @ApiOkResponse({ type: ReceiptDetail })
  async get(@CodeParam('project') project: string, @CodeParam('receiptNo') receiptNo: string): Promise<ReceiptDetail> {
    const receipt = await receiptByNumber(this.reader, project, receiptNo);
    if (!receipt) throw new Problem('not-found');
    return receipt;
  }
}

const takenOf = ({ answer, after }: Done): ReceiptTakenView => {
  const taken = answer.entries.at(-1) as unknown as {
    receiptNo: string;
    period: string;
    amount: Money;
    settlements: SettlementView[];
    prepaid: Money;
  };
  const { receiptNo, period, amount, settlements, prepaid } = taken;
  const receiptCode = answer.receiptCode === undefined ? null : shownCode(answer.receiptCode);
  return { position: answer.position, receiptNo, period, amount, settlements, prepaid, receiptCode, after };
};
