import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, IdParam, PeerRefused, PeerUnavailable, Problem, problemResponse } from '@propledger/service-kit';
import { BillingImports } from './billing-imports';
import {
  ActorBody,
  ApplyStageBody,
  StageAppliedView,
  StageCheckedView,
  StageRowsBody,
  UndoHeldView,
} from './import-bodies';
import { ImportRefused } from './stage';

const answered = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    if (error instanceof ImportRefused) throw new Problem(error.code, { detail: error.detail });
    // An owner that refuses a well-formed question cannot be asked just now, either.
    if (error instanceof PeerUnavailable || error instanceof PeerRefused)
      throw new Problem('unavailable', { detail: error.peer, retryAfterSeconds: 2 });
    throw error;
  });

/** Spoken by onboarding alone; libs/contracts/src/import.ts says what each step means. */
@ApiTags('imports 导入 (internal)')
@Controller('imports/:import')
export class ImportBooksController {
  constructor(private readonly imports: BillingImports) {}

  @Post('rows')
  @HttpCode(204)
  @Allow('internal')
  @ApiOperation({ operationId: 'stageRows', summary: '暂存数据行 Stage a chunk of rows' })
  @ApiNoContentResponse()
  @problemResponse(409, 'import-over')
  async stageRows(@IdParam('import') id: string, @Body() { sheet, chunk, rows }: StageRowsBody): Promise<void> {
    await answered(this.imports.stage(id, { sheet, chunk, rows }));
  }

  @Post('check')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'checkStage', summary: '检查并占用 Find faults, count, and reserve' })
  @ApiOkResponse({ type: StageCheckedView })
  @problemResponse(409, 'import-held, import-over')
  async checkStage(@IdParam('import') id: string, @Body() _by: ActorBody): Promise<StageCheckedView> {
    return (await answered(this.imports.check(id))) as StageCheckedView;
  }

  @Post('apply')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'applyStage', summary: '入账 Make the staged rows so; idempotent' })
  @ApiOkResponse({ type: StageAppliedView })
  @problemResponse(409, 'import-over')
  async applyStage(@IdParam('import') id: string, @Body() by: ApplyStageBody): Promise<StageAppliedView> {
    return { positions: await answered(this.imports.apply(id, by)) };
  }

  @Post('drop')
  @HttpCode(204)
  @Allow('internal')
  @ApiOperation({ operationId: 'dropStage', summary: '放弃 Forget the stage before the decision; idempotent' })
  @ApiNoContentResponse()
  @problemResponse(409, 'import-over')
  async dropStage(@IdParam('import') id: string): Promise<void> {
    await answered(this.imports.drop(id));
  }

  @Post('hold-undo')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'holdUndo', summary: '可否撤销 May the import be undone? If so, hold its books' })
  @ApiOkResponse({ type: UndoHeldView })
  @problemResponse(409, 'import-held, import-over')
  async holdUndo(@IdParam('import') id: string, @Body() _by: ActorBody): Promise<UndoHeldView> {
    return { blockers: [...(await answered(this.imports.holdUndo(id)))] };
  }

  @Post('undo')
  @HttpCode(200)
  @Allow('internal')
  @ApiOperation({ operationId: 'undoImport', summary: '撤销 Reverse everything that the import brought; idempotent' })
  @ApiOkResponse({ type: StageAppliedView })
  @problemResponse(409, 'import-over')
  async undoImport(@IdParam('import') id: string, @Body() by: ApplyStageBody): Promise<StageAppliedView> {
    return { positions: await answered(this.imports.undo(id, by)) };
  }

  @Post('release-undo')
  @HttpCode(204)
  @Allow('internal')
  @ApiOperation({ operationId: 'releaseUndo', summary: '不撤销了 Let the books go before the decision' })
  @ApiNoContentResponse()
  async releaseUndo(@IdParam('import') id: string): Promise<void> {
    await this.imports.releaseUndo(id);
  }
}
