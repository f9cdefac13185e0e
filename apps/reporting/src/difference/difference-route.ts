import { applyDecorators, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Allow, Answers, problemResponse } from '@propledger/service-kit';
import { REPORT_NAMES } from '../all-reports';
import { MEDIA_TYPE } from '../answer/format';
import { CUT_ID_PATTERN } from '../known/cut';
import { MAX_ROWS } from '../query';
import type { Part } from '../question';
import { ANSWER_HEADERS, AS_OF_SCHEMA, cutSchema, object, tableSchema } from '../report-route';
import { ENTRY_COLUMNS } from './entries';

const TEXT = {
  difference: {
    path: undefined,
    operationId: 'listDifference',
    summary: '两个切片之间的差异分录 The entries that make the difference between two cuts',
    description:
      'Entries that `known` has and `against` has not, or the other way round, as far as the report counts them at its moment, by ' +
      'project and position. Their amounts add up to the difference of what the report shows.',
  },
  'difference-rows': {
    path: 'rows',
    operationId: 'listDifferingRows',
    summary: '两个切片之间的差异行 The rows of a report that differ between two cuts',
    description:
      'The rows that are not the same: as `known` has them, then as `against` has them, with the report’s own columns after `knownTo`. ' +
      'Also where a resource has been placed elsewhere since.',
  },
} as const;

/** The route of one part of a difference, for every report. */
export const DifferenceRoute = (part: Exclude<Part, 'report'>): MethodDecorator => {
  const { path, operationId, summary, description } = TEXT[part];
  const rows =
    part === 'difference'
      ? {}
      : { rows: { type: 'array', maxItems: MAX_ROWS, items: { type: 'object', additionalProperties: true } } };
  return applyDecorators(
    Get(path),
    Allow('view'),
    ApiTags('differences 差异'),
    ApiParam({ name: 'report', enum: REPORT_NAMES }),
    ApiOperation({ operationId, summary, description }),
    ApiOkResponse({
      description: summary,
      headers: {
        ...ANSWER_HEADERS,
        'Propledger-Against': {
          schema: { type: 'string', pattern: CUT_ID_PATTERN },
          description: '对照切片',
          required: true,
        },
      },
      content: {
        [MEDIA_TYPE.json]: {
          schema: object({
            report: { type: 'string', enum: REPORT_NAMES },
            part: { type: 'string', enum: [part] },
            asOf: AS_OF_SCHEMA,
            period: { type: 'string', nullable: true, description: '账期 accounting period' },
            cut: cutSchema('known 的切片 the cut of known'),
            against: cutSchema('对照切片 the cut of against'),
            ...tableSchema(ENTRY_COLUMNS),
            ...rows,
          }),
        },
        [MEDIA_TYPE.csv]: { schema: { type: 'string' } },
        [MEDIA_TYPE.xlsx]: { schema: { type: 'string', format: 'binary' } },
      },
    }),
    Answers('not-acceptable'),
    problemResponse(404, 'not-found, project-not-found, cut-not-found, nothing-known-then'),
  );
};
