import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Meter } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeParam,
  decodeCursor,
  IdempotencyKey,
  pageLimit,
  pageOf,
  PeriodParam,
  PositionParam,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Ledger } from '../ledger-store/ledger';
import { Conditions, Reader } from '../ledger-store/reader';
import { METER_COLUMNS, meterOf, type MeterRow } from '../ledger-store/rows';
import type { LedgerTask } from '../ledger-store/task';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';
import { lastOf, submit, type Call } from '../submit';
import {
  CorrectReadingBody,
  EstimateBody,
  MeterBody,
  MeterDetail,
  MeterSettingsBody,
  MetersPage,
  MetersQuery,
  MeterView,
  ReadingBody,
  ReplacementBody,
} from './meter-shapes';

/** Whether the reading of a period has a member. */
const recordWith = (member: 'review' | 'estimated'): string =>
  `exists (select from meter_record r
            where r.book = m.book and r.meter = m.meter and r.period = ? and r.withdrawn_by is null
              and jsonb_exists(r.body, '${member}'))`;

/** 仪表: meters, what they showed, and their replacements. */
@ApiTags('meters 仪表')
@Controller('projects/:project/meters')
export class MetersController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'listMeters', summary: '仪表列表 List meters, by code' })
  @ApiOkResponse({ type: MetersPage })
  async list(@CodeParam('project') project: string, @Query() query: MetersQuery): Promise<MetersPage> {
    const from = decodeCursor(query.cursor, 'string');
    const where = new Conditions()
      .and('book = ?', project)
      .only('not withdrawn')
      .and('resource = ?', query.resource)
      .and('kind = ?', query.kind)
      .and(
        `not exists (select from meter_record r
                      where r.book = m.book and r.meter = m.meter and r.period = ? and r.withdrawn_by is null)`,
        query.unreadIn,
      )
      .and(recordWith('review'), query.heldIn)
      .and(recordWith('estimated'), query.estimatedIn)
      .and('meter > ?', from?.[0]);
    const limit = pageLimit(query);
    const rows = await this.reader.rows<{ body: Meter }>(
      `select body from meter m where ${where.sql} order by meter limit ${limit + 1}`,
      where.params,
    );
    return pageOf(
      rows,
      limit,
      ({ body }) => body as MeterView,
      ({ body }) => [body.meter],
    );
  }

  @Get(':meter')
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getMeter', summary: '仪表及其抄表、换表 A meter with its readings and replacements' })
  @ApiOkResponse({ type: MeterDetail })
  async get(@CodeParam('project') project: string, @CodeParam('meter') code: string): Promise<MeterDetail> {
    const row = await this.reader.first<MeterRow>(
      `select ${METER_COLUMNS} from meter m where m.book = $1 and m.meter = $2 and not m.withdrawn`,
      [project, code],
    );
    if (!row) throw new Problem('not-found');
    const { meter, records } = meterOf(row);
    return { ...meter, records } as MeterDetail;
  }

  @Post()
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({ operationId: 'installMeter', summary: '新增仪表 Install a meter' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'meter-exists',
    'unknown-resource',
    'factor-not-positive',
    'rate-negative',
    'unknown-meter',
    'parent-unfit',
    'import-in-progress',
  )
  async install(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: MeterBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const meter = body.toMeter();
    const names = { resources: meter.resource === null ? [] : [meter.resource], customers: [] };
    return this.record({ project, key, caller }, { command: { type: 'InstallMeter', meter }, names });
  }

  @Post(':meter/settings')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({
    operationId: 'changeMeter',
    summary: '变更仪表的上级、损耗、最大用量 Change a meter’s parent, loss or maximum',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-meter', 'factor-not-positive', 'rate-negative', 'parent-unfit', 'import-in-progress')
  async change(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @IdempotencyKey() key: string,
    @Body() body: MeterSettingsBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: body.toCommand(meter) });
  }

  @Post(':meter/withdrawal')
  @Allow('setup')
  @SeesAfter()
  @ApiOperation({ operationId: 'withdrawMeter', summary: '撤销没有读数的仪表 Withdraw a meter without readings' })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-meter', 'meter-in-use', 'import-in-progress')
  async withdraw(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: { type: 'WithdrawMeter', meter } });
  }

  @Post(':meter/readings')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'readMeter',
    summary: '抄表 Take a reading',
    description:
      '该账期再次出账时计费. 超过平时同样天数用量三倍或月最大用量的, 须带 confirmed 确认, 或带 review 先收下待复核 ' +
      'The next bill run of its period charges it. More than three times the usual of as many days, or than the maximum, needs ' +
      '`confirmed`; with `review` it is taken, and charged once it is confirmed.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-meter',
    'second-reading',
    'reading-out-of-order',
    'reading-backwards',
    'reading-implausible',
    'import-in-progress',
  )
  async read(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @IdempotencyKey() key: string,
    @Body() body: ReadingBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const { period, on, reading } = body;
    const whenImplausible = body.whenImplausible();
    const command = { type: 'ReadMeter', reading: { meter, period, on, reading }, whenImplausible } as const;
    return this.record({ project, key, caller }, { command });
  }

  @Post(':meter/estimates')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'estimateReading',
    summary: '估抄 Estimate a reading that nobody could take',
    description:
      '照常计费, 并注明估抄, 不得超过月最大用量; 下次实抄时结清: 少计的计入该次, 多计的由更正红冲 ' +
      'Charged like a reading, and marked; no more than 月最大用量. The next reading that is taken settles it: what was short is charged with that, ' +
      'what was too much is taken back by a correction.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses(
    'unknown-meter',
    'second-reading',
    'nothing-to-average',
    'reading-out-of-order',
    'reading-implausible',
    'import-in-progress',
  )
  async estimate(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @IdempotencyKey() key: string,
    @Body() body: EstimateBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: body.toCommand(meter) });
  }

  @Post(':meter/readings/:period/confirmation')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'confirmReading',
    summary: '复核用量异常的读数 Confirm a reading that is held for its use',
    description:
      '该账期再次出账时计费; 读错的用更正 The next bill run of its period charges it. What was read wrongly is corrected.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-meter', 'unknown-reading', 'import-in-progress')
  async confirm(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @PeriodParam('period') period: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: { type: 'ConfirmReading', meter, period } });
  }

  @Post(':meter/readings/:period/correction')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'correctReading',
    summary: '更正读数 Correct a reading',
    description:
      '日期不变; 已出账的应收不变, 可预览并更正 On its day. Charges that stand stay: preview and post their correction.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-meter', 'unknown-reading', 'reading-backwards', 'import-in-progress')
  async correct(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @PeriodParam('period') period: string,
    @IdempotencyKey() key: string,
    @Body() { reading }: CorrectReadingBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    return this.record({ project, key, caller }, { command: { type: 'CorrectReading', meter, period, reading } });
  }

  @Post(':meter/replacements')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'replaceMeter',
    summary: '换表 Replace a meter',
    description: '同日抄表的, 先换表后抄表 On the day of a reading it comes before it.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-meter', 'factor-not-positive', 'reading-out-of-order', 'reading-backwards', 'import-in-progress')
  async replace(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @IdempotencyKey() key: string,
    @Body() { on, oldReading, newReading, newMultiplier }: ReplacementBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const replacement = { meter, on, oldReading, newReading, newMultiplier };
    return this.record({ project, key, caller }, { command: { type: 'ReplaceMeter', replacement } });
  }

  @Post(':meter/records/:record/withdrawal')
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'withdrawMeterRecord',
    summary: '撤销最近一次抄表或换表 Withdraw the latest reading or replacement',
    description: '已生成的应收须先红冲 Charges of it are reversed first.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-meter', 'unknown-entry', 'record-not-latest', 'reading-in-use', 'import-in-progress')
  async withdrawRecord(
    @CodeParam('project') project: string,
    @CodeParam('meter') meter: string,
    @PositionParam('record') record: string,
    @IdempotencyKey() key: string,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded> {
    const command = { type: 'WithdrawMeterRecord', meter, record: Number(record) } as const;
    return this.record({ project, key, caller }, { command });
  }

  private async record(call: Call, task: LedgerTask): Promise<Recorded> {
    return lastOf(await submit(this.ledger, call, { ...task.command }, task));
  }
}
