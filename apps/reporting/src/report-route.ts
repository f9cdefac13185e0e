import { applyDecorators, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Answers, MONEY_PATTERN, problemResponse } from '@propledger/service-kit';
import { MEDIA_TYPE } from './answer/format';
import { CUT_ID_PATTERN } from './known/cut';
import { MAX_ROWS } from './query';
import type { Column, ColumnKind, Report } from './report';

/** The route of a report, and its documentation, made from the report's own columns. */
export const ReportRoute = (report: Report): MethodDecorator =>
  applyDecorators(
    Get(),
    Allow('view'),
    ApiTags('reports 报表'),
    ApiOperation({
      operationId: report.name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      summary: report.title,
      description: `${report.description}\n\nThe answer names its cut; asked again with \`known\` it is the same, byte by byte, in JSON and CSV.`,
    }),
    ApiOkResponse({
      description: report.title,
      headers: {
        'Propledger-As-Of': { schema: { type: 'string', format: 'date' }, description: '截至日期 (按日期的报表)' },
        'Propledger-Period': { schema: { type: 'string' }, description: '账期 (按账期的报表)' },
        'Propledger-Cut': { schema: { type: 'string', pattern: CUT_ID_PATTERN }, description: '切片', required: true },
      },
      content: {
        [MEDIA_TYPE.json]: { schema: answerSchema(report) },
        [MEDIA_TYPE.csv]: { schema: { type: 'string', example: report.columns.map(({ header }) => header).join() } },
        [MEDIA_TYPE.xlsx]: { schema: { type: 'string', format: 'binary' } },
      },
    }),
    Answers('not-acceptable'),
    problemResponse(404, 'project-not-found, cut-not-found'),
  );

type Schema = Readonly<Record<string, unknown>>;

// Counts may be negative (a reversal), and so may rates. Sums can be longer than a single amount.
const SCHEMA: Readonly<Record<ColumnKind, Schema>> = {
  code: { type: 'string' },
  text: { type: 'string' },
  day: { type: 'string', format: 'date' },
  money: { type: 'string', pattern: MONEY_PATTERN.replace('{0,10}', '{0,15}'), example: '1234.50' },
  count: { type: 'integer' },
  rate: { type: 'string', pattern: '^-?[0-9]+\\.[0-9]{2}$', example: '57.37' },
};

const cellSchema = ({ kind, header, description, blank }: Column): Schema => ({
  ...SCHEMA[kind],
  ...(blank ? { nullable: true } : {}),
  description: `${header} ${description}`,
});

const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

const answerSchema = ({ name, columns, selection }: Report): object =>
  object({
    report: { type: 'string', enum: [name] },
    asOf: { type: 'string', format: 'date', nullable: true, description: selectionText(selection, '截至日期 as of') },
    period: { type: 'string', nullable: true, description: selectionText(selection, '账期 accounting period') },
    cut: {
      type: 'string',
      pattern: CUT_ID_PATTERN,
      description: '切片: 再问时用 known 给出 ask with known to get this answer again',
    },
    projects: { type: 'array', items: { type: 'string' }, description: '所含项目 the projects it covers' },
    columns: {
      type: 'array',
      items: object({ key: { type: 'string' }, header: { type: 'string' } }),
      description: '各列在 JSON 与 CSV 中的名称 names of the columns in JSON and CSV',
    },
    rows: {
      type: 'array',
      maxItems: MAX_ROWS,
      items: object(Object.fromEntries(columns.map((column) => [column.key, cellSchema(column)]))),
    },
    nextCursor: { type: 'string', nullable: true, description: '下一页 the next page; null: this was the last' },
  });

const selectionText = (selection: Report['selection'], text: string): string =>
  selection === 'either' ? `${text}; one of asOf and period is null` : `${text}; null in reports that go by the other`;
