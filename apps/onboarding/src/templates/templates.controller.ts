import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { SHEET_NAMES } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeField,
  PeerUnavailable,
  Problem,
  problemResponse,
  type CallerIdentity,
} from '@propledger/service-kit';
import { writeTemplate, type KnownCodes } from '@propledger/workbook';
import { Allow as Known } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { workbookHeaders, XLSX } from '../archive/media-type';
import { ProjectCodes } from './project-codes';
import { TEMPLATES } from './templates';

class TemplateView {
  @ApiProperty({ example: 'readings' })
  name!: string;
  @ApiProperty({ example: '每月抄表 the readings of a month' })
  purpose!: string;
  @ApiProperty({ enum: SHEET_NAMES, isArray: true })
  sheets!: string[];
}
class TemplateQuery {
  /** Sent by clients with every query; a template waits for nothing. */
  @Known()
  after?: unknown;

  @CodeField({
    optional: true,
    description: '项目编码: 下拉列表为该项目已有的编码 drop-downs of what this project has',
  })
  project?: string;
}
class TemplateList {
  @ApiProperty({ type: [TemplateView] })
  items!: TemplateView[];
}

@ApiTags('templates 模板')
@Controller('templates')
export class TemplatesController {
  constructor(private readonly codes: ProjectCodes) {}

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
      '表头第 2 行, * 为必填; 可选列有下拉列表, 每列有批注, 另有「填写说明」。带 project 时, 资源、楼栋、收费标准、收费项目、仪表、公摊等列以该项目已有的编码为下拉列表 (每种至多 5,000 个), 也可填写新编码。\n\n' +
      'The header is row 2, required columns end in `*`; choices are drop-downs, each column has a note, and 填写说明 tells of every ' +
      'column. With a project, columns of resources, buildings, standards, items, meters and pools have drop-downs of what it has (5,000 of a kind at ' +
      'most); new codes may be typed. Uploaded as it is, it brings nothing.',
  })
  @ApiParam({ name: 'name', schema: { type: 'string', enum: TEMPLATES.map(({ name }) => name) } })
  @ApiOkResponse({ content: { [XLSX]: { schema: { type: 'string', format: 'binary' } } } })
  @problemResponse(404, 'not-found')
  async get(
    @Param('name') name: string,
    @Query() { project }: TemplateQuery,
    @Caller() caller: CallerIdentity,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const template = TEMPLATES.find((one) => one.name === name);
    if (!template) throw new Problem('not-found');
    const known = project === undefined ? new Map<string, string[]>() : await this.codesOf(project, caller);
    const file = project === undefined ? `${name}.xlsx` : `${name}-${project}.xlsx`;
    void reply.headers(workbookHeaders(file)).send(Readable.from(writeTemplate(template.sheets, known)));
  }

  private async codesOf(project: string, caller: CallerIdentity): Promise<KnownCodes> {
    caller.require('view', project);
    const known = await this.codes.of(project).catch((error: unknown) => {
      throw error instanceof PeerUnavailable ? new Problem('unavailable', { retryAfterSeconds: 2 }) : error;
    });
    if (known === null) throw new Problem('not-found');
    return known;
  }
}
