import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK } from '@propledger/contracts';
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
import { follow } from '../ledger-store/group-standards';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { ListQuery, Recorded } from '../shapes';
import { firstOf, submit } from '../submit';
import { listStandards } from './list-standards';
import {
  GroupChangesBody,
  GroupStandardBody,
  GroupStandardChanged,
  OPTION_FAULTS,
  PriceBody,
  ProjectsOfStandardPage,
  StandardsPage,
  StandardsQuery,
  type ProjectOfStandard,
} from './standard-shapes';

const RIGHT = '须有整个集团的权限 Takes the right in the whole group.';
const FOLLOWED =
  '随之写入采用它的每个项目; 已出账的应收不变, 可逐个项目预览并更正 Written into each project that has taken it over. Charges that stand ' +
  'stay: preview and post their corrections project by project.';

/** 集团收费标准: defined once, taken over into a project's book when something is bound to it there. */
@ApiTags('standards 收费标准')
@Controller('standards')
export class GroupStandardsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listGroupStandards', summary: '集团收费标准列表 The group’s standards' })
  @ApiOkResponse({ type: StandardsPage })
  async list(@Query() query: StandardsQuery): Promise<StandardsPage> {
    return listStandards(this.reader, GROUP_BOOK, query);
  }

  @Get(':standard/projects')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listProjectsOfStandard',
    summary: '采用集团标准的项目: 变更会涉及的 Projects that have it: which a change touches',
    description: '须有整个集团的查看权限 Takes the right to view the whole group.',
  })
  @ApiOkResponse({ type: ProjectsOfStandardPage })
  async projects(
    @CodeParam('standard') standard: string,
    @Query() query: ListQuery,
    @Caller() caller: CallerIdentity,
  ): Promise<ProjectsOfStandardPage> {
    caller.require('view', null);
    const from = decodeCursor(query.cursor, 'string');
    const limit = pageLimit(query);
    const rows = await this.reader.rows<ProjectOfStandard>(
      `select s.book as project, s.body->'ofGroup' is null as own,
              (select count(*)::int from binding b where b.book = s.book and b.standard = s.standard and not b.withdrawn) as bindings
         from standard s
        where s.standard = $1 and s.book <> $2 and not s.withdrawn and ($3::text is null or s.book collate "C" > $3)
        order by s.book collate "C" limit ${limit + 1}`,
      [standard, GROUP_BOOK, from?.[0] ?? null],
    );
    return pageOf(
      rows,
      limit,
      (row) => row,
      ({ project }) => [project],
    );
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'defineGroupStandard',
    summary: '新增集团收费标准 Define a standard of the group',
    description: `资源绑定到它时写入项目 Written into a project when something is bound to it there. ${RIGHT}`,
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('standard-exists', 'prices-overlap', 'standard-without-price', ...OPTION_FAULTS)
  async define(
    @IdempotencyKey() key: string,
    @Body() body: GroupStandardBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    caller.require('setup', null);
    const command = { type: 'DefineStandard', standard: body.toStandard() } as const;
    return firstOf(await submit(this.ledger, { project: GROUP_BOOK, key, caller }, command, { command }));
  }

  @Post(':standard/prices')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'addGroupPrice',
    summary: '集团标准调价 A new price of a standard of the group',
    description: `${FOLLOWED} ${RIGHT}`,
  })
  @ApiCreatedResponse({ type: GroupStandardChanged })
  @Refuses('unknown-standard', 'price-negative', 'range-reversed', 'prices-overlap')
  async addPrice(
    @CodeParam('standard') standard: string,
    @IdempotencyKey() key: string,
    @Body() body: PriceBody,
    @Caller() caller: CallerIdentity,
  ): Promise<GroupStandardChanged> {
    return this.change(standard, key, caller, { type: 'AddPrice', standard, price: body.toPrice() });
  }

  @Post(':standard/changes')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'changeGroupStandard',
    summary: '变更集团收费标准 Change a standard of the group',
    description: `只列出要变更的内容 Name what changes. ${FOLLOWED} ${RIGHT}`,
  })
  @ApiCreatedResponse({ type: GroupStandardChanged })
  @Refuses('unknown-standard', 'prices-overlap', 'standard-without-price', ...OPTION_FAULTS)
  async changeTerms(
    @CodeParam('standard') standard: string,
    @IdempotencyKey() key: string,
    @Body() body: GroupChangesBody,
    @Caller() caller: CallerIdentity,
  ): Promise<GroupStandardChanged> {
    return this.change(standard, key, caller, { type: 'EditStandard', standard, changes: body.toChanges() });
  }

  @Post(':standard/withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawGroupStandard',
    summary: '撤销没有项目采用的集团标准 Withdraw a standard that no project has taken over',
    description: RIGHT,
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-standard', 'standard-in-use')
  async withdraw(
    @CodeParam('standard') standard: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    caller.require('setup', null);
    const [user] = await this.following(standard);
    if (user !== undefined) throw new Problem('standard-in-use', { detail: `project: ${user}` });
    const command = { type: 'WithdrawStandard', standard } as const;
    return firstOf(await submit(this.ledger, { project: GROUP_BOOK, key, caller }, command, { command }));
  }

  /** In the group's book, then in each project that follows it: what one refuses is named, and done when it is sent again. */
  private async change(
    code: string,
    key: string,
    caller: CallerIdentity,
    command: Extract<LedgerTask['command'], { type: 'AddPrice' | 'EditStandard' }>,
  ): Promise<GroupStandardChanged> {
    caller.require('setup', null);
    const call = { project: GROUP_BOOK, key, caller };
    const done = firstOf(await submit(this.ledger, call, command, { command }));
    const projects: string[] = [];
    const refused: Record<string, string> = {};
    for (const project of await this.following(code)) {
      const { operator, correlationId } = caller;
      const outcome = await follow(this.ledger, { project, key, operator, correlationId }, code);
      if (outcome.kind === 'accepted') projects.push(project);
      else refused[project] = outcome.kind === 'refused' ? outcome.rejection.code : outcome.kind;
    }
    return { ...done, projects, refused };
  }

  /** Projects whose standard of the code is the group's. */
  private async following(standard: string): Promise<string[]> {
    const rows = await this.reader.rows<{ book: string }>(
      `select book from standard
        where standard = $1 and book <> $2 and not withdrawn and body->'ofGroup' is not null order by book collate "C"`,
      [standard, GROUP_BOOK],
    );
    return rows.map(({ book }) => book);
  }
}
