import type { Day, Period } from '@propledger/contracts';
import {
  ChoiceField,
  CODE_PATTERN,
  DayField,
  FlagField,
  IntField,
  isCode,
  PeriodField,
  TextField,
} from '@propledger/service-kit';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';

export const FORMATS = ['json', 'csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

const MAX_PROJECTS = 1_000;
/** Rows of a JSON page. CSV and XLSX are always whole. */
export const MAX_ROWS = 10_000;

@ValidatorConstraint({ name: 'code' })
class Codes implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.length <= MAX_PROJECTS && value.every(isCode);
  }
  defaultMessage(): string {
    return `项目编码有误, 或多于 ${MAX_PROJECTS} 个 not project codes, or more than ${MAX_PROJECTS}`;
  }
}

/** What every report may be asked with. */
export class ReportQuery {
  @ApiProperty({
    required: false,
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 64, pattern: CODE_PATTERN },
    maxItems: MAX_PROJECTS,
    description:
      '项目编码, 可重复; 默认为有权查看的全部项目 Projects; by default all that you may view (those of the cut, where one is given)',
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value))
  @IsOptional()
  @Validate(Codes)
  project?: string[];

  @DayField({
    optional: true,
    description:
      '截至日期, 默认今天 (北京时间), 有切片时为切片之日 As of; by default today in China, or the day of the given cut',
  })
  asOf?: Day;

  @PeriodField({
    optional: true,
    description:
      '账期; 按账期的报表默认为截至日期所在月. 按日期的报表未给截至日期时, 取该账期最后一天 Accounting period; by default the month of asOf. A report by day without asOf takes its last day',
  })
  period?: Period;

  @TextField({
    max: 32,
    optional: true,
    description: '切片: 早先答复所载, 再问得到同样的内容 The cut of an earlier answer: what was known then',
  })
  known?: string;

  /** Read by the After decorator. */
  @IsOptional()
  after?: unknown;

  @ChoiceField(FORMATS, { optional: true, description: '格式, 优先于 Accept Format; before the Accept header' })
  format?: Format;

  @FlagField({ optional: true, description: 'CSV 加 BOM, 供 Excel 打开 Begin the CSV with a BOM, for Excel' })
  bom?: boolean;

  @IntField({
    min: 1,
    max: MAX_ROWS,
    optional: true,
    description: `JSON 每页行数, 默认 ${MAX_ROWS} Rows of a JSON page`,
  })
  limit?: number;

  @TextField({
    max: 1024,
    optional: true,
    description: 'JSON 上一页的 nextCursor, 其余参数不变 The last page’s nextCursor, with the same other parameters',
  })
  cursor?: string;
}

/** The day before the first of the next month. */
export const lastDayOf = (period: Period): Day => {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
};
