import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  type CallerIdentity,
  decodeCursor,
  EventStreams,
  IdParam,
  pageLimit,
  pageOf,
  PageQuery,
  problemResponse,
  SeesAfter,
  WaitQuery,
} from '@propledger/service-kit';
import { Allow as Known } from 'class-validator';
import { ImportFaults } from '../archive/import-faults';
import { isFinal, type ImportRecord } from '../archive/import-record';
import { FaultView, faultViewOf, ImportView, viewOf } from '../archive/import-view';
import { Imports } from '../archive/imports';
import { visibleImport } from '../archive/visible-import';

class ImportPage {
  @ApiProperty({ type: [ImportView] })
  items!: ImportView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
class FaultPage {
  @ApiProperty({ type: [FaultView] })
  items!: FaultView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
export class ListQuery extends PageQuery {
  /** Read by @After. */
  @Known()
  after?: string;
}

@ApiTags('imports 导入')
@Controller('imports')
export class FindImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly faults: ImportFaults,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listImports',
    summary: '列出导入 The imports that you uploaded or may see, latest first',
    description: '自己上传的, 以及所涉项目都有权查看的。Your own, and those about projects that you may all view.',
  })
  @ApiOkResponse({ type: ImportPage })
  async listImports(@Query() query: ListQuery, @Caller() caller: CallerIdentity): Promise<ImportPage> {
    const [before] = decodeCursor(query.cursor, 'number') ?? [null];
    const limit = pageLimit(query);
    const rows = await this.imports.list(caller.operator, caller.projects('view'), before, limit + 1);
    return pageOf(rows, limit, viewOf, ({ nr }) => [nr]);
  }

  @Get(':import')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getImport', summary: '查看导入的状态与结果 How an import goes, and what came of it' })
  @ApiOkResponse({ type: ImportView })
  @problemResponse(404, 'not-found')
  async getImport(
    @IdParam('import') id: string,
    @Query() wait: WaitQuery,
    @Caller() caller: CallerIdentity,
  ): Promise<ImportView> {
    const first = await visibleImport(this.imports, id, caller);
    const look = (): Promise<ImportRecord | null> => this.imports.find(id);
    return viewOf(await this.streams.whenEnded({ first, look, hasEnded: ({ state }) => isFinal(state) }, wait));
  }

  @Get(':import/faults')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'listFaults',
    summary: '有误的单元格 The faulty cells, by sheet, row and column',
    description:
      '最多前 10000 个, 总数见导入的 faultCount。At most the first 10,000; the import’s faultCount says how many there are.',
  })
  @ApiOkResponse({ type: FaultPage })
  @problemResponse(404, 'not-found')
  async listFaults(
    @IdParam('import') id: string,
    @Query() query: ListQuery,
    @Caller() caller: CallerIdentity,
  ): Promise<FaultPage> {
    const place = decodeCursor(query.cursor, 'number', 'number', 'number', 'string');
    await visibleImport(this.imports, id, caller);
    const limit = pageLimit(query);
    const rows = await this.faults.list(id, place, limit + 1);
    return pageOf(
      rows,
      limit,
      ({ fault }) => faultViewOf(fault),
      (row) => row.place,
    );
  }
}
