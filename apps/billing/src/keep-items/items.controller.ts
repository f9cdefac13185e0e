import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK } from '@propledger/contracts';
import { Allow, Caller, CodeParam, IdempotencyKey, type CallerIdentity, SeesAfter } from '@propledger/service-kit';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import { firstOf, submit, type Call } from '../submit';
import { ItemNameBody, ItemsPage, ItemsQuery, ItemTermsBody } from './item-shapes';
import { listItems } from './list-items';

const SET =
  '同一项目同一日再次规定, 以后一次为准. 已出的应收不变: 税率、类别与优先级按账期首日的规定, 付费对象按费用当日的规定 ' +
  'Set again for the day, it takes the place of what was. Charges that stand stay. Tax, class and priority are those of the first day of a ' +
  'charge’s period, the payer that of each day.';

/** 收费项目 of a project: whose income, which tax, in which order it is settled, who pays. */
@ApiTags('items 收费项目')
@Controller('projects/:project/items')
export class ItemsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listItems',
    summary: '收费项目列表: 项目自己的与集团的 The project’s charge items, its own and the group’s',
  })
  @ApiOkResponse({ type: ItemsPage })
  async list(@CodeParam('project') project: string, @Query() query: ItemsQuery): Promise<ItemsPage> {
    return listItems(this.reader, [project, GROUP_BOOK], query);
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({ operationId: 'setItemTerms', summary: '规定收费项目 Set what holds of an item', description: SET })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-project', 'tax-rate-out-of-range', 'item-bears-no-tax', 'import-in-progress')
  async set(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: ItemTermsBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return recorded(this.ledger, { project, key, caller }, { type: 'SetItemTerms', terms: body.toTerms() });
  }

  @Post('withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawItemTerms',
    summary: '撤销收费项目自某日起的规定 Withdraw what was set from a day on',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-item-terms', 'import-in-progress')
  async withdraw(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() { item, from }: ItemNameBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return recorded(this.ledger, { project, key, caller }, { type: 'WithdrawItemTerms', item, from });
  }
}

/** 集团的收费项目, in force in every project without terms of its own. */
@ApiTags('items 收费项目')
@Controller('items')
export class GroupItemsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listGroupItems', summary: '集团的收费项目 The group’s charge items' })
  @ApiOkResponse({ type: ItemsPage })
  async list(@Query() query: ItemsQuery): Promise<ItemsPage> {
    return listItems(this.reader, [GROUP_BOOK], query);
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'setGroupItemTerms',
    summary: '规定集团的收费项目 Set what holds of an item in the group',
    description: `须有整个集团的权限 Takes the right in the whole group. ${SET}`,
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('tax-rate-out-of-range', 'item-bears-no-tax')
  async set(
    @IdempotencyKey() key: string,
    @Body() body: ItemTermsBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    caller.require('setup', null);
    const call = { project: GROUP_BOOK, key, caller };
    return recorded(this.ledger, call, { type: 'SetItemTerms', terms: body.toTerms() });
  }

  @Post('withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawGroupItemTerms',
    summary: '撤销集团收费项目自某日起的规定 Withdraw what was set in the group from a day on',
    description: '须有整个集团的权限 Takes the right in the whole group.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-item-terms')
  async withdraw(
    @IdempotencyKey() key: string,
    @Body() { item, from }: ItemNameBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    caller.require('setup', null);
    return recorded(this.ledger, { project: GROUP_BOOK, key, caller }, { type: 'WithdrawItemTerms', item, from });
  }
}

type ItemCommand = Extract<LedgerTask['command'], { type: 'SetItemTerms' | 'WithdrawItemTerms' }>;

const recorded = async (ledger: Ledger, call: Call, command: ItemCommand): Promise<Recorded> =>
  firstOf(await submit(ledger, call, { ...command }, { command }));
