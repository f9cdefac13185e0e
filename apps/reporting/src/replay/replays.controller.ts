import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  type CallerIdentity,
  IdempotencyKey,
  IdParam,
  Problem,
  problemResponse,
} from '@propledger/service-kit';
import { Projections } from '../projections';
import { findReplay, latestReplays, type Replay, type ReplayState } from './replay-store';
import { type Asked, Replays } from './replays';

const STATES: readonly ReplayState[] = [
  ...([
    'folding',
    'finishing',
    'ready',
    'swapping',
    'live',
    'returning',
    'kept',
    'replaced',
    'dropped',
    'failed',
  ] as const),
];

class BookCount {
  @ApiProperty({ type: 'integer', minimum: 0 })
  folded!: number;
  @ApiProperty({ type: 'integer', minimum: 0 })
  total!: number;
}
class Difference {
  @ApiProperty()
  book!: string;
  @ApiProperty({ type: 'integer', minimum: 0, description: '比对时的位置 compared at this position of the ledger' })
  ledger!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'and of the registry' })
  registry!: number;
  @ApiProperty({ type: [String], description: '不同的表 the tables that differ' })
  tables!: string[];
}
class ReplayView {
  @ApiProperty({ format: 'uuid' })
  replay!: string;
  @ApiProperty({
    enum: STATES,
    description:
      'folding, finishing: 重建中; ready: 待启用; swapping, returning: 切换中; live: 使用中; kept: 已退回, 仍保留; replaced: 已被后来的取代; dropped, failed: 已弃',
  })
  state!: ReplayState;
  @ApiProperty()
  operator!: string;
  @ApiProperty({ format: 'date-time' })
  askedAt!: string;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readyAt!: string | null;
  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  liveAt!: string | null;
  @ApiProperty({ type: String, nullable: true, description: '为何未成 why the last step failed' })
  failure!: string | null;
  @ApiProperty({ type: 'integer', minimum: 0, description: '已读事件 events folded' })
  events!: number;
  @ApiProperty({ type: BookCount })
  books!: BookCount;
  @ApiProperty({
    type: [Difference],
    description: '与当时所用不同的账簿 books in which what was rebuilt is not what was live at the same positions',
  })
  differing!: Difference[];
}
class ReplayList {
  @ApiProperty({ type: [ReplayView] })
  items!: ReplayView[];
}

const IN_PROGRESS = 'replay-in-progress';

/** 重放: projections built again from the books, beside those in use. */
@ApiTags('replays 重放')
@Controller('replays')
export class ReplaysController {
  constructor(
    private readonly replays: Replays,
    private readonly projections: Projections,
  ) {}

  @Post()
  @HttpCode(202)
  @Allow('audit')
  @ApiOperation({
    operationId: 'replay',
    summary: '从账簿重建报表数据 Rebuild the projections from the books',
    description:
      '在现用数据旁重建并比对, 报表照常可查; 作为后台任务执行, 中断后自动继续 ' +
      'Builds beside what is in use, and compares. Reports go on. Runs as a job and survives restarts.',
  })
  @ApiAcceptedResponse({ type: ReplayView })
  @problemResponse(409, IN_PROGRESS)
  async ask(@Caller() caller: CallerIdentity, @IdempotencyKey() key: string): Promise<ReplayView> {
    caller.require('audit', null);
    return viewOf(await this.replays.ask(caller.operator, key));
  }

  @Get()
  @Allow('audit')
  @ApiOperation({ operationId: 'listReplays', summary: '最近的重放 The latest replays' })
  @ApiOkResponse({ type: ReplayList })
  async list(@Caller() caller: CallerIdentity): Promise<ReplayList> {
    caller.require('audit', null);
    return { items: (await latestReplays(this.projections.tx)).map(shown) };
  }

  @Get(':replay')
  @Allow('audit')
  @ApiOperation({ operationId: 'getReplay', summary: '重放进度与结果 Progress and result of a replay' })
  @ApiOkResponse({ type: ReplayView })
  @problemResponse(404, 'not-found')
  async get(@IdParam('replay') replay: string, @Caller() caller: CallerIdentity): Promise<ReplayView> {
    caller.require('audit', null);
    const found = await findReplay(this.projections.tx, replay);
    if (!found) throw new Problem('not-found');
    return shown(found);
  }

  @Post(':replay/take')
  @HttpCode(202)
  @Allow('audit')
  @ApiOperation({
    operationId: 'takeReplay',
    summary: '启用重建的数据 Use what was rebuilt',
    description: '原用数据保留, 可退回 What was in use is kept, to go back to. Of one that is ready, or was left.',
  })
  @ApiAcceptedResponse({ type: ReplayView })
  @problemResponse(404, 'not-found')
  @problemResponse(409, `${IN_PROGRESS}, replay-not-ready`)
  async take(
    @IdParam('replay') replay: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() _key: string,
  ): Promise<ReplayView> {
    caller.require('audit', null);
    return viewOf(await this.replays.take(replay));
  }

  @Post(':replay/leave')
  @HttpCode(202)
  @Allow('audit')
  @ApiOperation({ operationId: 'leaveReplay', summary: '退回此前的数据 Go back to what was in use before' })
  @ApiAcceptedResponse({ type: ReplayView })
  @problemResponse(404, 'not-found')
  @problemResponse(409, `${IN_PROGRESS}, replay-not-ready`)
  async leave(
    @IdParam('replay') replay: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() _key: string,
  ): Promise<ReplayView> {
    caller.require('audit', null);
    return viewOf(await this.replays.leave(replay));
  }
}

const viewOf = (asked: Asked | null): ReplayView => {
  if (asked === null) throw new Problem('not-found');
  if (asked.kind === 'in-progress') throw new Problem(IN_PROGRESS);
  if (asked.kind === 'not-now') throw new Problem('replay-not-ready');
  return shown(asked.replay);
};

const shown = ({ key: _key, actor, differing, ...replay }: Replay): ReplayView => ({
  ...replay,
  operator: actor,
  differing: differing.map((one) => ({ ...one, tables: [...one.tables] })),
});
