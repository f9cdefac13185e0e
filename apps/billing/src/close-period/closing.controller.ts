import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Allow, CodeParam, PeriodParam, Problem, type Peer, SeesAfter } from '@propledger/service-kit';
import { Reader } from '../ledger-store/reader';
import { MoneyShown } from '../shapes';
import { closingChecklist, type ClosingChecklist } from './closing-checklist';
import { TrialBalanceRowView } from './periods.controller';

/** What the module provides the way to reporting as. */
export const REPORTS = Symbol('reports');

export class UnappliedView {
  @ApiProperty({ type: 'integer', minimum: 0, description: '有余额的预交款户数 balances above zero' })
  balances!: number;
  @MoneyShown()
  amount!: string;
}

export class ClearingView {
  @ApiProperty({ description: '收款方式' })
  channel!: string;
  @MoneyShown('本期发生额, 借方为正 booked in the period, debit positive')
  amount!: string;
}

export class MeteredLeftView {
  @ApiProperty({ type: 'integer', minimum: 0, description: '本期未抄的表 meters without a reading for the period' })
  unread!: number;
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: '末次出账之后录入的读数 readings since the last bill run of the period',
  })
  readings!: number;
  @ApiProperty({ type: 'integer', minimum: 0, description: '末次出账之后录入的公摊金额 pool amounts since then' })
  pools!: number;
}

export class ReportsView {
  @ApiProperty({
    type: 'integer',
    minimum: 0,
    description: '报表尚未处理的账簿事件数 ledger events not in the reports yet',
  })
  lag!: number;
  @ApiProperty({ description: '本项目的报表已停下 the reports of this project stand still' })
  parked!: boolean;
}

export class ClosingView {
  @ApiProperty({
    type: [String],
    example: ['run-in-progress'],
    description: '会使关账被拒绝的原因, 与关账时的 problem 相同 what would refuse a closing, as problem codes',
  })
  blockers!: string[];
  @ApiProperty({ type: [TrialBalanceRowView], description: '本期分录的试算表 of the period’s postings so far' })
  trialBalance!: TrialBalanceRowView[];
  @ApiProperty({ type: UnappliedView, description: '未冲抵的预交款 money that settles nothing yet' })
  unapplied!: UnappliedView;
  @ApiProperty({ type: [ClearingView] })
  clearing!: ClearingView[];
  @ApiProperty({ type: 'integer', minimum: 0, description: '待复核 what waits for a second person' })
  waitingApprovals!: number;
  @ApiProperty({
    type: MeteredLeftView,
    description: '关账后不再计费的抄表与公摊 what nobody is charged for once the period is closed',
  })
  metered!: MeteredLeftView;
  @ApiProperty({
    type: ReportsView,
    nullable: true,
    description: 'null: 报表服务无应答, 不影响关账 reporting gave no answer, which keeps nobody from closing',
  })
  reports!: ReportsView | null;
}

/** 关账前检查. */
@ApiTags('periods 账期')
@Controller('projects/:project/periods/:period/closing')
export class ClosingController {
  constructor(
    private readonly reader: Reader,
    @Inject(REPORTS) private readonly reports: Peer,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'getClosingChecklist',
    summary: '关账前检查 What to look at before closing a period',
    description:
      '只有 blockers 会使关账被拒绝, 其余供核对 Only `blockers` would refuse the closing; the rest is there to be looked at.',
  })
  @ApiOkResponse({ type: ClosingView })
  async get(@CodeParam('project') project: string, @PeriodParam('period') period: string): Promise<ClosingChecklist> {
    const checklist = await closingChecklist(this.reader, this.reports, project, period);
    if (!checklist) throw new Problem('not-found');
    return checklist;
  }
}
