import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Pool } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  pageLimit,
  pageOf,
  PeriodParam,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { parseMoney } from '@propledger/ledger-core';
import { Ledger } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import { lastOf, submit, submitAdopting, type Call } from '../submit';
import {
  PoolAmountBody,
  PoolBody,
  PoolPriceBody,
  PoolSharedView,
  PoolsPage,
  PoolsQuery,
  PoolTermsBody,
  PoolView,
} from './pool-shapes';

const FAULTS = [
  ...(['unknown-standard', 'not-a-pool-standard', 'meter-kind-missing', 'scope-incomplete'] as const),
  ...(['unknown-meter', 'pool-without-price', 'range-reversed', 'prices-overlap'] as const),
  ...(['weights-missing', 'weight-twice', 'developer-missing'] as const),
  ...(['unknown-resource', 'unknown-customer', 'import-in-progress'] as const),
] as const;

/** What a pool names that is not of the ledger. */
const namesOf = ({ members = [], developer }: Pool) => ({
  resources: members.map(({ resource }) => resource),
  customers: developer === undefined ? [] : [developer],
});

/** 公摊: what the resources of a project, building, staircase, group of meters, or of a list share, to the fen. */
@ApiTags('pools 公摊')
@Controller('projects/:project/pools')
export class PoolsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listPools', summary: '公摊池列表 List pools, by code' })
  @ApiOkResponse({ type: PoolsPage })
  async list(@CodeParam('project') project: string, @Query() query: PoolsQuery): Promise<PoolsPage> {
    const from = decodeCursor(query.cursor, 'string');
    const where = new Conditions()
      .and('book = ?', project)
      .only('not withdrawn')
      .and('standard = ?', query.standard)
      .and('pool > ?', from?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<{ body: Pool }>(
      `select body from pool where ${where.sql} order by pool limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      ({ body }) => body as PoolView,
      ({ body }) => [body.pool],
    );
  }

  @Get(':pool/shares/:period')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'getPoolShares',
    summary: '一个账期的分摊明细 How a pool was shared for a period',
  })
  @ApiOkResponse({ type: PoolSharedView })
  async shares(
    @CodeParam('project') project: string,
    @CodeParam('pool') pool: string,
    @PeriodParam('period') period: string,
  ): Promise<PoolSharedView> {
    const row = await this.reader.first<{ body: PoolSharedView }>(
      `select e.body::jsonb - 'pool' - 'amountAt' as body from event e
        where e.book = $1 and e.type = 'pool.shared' and e.body::jsonb->>'pool' = $2 and e.body::jsonb->>'period' = $3
        order by e.position desc limit 1`,
      [project, pool, period],
    );
    if (!row) throw new Problem('not-found');
    return row.body;
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({ operationId: 'definePool', summary: '新增公摊池 Define a pool' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('pool-exists', ...FAULTS)
  async define(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: PoolBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const pool = body.poolNamed(body.pool);
    const command = { type: 'DefinePool', pool } as const;
    const task = { command, names: namesOf(pool), standard: body.standard };
    return lastOf(await submitAdopting(this.ledger, { project, key, caller }, command, task));
  }

  @Post(':pool/terms')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'changePool',
    summary: '变更公摊池 Change a pool',
    description:
      '写明变更后的全部内容; 已分摊的可预览并更正 All that it is from now on. What was shared already is previewed and corrected.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-pool', 'pool-in-use', ...FAULTS)
  async change(
    @CodeParam('project') project: string,
    @CodeParam('pool') code: string,
    @IdempotencyKey() key: string,
    @Body() body: PoolTermsBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const pool = body.poolNamed(code);
    return this.record({ project, key, caller }, { command: { type: 'ChangePool', pool }, names: namesOf(pool) });
  }

  @Post(':pool/prices')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({ operationId: 'addPoolPrice', summary: '按仪表的公摊池调价 A new price of a pool with meters' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-pool', 'pool-has-no-meters', 'range-reversed', 'prices-overlap', 'import-in-progress')
  async addPrice(
    @CodeParam('project') project: string,
    @CodeParam('pool') pool: string,
    @IdempotencyKey() key: string,
    @Body() body: PoolPriceBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: { type: 'AddPoolPrice', pool, price: body.toPrice() } });
  }

  @Post(':pool/withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawPool',
    summary: '撤销没有金额、没有应收的公摊池 Withdraw a pool without amounts and shares',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-pool', 'pool-in-use', 'import-in-progress')
  async withdraw(
    @CodeParam('project') project: string,
    @CodeParam('pool') pool: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: { type: 'WithdrawPool', pool } });
  }

  @Post(':pool/amounts')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'setPoolAmount',
    summary: '录入公摊金额 Set a pool’s amount for a period',
    description: '该账期再次出账时分摊 The next bill run of the period shares it.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-pool',
    'pool-has-meters',
    'pool-amount-exists',
    'period-closed',
    'before-first-period',
    'import-in-progress',
  )
  async setAmount(
    @CodeParam('project') project: string,
    @CodeParam('pool') pool: string,
    @IdempotencyKey() key: string,
    @Body() { period, amount }: PoolAmountBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const task: LedgerTask = { command: { type: 'SetPoolAmount', pool, period, amount: parseMoney(amount) } };
    const content = { type: 'SetPoolAmount', pool, period, amount };
    return lastOf(await submit(this.ledger, { project, key, caller }, content, task));
  }

  @Post(':pool/amounts/:period/withdrawal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawPoolAmount',
    summary: '撤销公摊金额 Withdraw a pool’s amount',
    description: '已生成的应收须先红冲 Charges of it are reversed first.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-pool-amount', 'pool-in-use', 'import-in-progress')
  async withdrawAmount(
    @CodeParam('project') project: string,
    @CodeParam('pool') pool: string,
    @PeriodParam('period') period: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: { type: 'WithdrawPoolAmount', pool, period } });
  }

  private async record(call: Call, task: LedgerTask): Promise<Recorded> {
    return lastOf(await submit(this.ledger, call, { ...task.command }, task));
  }
}
