import { Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOperation,
  ApiProperty,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { TOPICS } from '@propledger/contracts';
import { requestHash } from '@propledger/proof';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  IdempotencyKey,
  IdParam,
  Problem,
  ProblemBody,
  problemResponse,
} from '@propledger/service-kit';
import type { ImportRecord } from '../archive/import-record';
import { ImportView, viewOf } from '../archive/import-view';
import { Imports, type KeyedCommand } from '../archive/imports';
import { visibleImport } from '../archive/visible-import';
import { UndoImport } from './undo-import';

class BlockerView {
  @ApiProperty({ enum: TOPICS })
  topic!: string;
  @ApiProperty({ example: 'YT01' })
  book!: string;
  @ApiProperty({ type: 'integer' })
  position!: number;
  @ApiProperty({ example: 'receipt.taken' })
  type!: string;
}
class UndoRefused extends ProblemBody {
  @ApiProperty({ type: [BlockerView], required: false, description: '导入之后的业务 what was built on the import' })
  blockers?: BlockerView[];
}

@ApiTags('imports 导入')
@Controller('imports')
export class UndoController {
  constructor(
    private readonly imports: Imports,
    private readonly undo: UndoImport,
  ) {}

  @Post(':import/undo')
  @HttpCode(202)
  @Allow('setup')
  @ApiOperation({
    operationId: 'undoImport',
    summary: '整体撤销导入 Undo a posted import whole, while nothing was built on it',
    description:
      '须有其中每个项目的维护权限。Needs the right to set up every project of the import; GET imports/{import} says when it is undone.',
  })
  @ApiAcceptedResponse({ type: ImportView })
  @ApiExtraModels(UndoRefused)
  @ApiResponse({
    status: 409,
    description: 'import-not-posted, import-built-upon, book-held',
    content: { 'application/problem+json': { schema: { $ref: getSchemaPath(UndoRefused) } } },
  })
  @Answers('idempotency-key-reused', 503)
  @problemResponse(404, 'not-found')
  async undoImport(
    @IdParam('import') id: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<ImportView> {
    const record = await visibleImport(this.imports, id, caller);
    for (const project of record.projects) caller.require('setup', project);
    const command = { operator: caller.operator, key, requestHash: requestHash({ undo: id }) };
    const earlier = await this.answeredBefore(command);
    if (earlier) return viewOf(earlier);
    const answer = await this.undo.ask(record, caller, command);
    switch (answer.is) {
      case 'undoing':
        return viewOf(await visibleImport(this.imports, id, caller));
      case 'not-posted':
        throw new Problem('import-not-posted');
      case 'built-upon':
        throw new Problem('import-built-upon', { members: { blockers: answer.blockers } });
      case 'held':
        throw new Problem('book-held', { retryAfterSeconds: 5 });
      case 'unavailable':
        throw new Problem('unavailable', { retryAfterSeconds: 5 });
      case 'key-used': {
        const meanwhile = await this.answeredBefore(command);
        if (meanwhile) return viewOf(meanwhile);
        throw new Problem('unavailable', { retryAfterSeconds: 1 });
      }
    }
  }

  private async answeredBefore(command: KeyedCommand): Promise<ImportRecord | null> {
    const earlier = await this.imports.findByKey(command);
    if (earlier && earlier.requestHash !== command.requestHash) throw new Problem('idempotency-key-reused');
    return earlier?.record ?? null;
  }
}
