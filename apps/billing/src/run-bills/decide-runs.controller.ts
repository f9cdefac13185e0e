import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  IdempotencyKey,
  IdParam,
  Problem,
  ProblemBody,
  problemResponse,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { DraftView, RunReversalBody, SettledChargeView } from './draft-shapes';
import { SCOPE_REFUSALS } from './known-scope';
import { RunDecisions, type Decision } from './run-decisions';
import type { KeptDraft } from './run-job';
import { BillRunView, RecomputeBody } from './run-shapes';
import { shownRun, viewOf } from './run-view';

class RunSettled extends ProblemBody {
  @ApiProperty({ type: 'integer', required: false })
  count?: number;
  @ApiProperty({ type: [SettledChargeView], required: false, description: '至多 100 条 at most 100 of them' })
  settled?: SettledChargeView[];
}

/** 试算、入账、整体红冲: what is decided about a bill run once it was computed. */
@ApiTags('bill-runs 出账')
@Controller('projects/:project/bill-runs/:run')
export class DecideRunsController {
  constructor(
    private readonly decisions: RunDecisions,
    private readonly reader: Reader,
  ) {}

  @Get('draft')
  @Allow('view')
  @ApiOperation({
    operationId: 'getBillDraft',
    summary: '试算结果 What a draft would raise, against the period before',
    description:
      '按收费项目与上期比较, 列出新增、消失、相差三成以上、为零、跳过的, 并附样例说明 ' +
      'By item against the period before; what is new, gone, far apart, nothing, or passed over and why; samples with their explanation.',
  })
  @ApiOkResponse({ type: DraftView })
  @problemResponse(404, 'not-found')
  async draft(@CodeParam('project') project: string, @IdParam('run') run: string): Promise<DraftView> {
    const row = await this.reader.first<{ draft: KeptDraft | null }>(
      'select draft from bill_run where book = $1 and run = $2',
      [project, run],
    );
    if (!row?.draft) throw new Problem('not-found');
    return row.draft as unknown as DraftView;
  }

  @Post('post')
  @HttpCode(202)
  @Allow('settle')
  @ApiOperation({
    operationId: 'postBillDraft',
    summary: '试算入账 Post a draft as it was shown',
    description:
      '与试算不符则什么都不入账: 回到 drafted, failure 为 draft-outdated, 试算结果的 changed 列出变动的标准。重复无害, 中断后自动继续 ' +
      'When it comes to something else by now nothing is posted: it is drafted again, failure says draft-outdated, and changed in the draft ' +
      'names the standards. Repeating it does no harm; it survives restarts.',
  })
  @ApiAcceptedResponse({ type: BillRunView })
  @Refuses('run-in-progress', 'period-closed', 'before-first-period')
  @problemResponse(409, 'run-not-at-this-point')
  async post(
    @CodeParam('project') project: string,
    @IdParam('run') run: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<BillRunView> {
    return this.decide(project, run, { is: 'post' }, key, caller);
  }

  @Post('recompute')
  @HttpCode(202)
  @Allow('settle')
  @ApiOperation({
    operationId: 'recomputeBillDraft',
    summary: '重新试算 Compute a draft again, after something was corrected; in another scope when one is given',
  })
  @ApiAcceptedResponse({ type: BillRunView })
  @Refuses('run-in-progress', ...SCOPE_REFUSALS)
  @problemResponse(409, 'run-not-at-this-point')
  async recompute(
    @CodeParam('project') project: string,
    @IdParam('run') run: string,
    @IdempotencyKey() key: string,
    @Body() body: RecomputeBody,
    @Caller() caller: CallerIdentity,
  ): Promise<BillRunView> {
    return this.decide(project, run, { is: 'recompute', ...body.toNewScope() }, key, caller);
  }

  @Post('discard')
  @HttpCode(202)
  @Allow('settle')
  @ApiOperation({ operationId: 'discardBillDraft', summary: '弃用试算 Throw a draft away' })
  @ApiAcceptedResponse({ type: BillRunView })
  @problemResponse(404, 'not-found')
  @problemResponse(409, 'run-not-at-this-point')
  async discard(
    @CodeParam('project') project: string,
    @IdParam('run') run: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<BillRunView> {
    return this.decide(project, run, { is: 'discard' }, key, caller);
  }

  @Post('retry')
  @HttpCode(202)
  @Allow('settle')
  @ApiOperation({
    operationId: 'retryBillRun',
    summary: '重新开始失败的出账 Begin once more what failed',
    description:
      '失败的试算、出账、入账或整体红冲再来一次; 已有的不会重复 A draft, run, posting or reversal that failed; what stands already is not done twice.',
  })
  @ApiAcceptedResponse({ type: BillRunView })
  @Refuses('run-in-progress')
  @problemResponse(409, 'run-not-at-this-point')
  async retry(
    @CodeParam('project') project: string,
    @IdParam('run') run: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<BillRunView> {
    return this.decide(project, run, { is: 'retry' }, key, caller);
  }

  @Post('reversal')
  @HttpCode(202)
  @Allow('settle')
  @ApiOperation({
    operationId: 'reverseBillRun',
    summary: '整体红冲 Reverse everything that a run did, while nothing of it has been paid',
    description:
      '先退回本次以预交款冲抵的, 再红冲每一笔应收; 中断后自动继续。已有收款、核销、减免的, 列出并拒绝 ' +
      'Gives back the prepayments that it applied, then reverses each charge; survives restarts. Refused where something is paid, written ' +
      'off or waived, naming it.',
  })
  @ApiAcceptedResponse({ type: BillRunView })
  @Refuses('run-in-progress', 'period-closed', 'before-first-period')
  @ApiExtraModels(RunSettled)
  @ApiResponse({
    status: 409,
    description: 'run-is-settled, run-not-at-this-point, run-in-progress, period-closed, book-held',
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(RunSettled) } } },
  })
  async reverse(
    @CodeParam('project') project: string,
    @IdParam('run') run: string,
    @IdempotencyKey() key: string,
    @Body() { date, posting = 'own' }: RunReversalBody,
    @Caller() caller: CallerIdentity,
  ): Promise<BillRunView> {
    return this.decide(project, run, { is: 'reversal', date: date ?? null, posting }, key, caller);
  }

  private async decide(
    project: string,
    run: string,
    decision: Decision,
    key: string,
    { operator, correlationId }: CallerIdentity,
  ): Promise<BillRunView> {
    const decided = await this.decisions.decide(project, run, decision, { operator, correlationId, key });
    switch (decided.kind) {
      case 'key-reused':
        throw new Problem('idempotency-key-reused');
      case 'not-found':
        throw new Problem('not-found');
      case 'wrong-state':
        throw new Problem('run-not-at-this-point', { detail: `state: ${decided.state}` });
      case 'settled':
        throw new Problem('run-is-settled', { members: { count: decided.count, settled: decided.listed } });
      case 'refused':
        throw problemOf(decided.rejection);
      case 'accepted': {
        const row = await shownRun(this.reader, project, run);
        if (!row) throw new Problem('not-found');
        return viewOf(row);
      }
    }
  }
}
