import { Readable } from 'node:stream';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  IdParam,
  Problem,
  problemResponse,
} from '@propledger/service-kit';
import { markFaults, type MarkedFault } from '@propledger/workbook';
import type { FastifyReply } from 'fastify';
import { FAULTS_KEPT, ImportFaults } from '../archive/import-faults';
import { Imports } from '../archive/imports';
import { KeptUploads } from '../archive/kept-uploads';
import { workbookHeaders, XLSX } from '../archive/media-type';
import { FAULT_TEXTS, REMEDIES } from '../archive/texts';

/** Each takes a thread and some hundred megabytes. */
const AT_ONCE = 2;
const SLOWEST_MS = 5 * 60_000;

/** 错误工作簿: what was uploaded, with what is wrong in red. */
@ApiTags('imports 导入')
@Controller('imports')
export class ErrorWorkbookController {
  private making = 0;

  constructor(
    private readonly imports: Imports,
    private readonly faults: ImportFaults,
    private readonly uploads: KeptUploads,
  ) {}

  @Get(':import/errors.xlsx')
  @Allow('setup')
  @ApiOperation({
    operationId: 'getErrorWorkbook',
    summary: '错误工作簿 What you uploaded, its faulty cells red, each with a note',
    description:
      '有误的单元格标红并加批注, 首页「错误清单」逐条链接; 改正后可直接重新上传。只给上传人, 保留 7 天。\n\n' +
      'Faulty cells are red and have a note saying what is wrong and what to do; the first sheet lists them with links. Correct and ' +
      'upload it again as it is. Only for who uploaded it, for 7 days. Values are those uploaded; formats are those of the template.',
  })
  @ApiOkResponse({ content: { [XLSX]: { schema: { type: 'string', format: 'binary' } } } })
  @Answers('too-many-requests')
  @problemResponse(404, 'not-found, no-error-workbook')
  async get(
    @IdParam('import') id: string,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const record = await this.imports.find(id);
    if (!record) throw new Problem('not-found');
    if (record.operator !== caller.operator) throw new Problem('forbidden');
    if (this.making >= AT_ONCE) throw new Problem('too-many-requests', { retryAfterSeconds: 5 });
    this.making += 1;
    try {
      const file = await this.uploads.find(id);
      if (!file) throw new Problem('no-error-workbook');
      const faults = await this.markedFaults(id);
      const workbook = Readable.from(markFaults({ file, faults, count: record.faultCount }));
      this.untilClosed(workbook);
      void reply.headers(workbookHeaders(`错误-${record.fileName ?? `${id}.xlsx`}`)).send(workbook);
    } catch (error) {
      this.making -= 1;
      throw error;
    }
  }

  /** Whoever takes too long makes room for others. */
  private untilClosed(workbook: Readable): void {
    const slow = setTimeout(() => workbook.destroy(), SLOWEST_MS).unref();
    workbook.once('close', () => {
      clearTimeout(slow);
      this.making -= 1;
    });
  }

  private async markedFaults(id: string): Promise<MarkedFault[]> {
    const found = await this.faults.list(id, null, FAULTS_KEPT);
    return found.map(({ fault: { sheet, row, column, code } }) => ({
      ...{ sheet, row, column },
      message: `${FAULT_TEXTS[code]}: ${REMEDIES[code]}`,
    }));
  }
}
