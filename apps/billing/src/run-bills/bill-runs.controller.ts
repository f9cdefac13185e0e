import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  decodeCursor,
  EventStreams,
  IdempotencyKey,
  IdParam,
  pageLimit,
  pageOf,
  Problem,
  SeesAfter,
  type CallerIdentity,
  WaitQuery,
} from '@propledger/service-kit';
import { Conditions, Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { BillRuns } from './bill-runs';
import { SCOPE_REFUSALS } from './known-scope';
import { isAtRest } from './run-job';
import { BillRunBody, BillRunsPage, BillRunsQuery, BillRunView } from './run-shapes';
import { SHOWN, shownRun, viewOf, type ShownRow } from './run-view';

/** 出账: raises a month's charges, and applies prepayments to them. */
@ApiTags('bill-runs 出账')
@Controller('projects/:project/bill-runs')
export class BillRunsController {
  constructor(
    private readonly runs: BillRuns,
    private readonly reader: Reader,
    private readonly streams: EventStreams,
  ) {
    runs.onRest((run) => streams.tell(run));
  }

  @Post()
  @HttpCode(202)
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'runBills',
    summary: '出账 Raise a month’s charges',
    description:
      '只生成尚未生成的应收, 重复出账不会多收; 然后以预交款冲抵到期欠费. 作为后台任务执行, 中断后自动继续 ' +
      'Raises what is not there yet: repeating it adds nothing. Then applies prepayments. Runs as a job and survives restarts. ' +
      'draft: true 只试算 computes it and posts nothing: see …/draft, …/post, …/recompute, …/discard.',
  })
  @ApiAcceptedResponse({ type: BillRunView })
  @Refuses(
    'unknown-project',
    'run-in-progress',
    'period-closed',
    'before-first-period',
    'date-after-period',
    ...SCOPE_REFUSALS,
  )
  async ask(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: BillRunBody,
    @Caller() { operator, correlationId }: CallerIdentity,
  ): Promise<BillRunView> {
    const { period, date, draft = false } = body;
    const asked = { project, period, date, draft, scope: body.toScope(), operator, key, correlationId };
    const outcome = await this.runs.ask(asked);
    if (outcome.kind === 'key-reused') throw new Problem('idempotency-key-reused');
    if (outcome.kind === 'refused') throw problemOf(outcome.rejection);
    return this.get(project, outcome.run.run, {});
  }

  @Get()
  @Allow('view')
  @ApiOperation({ operationId: 'listBillRuns', summary: '出账记录, 新的在前 Bill runs, latest first' })
  @ApiOkResponse({ type: BillRunsPage })
  async list(@CodeParam('project') project: string, @Query() query: BillRunsQuery): Promise<BillRunsPage> {
    const before = decodeCursor(query.cursor, 'string', 'string');
    if (before && !/^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f-]{36}$/.test(before.join(' ')))
      throw new Problem('invalid-input', {
        errors: [{ pointer: '/query/cursor', code: 'cursor', message: '翻页标记有误 not a cursor of this list' }],
      });
    const where = new Conditions()
      .and('book = ?', project)
      .and('period = ?', query.period)
      .and('state = ?', query.state)
      .and('(asked_at, run) < ((?::text[])[1]::timestamptz, (?::text[])[2]::uuid)', before ?? undefined);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<ShownRow>(
      `${SHOWN} where ${where.sql} order by asked_at desc, run desc limit ${limit + 1}`,
      where.params,
    );
    return pageOf(rows, limit, viewOf, ({ askedAt, run }) => [askedAt, run]);
  }

  @Get(':run')
  @Allow('view')
  @ApiOperation({ operationId: 'getBillRun', summary: '出账进度与结果 Progress and result of a bill run' })
  @ApiOkResponse({ type: BillRunView })
  async get(
    @CodeParam('project') project: string,
    @IdParam('run') run: string,
    @Query() wait: WaitQuery,
  ): Promise<BillRunView> {
    const first = await shownRun(this.reader, project, run);
    if (!first) throw new Problem('not-found');
    const look = async (): Promise<ShownRow | null> => (await shownRun(this.reader, project, run)) ?? null;
    const hasEnded = ({ state }: ShownRow): boolean => isAtRest(state);
    return viewOf(await this.streams.whenEnded({ first, look, hasEnded, what: run }, wait));
  }
}
