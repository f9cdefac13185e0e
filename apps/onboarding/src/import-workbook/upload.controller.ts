import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { requestHash } from '@propledger/proof';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  FlagField,
  IdempotencyKey,
  Problem,
  problemResponse,
  SeesAfter,
  TextField,
} from '@propledger/service-kit';
import { READ_LIMITS } from '@propledger/workbook';
import { Allow as Known } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ImportView, viewOf } from '../archive/import-view';
import { Imports, type KeyedCommand } from '../archive/imports';
import { XLSX } from '../archive/media-type';
import { ImportRunner } from './import-runner';
import { FileTooLarge, receiveFile, type Received } from './receive-file';

/** Content types whose bodies reach the controller as they come. */
export const UPLOAD_TYPES = [XLSX, 'application/octet-stream'];

export class UploadQuery {
  @TextField({
    max: 200,
    optional: true,
    description: '文件名, 供以后查找 the file’s name, to find it by',
    example: '初始化资料.xlsx',
  })
  fileName?: string;
  @FlagField({ optional: true, description: '试导入: 检查并汇总, 不入账 say what would happen; take nothing' })
  dryRun?: boolean;
  /** Read by @After. */
  @Known()
  after?: string;
}

interface UploadedFile extends Received {
  readonly id: string;
  readonly path: string;
}

/** Where uploads are put until they are read. */
export class UploadFolder {
  path = '';
}

@ApiTags('imports 导入')
@Controller('imports')
export class UploadController {
  constructor(
    private readonly imports: Imports,
    private readonly runner: ImportRunner,
    private readonly folder: UploadFolder,
  ) {}

  @Post()
  @HttpCode(202)
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'uploadWorkbook',
    summary: '上传工作簿 Upload a workbook; it is checked and posted as a job',
    description:
      '请求体就是 .xlsx 文件本身。要么全部入账, 要么全不入账; 进度与结果见 GET imports/{import}。\n\nThe body is the .xlsx file itself. ' +
      'All of it is taken or nothing. The answer comes as soon as the file has arrived; GET imports/{import} says how it goes. ' +
      'The same Idempotency-Key and file gives the same import, unless that was abandoned: then it is begun anew.',
  })
  @ApiConsumes(...UPLOAD_TYPES)
  @ApiBody({ required: true, schema: { type: 'string', format: 'binary' } })
  @ApiAcceptedResponse({ type: ImportView })
  @Answers(400, 413, 415, 'idempotency-key-reused', 'too-many-requests', 503)
  @problemResponse(400, 'invalid-input, file-empty, file-incomplete, idempotency-key-required')
  async uploadWorkbook(
    @Req() request: FastifyRequest,
    @Query() query: UploadQuery,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ImportView> {
    if (caller.isService) throw new Problem('forbidden');
    const body = bodyOf(request);
    const giveBack = this.runner.keepPlace();
    if (!giveBack) throw new Problem('too-many-requests', { retryAfterSeconds: 10 });
    try {
      const id = randomUUID();
      const file = {
        id,
        path: join(this.folder.path, id),
        ...(await received(body, join(this.folder.path, id), reply)),
      };
      return await this.begin(file, query, key, caller);
    } finally {
      giveBack();
    }
  }

  private async begin(
    file: UploadedFile,
    query: UploadQuery,
    key: string,
    caller: CallerIdentity,
  ): Promise<ImportView> {
    const { id, path, bytes: fileBytes, sha256 } = file;
    const { operator, correlationId } = caller;
    const dryRun = query.dryRun ?? false;
    const command = { operator, key, requestHash: requestHash({ upload: sha256, dryRun }) };
    const upload = { import: id, operator, correlationId, fileName: query.fileName ?? null, fileBytes, dryRun };
    let isNew = false;
    try {
      isNew = fileBytes > 0 && (await this.begins(command)) && (await this.imports.add(upload, command));
    } finally {
      if (!isNew) await rm(path, { force: true });
    }
    if (fileBytes === 0) throw new Problem('file-empty');
    if (!isNew) return this.begunBefore(command);
    this.runner.add({ import: id, path, by: { operator, correlationId }, dryRun });
    return this.answer(id);
  }

  /** Whether the command is new, or what it began was abandoned. */
  private async begins(command: KeyedCommand): Promise<boolean> {
    const earlier = await this.imports.findByKey(command);
    if (!earlier) return true;
    const { record, requestHash: hash } = earlier;
    return hash === command.requestHash && (record.state === 'abandoned' || record.outcome === 'abandoned');
  }

  private async begunBefore(command: KeyedCommand): Promise<ImportView> {
    const earlier = await this.imports.findByKey(command);
    if (earlier?.requestHash !== command.requestHash) throw new Problem('idempotency-key-reused');
    return viewOf(earlier.record);
  }

  private async answer(id: string): Promise<ImportView> {
    const record = await this.imports.find(id);
    if (!record) throw new Error('the import was just added');
    return viewOf(record);
  }
}

const bodyOf = (request: FastifyRequest): Readable => {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (type === '' && !request.body) throw new Problem('file-empty');
  if (!UPLOAD_TYPES.includes(type)) throw new Problem('unsupported-media-type');
  if (Number(request.headers['content-length'] ?? 0) > READ_LIMITS.fileBytes) throw new Problem('payload-too-large');
  if (!(request.body instanceof Readable)) throw new Problem('file-empty');
  return request.body;
};

const received = async (body: Readable, path: string, reply: FastifyReply): Promise<Received> => {
  try {
    return await receiveFile(body, path, READ_LIMITS.fileBytes);
  } catch (error) {
    // The rest of the body is not read, so nothing can follow it on this connection.
    void reply.header('connection', 'close');
    if (error instanceof FileTooLarge) throw new Problem('payload-too-large');
    // Gone away, or slower than any line: whoever still listens is told so.
    if (error instanceof Error && ('code' in error || error.name === 'TimeoutError'))
      throw new Problem('file-incomplete');
    throw error;
  }
};
