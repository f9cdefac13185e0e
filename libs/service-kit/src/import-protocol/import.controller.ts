import { Body, Controller, HttpCode, Post, type Type } from '@nestjs/common';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ControlTotals, ReferencesAnswer, StageChecked } from '@propledger/contracts';
import { Allow, problemResponse } from '../decorators';
import { IdParam } from '../params';
import { PeerRefused, PeerUnavailable } from '../peer';
import { Problem } from '../problem';
import {
  ActorBody,
  ApplyStageBody,
  AskReferencesBody,
  ReferencesView,
  StageAppliedView,
  stageCheckedView,
  stageRowsBody,
  UndoHeldView,
} from './import-bodies';
import { ImportRefused, type Chunk, type ImportOwner, type ReferencedOwner } from './import-owner';

const answered = async <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    if (error instanceof ImportRefused) throw new Problem(error.code, { detail: error.detail });
    // An owner that refuses a well-formed question cannot be asked just now, either.
    if (error instanceof PeerUnavailable || error instanceof PeerRefused)
      throw new Problem('unavailable', { detail: error.peer, retryAfterSeconds: 2 });
    throw error;
  });

/** What of an owner's rows is known beforehand. */
export interface OwnedSheets<Sheet extends string> {
  readonly sheets: readonly Sheet[];
  /** Headers of the columns that have a code or nothing. */
  readonly codes: readonly string[];
  /** What its check adds up for each project; null: nothing. */
  readonly totals: Type<ControlTotals> | null;
}

/** The import protocol, spoken by onboarding alone; libs/contracts/src/import.ts says what each step means. */
export const importController = <Sheet extends string>(
  owner: ImportOwner<Sheet>,
  { sheets, codes, totals }: OwnedSheets<Sheet>,
): Type => {
  const StageRowsBody = stageRowsBody(sheets, codes);
  const StageCheckedView = stageCheckedView(sheets, totals);

  @ApiTags('imports 导入 (internal)')
  @Controller('imports/:import')
  class ImportController {
    @Post('rows')
    @HttpCode(204)
    @Allow('internal')
    @ApiOperation({ operationId: 'stageRows', summary: '暂存数据行 Stage a chunk of rows' })
    @ApiBody({ type: StageRowsBody })
    @ApiNoContentResponse()
    @problemResponse(409, 'import-over')
    async stageRows(@IdParam('import') id: string, @Body() chunk: Chunk<Sheet>): Promise<void> {
      await answered(owner.stage(id, chunk));
    }

    @Post('check')
    @HttpCode(200)
    @Allow('internal')
    @ApiOperation({ operationId: 'checkStage', summary: '检查并占用 Find faults, count, and hold the books' })
    @ApiOkResponse({ type: StageCheckedView })
    @problemResponse(409, 'import-held, import-over')
    async checkStage(@IdParam('import') id: string, @Body() _by: ActorBody): Promise<StageChecked> {
      return answered(owner.check(id));
    }

    @Post('apply')
    @HttpCode(200)
    @Allow('internal')
    @ApiOperation({ operationId: 'applyStage', summary: '入账 Make the staged rows so; idempotent' })
    @ApiOkResponse({ type: StageAppliedView })
    @problemResponse(409, 'import-over')
    async applyStage(@IdParam('import') id: string, @Body() by: ApplyStageBody): Promise<StageAppliedView> {
      return { positions: await answered(owner.apply(id, by)) };
    }

    @Post('drop')
    @HttpCode(204)
    @Allow('internal')
    @ApiOperation({ operationId: 'dropStage', summary: '放弃 Forget the stage before the decision; idempotent' })
    @ApiNoContentResponse()
    @problemResponse(409, 'import-over')
    async dropStage(@IdParam('import') id: string): Promise<void> {
      await answered(owner.drop(id));
    }

    @Post('hold-undo')
    @HttpCode(200)
    @Allow('internal')
    @ApiOperation({ operationId: 'holdUndo', summary: '可否撤销 May the import be undone? If so, hold its books' })
    @ApiOkResponse({ type: UndoHeldView })
    @problemResponse(409, 'import-held, import-over')
    async holdUndo(@IdParam('import') id: string, @Body() _by: ActorBody): Promise<UndoHeldView> {
      return { blockers: [...(await answered(owner.holdUndo(id)))] };
    }

    @Post('undo')
    @HttpCode(200)
    @Allow('internal')
    @ApiOperation({
      operationId: 'undoImport',
      summary: '撤销 Take back everything that the import brought; idempotent',
    })
    @ApiOkResponse({ type: StageAppliedView })
    @problemResponse(409, 'import-over')
    async undoImport(@IdParam('import') id: string, @Body() by: ApplyStageBody): Promise<StageAppliedView> {
      return { positions: await answered(owner.undo(id, by)) };
    }

    @Post('release-undo')
    @HttpCode(204)
    @Allow('internal')
    @ApiOperation({ operationId: 'releaseUndo', summary: '不撤销了 Let the books go before the decision' })
    @ApiNoContentResponse()
    async releaseUndo(@IdParam('import') id: string): Promise<void> {
      await owner.releaseUndo(id);
    }
  }
  // The types of parameters are classes that are made here: the compiler would write down Object.
  Reflect.defineMetadata('design:paramtypes', [String, StageRowsBody], ImportController.prototype, 'stageRows');
  return ImportController;
};

/** Whether codes that the rows of later sheets name are there: asked by the owners of those. */
export const referencesController = (owner: ReferencedOwner): Type => {
  @ApiTags('imports 导入 (internal)')
  @Controller('imports/:import')
  class ReferencesController {
    @Post('references')
    @HttpCode(200)
    @Allow('internal')
    @ApiOperation({ operationId: 'answerReferences', summary: '查引用 What of these is neither in nor staged here' })
    @ApiOkResponse({ type: ReferencesView })
    async answerReferences(@IdParam('import') id: string, @Body() asked: AskReferencesBody): Promise<ReferencesAnswer> {
      return owner.references(id, asked);
    }
  }
  return ReferencesController;
};
