import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  IdempotencyKey,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import type { LedgerTask } from '../ledger-store/task';
import { listStandards } from './list-standards';
import {
  ChangesBody,
  OPTION_FAULTS,
  PriceBody,
  StandardBody,
  StandardsPage,
  StandardsQuery,
  StandardView,
} from './standard-shapes';
import { type Call, firstOf, submit } from '../submit';

type StandardCommand = Extract<
  LedgerTask['command'],
  { type: 'DefineStandard' | 'AddPrice' | 'EditStandard' | 'WithdrawStandard' }
>;

/** 收费标准: what is charged, how, and at which price from when to when. */
@ApiTags('standards 收费标准')
@Controller('projects/:project/standards')
export class StandardsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listStandards', summary: '收费标准列表 List standards' })
  @ApiOkResponse({ type: StandardsPage })
  async list(@CodeParam('project') project: string, @Query() query: StandardsQuery): Promise<StandardsPage> {
    return listStandards(this.reader, project, query);
  }

  @Get(':standard')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getStandard', summary: '收费标准及其单价沿革 A standard with its price history' })
  @ApiOkResponse({ type: StandardView })
  async get(@CodeParam('project') project: string, @CodeParam('standard') standard: string): Promise<StandardView> {
    const row = await this.reader.first<{ body: StandardView }>(
      'select body from standard where book = $1 and standard = $2 and not withdrawn',
      [project, standard],
    );
    if (!row) throw new Problem('not-found');
    return row.body;
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({ operationId: 'defineStandard', summary: '新增收费标准 Define a standard' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'standard-exists',
    'standard-of-group',
    'price-negative',
    'range-reversed',
    'prices-overlap',
    'standard-without-price',
    'meter-kind-missing',
    'tiers-overlap',
    ...OPTION_FAULTS,
    'import-in-progress',
  )
  async define(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: StandardBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { type: 'DefineStandard', standard: body.toStandard() });
  }

  @Post(':standard/prices')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'addPrice',
    summary: '新增单价 Add a price',
    description:
      '此前未定失效日期的单价止于新单价生效的前一日 An open-ended earlier price ends the day before the new one.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-standard',
    'standard-of-group',
    'price-negative',
    'range-reversed',
    'prices-overlap',
    'import-in-progress',
  )
  async addPrice(
    @CodeParam('project') project: string,
    @CodeParam('standard') standard: string,
    @IdempotencyKey() key: string,
    @Body() body: PriceBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { type: 'AddPrice', standard, price: body.toPrice() });
  }

  @Post(':standard/changes')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'changeStandard',
    summary: '变更收费标准 Change a standard',
    description:
      '只列出要变更的内容. 已出账的应收不变; 再次出账时列出差异 Name what changes. Charges that stand stay; a run lists what it would compute otherwise.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-standard',
    'standard-of-group',
    'price-negative',
    'range-reversed',
    'prices-overlap',
    'standard-without-price',
    'meter-kind-missing',
    'tiers-overlap',
    ...OPTION_FAULTS,
    'import-in-progress',
  )
  async change(
    @CodeParam('project') project: string,
    @CodeParam('standard') standard: string,
    @IdempotencyKey() key: string,
    @Body() body: ChangesBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { type: 'EditStandard', standard, changes: body.toChanges() });
  }

  @Post(':standard/withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawStandard',
    summary: '撤销没有绑定的收费标准 Withdraw a standard without bindings',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-standard', 'standard-in-use', 'import-in-progress')
  async withdraw(
    @CodeParam('project') project: string,
    @CodeParam('standard') standard: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { type: 'WithdrawStandard', standard });
  }

  private async record(call: Call, command: StandardCommand): Promise<Recorded> {
    return firstOf(await submit(this.ledger, call, { ...command }, { command }));
  }
}
