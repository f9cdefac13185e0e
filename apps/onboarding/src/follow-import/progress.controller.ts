import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Get, Injectable, type OnModuleDestroy, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, type CallerIdentity, IdParam, problemResponse } from '@propledger/service-kit';
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

const LOOK_EVERY_MS = 250;
const HEARTBEAT_MS = 15_000;

/** Ends every stream when this service stops, so that none keeps it from stopping. */
@Injectable()
export class OpenStreams implements OnModuleDestroy {
  private readonly stopping = new AbortController();

  /** Aborts when the service stops, or together with `own`. */
  signalWith(own: AbortController): AbortSignal {
    return AbortSignal.any([own.signal, this.stopping.signal]);
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }
}

@ApiTags('imports 导入')
@Controller('imports')
export class ProgressController {
  constructor(
    private readonly imports: Imports,
    private readonly streams: OpenStreams,
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
    reply.hijack();
    const { raw } = reply;
    const gone = new AbortController();
    raw.once('close', () => gone.abort());
    raw.on('error', () => gone.abort());
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Else the connection would stay open after the stream, and a stopping service wait for it.
      connection: 'close',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    try {
      for await (const text of this.events(first, this.streams.signalWith(gone))) raw.write(text);
    } finally {
      raw.end();
    }
  }

  private async *events(first: ImportRecord, signal: AbortSignal): AsyncGenerator<string> {
    let record: ImportRecord | null = first;
    let shown = 0;
    let spokenAt = performance.now();
    while (record && !signal.aborted) {
      if (record.version !== shown) {
        yield eventOf(record);
        shown = record.version;
        spokenAt = performance.now();
      } else if (performance.now() - spokenAt > HEARTBEAT_MS) {
        yield ': \n\n';
        spokenAt = performance.now();
      }
      if (isFinal(record.state)) return;
      await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
      // While the database is away the stream just says nothing new.
      record = await this.imports.find(record.import).catch(() => record);
    }
  }
}

const eventOf = ({ import: id, state, percent, rows, rowsPerSecond, faultCount, version }: ImportRecord): string => {
  const event: ProgressEvent = { import: id, state, percent, rows, rowsPerSecond, faultCount };
  return `id: ${version}\ndata: ${JSON.stringify(event)}\n\n`;
};
