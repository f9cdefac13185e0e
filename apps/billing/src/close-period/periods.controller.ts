import { Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { PeriodClosed } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeParam,
  IdempotencyKey,
  PeriodParam,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { nextPeriod } from '@propledger/ledger-core';
import { calendarOf } from '../ledger-store/around';
import { Ledger } from '../ledger-store/ledger';
import type { LedgerTask } from '../ledger-store/task';
import { postedBetween } from '../ledger-store/posted';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { MoneyShown, NullablePosition, NullableText, Recorded } from '../shapes';
import { firstOf, submit } from '../submit';

export class TrialBalanceRowView {
  @ApiProperty({ example: 'receivable' })
  account!: string;
  @NullableText('收费项目')
  item!: string | null;
  @MoneyShown('借方为正 debit positive')
  amount!: string;
}

export class PeriodView {
  @ApiProperty({ example: '2026-03' })
  period!: string;
  @ApiProperty({ enum: ['closed', 'open'] })
  state!: 'closed' | 'open';
  @NullablePosition('关账的记账位置')
  position!: number | null;
  @ApiProperty({ type: [TrialBalanceRowView], nullable: true, description: '关账时的试算表 trial balance at closing' })
  trialBalance!: TrialBalanceRowView[] | null;
  @NullableText('试算表的 SHA-256')
  trialBalanceHash!: string | null;
}

export class PeriodsView {
  @ApiProperty({
    type: [PeriodView],
    description: '已关账的各期与第一个未关账期 every closed period, and the first open one',
  })
  items!: PeriodView[];
}

/** 账期 of a project: they close in order, and nothing is posted into a closed one. */
@ApiTags('periods 账期')
@Controller('projects/:project/periods')
export class PeriodsController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listPeriods', summary: '账期 Periods, closed and open' })
  @ApiOkResponse({ type: PeriodsView })
  async list(@CodeParam('project') project: string): Promise<PeriodsView> {
    const calendar = await calendarOf(this.reader, project);
    if (!calendar) throw new Problem('not-found');
    const closings = await this.reader.rows<{ position: string; body: PeriodClosed }>(
      `select distinct on (period) position, body
         from (select position, body::jsonb as body, body::jsonb->>'period' as period
                 from event where book = $1 and type = 'period.closed') closing
        where period collate "C" <= $2 order by period, position desc`,
      [project, calendar.closedThrough],
    );
    const closed = closings.map(({ position, body }): PeriodView => ({
      period: body.period,
      state: 'closed',
      position: Number(position),
      trialBalance: [...body.trialBalance],
      trialBalanceHash: body.trialBalanceHash,
    }));
    const { firstPeriod, closedThrough } = calendar;
    const open = closedThrough === null ? firstPeriod : nextPeriod(closedThrough);
    return {
      items: [...closed, { period: open, state: 'open', position: null, trialBalance: null, trialBalanceHash: null }],
    };
  }

  @Post(':period/close')
  @Allow('close')
  @SeesAfter()
  @ApiOperation({
    operationId: 'closePeriod',
    summary: '关账 Close a period',
    description: '记下本期分录的试算表及其散列值 Records the trial balance of the period’s postings, and its hash.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-project',
    'before-first-period',
    'period-closed',
    'period-not-next',
    'trial-balance-not-zero',
    'run-in-progress',
    'import-in-progress',
  )
  async close(
    @CodeParam('project') project: string,
    @PeriodParam('period') period: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const head = await this.reader.first<{ position: string }>('select position from book_head where book = $1', [
      project,
    ]);
    const upTo = Number(head?.position ?? 0);
    const rows = await postedBetween(this.reader, project, period, 0, upTo);
    const task: LedgerTask = { command: { type: 'SumAndClose', period, rows, upTo } };
    return firstOf(await submit(this.ledger, { project, key, caller }, { type: 'ClosePeriod', period }, task));
  }
}
