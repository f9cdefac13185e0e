import { Body, Controller, Get, Headers, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { After as AfterPositions } from '@propledger/contracts';
import {
  After,
  Allow,
  Answers as AnswersWith,
  Caller,
  type CallerIdentity,
  EventStreams,
  IdempotencyKey,
  IdParam,
  problemResponse,
} from '@propledger/service-kit';
import type { FastifyReply } from 'fastify';
import { MEDIA_TYPE } from '../answer/format';
import type { Job } from './job-store';
import { ReportJobBody, ReportJobEvent, ReportJobView, ResultQuery } from './job-shapes';
import { ReportJobs } from './report-jobs';

/** Reports that take long: asked for once, made in the background, fetched when they are done. */
@ApiTags('report jobs 报表任务')
@Controller('report-jobs')
export class ReportJobsController {
  constructor(
    private readonly jobs: ReportJobs,
    private readonly streams: EventStreams,
  ) {}

  @Post()
  @HttpCode(202)
  @Allow('view')
  @ApiOperation({
    operationId: 'makeReport',
    summary: '后台生成报表 Make a report as a job',
    description:
      '切片在提交时即定, 结果与直接查询逐字节相同. 服务重启后继续, 与客户端是否在线无关; 结果保留一天 ' +
      'The cut is settled when it is asked for; the result has the bytes that asking directly has. It goes on when the client leaves and after a restart, and is kept for a day.',
  })
  @ApiAcceptedResponse({ type: ReportJobView })
  @AnswersWith('idempotency-key-reused')
  @problemResponse(404, 'project-not-found, cut-not-found, nothing-known-then')
  async make(
    @Body() body: ReportJobBody,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
    @After() after: AfterPositions | null,
  ): Promise<ReportJobView> {
    return viewOf(await this.jobs.ask(body, key, caller, after));
  }

  @Get(':job')
  @Allow('view')
  @ApiOperation({ operationId: 'getReportJob', summary: '报表任务进度 How far a job is' })
  @ApiOkResponse({ type: ReportJobView })
  @problemResponse(404, 'not-found')
  async get(@IdParam('job') id: string, @Caller() caller: CallerIdentity): Promise<ReportJobView> {
    return viewOf(await this.jobs.find(id, caller));
  }

  @Post(':job/retry')
  @HttpCode(202)
  @Allow('view')
  @ApiOperation({
    operationId: 'retryReportJob',
    summary: '重新生成失败的报表 Begin a failed job once more',
    description: '未失败的原样返回 One that has not failed is answered as it is.',
  })
  @ApiAcceptedResponse({ type: ReportJobView })
  @problemResponse(404, 'not-found')
  async retry(
    @IdParam('job') id: string,
    @IdempotencyKey() _key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<ReportJobView> {
    return viewOf(await this.jobs.retry(id, caller));
  }

  @Get(':job/progress')
  @Allow('view')
  @ApiOperation({
    operationId: 'followReportJob',
    summary: '报表任务进度 (服务器推送) Progress as server-sent events',
    description:
      '每个事件的 data 为 ReportJobEvent; 结束后关闭 The data of each event is a ReportJobEvent; ends with the job.',
  })
  @ApiExtraModels(ReportJobEvent)
  @ApiOkResponse({
    content: { 'text/event-stream': { schema: { description: 'text/event-stream, data: ReportJobEvent' } } },
  })
  @problemResponse(404, 'not-found')
  async follow(
    @IdParam('job') id: string,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.streams.follow<Job>(reply, {
      first: await this.jobs.find(id, caller),
      look: () => this.jobs.look(id),
      versionOf: ({ version }) => version,
      dataOf: eventOf,
      hasEnded: ({ state }) => state === 'done' || state === 'failed',
    });
  }

  @Get(':job/result')
  @Allow('view')
  @ApiOperation({
    operationId: 'getReportResult',
    summary: '报表任务的结果 The result of a job',
    description: 'As the report itself answers, in every format; JSON page by page.',
  })
  @ApiOkResponse({
    content: {
      [MEDIA_TYPE.json]: { schema: { type: 'object', additionalProperties: true } },
      [MEDIA_TYPE.csv]: { schema: { type: 'string' } },
      [MEDIA_TYPE.xlsx]: { schema: { type: 'string', format: 'binary' } },
    },
  })
  @AnswersWith('not-acceptable')
  @problemResponse(404, 'not-found')
  @problemResponse(409, 'report-not-made')
  async result(
    @IdParam('job') id: string,
    @Query() query: ResultQuery,
    @Caller() caller: CallerIdentity,
    @Headers('accept') accept: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { headers, body } = await this.jobs.result(id, query, caller, accept);
    void reply.headers(headers).send(body);
  }
}

const eventOf = ({ job, state, done, total, rows }: Job): ReportJobEvent => ({
  ...{ job, state, rows },
  progress: { done, total },
});

const viewOf = (job: Job): ReportJobView => {
  const { question, failure, attempts, trouble, askedAt, endedAt, expiresAt } = job;
  const { part, report, moment, cuts } = question;
  return {
    ...eventOf(job),
    ...{ part, report, asOf: moment.asOf, period: moment.period, cut: cuts[0] ?? '', against: cuts[1] ?? null },
    ...{ failure, attempts, trouble, askedAt, endedAt, expiresAt },
  };
};
