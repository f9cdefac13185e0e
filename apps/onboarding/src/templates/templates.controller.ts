import { Readable } from 'node:stream';
import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { SHEET_NAMES } from '@propledger/contracts';
import { Allow, Problem, problemResponse } from '@propledger/service-kit';
import { writeTemplate } from '@propledger/workbook';
import type { FastifyReply } from 'fastify';
import { workbookHeaders, XLSX } from '../archive/media-type';
import { TEMPLATES } from './templates';

class TemplateView {
  @ApiProperty({ example: 'readings' })
  name!: string;
  @ApiProperty({ example: '每月抄表 the readings of a month' })
  purpose!: string;
  @ApiProperty({ enum: SHEET_NAMES, isArray: true })
  sheets!: string[];
}
class TemplateList {
  @ApiProperty({ type: [TemplateView] })
  items!: TemplateView[];
}

@ApiTags('templates 模板')
@Controller('templates')
export class TemplatesController {
  @Get()
  @Allow('view')
  @ApiOperation({
    operationId: 'listTemplates',
    summary: '可下载的模板 The templates: by task, and each sheet by its own name',
  })
  @ApiOkResponse({ type: TemplateList })
  list(): TemplateList {
    return {
      items: TEMPLATES.map(({ name, purpose, sheets }) => ({ name, purpose, sheets: sheets.map((one) => one.name) })),
    };
  }

  @Get(':name')
  @Allow('view')
  @ApiOperation({
    operationId: 'getTemplate',
    summary: '下载模板 Download a template as .xlsx, to be filled in and uploaded',
    description:
      '表头第 2 行, * 为必填; 可选列有下拉列表, 每列有批注, 另有「填写说明」。每次下载字节相同。\n\n' +
      'The header is row 2, required columns end in `*`; choices are drop-downs, each column has a note, and 填写说明 tells of every ' +
      'column. The same to the byte each time. Uploaded as it is, it brings nothing.',
  })
  @ApiParam({ name: 'name', schema: { type: 'string', enum: TEMPLATES.map(({ name }) => name) } })
  @ApiOkResponse({ content: { [XLSX]: { schema: { type: 'string', format: 'binary' } } } })
  @problemResponse(404, 'not-found')
  get(@Param('name') name: string, @Res() reply: FastifyReply): void {
    const template = TEMPLATES.find((one) => one.name === name);
    if (!template) throw new Problem('not-found');
    void reply.headers(workbookHeaders(`${name}.xlsx`)).send(Readable.from(writeTemplate(template.sheets)));
  }
}
