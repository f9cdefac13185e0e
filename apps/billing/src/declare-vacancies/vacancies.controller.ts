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
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { AwaitingApproval, MayAwaitApproval, outcomeForTwo, submitForTwo } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import { Ledger } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import { firstOf, submit } from '../submit';
import {
  VacanciesPage,
  VacanciesQuery,
  VacancyBody,
  VacancyDaysBody,
  VacancyMade,
  type VacancyView,
} from './vacancy-shapes';

/** 空置申报: from when to when a resource is vacant. Standards with 空置比例 charge less for these days, and pools have a rule for them. */
@ApiTags('vacancies 空置申报')
@Controller('projects/:project/vacancies')
export class VacanciesController {
  constructor(
    private readonly approvals: Approvals,
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listVacancies', summary: '空置申报列表 List declared vacancies' })
  @ApiOkResponse({ type: VacanciesPage })
  async list(@CodeParam('project') project: string, @Query() query: VacanciesQuery): Promise<VacanciesPage> {
    const from = decodeCursor(query.cursor, 'string', 'string');
    const where = new Conditions()
      .and('book = ?', project)
      .only('not withdrawn')
      .and('resource = ?', query.resource)
      .and('from_on <= ? and (to_on is null or to_on >= ?)', query.on)
      .and('(resource, vacancy) > ((?::text[])[1], (?::text[])[2])', from ?? undefined);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<VacancyView>(
      `select vacancy, resource, from_on as "from", to_on as "to" from vacancy
        where ${where.sql} order by resource, vacancy limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      (row) => row,
      ({ resource, vacancy }) => [resource, vacancy],
    );
  }

  @Post()
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'declareVacancy',
    summary: '申报空置 Declare a resource vacant',
    description:
      '项目规定须两人时待复核后生效; 已出账的应收不变, 可预览并更正 ' +
      'Waits for a second person where the project says so. Charges that stand stay: preview and post their correction.',
  })
  @ApiCreatedResponse({ type: VacancyMade })
  @Refuses('unknown-resource', 'range-reversed', 'vacancies-overlap', 'import-in-progress')
  async declare(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: VacancyBody,
    @Caller() caller: CallerIdentity,
  ): Promise<VacancyMade | AwaitingApproval> {
    const { resource, from, to = null } = body;
    const vacancy = { vacancy: randomUUID(), resource, from, to };
    const content = { type: 'DeclareVacancy', ...body };
    const done = await outcomeForTwo(this.approvals, { project, key, caller }, content, {
      command: { type: 'DeclareVacancy', vacancy },
      names: { resources: [resource], customers: [] },
    });
    if (done instanceof AwaitingApproval) return done;
    // A repeated call is answered with the id that the first one was given.
    const made = done.answer.entries[0] as unknown as { vacancy: string };
    return { vacancy: made.vacancy, position: done.answer.position, after: done.after };
  }

  @Post(':vacancy/days')
  @Allow('settle')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'changeVacancy',
    summary: '结束或更正空置 End a vacancy, or correct its days',
    description:
      '只提前结束的不须复核; 其余更改在项目规定须两人时待复核. 已出账的应收不变, 可预览并更正 ' +
      'An earlier last day alone takes one person; all else two, where the project says so. Charges that stand stay.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-vacancy', 'range-reversed', 'vacancies-overlap', 'import-in-progress')
  async change(
    @CodeParam('project') project: string,
    @CodeParam('vacancy') vacancy: string,
    @IdempotencyKey() key: string,
    @Body() { from, to = null }: VacancyDaysBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const command = { type: 'ChangeVacancy', vacancy, from, to } as const;
    return submitForTwo(this.approvals, { project, key, caller }, command, { command });
  }

  @Post(':vacancy/withdrawal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawVacancy',
    summary: '撤销空置申报 Withdraw a vacancy that never was',
    description: '已出账的应收不变, 可预览并更正 Charges that stand stay: preview and post their correction.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-vacancy', 'import-in-progress')
  async withdraw(
    @CodeParam('project') project: string,
    @CodeParam('vacancy') vacancy: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'WithdrawVacancy', vacancy } as const;
    return firstOf(await submit(this.ledger, { project, key, caller }, command, { command }));
  }
}
