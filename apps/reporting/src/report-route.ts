import { applyDecorators, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Answers, MONEY_PATTERN, problemResponse } from '@propledger/service-kit';
import { MEDIA_TYPE } from './answer/format';
import { CUT_ID_PATTERN } from './known/cut';
import { MAX_ROWS } from './query';
import type { Column, ColumnKind, Report } from './report';

/** What every answer says of itself, in whatever format. */
export const ANSWER_HEADERS = {
  'Propledger-As-Of': { schema: { type: 'string', format: 'date' }, description: '截至日期', required: true },
  'Propledger-Period': { schema: { type: 'string' }, description: '账期 (按账期的报表)' },
  'Propledger-Cut': { schema: { type: 'string', pattern: CUT_ID_PATTERN }, description: '切片', required: true },
} as const;

/** The route of a report, and its documentation, made from the report's own columns. */
export const ReportRoute = (report: Report): MethodDecorator =>
  applyDecorators(
    Get(),
    Allow('view'),
    ApiTags('reports 报表'),
    ApiOperation({
      operationId: report.name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase()),
      summary: report.title,
      description: `${report.description}\n\nThe answer names its day (\`asOf\`) and its cut; asked again with both (the cut as \`known\`) it is the same, byte by byte, in JSON, CSV and XLSX.`,
    }),
    ApiOkResponse({
      description: report.title,
      headers: ANSWER_HEADERS,
      content: {
        [MEDIA_TYPE.json]: { schema: answerSchema(report) },
        [MEDIA_TYPE.csv]: { schema: { type: 'string', example: report.columns.map(({ header }) => header).join() } },
        [MEDIA_TYPE.xlsx]: { schema: { type: 'string', format: 'binary' } },
      },
    }),
    Answers('not-acceptable'),
    problemResponse(404, 'project-not-found, cut-not-found, nothing-known-then'),
  );

export type Schema = Readonly<Record<string, unknown>>;

// Counts may be negative (a reversal), and so may rates. Sums can be longer than a single amount.
const SCHEMA: Readonly<Record<ColumnKind, Schema>> = {
  code: { type: 'string' },
  text: { type: 'string' },
  day: { type: 'string', format: 'date' },
  money: { type: 'string', pattern: MONEY_PATTERN.replace('{0,10}', '{0,15}'), example: '1234.50' },
  count: { type: 'integer' },
  rate: { type: 'string', pattern: '^-?[0-9]+\\.[0-9]{2}$', example: '57.37' },
};

export const cellSchema = ({ kind, header, description, blank }: Column): Schema => ({
  ...SCHEMA[kind],
  ...(blank ? { nullable: true } : {}),
  description: `${header} ${description}`,
});

export const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
});

const answerSchema = ({ name, columns, selection }: Report): object =>
  object({
    report: { type: 'string', enum: [name] },
    asOf: AS_OF_SCHEMA,
    period: { type: 'string', nullable: true, description: PERIOD_TEXT[selection] },
    cut: cutSchema('切片: 再问时用 known 给出 ask with known to get this answer again'),
    ...tableSchema(columns),
  });

export const AS_OF_SCHEMA: Schema = {
  type: 'string',
  format: 'date',
  description: '截至日期: 此后生效的不计 what takes effect later is not counted',
};

export const cutSchema = (description: string): Schema => ({ type: 'string', pattern: CUT_ID_PATTERN, description });

/** The members of an answer that hold its rows. */
export const tableSchema = (columns: readonly Column[]): Readonly<Record<string, Schema>> => ({
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

const PERIOD_TEXT: Readonly<Record<Report['selection'], string>> = {
  asOf: '按日期的报表为 null null: this report goes by the day alone',
  period: '账期 accounting period',
  either: '账期; 未按账期问时为 null accounting period; null where none was given',
};
