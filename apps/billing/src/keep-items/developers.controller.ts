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
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Ledger } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { ListQuery, Recorded } from '../shapes';
import { firstOf, submit } from '../submit';
import { DeveloperBody, DeveloperDayBody, DevelopersPage, type DeveloperView } from './item-shapes';

/** 开发商业主: who pays for what is not sold yet, where the charge item says so. */
@ApiTags('items 收费项目')
@Controller('projects/:project/developers')
export class DevelopersController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listDevelopers', summary: '项目的开发商, 按日期 The project’s developers, by day' })
  @ApiOkResponse({ type: DevelopersPage })
  async list(@CodeParam('project') project: string, @Query() query: ListQuery): Promise<DevelopersPage> {
    const from = decodeCursor(query.cursor, 'string');
    const where = new Conditions().and('book = ?', project).only('not withdrawn').and('from_on > ?', from?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<DeveloperView>(
      `select customer, from_on as "from" from developer where ${where.sql} order by from_on limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      (row) => row,
      ({ from: day }) => [day],
    );
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'nameDeveloper',
    summary: '指定项目的开发商 Name the developer from a day on',
    description: '同一日再次指定, 以后一次为准. 已出的应收不变 Named again for the day, he takes the place of who was.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-project', 'unknown-customer', 'import-in-progress')
  async name(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: DeveloperBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'NameDeveloper', developer: body.toDeveloper() } as const;
    const names = { resources: [], customers: body.customer === null ? [] : [body.customer] };
    return firstOf(await submit(this.ledger, { project, key, caller }, { ...command }, { command, names }));
  }

  @Post('withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({ operationId: 'withdrawDeveloper', summary: '撤销一次指定 Withdraw who was named from a day on' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-developer', 'import-in-progress')
  async withdraw(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() { from }: DeveloperDayBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'WithdrawDeveloper', from } as const;
    return firstOf(await submit(this.ledger, { project, key, caller }, command, { command }));
  }
}
