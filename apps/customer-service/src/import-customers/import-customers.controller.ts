import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Transact, Tx } from '@propledger/event-log';
import { Allow, IdParam, type Peer, PeerUnavailable, Problem, problemResponse } from '@propledger/service-kit';
import type { CustomersBooks } from '../archive/customers-books';
import { answerReferences } from './answer-references';
import { ApplyAndUndo } from './apply-and-undo';
import { checkStage } from './check-stage';
import {
  ActorBody,
  ApplyStageBody,
  AskReferencesBody,
  ReferencesView,
  StageAppliedView,
  StageCheckedView,
  StageRowsBody,
  UndoHeldView,
} from './import-bodies';
import { ImportRefused, ImportStage } from './import-stage';

/** Customer-service's side of the import protocol. */
export class CustomersImports {
  readonly stage: ImportStage;
  readonly afterDecision: ApplyAndUndo;

  constructor(
    readonly reader: Tx,
    readonly transact: Transact,
    readonly registry: Peer,
    books: CustomersBooks,
  ) {
    this.stage = new ImportStage(transact);
    this.afterDecision = new ApplyAndUndo(transact, books);
  }
}

const answered = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    if (error instanceof ImportRefused) throw new Problem(error.code, { detail: error.detail });
    throw error instanceof PeerUnavailable ? new Problem('unavailable', { retryAfterSeconds: 2 }) : error;
  });

/** Spoken by onboarding alone; libs/contracts/src/import.ts says what each step means. */
@ApiTags('imports 导入 (internal)')
@Controller('imports/:import')
export class ImportCustomersController {
  constructor(private readonly imports: CustomersImports) {}

  @Post('rows')
  @HttpCode(204)
  @Allow('internal')
  @ApiOperation({ operationId: 'stageRows', summary: '暂存数据行 Stage a chunk of rows' })
  @ApiNoContentResponse()
  @problemResponse(409, 'import-over')
  async stageRows(@IdParam('import') id: string, @Body() { sheet, chunk, rows }: StageRowsBody): Promise<void> {
    await answered(this.imports.stage.addRows(id, sheet, chunk, rows));
  }

  @Post('check')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'checkStage', summary: '检查并占用 Find faults, count, and hold the books' })
  @ApiOkResponse({ type: StageCheckedView })
  @problemResponse(409, 'import-held, import-over')
  async checkStage(@IdParam('import') id: string, @Body() _by: ActorBody): Promise<StageCheckedView> {
    const { reader, transact, registry } = this.imports;
    return (await answered(checkStage(reader, transact, registry, id))) as StageCheckedView;
  }

  @Post('references')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'answerReferences', summary: '查引用 What of these is neither in nor staged here' })
  @ApiOkResponse({ type: ReferencesView })
  async answerReferences(@IdParam('import') id: string, @Body() asked: AskReferencesBody): Promise<ReferencesView> {
    return (await answerReferences(this.imports.reader, id, asked)) as ReferencesView;
  }

  @Post('apply')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'applyStage', summary: '入账 Make the staged rows so; idempotent' })
  @ApiOkResponse({ type: StageAppliedView })
  @problemResponse(409, 'import-over')
  async applyStage(@IdParam('import') id: string, @Body() by: ApplyStageBody): Promise<StageAppliedView> {
    return { positions: await answered(this.imports.afterDecision.apply(id, by)) };
  }

  @Post('drop')
  @HttpCode(204)
  @Allow('internal')
  @ApiOperation({ operationId: 'dropStage', summary: '放弃 Forget the stage before the decision; idempotent' })
  @ApiNoContentResponse()
  @problemResponse(409, 'import-over')
  async dropStage(@IdParam('import') id: string): Promise<void> {
    await answered(this.imports.stage.drop(id));
  }

  @Post('hold-undo')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'holdUndo', summary: '可否撤销 May the import be undone? If so, hold its books' })
  @ApiOkResponse({ type: UndoHeldView })
  @problemResponse(409, 'import-held, import-over')
  async holdUndo(@IdParam('import') id: string, @Body() _by: ActorBody): Promise<UndoHeldView> {
    return { blockers: [...(await answered(this.imports.afterDecision.holdUndo(id)))] };
  }

  @Post('undo')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'undoImport', summary: '撤销 Withdraw everything that the import brought; idempotent' })
  @ApiOkResponse({ type: StageAppliedView })
  @problemResponse(409, 'import-over')
  async undoImport(@IdParam('import') id: string, @Body() by: ApplyStageBody): Promise<StageAppliedView> {
    return { positions: await answered(this.imports.afterDecision.undo(id, by)) };
  }

  @Post('release-undo')
  @HttpCode(204)
  @Allow('internal')
  @ApiOperation({ operationId: 'releaseUndo', summary: '不撤销了 Let the books go before the decision' })
  @ApiNoContentResponse()
  async releaseUndo(@IdParam('import') id: string): Promise<void> {
    await this.imports.afterDecision.releaseUndo(id);
  }
}
