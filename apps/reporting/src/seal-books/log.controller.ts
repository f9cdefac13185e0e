import { Controller, Get, Header, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { GROUP_BOOK } from '@propledger/contracts';
import {
  Allow,
  Caller,
  type CallerIdentity,
  decodeCursor,
  pageLimit,
  pageOf,
  PageQuery,
  Problem,
  problemResponse,
  Public,
} from '@propledger/service-kit';
import {
  BookOfLog,
  CheckpointsPage,
  Consistency,
  ConsistencyQuery,
  HeadQuery,
  Inclusion,
  InclusionQuery,
  LeavesPage,
} from './log-shapes';
import { SealedLog } from './sealed-log';

const TEXT = 'text/plain; charset=utf-8';

/** 签封: the log in which the heads of all books are sealed. What its answers mean: docs/decisions/0009-sealed-log.md. */
@ApiTags('log 签封')
@Controller('log')
export class LogController {
  constructor(private readonly log: SealedLog) {}

  @Get('checkpoint')
  @Public()
  @Header('content-type', TEXT)
  @ApiOperation({
    operationId: 'getCheckpoint',
    summary: '最新的检查点 The latest checkpoint',
    description:
      '请保存: 日后可凭它要求一致性证明 Keep it: with it you can later ask for a proof that nothing of it changed.',
  })
  @ApiOkResponse({ description: 'C2SP tlog-checkpoint', content: { 'text/plain': { schema: { type: 'string' } } } })
  @problemResponse(404, 'no-log, not-sealed-yet')
  async getCheckpoint(): Promise<string> {
    return (await this.log.checkpoint(null)).checkpoint;
  }

  @Get('key')
  @Public()
  @Header('content-type', TEXT)
  @ApiOperation({ operationId: 'getLogKey', summary: '验证检查点的公钥 The key that checkpoints are checked with' })
  @ApiOkResponse({ description: 'C2SP signed-note vkey', content: { 'text/plain': { schema: { type: 'string' } } } })
  @problemResponse(404, 'no-log')
  getKey(): string {
    return `${this.log.key()}\n`;
  }

  @Get('checkpoints')
  @Allow('audit')
  @ApiOperation({ operationId: 'listCheckpoints', summary: '检查点, 新的在前 Checkpoints, latest first' })
  @ApiOkResponse({ type: CheckpointsPage })
  @problemResponse(404, 'no-log')
  async listCheckpoints(@Query() query: PageQuery): Promise<CheckpointsPage> {
    const limit = pageLimit(query);
    const below = decodeCursor(query.cursor, 'number')?.[0] ?? null;
    const rows = await this.log.checkpoints(below, limit + 1);
    return pageOf(
      rows,
      limit,
      (row) => row,
      ({ size }) => [size],
    );
  }

  @Get('consistency')
  @Allow('audit')
  @ApiOperation({
    operationId: 'proveConsistency',
    summary: '较早的日志是较晚的开头 That an earlier log is the beginning of a later one',
  })
  @ApiOkResponse({ type: Consistency })
  @problemResponse(404, 'no-log, not-sealed-yet, checkpoint-not-found')
  async proveConsistency(@Query() { from, to }: ConsistencyQuery): Promise<Consistency> {
    const later = await this.log.checkpoint(to ?? null);
    if (from > later.size)
      throw new Problem('invalid-input', {
        errors: [{ pointer: '/query/from', code: 'from', message: '大于日志 larger than the log' }],
      });
    const { size, checkpoint } = later;
    return { from, to: size, consistency: await this.log.consistency(from, later), checkpoint };
  }

  @Get('inclusion')
  @Allow('audit')
  @ApiOperation({ operationId: 'proveInclusion', summary: '事件已在日志中 That an event is sealed' })
  @ApiOkResponse({ type: Inclusion })
  @problemResponse(404, 'no-log, not-sealed-yet, checkpoint-not-found')
  async proveInclusion(
    @Query() { topic, book, position, size }: InclusionQuery,
    @Caller() caller: CallerIdentity,
  ): Promise<Inclusion> {
    caller.require('audit', scopeOf(book));
    const kept = await this.log.checkpoint(size ?? null);
    const proven = await this.log.covering(topic, book, position, kept);
    if (proven === null) throw new Problem('not-sealed-yet', { retryAfterSeconds: 3 });
    return { ...proven, checkpoint: kept.checkpoint };
  }

  @Get('head')
  @Allow('audit')
  @Header('content-type', TEXT)
  @ApiOperation({
    operationId: 'signHead',
    summary: '账簿在日志中的末位, 已签名 Where a book stands in the log, signed',
    description: '审计包以此证明末尾没有缺失 An audit bundle shows with it that its end is not missing.',
  })
  @ApiOkResponse({ description: 'propledger/book-head/1', content: { 'text/plain': { schema: { type: 'string' } } } })
  @problemResponse(404, 'no-log, not-sealed-yet, checkpoint-not-found')
  async getHead(@Query() { topic, book, size }: HeadQuery, @Caller() caller: CallerIdentity): Promise<string> {
    caller.require('audit', scopeOf(book));
    return this.log.head(topic, book, await this.log.checkpoint(size ?? null));
  }

  @Get('leaves')
  @Allow('audit')
  @ApiOperation({
    operationId: 'listLeaves',
    summary: '一本账簿的全部签封 Everything sealed of a book, in order',
    description: '每页都按同一检查点时, 给出 size Give `size` to have every page prove against the same checkpoint.',
  })
  @ApiOkResponse({ type: LeavesPage })
  @problemResponse(404, 'no-log, not-sealed-yet, checkpoint-not-found')
  async listLeaves(@Query() query: BookOfLog, @Caller() caller: CallerIdentity): Promise<LeavesPage> {
    const { topic, book, size } = query;
    caller.require('audit', scopeOf(book));
    const limit = pageLimit(query);
    const after = decodeCursor(query.cursor, 'number')?.[0] ?? 0;
    const kept = await this.log.checkpoint(size ?? null);
    const rows = await this.log.leaves({ topic, book, position: after + 1 }, kept.size, limit + 1);
    return {
      ...pageOf(
        rows,
        limit,
        (row) => row,
        ({ leaf }) => [leaf.lastPosition],
      ),
      checkpoint: kept.checkpoint,
    };
  }
}

const scopeOf = (book: string): string | null => (book === GROUP_BOOK ? null : book);
