import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { encodeAfter } from '@propledger/contracts';
import {
  Allow,
  Caller,
  CodeField,
  CodeParam,
  DayField,
  IdempotencyKey,
  Problem,
  SeesAfter,
  type CallerIdentity,
} from '@propledger/service-kit';
import { Allow as Accept } from 'class-validator';
import { formatMoney, parseMoney } from '@propledger/ledger-core';
import { Ledger } from '../ledger-store/ledger';
import { Reader } from '../ledger-store/reader';
import { problemOf, Refuses } from '../problem';
import { CountAndAmount, MoneyShown, PositionShown } from '../shapes';
import { lateChargesFor } from './late-charges';
import { raiseLateFees } from './raise-late-fees';

export class LateFeesBody {
  @DayField({
    description:
      '计至此日 (含), 亦为入账与应收日期 up to and including this day, on which they take effect and are due',
  })
  asOf!: string;
}

export class LateFeesRaised {
  @ApiProperty({ example: '2026-03-31' })
  asOf!: string;
  @ApiProperty({ type: CountAndAmount, description: '新生成的违约金' })
  raised!: CountAndAmount;
  @ApiProperty({ description: '交给后续查询, 即可看到本次结果 give it to later queries, and they have seen this' })
  after!: string;
}

export class LateFeesQuery {
  @CodeField({ description: '客户编码' })
  customer!: string;

  @DayField({ description: '计至此日 (含) up to and including this day' })
  asOf!: string;

  @Accept()
  after?: string;
}

export class LateDays {
  @ApiProperty({ example: '2026-03-16' })
  from!: string;
  @ApiProperty({ example: '2026-03-20' })
  to!: string;
  @ApiProperty({ type: 'integer' })
  days!: number;
  @MoneyShown('这些天的未收 open on each of these days')
  open!: string;
}

export class LateChargeView {
  @PositionShown('应收编号')
  charge!: number;
  @ApiProperty()
  resource!: string;
  @ApiProperty()
  item!: string;
  @ApiProperty({ example: '2026-03-01', description: '费用开始日期' })
  from!: string;
  @ApiProperty({ example: '2026-03-31', description: '费用结束日期' })
  to!: string;
  @ApiProperty({ example: '2026-03-10', description: '应收日期' })
  dueOn!: string;
  @MoneyShown('应收金额')
  amount!: string;
  @ApiProperty({ example: '0.5', description: '日率, ‰ a day' })
  dailyRate!: string;
  @ApiProperty({ type: [LateDays], description: '计违约金的日子 the days that bear a fee' })
  segments!: LateDays[];
  @ApiProperty({ type: [LateDays], description: '冻结的日子, 不计违约金 frozen days, which bear none' })
  frozen!: LateDays[];
  @MoneyShown('违约金至此日应为 what the fees come to')
  total!: string;
  @MoneyShown('已生成的 raised already')
  raised!: string;
  @MoneyShown(
    '尚未生成的; 已多计的为 0.00, 多计部分须红冲 not raised yet; 0.00 where too much stands: that is to be reversed',
  )
  toRaise!: string;
}

export class LateFeesStatement {
  @ApiProperty({ example: '2026-03-31' })
  asOf!: string;
  @ApiProperty({ type: [LateChargeView] })
  items!: LateChargeView[];
}

/** 违约金: of charges that are not paid in time. */
@ApiTags('late-fees 违约金')
@Controller('projects/:project/late-fees')
export class LateFeesController {
  constructor(
    private readonly ledger: Ledger,
    private readonly reader: Reader,
  ) {}

  @Get()
  @Allow('view')
  @SeesAfter()
  @ApiOperation({
    operationId: 'showLateFees',
    summary: '违约金明细 What late fees of a customer have come to, day by day',
    description: '只计算, 不入账; 按现行标准 Computed, nothing is posted; by standards as they are now.',
  })
  @ApiOkResponse({ type: LateFeesStatement })
  async show(
    @CodeParam('project') project: string,
    @Query() { customer, asOf }: LateFeesQuery,
  ): Promise<LateFeesStatement> {
    const charges = await lateChargesFor(this.reader, project, asOf, customer);
    return {
      asOf,
      items: charges.map(({ charge, resource, item, from, to, dueOn, basis, total }) => {
        const { amount, dailyRate, segments, frozen = [], before } = basis;
        const raised = parseMoney(before);
        return {
          ...{ charge, resource, item, from, to, dueOn, amount, dailyRate },
          segments: [...segments],
          frozen: [...frozen],
          total: formatMoney(total),
          raised: before,
          toRaise: formatMoney(total > raised ? total - raised : 0n),
        };
      }),
    };
  }

  @Post()
  @Allow('settle')
  @SeesAfter()
  @ApiOperation({
    operationId: 'raiseLateFees',
    summary: '计违约金 Raise what late fees have grown by',
    description:
      '只生成超过已有违约金的部分, 重复计算不会多收; 记入该日所在账期 ' +
      'Raises what exceeds the fees that stand: repeating it adds nothing. Into the period of the day.',
  })
  @ApiCreatedResponse({ type: LateFeesRaised })
  @Refuses('unknown-project', 'period-closed', 'before-first-period', 'inputs-changed')
  async raise(
    @CodeParam('project') project: string,
    @IdempotencyKey() key: string,
    @Body() { asOf }: LateFeesBody,
    @Caller() { operator, correlationId }: CallerIdentity,
  ): Promise<LateFeesRaised> {
    const outcome = await raiseLateFees(
      { reader: this.reader, ledger: this.ledger },
      { project, asOf, operator, key, correlationId },
    );
    switch (outcome.kind) {
      case 'key-reused':
        throw new Problem('idempotency-key-reused');
      case 'held':
        throw new Problem('book-held', { retryAfterSeconds: 5 });
      case 'refused':
        throw problemOf(outcome.rejection);
      case 'accepted': {
        const { raised, position } = outcome.result;
        return { asOf, raised, after: encodeAfter({ ledger: { [project]: position } }) };
      }
    }
  }
}
