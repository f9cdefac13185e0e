import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DiscountRule } from '@propledger/contracts';
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
import { Ledger, type LedgerOutcome } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { ListQuery, Recorded } from '../shapes';
import { firstOf, submit } from '../submit';
import {
  DiscountRuleBody,
  DiscountRuleOfManyBody,
  DiscountRulesPage,
  DiscountRuleTerms,
  RulesOfManyView,
} from './discount-shapes';

/** 优惠规则 of a project, or written into each project of a region or the group. */
@ApiTags('discounts 优惠')
@Controller()
export class DiscountRulesController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get('projects/:project/discount-rules')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listDiscountRules', summary: '优惠规则列表 List discount rules, by code' })
  @ApiOkResponse({ type: DiscountRulesPage })
  async list(@CodeParam('project') project: string, @Query() query: ListQuery): Promise<DiscountRulesPage> {
    const from = decodeCursor(query.cursor, 'string');
    const where = new Conditions().and('book = ?', project).only('not withdrawn').and('rule > ?', from?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<{ body: DiscountRule }>(
      `select body from discount_rule where ${where.sql} order by rule limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      ({ body }) => ({ ...body, items: [...body.items] }) as DiscountRulesPage['items'][number],
      ({ body }) => [body.rule],
    );
  }

  @Post('projects/:project/discount-rules')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'defineDiscountRule',
    summary: '新增优惠规则 Define a discount rule',
    description:
      '出账时按规则给出折扣; 每笔应收取最优的一个, 另加可同享的 Bill runs give discounts by it: of each charge the best one, and those that stack.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('discount-rule-exists', 'discount-rule-unfit', 'range-reversed')
  async define(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: DiscountRuleBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const task: LedgerTask = { command: { type: 'DefineDiscountRule', rule: ruleOf(body.rule, body) } };
    return firstOf(await submit(this.ledger, { project, key, caller }, { ...task.command }, task));
  }

  @Post('projects/:project/discount-rules/:rule/changes')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'changeDiscountRule',
    summary: '变更优惠规则 Change a discount rule, as a whole',
    description: '已给出的优惠不变 What was given by it stays.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-discount-rule', 'discount-rule-unfit', 'range-reversed')
  async change(
    @CodeParam('project') project: string,
    @CodeParam('rule') rule: string,
    @IdempotencyKey() key: string,
    @Body() body: DiscountRuleTerms,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const task: LedgerTask = { command: { type: 'ChangeDiscountRule', rule: ruleOf(rule, body) } };
    return firstOf(await submit(this.ledger, { project, key, caller }, { ...task.command }, task));
  }

  @Post('projects/:project/discount-rules/:rule/withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawDiscountRule',
    summary: '停用优惠规则 Withdraw a discount rule',
    description: '不再按它给出; 已享的预交优惠继续 Nothing more is given by it; discounts granted for prepaying go on.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-discount-rule')
  async withdraw(
    @CodeParam('project') project: string,
    @CodeParam('rule') rule: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const task: LedgerTask = { command: { type: 'WithdrawDiscountRule', rule } };
    return firstOf(await submit(this.ledger, { project, key, caller }, { ...task.command }, task));
  }

  @Post('discount-rules')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'setDiscountRuleOfMany',
    summary: '区域或集团的优惠规则 A discount rule for every project of a region, or of the group',
    description:
      '写入每个项目, 已有同编码的改为此规则; 某个项目不能写入时列在 refused, 可重发。须有区域或集团的权限 ' +
      'Written into each project, where it takes the place of one with its code. A project that refuses is named; send it again. Takes the ' +
      'right in the region, or the group.',
  })
  @ApiCreatedResponse({ type: RulesOfManyView })
  @Refuses('discount-rule-unfit', 'range-reversed')
  async setOfMany(
    @IdempotencyKey() key: string,
    @Body() { region, ...body }: DiscountRuleOfManyBody,
    @Caller() caller: CallerIdentity,
  ): Promise<RulesOfManyView> {
    if (region === undefined ? !caller.may('setup', null) : !caller.mayInRegion('setup', region))
      throw new Problem('forbidden');
    const projects = await this.reader.rows<{ project: string }>(
      `select p.project from copy_project p join access_project a using (project)
        where $1::text is null or a.region = $1 order by p.project collate "C"`,
      [region ?? null],
    );
    const rule = ruleOf(body.rule, body);
    const refused: Record<string, string> = {};
    for (const { project } of projects) {
      const outcome = await this.setIn(project, key, caller, rule);
      if (outcome.kind !== 'accepted')
        refused[project] = outcome.kind === 'refused' ? outcome.rejection.code : outcome.kind;
    }
    return { projects: projects.length - Object.keys(refused).length, refused };
  }

  private async setIn(
    project: string,
    key: string,
    { operator, correlationId }: CallerIdentity,
    rule: DiscountRule,
  ): Promise<LedgerOutcome> {
    const asked = (type: 'DefineDiscountRule' | 'ChangeDiscountRule') => ({
      ...{ project, operator, correlationId, key: `${key}:${type}`, content: { type, rule } },
      task: { command: { type, rule } } as LedgerTask,
    });
    const defined = await this.ledger.submit(asked('DefineDiscountRule'));
    const exists = defined.kind === 'refused' && defined.rejection.code === 'discount-rule-exists';
    return exists ? this.ledger.submit(asked('ChangeDiscountRule')) : defined;
  }
}

const ruleOf = (rule: string, terms: Omit<DiscountRuleTerms, 'toRule'>): DiscountRule =>
  Object.assign(new DiscountRuleTerms(), terms).toRule(rule);
