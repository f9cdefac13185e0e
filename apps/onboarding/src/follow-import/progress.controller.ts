import { Controller, Get, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, type CallerIdentity, EventStreams, IdParam, problemResponse } from '@propledger/service-kit';
import type { FastifyReply } from 'fastify';
import { IMPORT_STATES, isFinal, type ImportRecord, type ImportState } from '../archive/import-record';
import { Imports } from '../archive/imports';
import { visibleImport } from '../archive/visible-import';

/** One event of the stream. */
class ProgressEvent {
  @ApiProperty({ format: 'uuid' })
  import!: string;
  @ApiProperty({ enum: IMPORT_STATES })
  state!: ImportState;
  @ApiProperty({ type: 'integer' })
  percent!: number;
  @ApiProperty({ type: 'integer' })
  rows!: number;
  @ApiProperty({ type: 'integer' })
  rowsPerSecond!: number;
  @ApiProperty({ type: 'integer' })
  faultCount!: number;
}

@ApiTags('imports 导入')
@Controller('imports')
export class ProgressController {
  constructor(
    private readonly imports: Imports,
    private readonly streams: EventStreams,
  ) {}

  @Get(':import/progress')
  @Allow('view')
  @ApiOperation({
    operationId: 'followImport',
    summary: '导入进度 (服务器推送) Progress as server-sent events',
    description:
      '每个事件的 data 为 ProgressEvent, id 为变更序号; 到终态后结束。The data of each event is a ProgressEvent, its id counts the import’s changes; ' +
      'the stream ends with a final state. Every 15 seconds without one there is a comment.',
  })
  @ApiExtraModels(ProgressEvent)
  @ApiOkResponse({
    content: { 'text/event-stream': { schema: { description: 'text/event-stream, data: ProgressEvent' } } },
  })
  @problemResponse(404, 'not-found')
  async followImport(
    @IdParam('import') id: string,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const first = await visibleImport(this.imports, id, caller);
    await this.streams.follow<ImportRecord>(reply, {
      first,
      look: () => this.imports.find(first.import),
      versionOf: ({ version }) => version,
      dataOf: progressOf,
      hasEnded: ({ state }) => isFinal(state),
    });
  }
}

const progressOf = ({ import: id, state, percent, rows, rowsPerSecond, faultCount }: ImportRecord): ProgressEvent => ({
  ...{ import: id, state, percent, rows, rowsPerSecond, faultCount },
});
