import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  IdempotencyKey,
  MoneyField,
  PeriodField,
  Problem,
  problemResponse,
  today,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { CustomersBooks } from '../archive/customers-books';
import { Leases } from '../archive/leases';
import { recorded } from '../problem';

export class TurnoverBody {
  @PeriodField({ description: '营业月份' })
  period!: string;
  @MoneyField({ description: '营业额, 不为负 not negative' })
  turnover!: string;
}

export class TurnoverList {
  @ApiProperty({ type: [TurnoverBody] })
  items!: TurnoverBody[];
}

@ApiTags('leases 租赁合同')
@Controller('projects/:project/leases/:lease/turnovers')
export class ReportTurnoverController {
  constructor(
    private readonly books: CustomersBooks,
    private readonly leases: Leases,
  ) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'reportTurnover',
    summary: '申报营业额 Report a month’s turnover',
    description:
      '该月再次出账时结算营业额租金; 重报以后一次为准 The next bill run of the month settles it; reported again, the later one holds.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'lease-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(422, 'no-turnover-rent, idempotency-key-reused')
  @Answers(400)
  async report(
    @CodeParam('project') project: string,
    @CodeParam('lease') lease: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() { period, turnover }: TurnoverBody,
  ): Promise<Recorded> {
    if (turnover.startsWith('-'))
      throw new Problem('invalid-input', {
        errors: [{ pointer: '/body/turnover', code: 'money', message: '不为负 not negative' }],
      });
    const command = { type: 'ReportTurnover', lease, period, turnover, today: today() } as const;
    const outcome = await this.books.submit(caller, key, project, command, { lease, period, turnover });
    return { after: recorded(outcome, project).after };
  }

  @Get()
  @Allow('view')
  @ApiOperation({ operationId: 'listTurnovers', summary: '已申报的营业额, 近的在前 Turnovers reported, latest first' })
  @ApiOkResponse({ type: TurnoverList })
  @problemResponse(404, 'lease-not-found')
  async list(@CodeParam('project') project: string, @CodeParam('lease') lease: string): Promise<TurnoverList> {
    await this.leases.get(project, lease);
    const items = await this.leases.query<TurnoverBody>(
      'select period, turnover from lease_turnover where project = $1 and lease = $2 order by period desc limit 600',
      [project, lease],
    );
    return { items };
  }
}
