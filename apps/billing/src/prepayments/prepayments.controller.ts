import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, CodeField, CodeParam, decodeCursor, pageLimit, pageOf, SeesAfter } from '@propledger/service-kit';
import { formatMoney } from '@propledger/ledger-core';
import { Conditions, Reader } from '../ledger-store/reader';
import { ListQuery, MoneyShown, NullableText } from '../shapes';

export class PrepaymentView {
  @ApiProperty()
  customer!: string;
  @NullableText('归属资源; null: 可用于任何资源 the resource it is tied to; null: usable for any')
  resource!: string | null;
  @MoneyShown()
  balance!: string;
}

export class PrepaymentsQuery extends ListQuery {
  @CodeField({ optional: true, description: '客户编码' })
  customer?: string;
}

export class PrepaymentsPage {
  @ApiProperty({ type: [PrepaymentView] })
  items!: PrepaymentView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}

/** 预交款 balances as they are now. */
@ApiTags('prepayments 预交款')
@Controller('projects/:project/prepayments')
export class PrepaymentsController {
  constructor(private readonly reader: Reader) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listPrepayments', summary: '不为零的预交款余额 Prepayment balances that are not zero' })
  @ApiOkResponse({ type: PrepaymentsPage })
  async list(@CodeParam('project') project: string, @Query() query: PrepaymentsQuery): Promise<PrepaymentsPage> {
    const from = decodeCursor(query.cursor, 'string', 'string');
    const where = new Conditions()
      .and('book = ?', project)
      .only('balance_fen > 0')
      .and('customer = ?', query.customer)
      .and(`(customer, coalesce(tie, '')) > ((?::text[])[1], (?::text[])[2])`, from ?? undefined);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<{ customer: string; resource: string | null; balance: string }>(
      `select customer, tie as resource, balance_fen as balance from prepayment_balance
        where ${where.sql} order by customer, coalesce(tie, '') limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      (row) => ({ ...row, balance: formatMoney(BigInt(row.balance)) }),
      ({ customer, resource }) => [customer, resource ?? ''],
    );
  }
}
