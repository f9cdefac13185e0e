import { ApiProperty } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { Day, Period } from '@propledger/contracts';
import { ChoiceField, DayField, FlagField, IntField, PeriodField, TextField } from '@propledger/service-kit';
import { REPORT_NAMES } from '../all-reports';
import { CUT_ID_PATTERN } from '../known/cut';
import { type Format, FORMATS, MAX_ROWS, ProjectsField } from '../query';
import { type Part, PARTS } from '../question';
import { JOB_STATES, type JobState } from './job-store';

export class ReportJobBody {
  @ChoiceField(REPORT_NAMES, { description: '报表 Report' })
  report!: string;

  @ChoiceField(PARTS, {
    optional: true,
    description:
      '默认 report. difference: 差异分录; difference-rows: 差异行 by default the report; or how it differs between two cuts',
  })
  part?: Part;

  @ProjectsField()
  project?: string[];

  @DayField({ optional: true, description: '截至日期 As of' })
  asOf?: Day;

  @PeriodField({ optional: true, description: '账期 Accounting period' })
  period?: Period;

  @TextField({ max: 40, optional: true, description: '当时所知: 切片或时刻, 默认现在 A cut or a time; by default now' })
  known?: string;

  @TextField({ max: 40, optional: true, description: '差异的对照: 切片或时刻 What a difference is compared with' })
  against?: string;
}

export class ReportJobProgress {
  @ApiProperty({ type: 'integer', description: '已读事件 events read' })
  done!: number;
  @ApiProperty({ type: 'integer' })
  total!: number;
}

/** One event of the stream. */
export class ReportJobEvent {
  @ApiProperty({ format: 'uuid' })
  job!: string;
  @ApiProperty({ enum: JOB_STATES })
  state!: JobState;
  @ApiProperty({ type: ReportJobProgress })
  progress!: ReportJobProgress;
  @ApiProperty({ type: 'integer', description: '已得行数 rows made' })
  rows!: number;
}

export class ReportJobView extends ReportJobEvent {
  @ApiProperty({ enum: REPORT_NAMES })
  report!: string;
  @ApiProperty({ enum: PARTS })
  part!: Part;
  @ApiProperty({ format: 'date' })
  asOf!: string;
  @ApiProperty({ type: String, nullable: true })
  period!: string | null;
  @ApiProperty({ pattern: CUT_ID_PATTERN, description: '提交时即定 settled when it was asked for' })
  cut!: string;
  @ApiProperty({ type: String, nullable: true, pattern: CUT_ID_PATTERN })
  against!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'too-large: 结果超过 512 MB the result is larger than 512 MB; unexpected: 未预料的错误 an error of ours; 其他: 一直无法回答的原因 else the problem code of why it could not be answered. 可 retry',
  })
  failure!: string | null;
  @ApiProperty({
    type: 'integer',
    description:
      '尝试次数: 遇错隔 1 秒、2 秒、4 秒…重试, 至多 10 次 attempts: after an error again in 1, 2, 4 … seconds, 10 at most',
  })
  attempts!: number;
  @ApiProperty({ type: String, nullable: true, description: '最近一次尝试的错误 the error of its latest attempt' })
  trouble!: string | null;
  @ApiProperty()
  askedAt!: string;
  @ApiProperty({ type: String, nullable: true })
  endedAt!: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    description:
      '最晚保留到何时; 结果总量超过 1 GB 时, 占用最多者的旧结果先删 kept until then at most; when all exceed 1 GB, the oldest of who has most go first',
  })
  expiresAt!: string | null;
}

export class ResultQuery {
  /** Taken from clients that send it with every query: a result has seen what it was asked with. */
  @IsOptional()
  after?: unknown;

  @ChoiceField(FORMATS, { optional: true, description: '格式, 优先于 Accept Format; before the Accept header' })
  format?: Format;

  @FlagField({ optional: true, description: 'CSV 加 BOM Begin the CSV with a BOM' })
  bom?: boolean;

  @IntField({ min: 1, max: MAX_ROWS, optional: true, description: 'JSON 每页行数 Rows of a JSON page' })
  limit?: number;

  @TextField({ max: 1024, optional: true, description: 'JSON 上一页的 nextCursor The last page’s nextCursor' })
  cursor?: string;
}
