import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
import { formatMoney } from '@propledger/ledger-core';
import { Ledger, noteOf } from '../ledger-store/ledger';
import type { LedgerTask } from '../ledger-store/task';
import { Conditions, Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import {
  DepositBody,
  DepositDetail,
  DepositsPage,
  DepositsQuery,
  type DepositUseView,
  type DepositView,
  type RefundView,
} from './deposit-shapes';
import { firstOf, submit } from '../submit';

const COLUMNS = `position, receipt_no as "receiptNo", effective_on as date, period, origin, resource, customer, kind, method,
  amount_fen as amount, refunded_fen as refunded, used_fen as used, reversed_by as "reversedBy"`;

type Row = Omit<DepositView, 'position' | 'held' | 'reversedBy'> & {
  readonly position: string;
  readonly reversedBy: string | null;
};

const viewOf = ({ position, amount, refunded, used, reversedBy, ...row }: Row): DepositView => ({
  position: Number(position),
  ...row,
  amount: formatMoney(BigInt(amount)),
  refunded: formatMoney(BigInt(refunded)),
  used: formatMoney(BigInt(used)),
  held: formatMoney(reversedBy === null ? BigInt(amount) - BigInt(refunded) - BigInt(used) : 0n),
  reversedBy: reversedBy === null ? null : Number(reversedBy),
});

/** 押金: held for a resource and customer, under a receipt number of its own range. */
@ApiTags('deposits 押金')
@Controller('projects/:project/deposits')
export class DepositsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Post()
  @Allow('collect')
  @SeesAfter()
  @ApiOperation({ operationId: 'receiveDeposit', summary: '收押金 Receive a deposit' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('receipt-number-taken', 'unknown-resource', 'unknown-customer', 'period-closed', 'before-first-period')
  async receive(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: DepositBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const task: LedgerTask = {
      command: body.toCommand(),
      names: { resources: [body.resource], customers: [body.customer] },
      note: body.remark == null ? undefined : noteOf(body.remark),
    };
    return firstOf(await submit(this.ledger, { project, key, caller }, { type: 'ReceiveDeposit', ...body }, task));
  }

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listDeposits', summary: '押金列表, 按收据号 List deposits by receipt number' })
  @ApiOkResponse({ type: DepositsPage })
  async list(@CodeParam('project') project: string, @Query() query: DepositsQuery): Promise<DepositsPage> {
    const from = decodeCursor(query.cursor, 'string', 'number');
    const where = new Conditions()
      .and('book = ?', project)
      .and('customer = ?', query.customer)
      .and('resource = ?', query.resource)
      .only('reversed_by is null and refunded_fen + used_fen < amount_fen', query.held === true)
      .only('not (reversed_by is null and refunded_fen + used_fen < amount_fen)', query.held === false)
      .and('(receipt_no, position) > ((?::text[])[1], (?::text[])[2]::bigint)', from ?? undefined);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<Row>(
      `select ${COLUMNS} from deposit where ${where.sql} order by receipt_no, position limit ${limit + 1}`,
      where.params,
    );
    return pageOf(rows, limit, viewOf, ({ receiptNo, position }) => [receiptNo, Number(position)]);
  }

  @Get(':receiptNo')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getDeposit', summary: '押金及其退款 A deposit and its refunds' })
  @ApiOkResponse({ type: DepositDetail })
  async get(@CodeParam('project') project: string, @CodeParam('receiptNo') receiptNo: string): Promise<DepositDetail> {
    const row = await this.reader.first<Row & { remark: string | null }>(
      `select ${COLUMNS}, (select text from note n where n.book = d.book and n.position = d.position) as remark
         from deposit d where book = $1 and receipt_no = $2 order by position desc limit 1`,
      [project, receiptNo],
    );
    if (!row) throw new Problem('not-found');
    const { remark, ...deposit } = row;
    // Refunds name the receipt number; those of an earlier, reversed deposit of the number stand before this one.
    const refunds = await this.reader.rows<
      Omit<RefundView, 'position' | 'reversedBy'> & { position: string; reversedBy: string | null }
    >(
      `select position, effective_on as date, method, amount_fen as amount, reversed_by as "reversedBy"
         from deposit_refund where book = $1 and receipt_no = $2 and position > $3 order by position`,
      [project, receiptNo, row.position],
    );
    return {
      ...viewOf(deposit),
      refunds: refunds.map((refund) => ({
        ...refund,
        position: Number(refund.position),
        amount: formatMoney(BigInt(refund.amount)),
        reversedBy: refund.reversedBy === null ? null : Number(refund.reversedBy),
      })),
      uses: await this.usesOf(project, receiptNo, row.position),
      remark,
    };
  }

  private async usesOf(book: string, receiptNo: string, position: string): Promise<DepositUseView[]> {
    const rows = await this.reader.rows<
      Omit<DepositUseView, 'position' | 'reversedBy'> & { position: string; reversedBy: string | null }
    >(
      `select k.position, case k.type when 'deposit.applied' then 'application' else 'forfeiture' end as kind,
              to_char(e.effective_date, 'YYYY-MM-DD') as date, e.body::jsonb->>'amount' as amount,
              coalesce(e.body::jsonb->'applications', '[]') as charges, k.reversed_by as "reversedBy"
         from entry k join event e on e.book = k.book and e.position = k.position
        where k.book = $1 and k.subject = $2 and k.position > $3 and k.type in ('deposit.applied', 'deposit.forfeited')
        order by k.position`,
      [book, receiptNo, position],
    );
    return rows.map((use) => ({
      ...use,
      position: Number(use.position),
      reversedBy: use.reversedBy === null ? null : Number(use.reversedBy),
    }));
  }
}
