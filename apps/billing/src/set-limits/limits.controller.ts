import { Body, Controller, Get, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Caller,
  CodeParam,
  DayField,
  FlagField,
  IdempotencyKey,
  MONEY_PATTERN,
  MoneyField,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { formatMoney, parseMoney } from '@propledger/ledger-core';
import { MayAwaitApproval, submitForTwo, type AwaitingApproval } from '../awaiting-approval';
import { Approvals } from '../ledger-store/approvals';
import type { LedgerTask } from '../ledger-store/task';
import { Reader } from '../ledger-store/reader';
import { Refuses } from '../problem';
import { Recorded } from '../shapes';

const NULL = 'null: 不限 no limit';
const LEFT_OUT = '不填: 照旧 left out: as it was';

export class LimitsBody {
  @MoneyField({ nullable: true, description: `核销 of one write-off. ${NULL}` })
  writeOff!: string | null;

  @MoneyField({ nullable: true, description: `减免与折扣 of one waiver or discount. ${NULL}` })
  waiver!: string | null;

  @MoneyField({ nullable: true, description: `各类退款 of one refund. ${NULL}` })
  refund!: string | null;

  @MoneyField({
    optional: true,
    nullable: true,
    description: `一次更正的红冲与补差合计 of one correction, 红冲 and 补差 added up. ${NULL}; ${LEFT_OUT}`,
  })
  correction?: string | null;

  @FlagField({
    optional: true,
    description: `空置申报须两人: 增加空置日的申报须复核 more vacant days take two people; ${LEFT_OUT}`,
  })
  vacancies?: boolean;

  @DayField({ description: '自哪天起知悉 the day of the decision; they hold from now on' })
  date!: string;
}

const LimitShown = (): PropertyDecorator =>
  ApiProperty({ type: String, pattern: MONEY_PATTERN, nullable: true, description: NULL, example: '500.00' });

export class LimitsView {
  @LimitShown()
  writeOff!: string | null;
  @LimitShown()
  waiver!: string | null;
  @LimitShown()
  refund!: string | null;
  @LimitShown()
  correction!: string | null;
  @ApiProperty({ description: '空置申报须两人' })
  vacancies!: boolean;
}

/** 复核限额: above it, a second person must approve. */
@ApiTags('approvals 复核')
@Controller('projects/:project/limits')
export class LimitsController {
  constructor(
    private readonly approvals: Approvals,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({ operationId: 'getLimits', summary: '复核限额 The limits above which a second person approves' })
  @ApiOkResponse({ type: LimitsView })
  async get(@CodeParam('project') project: string): Promise<LimitsView> {
    const row = await this.reader.first<Record<Exclude<keyof LimitsView, 'vacancies'>, string | null> & Vacant>(
      `select write_off_fen as "writeOff", waiver_fen as waiver, refund_fen as refund, correction_fen as correction, vacancies
         from approval_limit where book = $1`,
      [project],
    );
    const { writeOff, waiver, refund, correction, vacancies = false } = row ?? {};
    const fen = {
      writeOff: shown(writeOff),
      waiver: shown(waiver),
      refund: shown(refund),
      correction: shown(correction),
    };
    return { ...fen, vacancies };
  }

  @Post()
  @Allow('close')
  @SeesAfter()
  @MayAwaitApproval()
  @ApiOperation({
    operationId: 'setLimits',
    summary: '设定复核限额 Set the limits',
    description:
      '记入账簿, 即时生效; 已在等待的申请不受影响. 调高或取消限额须他人复核 A fact of the book, in force at once; what waits already goes on waiting. Raising a limit or taking it away takes a second person.',
  })
  @ApiCreatedResponse({ type: Recorded })
  @Refuses('unknown-project', 'limit-negative', 'import-in-progress')
  async set(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() body: LimitsBody,
    @Caller() caller: CallerIdentity,
  ): Promise<Recorded | AwaitingApproval> {
    const { writeOff, waiver, refund, correction, vacancies, date } = body;
    const limits = {
      'write-off': fenOf(writeOff),
      waiver: fenOf(waiver),
      refund: fenOf(refund),
      ...(correction === undefined ? {} : { correction: fenOf(correction) }),
      ...(vacancies === undefined ? {} : { vacancies }),
    };
    const task: LedgerTask = { command: { type: 'SetLimits', limits, date } };
    return submitForTwo(this.approvals, { project, key, caller }, { type: 'SetLimits', ...body }, task);
  }
}

type Vacant = Pick<LimitsView, 'vacancies'>;

const fenOf = (money: string | null): bigint | null => (money === null ? null : parseMoney(money));
const shown = (fen: string | null | undefined): string | null => (fen ? formatMoney(BigInt(fen)) : null);
