import { applyDecorators } from '@nestjs/common';
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
import {
  IsOptional,
  Validate,
  ValidateIf,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';

export const FORMATS = ['json', 'csv', 'xlsx'] as const;
export type Format = (typeof FORMATS)[number];

const MAX_PROJECTS = 1_000;
/** Rows of a JSON page. CSV and XLSX are always whole. */
export const MAX_ROWS = 10_000;

@ValidatorConstraint({ name: 'code' })
class Codes implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.length > 0 && value.length <= MAX_PROJECTS && value.every(isCode);
  }
  defaultMessage(): string {
    return `须为 1 至 ${MAX_PROJECTS} 个项目编码 1 to ${MAX_PROJECTS} project codes`;
  }
}

/** Projects, by default all. */
export const ProjectsField = (): PropertyDecorator =>
  applyDecorators(
    ApiProperty({
      required: false,
      type: 'array',
      items: { type: 'string', minLength: 1, maxLength: 64, pattern: CODE_PATTERN },
      minItems: 1,
      maxItems: MAX_PROJECTS,
      description:
        '项目编码, 可重复; 默认为有权查看的全部项目 Projects; by default all that you may view (those of the cut, where one is given)',
    }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? [value] : value)),
    ValidateIf((_, value) => value !== undefined),
    Validate(Codes),
  );

/** What every report may be asked with. */
export class ReportQuery {
  @ProjectsField()
  project?: string[];

  @DayField({
    optional: true,
    description:
      '截至日期: 此后生效的不计. 默认今天 (北京时间), 有切片时为切片之日; 按账期时默认该账期最后一天 ' +
      'As of: what takes effect later is not counted. By default today in China, or the day of the given cut; by period the period’s last day',
  })
  asOf?: Day;

  @PeriodField({
    optional: true,
    description:
      '账期; 按账期的报表默认为截至日期所在月. 按日期的报表未给截至日期时, 取该账期最后一天 Accounting period; by default the month of asOf. A report by day without asOf takes its last day',
  })
  period?: Period;

  @TextField({
    max: 40,
    optional: true,
    description:
      '当时所知: 早先答复所载的切片, 再问得到同样的内容; 或时刻 (RFC 3339), 即该时刻及以前录入的全部, 答复载明其切片. 默认现在 ' +
      'What was known: the cut of an earlier answer; or a time (RFC 3339): all that was recorded at or before it, and the answer names its cut. By default now',
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
