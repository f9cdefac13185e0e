import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  DayField,
  FlagField,
  IdempotencyKey,
  IdParam,
  PeriodField,
  Problem,
  problemResponse,
  SeesAfter,
  TextField,
  type CallerIdentity,
} from '@propledger/service-kit';
import { CountAndAmount } from '../shapes';
import { RunBatches, totalOf, type Batch } from './run-batches';
import { RunDecisions, type Decided, type Decision } from './run-decisions';
import { RUN_STATES } from './run-job';

const DECISIONS = ['post', 'discard', 'reversal', 'retry'] as const;
type DecisionName = (typeof DECISIONS)[number];

export class RunBatchBody {
  @PeriodField({ description: '账期' })
  period!: string;

  @DayField({ description: '出账日期 the day on which charges and applied prepayments take effect' })
  date!: string;

  @TextField({ max: 100, optional: true, description: '区域; 缺省: 整个集团 by default the whole group' })
  region?: string;

  @FlagField({ optional: true, description: '只试算 only compute it' })
  draft?: boolean;
}

class RunOfBatchView {
  @ApiProperty()
  project!: string;
  @ApiProperty({ format: 'uuid' })
  run!: string;
  @ApiProperty({ enum: RUN_STATES })
  state!: string;
  @ApiProperty({ type: 'integer' })
  done!: number;
  @ApiProperty({ type: 'integer' })
  total!: number;
  @ApiProperty({ type: String, nullable: true })
  failure!: string | null;
  @ApiProperty({ type: CountAndAmount, nullable: true, description: '已生成或将生成的应收 raised, or to be raised' })
  charges!: CountAndAmount | null;
}

class RunBatchView {
  @ApiProperty({ format: 'uuid' })
  batch!: string;
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @ApiProperty({ example: '2026-03-01' })
  date!: string;
  @ApiProperty()
  draft!: boolean;
  @ApiProperty({ description: '操作员' })
  operator!: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { done: 40, running: 1 },
    description: '各状态的出账数 how many runs are in which state',
  })
  states!: Record<string, number>;
  @ApiProperty({ type: CountAndAmount })
  charges!: CountAndAmount;
  @ApiProperty({ type: [RunOfBatchView] })
  runs!: RunOfBatchView[];
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { YT01: 'run-in-progress' },
    description: '没有处理的项目及原因 projects for which nothing was done, with a problem code',
  })
  refused!: Record<string, string>;
  @ApiProperty({ format: 'date-time' })
  askedAt!: string;
}

/** 区域或集团出账: a run for each project, asked for and decided together. */
@ApiTags('bill-runs 出账')
@Controller('bill-runs')
export class RunBatchesController {
  constructor(
    private readonly batches: RunBatches,
    private readonly decisions: RunDecisions,
  ) {}

  @Post()
  @HttpCode(202)
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'runBillsOfMany',
    summary: '区域或集团出账 A bill run for every project of a region, or of the group',
    description:
      '每个项目一次出账, 以同一编号关联; 某个项目不能出账时列在 refused, 不影响其他项目。须有其中每个项目的权限 ' +
      'A run for each project, tied to one id. A project that cannot have one is named in refused and keeps no other from its own. Takes the ' +
      'right in the region, or the group.',
  })
  @ApiAcceptedResponse({ type: RunBatchView })
  @Answers('idempotency-key-reused')
  async ask(
    @IdempotencyKey() key: string,
    @Body() { period, date, region, draft = false }: RunBatchBody,
    @Caller() caller: CallerIdentity,
  ): Promise<RunBatchView> {
    if (region === undefined ? !caller.may('settle', null) : !caller.mayInRegion('settle', region))
      throw new Problem('forbidden');
    const { operator, correlationId } = caller;
    const projects = await this.batches.projectsOf(region ?? null);
    const batch = await this.batches.ask({ period, date, draft, operator, correlationId, key }, projects);
    if (!batch) throw new Problem('idempotency-key-reused');
    return this.viewOf(batch, caller);
  }

  @Get(':batch')
  @Allow('view')
  @ApiOperation({
    operationId: 'getBillRunsOfMany',
    summary: '区域或集团出账的进度 How the runs of several projects go; those that you may view',
  })
  @ApiOkResponse({ type: RunBatchView })
  @problemResponse(404, 'not-found')
  async get(@IdParam('batch') id: string, @Caller() caller: CallerIdentity): Promise<RunBatchView> {
    return this.viewOf(await this.find(id), caller);
  }

  @Post(':batch/:decision')
  @HttpCode(202)
  @Allow('settle')
  @ApiOperation({
    operationId: 'decideBillRunsOfMany',
    summary:
      '一并入账、弃用、整体红冲、重新开始 Post, throw away, reverse or begin again the runs of several projects together',
    description:
      '逐个项目处理, 不能处理的列在 refused; 重复无害 Project by project; what cannot be done is named in refused. Repeating it does no harm.',
  })
  @ApiParam({ name: 'decision', schema: { type: 'string', enum: [...DECISIONS] } })
  @ApiAcceptedResponse({ type: RunBatchView })
  @problemResponse(404, 'not-found')
  @Answers('idempotency-key-reused')
  async decide(
    @IdParam('batch') id: string,
    @Param('decision') decision: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<RunBatchView> {
    if (!isDecision(decision)) throw new Problem('not-found');
    const { operator, correlationId } = caller;
    const who = { operator, correlationId, key: `batch:${key}` };
    const batch = await this.find(id);
    for (const project of batch.projects) caller.require('settle', project);
    const refused: Record<string, string> = {};
    const runs = await this.batches.runsOf(id);
    const asked = decisionOf(decision);
    const ids = runs.map(({ run }) => run);
    if (await this.decisions.isKeyReused(ids, asked, who)) throw new Problem('idempotency-key-reused');
    for (const { project, run } of runs) {
      const decided = await this.decisions.decide(project, run, asked, who);
      if (decided.kind !== 'accepted') refused[project] = codeOf(decided);
    }
    return { ...(await this.viewOf(batch, caller)), refused };
  }

  private async find(id: string): Promise<Batch> {
    const batch = await this.batches.find(id);
    if (!batch) throw new Problem('not-found');
    return batch;
  }

  private async viewOf(batch: Batch, caller: CallerIdentity): Promise<RunBatchView> {
    const runs = (await this.batches.runsOf(batch.batch)).filter(({ project }) => caller.may('view', project));
    const states: Record<string, number> = {};
    for (const { state } of runs) states[state] = (states[state] ?? 0) + 1;
    const refused = Object.entries(batch.refused).filter(([project]) => caller.may('view', project));
    const { batch: id, period, date, draft, operator, askedAt } = batch;
    return {
      ...{ batch: id, period, date, draft, operator, askedAt, states },
      charges: totalOf(runs),
      runs,
      refused: Object.fromEntries(refused),
    };
  }
}

const isDecision = (text: string): text is DecisionName => (DECISIONS as readonly string[]).includes(text);

const decisionOf = (name: DecisionName): Decision =>
  name === 'reversal' ? { is: name, date: null, posting: 'own' } : { is: name };

const codeOf = (decided: Exclude<Decided, { kind: 'accepted' }>): string => {
  switch (decided.kind) {
    case 'refused':
      return decided.rejection.code;
    case 'settled':
      return 'run-is-settled';
    case 'wrong-state':
      return 'run-not-at-this-point';
    case 'not-found':
      return 'not-found';
    case 'key-reused':
      return 'idempotency-key-reused';
  }
};
