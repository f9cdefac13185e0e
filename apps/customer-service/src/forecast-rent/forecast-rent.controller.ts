import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { LeaseChange, Period } from '@propledger/contracts';
import {
  changeFault,
  effectOfChange,
  explain,
  forecastRent,
  formatMoney,
  monthsFrom,
  rentDueOn,
  rentSchedule,
  sum,
  type ForecastLine,
  type LeaseHistory,
} from '@propledger/ledger-core';
import {
  Allow,
  Answers,
  CodeParam,
  decodeCursor,
  IdParam,
  pageLimit,
  pageOf,
  Problem,
  problemResponse,
} from '@propledger/service-kit';
import { setImmediate as otherRequests } from 'node:timers/promises';
import { LeaseChangeBody } from '../archive/lease-change-body';
import type { LeaseRow } from '../archive/lease-store';
import { Leases } from '../archive/leases';
import { problemOf } from '../problem';
import {
  ForecastByLeaseQuery,
  HorizonQuery,
  type LeaseForecast,
  LeaseForecastPage,
  LeaseRent,
  ProjectForecast,
  RentEffectView,
  RentQuery,
} from './forecast-shapes';
import { byMonth, ProjectTotals } from './forecast-totals';

const MONTHS = 12;
/** Leases that are read at once. */
const LEASES_AT_ONCE = 100;
const TURN_MS = 20;

/** Computes month by month, and lets other requests have their turn in between: a month of a large lease takes a tenth of a second. */
const inTurns = async <Line>(months: readonly Period[], of: (period: Period) => readonly Line[]): Promise<Line[]> => {
  const lines: Line[] = [];
  let since = performance.now();
  for (const period of months) {
    if (performance.now() - since > TURN_MS) {
      await otherRequests();
      since = performance.now();
    }
    lines.push(...of(period));
  }
  return lines;
};

const forecastOf = async ({ body, changes }: LeaseRow, months: readonly Period[]): Promise<ForecastLine[]> => {
  await otherRequests();
  const schedule = rentSchedule({ lease: body, changes });
  return inTurns(months, (period) => forecastRent(schedule, [period]));
};

/** 预测租金: the very rules by which bill runs charge, on months that have not come. */
@ApiTags('leases 租赁合同')
@Controller('projects/:project')
export class ForecastRentController {
  constructor(private readonly leases: Leases) {}

  @Get('leases/forecast')
  @Allow('view')
  @ApiOperation({
    operationId: 'forecastRent',
    summary: '预测租金: 项目各月 A project’s rent by month and item',
    description:
      '按现有合同、递增、免租与已录入的变更; 营业额租金除外 As leases are agreed now; turnover rent is not known in advance.',
  })
  @ApiOkResponse({ type: ProjectForecast })
  @problemResponse(404, 'project-not-found')
  async project(@CodeParam('project') project: string, @Query() query: HorizonQuery): Promise<ProjectForecast> {
    await this.leases.knowProject(project);
    const months = monthsFrom(query.from, query.months ?? MONTHS);
    const totals = new ProjectTotals();
    for (let last: string | null = ''; last !== null;) {
      const rows = await this.leases.rows(
        'l.project = $1 and l.lease > $2 and l.to_on >= $3',
        [project, last, `${query.from}-01`],
        LEASES_AT_ONCE,
      );
      for (const row of rows) totals.add(await forecastOf(row, months));
      last = rows.length < LEASES_AT_ONCE ? null : (rows.at(-1)?.lease ?? null);
    }
    return totals.shown(months);
  }

  @Get('lease-forecasts')
  @Allow('view')
  @ApiOperation({ operationId: 'forecastRentByLease', summary: '预测租金: 逐份合同 Rent by lease, month and item' })
  @ApiOkResponse({ type: LeaseForecastPage })
  @problemResponse(404, 'project-not-found')
  async byLease(
    @CodeParam('project') project: string,
    @Query() query: ForecastByLeaseQuery,
  ): Promise<LeaseForecastPage> {
    await this.leases.knowProject(project);
    const [from] = decodeCursor(query.cursor, 'string') ?? [''];
    const months = monthsFrom(query.from, query.months ?? MONTHS);
    const limit = Math.min(pageLimit(query), LEASES_AT_ONCE);
    const rows = await this.leases.rows(
      'l.project = $1 and l.lease > $2 and l.to_on >= $3',
      [project, from, `${query.from}-01`],
      limit + 1,
    );
    const { items, nextCursor } = pageOf(
      rows,
      limit,
      (row) => row,
      ({ lease }) => [lease],
    );
    const forecasts: LeaseForecast[] = [];
    for (const row of items) forecasts.push({ lease: row.lease, ...byMonth(await forecastOf(row, months), months) });
    return { items: forecasts, nextCursor };
  }

  @Get('leases/:lease/rent')
  @Allow('view')
  @ApiOperation({
    operationId: 'leaseRent',
    summary: '一份合同的租金, 逐笔并说明 The rent of a lease, charge by charge, explained',
  })
  @ApiOkResponse({ type: LeaseRent })
  @problemResponse(404, 'lease-not-found')
  async rent(
    @CodeParam('project') project: string,
    @CodeParam('lease') lease: string,
    @Query() query: RentQuery,
  ): Promise<LeaseRent> {
    const schedule = rentSchedule((await this.leases.get(project, lease)).history);
    let total = 0n;
    const charges = await inTurns(monthsFrom(query.from, query.months ?? MONTHS), (period) => {
      const dueOn = rentDueOn(schedule.history, period);
      return schedule.month(period).map(({ item, resource, customer, from, to, amount, basis }) => {
        total += amount;
        const { zh, en } = explain(basis);
        return { item, resource, customer, from, to, dueOn, amount: formatMoney(amount), zh: [...zh], en: [...en] };
      });
    });
    return { lease, total: formatMoney(total), charges };
  }

  @Post('leases/:lease/effect')
  @HttpCode(200)
  @Allow('view')
  @ApiOperation({
    operationId: 'effectOfLeaseChange',
    summary: '变更的租金影响, 尚未录入 What a change would do to the rent, before it is made',
    description: '正文与变更相同; 什么也不保存 The body is that of a change. Nothing is kept.',
  })
  @ApiOkResponse({ type: RentEffectView })
  @problemResponse(404, 'lease-not-found')
  @problemResponse(422, 'lease-unsound')
  @Answers(400)
  async effect(
    @CodeParam('project') project: string,
    @CodeParam('lease') lease: string,
    @Query() query: HorizonQuery,
    @Body() body: LeaseChangeBody,
  ): Promise<RentEffectView> {
    const { history } = await this.leases.get(project, lease);
    return effectOf(history, body.toChange(history), query);
  }

  @Get('lease-drafts/:draft/effect')
  @Allow('view')
  @ApiOperation({
    operationId: 'effectOfLeaseDraft',
    summary: '变更单的租金影响 What a change order would do to the rent, as things are now',
  })
  @ApiOkResponse({ type: RentEffectView })
  @problemResponse(404, 'draft-not-found')
  @problemResponse(422, 'lease-unsound')
  async draftEffect(
    @CodeParam('project') project: string,
    @IdParam('draft') draft: string,
    @Query() query: HorizonQuery,
  ): Promise<RentEffectView> {
    const [kept] = await this.leases.query<{ lease: string; change: LeaseChange }>(
      'select lease, change from lease_draft where project = $1 and draft = $2',
      [project, draft],
    );
    if (!kept) throw new Problem('draft-not-found');
    return effectOf((await this.leases.get(project, kept.lease)).history, kept.change, query);
  }
}

/** @throws Problem lease-unsound when the change could not be made */
const effectOf = async (history: LeaseHistory, change: LeaseChange, query: HorizonQuery): Promise<RentEffectView> => {
  const fault = changeFault(history, change);
  if (fault) throw problemOf({ code: 'lease-unsound', fault });
  const lines = await inTurns(monthsFrom(query.from, query.months ?? MONTHS), effectOfChange(history, change));
  return {
    lines: lines.map(({ period, item, base, proposed }) => ({
      period,
      item,
      base: formatMoney(base),
      proposed: formatMoney(proposed),
      difference: formatMoney(proposed - base),
    })),
    difference: formatMoney(sum(lines.map(({ base, proposed }) => proposed - base))),
  };
};
