import { randomUUID } from 'node:crypto';
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
import { Ledger } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import {
  BindingBody,
  BindingMade,
  BindingPayerBody,
  BindingPriceBody,
  BindingsPage,
  BindingsQuery,
  BindingView,
  DaysBody,
  EndBody,
} from './binding-shapes';
import { firstOf, submit, submitAdopting } from '../submit';

const COLUMNS = 'binding, resource, standard, from_on as "from", to_on as "to", persons, own';
type Row = Omit<BindingView, 'prices' | 'payers'> & { readonly own: Pick<BindingView, 'prices' | 'payers'> | null };
const viewOf = ({ own, ...row }: Row): BindingView => ({ ...row, ...own });

/** 收费绑定: which resource is charged by which standard, from when to when. */
@ApiTags('bindings 收费绑定')
@Controller('projects/:project/bindings')
export class BindingsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listBindings', summary: '收费绑定列表 List bindings' })
  @ApiOkResponse({ type: BindingsPage })
  async list(@CodeParam('project') project: string, @Query() query: BindingsQuery): Promise<BindingsPage> {
    const from = decodeCursor(query.cursor, 'string', 'string');
    const where = new Conditions()
      .and('book = ?', project)
      .only('not withdrawn')
      .and('resource = ?', query.resource)
      .and('standard = ?', query.standard)
      .and('from_on <= ? and (to_on is null or to_on >= ?)', query.on)
      .and('(resource, binding) > ((?::text[])[1], (?::text[])[2])', from ?? undefined);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<Row>(
      `select ${COLUMNS} from binding where ${where.sql} order by resource, binding limit ${limit + 1}`,
      where.params,
    );
    return pageOf(rows, limit, viewOf, ({ resource, binding }) => [resource, binding]);
  }

  @Get(':binding')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getBinding', summary: '收费绑定 A binding' })
  @ApiOkResponse({ type: BindingView })
  async get(@CodeParam('project') project: string, @CodeParam('binding') binding: string): Promise<BindingView> {
    const row = await this.reader.first<Row>(
      `select ${COLUMNS} from binding where book = $1 and binding = $2 and not withdrawn`,
      [project, binding],
    );
    if (!row) throw new Problem('not-found');
    return viewOf(row);
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'makeBinding',
    summary: '新增收费绑定 Bind a resource to a standard',
    description:
      '项目没有此编码的标准时用集团的 Where the project has no standard of the code, the group’s is taken over into its book.',
  })
  @ApiCreatedResponse({ type: BindingMade })
  @Refuses(
    'unknown-resource',
    'range-reversed',
    'unknown-standard',
    'persons-missing',
    'price-of-standard-only',
    'bindings-overlap',
    'import-in-progress',
  )
  async make(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: BindingBody,
    @Caller() caller: CallerIdentity,
  ): Promise<BindingMade> {
    const binding = body.toBinding(randomUUID());
    const content = { type: 'MakeBinding', ...body };
    const done = await submitAdopting(this.ledger, { project, key, caller }, content, {
      standard: body.standard,
      command: { type: 'MakeBinding', binding },
      names: { resources: [body.resource], customers: [] },
    });
    // A repeated call is answered with the id that the first one was given.
    const made = done.answer.entries[0] as unknown as { binding: string };
    return { binding: made.binding, position: done.answer.position, after: done.after };
  }

  @Post(':binding/end')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'endBinding',
    summary: '终止收费绑定 End a binding',
    description:
      '已出账的应收不变; 再次出账时列出差异 Charges that stand stay; a run lists what it would compute otherwise.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-binding', 'range-reversed', 'bindings-overlap', 'import-in-progress')
  async end(
    @CodeParam('project') project: string,
    @CodeParam('binding') binding: string,
    @IdempotencyKey() key: string,
    @Body() body: EndBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'EndBinding', binding, lastDay: body.lastDay } as const;
    return firstOf(await submit(this.ledger, { project, key, caller }, command, { command }));
  }

  @Post(':binding/days')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'changeBindingDays',
    summary: '更改绑定的起止日期, 如交付日期 Change the days of a binding',
    description: '已出账的应收不变, 可预览并更正 Charges that stand stay: preview and post their correction.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-binding', 'range-reversed', 'bindings-overlap', 'import-in-progress')
  async changeDays(
    @CodeParam('project') project: string,
    @CodeParam('binding') binding: string,
    @IdempotencyKey() key: string,
    @Body() { from, to = null }: DaysBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'ChangeBindingDays', binding, from, to } as const;
    return firstOf(await submit(this.ledger, { project, key, caller }, command, { command }));
  }

  @Post(':binding/prices')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'setBindingPrice',
    summary: '绑定单价: 自某日起 A price of the binding’s own, from a day on',
    description:
      '须收费标准允许. 在收费标准有单价的日子代替它; 已出账的应收不变, 可预览并更正 ' +
      'Where the standard allows it, instead of its price. Charges that stand stay: preview and post their correction.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-binding', 'price-of-standard-only', 'price-negative', 'range-reversed', 'import-in-progress')
  async setPrice(
    @CodeParam('project') project: string,
    @CodeParam('binding') binding: string,
    @IdempotencyKey() key: string,
    @Body() { price, from, to = null }: BindingPriceBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const row = await this.reader.first<{ standard: string }>(
      'select standard from binding where book = $1 and binding = $2',
      [project, binding],
    );
    const content = { type: 'SetBindingPrice', binding, price, from, to } as const;
    const command = { ...content, standard: row?.standard ?? '' };
    return firstOf(await submit(this.ledger, { project, key, caller }, content, { command }));
  }

  @Post(':binding/payers')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'setBindingPayer',
    summary: '绑定的付费对象: 自某日起 Who pays what the binding charges, from a day on',
    description: '代替收费项目的付费对象; 已出账的应收不变, 可预览并更正 Instead of whom its item says.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-binding', 'range-reversed', 'import-in-progress')
  async setPayer(
    @CodeParam('project') project: string,
    @CodeParam('binding') binding: string,
    @IdempotencyKey() key: string,
    @Body() { payer, from, to = null }: BindingPayerBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'SetBindingPayer', binding, payer, from, to } as const;
    return firstOf(await submit(this.ledger, { project, key, caller }, command, { command }));
  }

  @Post(':binding/withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawBinding',
    summary: '撤销没有应收的收费绑定 Withdraw a binding without charges',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-binding', 'binding-in-use', 'import-in-progress')
  async withdraw(
    @CodeParam('project') project: string,
    @CodeParam('binding') binding: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'WithdrawBinding', binding } as const;
    return firstOf(await submit(this.ledger, { project, key, caller }, command, { command }));
  }
}
